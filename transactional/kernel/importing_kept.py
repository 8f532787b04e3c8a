"""Documents that come back: rows that name, by its id, a document that is there are held against what is kept of it.

An export names documents by their ids. What comes back as it left changes nothing, and what says otherwise is refused
cell by cell: a file makes documents, their verbs change them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select

from transactional.kernel.arrays import any_of
from transactional.kernel.listing import base_conditions
from transactional.kernel.principal import Principal
from transactional.kernel.resource import Field, Lines, Resource, fields_of
from transactional.kernel.schema import type_of
from transactional.kernel.session import Session

Told = Mapping[str, Any]
"""What the cells of a row say, by field; a field whose cell is empty is left out."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A document as it is in the database."""

    head: Mapping[str, Any]
    lines: Sequence[Mapping[str, Any]] = field(default_factory=list)


def kept_documents(
    session: Session, resource: Resource, lines_name: str | None, ids: Iterable[UUID], by: Principal
) -> dict[UUID, Kept]:
    """What is kept of these documents, by id, their lines in order; of those only that the asker may see."""
    wanted = list(ids)
    if not wanted or resource.identity.name != "id":
        return {}
    statement = select(*[known.column for known in resource.fields.values()])
    found = session.execute(statement.where(any_of(resource.identity, wanted), *base_conditions(resource, by)))
    heads = {row["id"]: dict(row) for row in found.mappings()}
    lines = lines_named(resource, lines_name)
    kept = _kept_lines(session, lines, heads) if lines and heads else {}
    return {each: Kept(head, kept.get(each, [])) for each, head in heads.items()}


def lines_named(resource: Resource, name: str | None) -> Lines | None:
    """The lines of a collection that are called so, if it has any."""
    return next((lines for lines in resource.lines if lines.name == name), None)


def _kept_lines(session: Session, lines: Lines, ids: Iterable[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    table = lines.model.__table__
    statement = select(*[known.column for known in fields_of(table).values()])
    rows = session.execute(
        statement.where(any_of(table.c[lines.column], ids)).order_by(table.c[lines.order_by], table.c.id)
    )
    found: defaultdict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.mappings():
        found[row[lines.column]].append(dict(row))
    return found


def differing(fields: Mapping[str, Field], names: Iterable[str], told: Told, kept: Mapping[str, Any]) -> list[str]:
    """Those of the named fields about which a row says something else than is kept."""
    return [name for name in names if name in fields and not _says(fields[name], told.get(name), kept.get(name))]


def _says(known: Field, cell: Any, kept: Any) -> bool:
    if cell is None or kept is None:
        return cell is None and kept is None
    if known.kind in {"reference", "id"}:
        return str(cell) == str(kept)
    try:
        said = orjson.loads(cell) if known.kind in {"json", "list"} else cell
        return bool(_reader(known)(said) == kept)
    except (ValidationError, ValueError):
        return False


@cache
def _reader(known: Field) -> Callable[[Any], Any]:
    """What makes a cell a value of the field: a thousand times as dear to build as to use."""
    return TypeAdapter(type_of(known)).validate_python
