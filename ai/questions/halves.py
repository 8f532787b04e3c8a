"""The second half of a question, which nothing may swallow: ... and who wrote it, and when, and where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ai.questions.keys import GRAINS
from ai.questions.plans import Planned
from ai.questions.said import Reading

PEOPLE = frozenset({"customer", "customer_account", "employee", "salesperson", "buyer", "supplier", "superior"})
PLACES = frozenset({"location", "warehouse", "country", "city", "region", "work_centre", "ship_to_state", "unit"})
TOLD_BY: Mapping[str, frozenset[str]] = {
    "who": PEOPLE,
    "whom": PEOPLE,
    "when": frozenset({*GRAINS, "day"}),
    "where": PLACES,
}
"""What each word behind and asks to be told by."""
FIRST_AT = 2
"""No second half begins before this word."""


def unanswered_halves(planned: Planned, reading: Reading) -> Iterator[str]:
    """The words that ask a second thing which the plan does not tell."""
    told = {*planned.query.group_by, *(each.field for each in planned.query.where if each.values)}
    for at, word in enumerate(reading.words):
        wanted = TOLD_BY.get(word)
        if wanted is None or reading.words[at - 1 : at] != ["and"] or at < FIRST_AT:
            continue
        is_told = any(name in wanted or name.startswith("customer_sales") for name in told)
        is_told = is_told or (word == "when" and any(name.endswith("_on") for name in told))
        if not is_told:
            yield f"and {word}"
