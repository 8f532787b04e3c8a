"""What AdventureWorks knows of its customers: a shop's facts for every number that buys for it, a person's own."""

from types import SimpleNamespace
from typing import Any, cast

from importers.adventureworks.customers import CustomerFacts
from importers.source import Tables

CODES = {"gender": {"F": "female"}, "marital": {"S": "single"}}
SHOP = SimpleNamespace(
    id=7, employees=80, square_feet=9_000, annual_sales=800_000, annual_revenue=None, opened_in=1996,
    specialty="Road", brands="2", internet="DSL", business_type="BS", bank="United Security",
)  # fmt: skip
PERSON = SimpleNamespace(
    id=9, gender_code="F", marital_code="S", born_on=None, education="Bachelors", occupation="Clerical",
    income="0-25000", commute="0-1 Miles", owns_home=1, cars=2, children=0, children_at_home=0,
)  # fmt: skip


class _Tables:
    def by(self, table: str, _: str) -> dict[int, Any]:
        return {"store_facts": {7: SHOP}, "person_facts": {9: PERSON}}[table]


FACTS = CustomerFacts(CODES, cast("Tables", _Tables()))


def test_who_buys_for_a_shop_has_the_facts_of_the_shop() -> None:
    known = FACTS.of(cast("Any", SimpleNamespace(store=7, person=9)))
    assert (known["employees"], known["specialty"]) == (80, "Road")
    assert "gender" not in known
    assert "annual_revenue" not in known, "what is not known is left out"


def test_a_private_customer_has_the_facts_of_the_person() -> None:
    known = FACTS.of(cast("Any", SimpleNamespace(store=None, person=9)))
    assert (known["gender"], known["marital_status"], known["home"]) == ("female", "single", "home owner")
    assert known["cars"] == 2


def test_of_whom_nothing_is_known_there_are_no_facts() -> None:
    assert FACTS.of(cast("Any", SimpleNamespace(store=None, person=1))) == {}
