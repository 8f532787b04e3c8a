"""What AdventureWorks knows of its customers besides their names: facts of shops, and answers of private persons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from importers.source import Row, Tables


class CustomerFacts:
    """The attributes of customers; a number that buys for a shop has those of the shop."""

    def __init__(self, codes: Mapping[str, Mapping[str, str]], tables: Tables) -> None:
        """`codes` says what letters of the source stand for."""
        self._codes = codes
        self._stores = tables.by("store_facts", "id")
        self._people = tables.by("person_facts", "id")

    def of(self, customer: Row) -> dict[str, str | int]:
        """What is known of a customer, by the name of the attribute."""
        store, person = self._stores.get(customer.store), self._people.get(customer.person)
        known = self._of_store(store) if store is not None else {}
        if customer.store is None and person is not None:
            known = self._of_person(person)
        return {name: value for name, value in known.items() if value is not None}

    @staticmethod
    def _of_store(store: Row) -> dict[str, Any]:
        return {
            "employees": store.employees,
            "square_feet": store.square_feet,
            "annual_sales": _whole(store.annual_sales),
            "annual_revenue": _whole(store.annual_revenue),
            "opened_in": store.opened_in,
            "specialty": store.specialty,
            "brands": store.brands,
            "internet": store.internet,
            "business_type": store.business_type,
            "bank": store.bank,
        }

    def _of_person(self, person: Row) -> dict[str, Any]:
        return {
            "gender": self._codes["gender"].get(person.gender_code, person.gender_code),
            "marital_status": self._codes["marital"].get(person.marital_code, person.marital_code),
            "born_on": person.born_on.isoformat() if person.born_on else None,
            "education": person.education,
            "occupation": person.occupation,
            "income": person.income,
            "commute": person.commute,
            "home": "home owner" if person.owns_home else "no home owner",
            "cars": person.cars,
            "children": person.children,
            "children_at_home": person.children_at_home,
        }


def _whole(amount: Any) -> int | None:
    return None if amount is None else int(amount)
