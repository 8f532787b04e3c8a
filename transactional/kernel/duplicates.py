"""Which records may be the one that is about to be made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process, utils
from sqlalchemy import RowMapping, select

from transactional.kernel.errors import Refused
from transactional.kernel.listing import base_conditions, shown_columns, veiled_columns
from transactional.kernel.principal import Principal
from transactional.kernel.resource import Alike, Resource
from transactional.kernel.session import Session

SCORE_MIN = 85.0
_SURE, _ALMOST = 100.0, 99.0
"""The most of one that is called the same, and of one that is not."""
_LISTED = 10
_NEAR_BONUS = 5.0
_NAMED = 3
_SIGN_LENGTH_MAX = 2
_MERGED = "merged_into_id"


@dataclass(frozen=True, slots=True)
class Likely:
    """A record that may be the same, and by which of its fields."""

    id: Any
    code: str
    name: str
    near: str | None
    """What stands in the field that speaks for it: a customer's city."""
    score: float
    """Likeness from 0 to 100."""
    fields: tuple[str, ...]


class LikelyDuplicate(Refused):
    """What is to be made is likely there already; the sender asked to be told before it is made twice."""

    code = "likely_duplicate"
    message = "This {thing} is likely there already: {named}. Send it without refuse_likely if it is another one."


def find_duplicates(session: Session, resource: Resource, values: Mapping[str, Any], *, by: Principal) -> list[Likely]:
    """Records that the asker may see with the same number or a similar name, most alike first; ten at the most.

    One statement; names are compared in memory. What the asker may not look up is not compared either.
    """
    alike, name = resource.alike, str(values.get("name") or "")
    shown, veiled = shown_columns(resource, by), veiled_columns(resource, by)
    if alike is None or not {"code", "name"} <= shown.keys() - veiled:
        return []
    names = ("code", "name", *(each for each in alike.fields if each in shown.keys() - veiled))
    conditions = base_conditions(resource, by)
    if _MERGED in resource.table.c:
        conditions.append(resource.table.c[_MERGED].is_(None))
    statement = select(resource.identity.label("id"), *(shown[each] for each in names)).where(*conditions)
    rows = list(session.execute(statement.order_by(resource.table.c.code)).mappings())
    found = {each.id: each for each in [*_same(alike, values, rows), *_similar(alike, name, values, rows)][::-1]}
    return sorted(found.values(), key=lambda each: (-each.score, each.code))[:_LISTED]


def refuse_likely(session: Session, resource: Resource, values: Mapping[str, Any], *, by: Principal) -> None:
    """Nothing where no record is like this one.  Raises: LikelyDuplicate."""
    found = find_duplicates(session, resource, values, by=by)
    if found:
        told = [" ".join((each.code, each.name, *([f"({each.near})"] if each.near else []))) for each in found]
        named = ", ".join(told[:_NAMED]) + (" …" if len(told) > _NAMED else "")
        raise LikelyDuplicate(thing=resource.thing, named=named, likely=[shown_likely(each) for each in found])


def shown_likely(each: Likely) -> dict[str, Any]:
    """A likely duplicate as a client meets it."""
    return {
        "id": str(each.id),
        "code": each.code,
        "name": each.name,
        "city": each.near,
        "score": each.score,
        "fields": list(each.fields),
        "reason": " and ".join(name.replace("_", " ") for name in each.fields),
    }


def _same(alike: Alike, values: Mapping[str, Any], rows: Sequence[RowMapping]) -> list[Likely]:
    found = []
    for name in alike.same:
        asked = _folded(values.get(name))
        found += [_likely(alike, row, _SURE, (name,)) for row in rows if asked and _folded(row.get(name)) == asked]
    return found


def _similar(alike: Alike, name: str, values: Mapping[str, Any], rows: Sequence[RowMapping]) -> list[Likely]:
    near, apart = _folded(values.get(alike.near or "")), values.get(alike.apart or "")
    hits = process.extract(
        name,
        [str(row["name"]) for row in rows],
        scorer=fuzz.token_sort_ratio,
        processor=utils.default_process,
        score_cutoff=SCORE_MIN - (_NEAR_BONUS if near else 0),
        limit=None,
    )
    found = []
    for other, score, position in hits:
        row = rows[position]
        if (apart and row.get(alike.apart or "") == apart) or (alike.by_signs and _signs(name) != _signs(other)):
            continue
        is_near = bool(near) and _folded(row.get(alike.near or "")) == near
        most = _SURE if _folded(other) == _folded(name) else _ALMOST
        total = min(score + (_NEAR_BONUS if is_near else 0), most)
        if total >= SCORE_MIN:
            fields = ("name", str(alike.near)) if is_near else ("name",)
            found.append(_likely(alike, row, round(total, 1), fields))
    return found


def _likely(alike: Alike, row: RowMapping, score: float, fields: tuple[str, ...]) -> Likely:
    near = row.get(alike.near) if alike.near else None
    return Likely(row["id"], row["code"], row["name"], near, score, fields)


def _signs(name: str) -> frozenset[str]:
    """The words of a name that tell one thing from another which is called the same: `42`, `XL`, `V2`."""
    words = utils.default_process(name).split()
    return frozenset(
        word for word in words if len(word) <= _SIGN_LENGTH_MAX or any(letter.isdigit() for letter in word)
    )


def _folded(value: Any) -> str:
    return "".join(str(value or "").split()).casefold()
