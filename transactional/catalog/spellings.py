"""Items that differ in upper case and lower alone are one: their codes, and what makes a variant of an item."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import ARRAY, String, any_, bindparam, func, select, text

from transactional.catalog.errors import CodeAlike, VariantTaken
from transactional.catalog.models import Item
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem
from transactional.kernel.resource import Change
from transactional.kernel.session import Session

_HELD_MAX = 500
"""Codes of one transaction that are held against others who spell them otherwise meanwhile; a file has more."""
_HOLD = text(
    "select pg_advisory_xact_lock(hashtextextended('item code:' || cast(:tenant as text) || code, 0))"
    " from unnest(cast(:codes as text[])) as given (code)"
)


def one_spelling(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
    """Nothing where no new code or variant differs from one that is there in upper case and lower alone.

    Codes that stood side by side before stay.  Raises: CodeAlike, VariantTaken, both naming the item that is there.
    """
    coded = {at: each for at, each in enumerate(changes) if each.value("code") and each.changes("code")}
    yield from _alike_among(coded)
    _check_codes(session, list(coded.values()))
    _check_variants(session, [each for each in changes if each.value("variant_of_id") and each.value("variant_key")])


def _alike_among(coded: dict[int, Change]) -> Iterable[tuple[int, FieldProblem]]:
    first: dict[str, str] = {}
    for at, each in coded.items():
        code = str(each.value("code"))
        known = first.setdefault(code.lower(), code)
        if known != code:
            yield at, FieldProblem("code", f"differs from {known} in upper case and lower only", "code_alike")


def _check_codes(session: Session, changes: Sequence[Change]) -> None:
    wanted = {str(each.value("code")).lower() for each in changes}
    if not wanted:
        return
    if len(wanted) <= _HELD_MAX:
        session.execute(_HOLD, {"tenant": session.tenant_id, "codes": sorted(wanted)})
    statement = select(Item.id, Item.code).where(
        func.lower(Item.code) == any_(bindparam(None, sorted(wanted), type_=ARRAY(String)))
    )
    there = [(row[0], row[1]) for row in session.execute(statement)]
    own = {each.id for each in changes}
    by_code = {code.lower(): code for item_id, code in there if item_id not in own}
    for each in changes:
        code = str(each.value("code"))
        other = by_code.get(code.lower())
        # The same code exactly is another record's, as the database says; or is the record that a file means.
        if other is not None and other != code:
            raise CodeAlike(given=code, other=other)


def _check_variants(session: Session, changes: Sequence[Change]) -> None:
    wanted: dict[tuple[UUID, str], Change] = {
        (each.value("variant_of_id"), str(each.value("variant_key")).lower()): each
        for each in changes
        if each.changes("variant_key") or each.changes("variant_of_id")
    }
    if not wanted:
        return
    statement = select(Item.id, Item.code, Item.variant_of_id, Item.variant_key).where(
        any_of(Item.variant_of_id, {variant_of_id for variant_of_id, _ in wanted})
    )
    for item_id, code, variant_of_id, key in session.execute(statement):
        each = wanted.get((variant_of_id, (key or "").lower())) if variant_of_id else None
        if each is not None and each.id != item_id:
            raise VariantTaken(attributes=each.value("variant_key"), other=code)
