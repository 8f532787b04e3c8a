"""What posts entries is known to both doors, so that an entry is hidden with its document."""

import pytest

from olap.rights import DOCUMENTS as TOLD
from olap.rights import ENTRIES, UNTOLD, rules_of_mart
from transactional.kernel.policy import DOCUMENTS
from transactional.resources import BY_THING

ORDERS = frozenset({"order", "purchase_order"})
"""What shows the entries of what followed from it, and posts none itself."""


@pytest.mark.feature("ARCH-05")
def test_every_thing_that_posts_hides_its_entries_with_it() -> None:
    posting = {thing for thing, resource in BY_THING.items() if resource.has_postings}
    assert posting - ORDERS == DOCUMENTS.keys()
    for thing, (table, kinds) in DOCUMENTS.items():
        resource = BY_THING[thing]
        assert (resource.table.fullname, resource.where.get("kind", ())) == (table, kinds)


@pytest.mark.feature("ARCH-05")
def test_figures_know_the_same_documents() -> None:
    assert TOLD.keys() | UNTOLD.keys() == DOCUMENTS.keys()
    assert not TOLD.keys() & UNTOLD.keys()
    assert {thing for mart in ENTRIES for thing in [rules_of_mart(mart)[0]]} == {"journal_entry"}
