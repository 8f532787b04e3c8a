"""Which columns of a table tell of a natural person: declared with the table, and what becomes of each when forgotten.

Export and erasure read it, for a record and for its past in the audit log, the warehouse and stored answers alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import String

PSEUDONYM = "{pseudonym}"
"""Stands for the pseudonym in a value that replaces another."""


@dataclass(frozen=True, slots=True)
class Personal:
    """Of one table each column but those that every row has: it tells of the person, or it stays."""

    telling: tuple[str, ...]
    """Columns whose texts name this person and nobody else, if they are long enough."""
    facts: tuple[str, ...]
    """Further columns that tell of the person."""
    kept: tuple[str, ...]
    """Columns that figures and papers need and that say nothing of a person whose name is gone."""
    instead: Mapping[str, Any]
    """What replaces a column where its type does not say."""


def personal(
    *,
    telling: tuple[str, ...] = (),
    facts: tuple[str, ...] = (),
    kept: tuple[str, ...] = (),
    instead: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Any]:
    """The `info` of a table with rows about persons."""
    return {"personal": Personal(telling, facts, kept, instead)}


def personal_of(table: Table) -> Personal | None:
    """What a table declares of the persons in it; None where it declares nothing."""
    declared: Personal | None = table.info.get("personal")
    return declared


def replacements(table: Table) -> dict[str, Any]:
    """What replaces each personal column of a table: nothing, the pseudonym, or a value without content.

    Raises: KeyError for a table that declares nothing.
    """
    declared: Personal = table.info["personal"]
    names = (*declared.telling, *declared.facts)
    return {name: declared.instead.get(name, _empty(table.c[name])) for name in names}


def named(value: Any, pseudonym: str) -> Any:
    """A replacement with its pseudonym."""
    return value.replace(PSEUDONYM, pseudonym) if isinstance(value, str) else value


def _empty(column: Column[Any]) -> Any:
    if isinstance(column.type, JSONB):
        return {}
    # A number or day that may not be empty goes with its row, and in the row's past nothing is left of it.
    return PSEUDONYM if isinstance(column.type, String) and not column.nullable else None
