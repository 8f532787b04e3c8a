"""A cash box holds what was put into it, on every day."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text

from tests.conftest import NOW
from tests.factories.books import Books, make_books
from transactional.checks import check_tenant
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database, Session
from transactional.ledger.errors import CashBoxEmpty
from transactional.ledger.postings import EntryDraft, Journal, LineDraft
from transactional.ledger.services.post_entries import post_entries
from transactional.ledger.services.reverse_entries import reverse_entries

D = Decimal


def put(session: Session, books: Books, on: date, amount: str, *, at_the_end: bool = False) -> list[object]:
    """Money into the box, or out of it."""
    lines = [
        LineDraft(account_id=books.accounts["1110"], amount=D(amount)),
        LineDraft(account_id=books.accounts["1290"], amount=-D(amount)),
    ]
    draft = EntryDraft(
        company_id=books.company_id,
        journal=Journal.GENERAL,
        posted_on=on,
        origin_type="test",
        origin_id=new_id(),
        lines=lines,
    )
    return list(post_entries(session, [draft], at=NOW, at_the_end=at_the_end))


@pytest.mark.feature("FIN-03")
def test_more_than_is_in_a_box_on_a_day_or_later_is_not_taken_out(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        put(session, books, date(2026, 3, 5), "100")
        put(session, books, date(2026, 3, 10), "-100")
        [opened] = put(session, books, date(2026, 3, 20), "30")
    for on, amount, day in ((date(2026, 3, 4), "-1", "2026-03-04"), (date(2026, 3, 6), "-0.01", "2026-03-10")):
        for at_the_end in (False, True):
            with pytest.raises(CashBoxEmpty, match=day), database.transaction(principal) as session:
                put(session, books, on, amount, at_the_end=at_the_end)
    with database.transaction(principal) as session:
        put(session, books, date(2026, 3, 20), "-30")
    with pytest.raises(CashBoxEmpty, match="-30"), database.transaction(principal) as session:
        reverse_entries(session, [opened.id], on=date(2026, 3, 21), at=NOW)  # type: ignore[attr-defined]
    with database.transaction(principal) as session:
        assert check_tenant(session) == []


@pytest.mark.feature("FIN-03")
def test_the_check_tells_of_a_box_below_nothing(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        session.execute(text("update ledger.accounts set is_cash_box = false"))
        session.forget_references()
        put(session, books, date(2026, 3, 5), "-5")
        session.execute(text("update ledger.accounts set is_cash_box = true where code = '1110'"))
        [finding] = check_tenant(session, ["I4"])
        assert (finding.what.endswith("account 1110 on 2026-03-05"), finding.found) == (True, "-5.0000")
