"""The search box over records and documents: the asker's rights stand inside each statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, literal, or_, select, text

from transactional.kernel.listing import base_conditions, veiled_columns
from transactional.kernel.principal import Principal
from transactional.kernel.resource import Resource
from transactional.kernel.search import SEARCHED, finder_of, prefix_query
from transactional.kernel.session import Session
from transactional.resources import RESOURCES

HITS_MAX = 20
NUMBER_CHARACTERS_MIN = 3
Hit = dict[str, Any]


def _full_name(resource: Resource) -> str:
    return f"{resource.table.schema}.{resource.table.name}"


RECORDS = tuple(resource for resource in RESOURCES if _full_name(resource) in SEARCHED)
DOCUMENTS = tuple(
    each
    for each in RESOURCES
    if {"number", "state"} <= each.fields.keys() and each.table.c["number"].type.python_type is str
)


def found_records(
    session: Session, words: Sequence[str], query: str, *, by: Principal, among: Sequence[Resource] = RECORDS
) -> list[Hit]:
    """Customers, suppliers and items that hold all the words or words that begin so, the likest first."""
    hits: list[Hit] = []
    for resource in among:
        if not by.may(f"{resource.thing}.read") or {"code", "name"} & veiled_columns(resource, by):
            continue
        columns = resource.table.c
        is_named = func.lower(columns["code"]) == query.strip().lower()
        named = (columns["id"], columns["code"], columns["name"], is_named)
        holding = text(f"select {finder_of(_full_name(resource))}(cast(:words as tsquery))")
        wanted = columns["id"].in_(holding.bindparams(words=prefix_query(list(words))))
        found: Select[Any] = (
            select(*named)
            .where(*base_conditions(resource, by), wanted)
            .order_by(is_named.desc(), func.length(columns["name"]), columns["code"])
            .limit(HITS_MAX)
        )
        rows = session.execute(found).all()
        hits += [_record_hit(resource, row, words) for row in rows]
    return hits


def _record_hit(resource: Resource, row: Any, words: Sequence[str]) -> Hit:
    told = f"{row[1]} {row[2]}".lower()
    share = min(sum(len(word) for word in words) / max(len(told), 1), 1.0)
    return {
        "kind": resource.thing,
        "id": str(row[0]),
        "title": f"{row[1]} {row[2]}",
        "path": f"/api/{resource.module}/{resource.plural}/{row[0]}",
        "score": 1.0 if row[3] else round(0.5 + share * 0.4, 4),
    }


def found_documents(session: Session, query: str, *, by: Principal) -> list[Hit]:
    """Documents by their number or its beginning; the whole number is the best hit there is."""
    number = query.strip().upper()
    is_number = len(number) >= NUMBER_CHARACTERS_MIN and any(each.isdigit() for each in number) and " " not in number
    if not is_number:
        return []
    hits: list[Hit] = []
    for resource in DOCUMENTS:
        if not by.may(f"{resource.thing}.read") or "number" in veiled_columns(resource, by):
            continue
        columns = resource.table.c
        known = columns["number"]
        like = known.like(number.replace("\\", "").replace("%", "").replace("_", "\\_") + "%")
        rows = session.execute(
            select(columns["id"], known, columns["state"], (known == literal(number)).label("is_exact"))
            .where(*base_conditions(resource, by), or_(known == number, like))
            .order_by((known == literal(number)).desc(), known)
            .limit(HITS_MAX)
        ).all()
        hits += [
            {
                "kind": resource.thing,
                "id": str(row[0]),
                "title": row[1],
                "state": row[2],
                "path": f"/api/{resource.module}/{resource.plural}/{row[0]}",
                "score": 2.0 if row[3] else 0.9,
            }
            for row in rows
        ]
    return hits
