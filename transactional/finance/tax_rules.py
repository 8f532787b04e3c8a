"""What tax codes have to be, so that a line finds one and no more."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from transactional.finance.models import TaxCode
from transactional.kernel.errors import FieldProblem
from transactional.kernel.reference import read_all
from transactional.kernel.resource import Change
from transactional.kernel.session import Session

_CHOSEN_BY = ("item_tax_class", "party_tax_class", "country_code")
_USUAL = {"item_tax_class": "standard", "party_tax_class": "standard"}
"""What the table fills in where nothing is said."""


def check_tax_codes(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
    """Codes that hold for the same classes and country as another one: which of them is taken nobody could say.

    A tax that another one compounds on is a part of that other one.
    """
    names = (*_CHOSEN_BY, "code", "compounds_on_id")
    codes: dict[UUID, dict[str, Any]] = {
        row.id: {name: getattr(row, name) for name in names} for row in read_all(session, TaxCode).values()
    }
    codes |= {each.id: {name: _value(each, name) for name in names} for each in changes}
    inner = {code["compounds_on_id"] for code in codes.values()}
    holders: dict[tuple[Any, ...], list[UUID]] = {}
    for key, code in codes.items():
        if key not in inner:
            holders.setdefault(tuple(code[name] for name in _CHOSEN_BY), []).append(key)
    for position, each in enumerate(changes):
        if each.before is not None and not any(each.changes(name) for name in (*_CHOSEN_BY, "compounds_on_id")):
            continue
        same = holders.get(tuple(_value(each, name) for name in _CHOSEN_BY), [])
        other = next((codes[key]["code"] for key in same if key != each.id), None) if each.id in same else None
        if other is not None:
            reason = f"tax code {other} holds for the same classes and country"
            yield position, FieldProblem("item_tax_class", reason, "tax_code_twice")


def _value(change: Change, name: str) -> Any:
    found = change.value(name)
    return _USUAL.get(name) if found is None else found
