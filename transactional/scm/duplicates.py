"""Which customers may be the one that is about to be made."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from rapidfuzz import fuzz, process, utils
from sqlalchemy import select

from transactional.kernel.session import Session
from transactional.scm.models import Customer

SCORE_MIN = 85.0
_LISTED = 10
_CITY_BONUS = 5.0


@dataclass(frozen=True, slots=True)
class Likely:
    """A customer that may be the same, and why."""

    id: UUID
    code: str
    name: str
    city: str | None
    score: float
    """Likeness from 0 to 100."""
    reason: str


def find_duplicates(
    session: Session, *, name: str, city: str | None = None, tax_number: str | None = None
) -> list[Likely]:
    """Active customers with the same tax number or a similar name, the same city counting; most alike first.

    One statement; names are compared in memory.
    """
    columns = (Customer.id, Customer.code, Customer.name, Customer.city, Customer.tax_number)
    rows = list(session.execute(select(*columns).where(Customer.merged_into_id.is_(None))))
    same_number = [
        Likely(row.id, row.code, row.name, row.city, 100.0, "tax number")
        for row in rows
        if tax_number and row.tax_number == tax_number
    ]
    known = {each.id for each in same_number}
    similar = [each for each in _similar(name, city, rows) if each.id not in known]
    return [*same_number, *similar][:_LISTED]


def _similar(name: str, city: str | None, rows: Sequence[object]) -> list[Likely]:
    names = [row.name for row in rows]  # type: ignore[attr-defined]
    scorer, floor = fuzz.token_sort_ratio, SCORE_MIN - _CITY_BONUS
    found = process.extract(
        name, names, scorer=scorer, processor=utils.default_process, score_cutoff=floor, limit=_LISTED * 3
    )
    likely = []
    for _, score, position in found:
        row = rows[position]
        same_city = bool(city) and (row.city or "").casefold() == str(city).casefold()  # type: ignore[attr-defined]
        total = min(score + (_CITY_BONUS if same_city else 0), 100.0)
        if total >= SCORE_MIN:
            reason = "name and city" if same_city else "name"
            likely.append(Likely(row.id, row.code, row.name, row.city, round(total, 1), reason))  # type: ignore[attr-defined]
    return sorted(likely, key=lambda each: (-each.score, each.code))
