"""What a place with rows can do, and how its types are ours."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, Protocol

from sqlglot import exp

from olap.query import Cell

Kind = Literal["number", "date", "instant", "boolean", "text", "other"]
"""What filters compare with; `other` is compared as its text."""

SECONDS_MAX = 10
BYTES_MAX = 20_000_000


@dataclass(frozen=True)
class Found:
    """Rows as they came, and whether there are more than may be read at once."""

    columns: tuple[tuple[str, Kind], ...]
    rows: Sequence[tuple[Cell, ...]]
    is_cut: bool
    sql: str


@dataclass(frozen=True)
class Tested:
    """How many tables a place has, and what its login could write."""

    tables: int
    may_write: str | None = None


class Place(Protocol):
    """Tables with rows."""

    def tables(self) -> Mapping[str, Mapping[str, Kind]]:
        """Every table that can be read, with its columns."""
        ...

    def relation(self, table: str) -> exp.Table:
        """A table as a node of a statement."""
        ...

    def read(self, query: exp.Query, limit: int) -> Found:
        """The first rows of a query.  Raises: SourceUnavailable, QueryInvalid."""
        ...


def cell(value: Any) -> Cell:
    """A value as a cell: numbers as decimals, days as days, anything else as text.

    What a source calls not a number or infinite is blank: no figure can be made of it.
    """
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | Decimal):
        return None if isinstance(value, Decimal) and not value.is_finite() else value
    if isinstance(value, float):
        return Decimal(repr(value)) if math.isfinite(value) else None
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value if isinstance(value, date) else str(value)


def size_of(row: Sequence[Cell]) -> int:
    """About how many bytes a row takes."""
    return sum(len(each) if isinstance(each, str) else 16 for each in row)


def kind_of(type_name: str) -> Kind:
    """What a column of a type of DuckDB holds."""
    name = type_name.lower()
    if name.startswith(("decimal", "double", "float")) or name.endswith(("integer", "int", "bigint", "smallint")):
        return "number"
    if name.startswith("timestamp"):
        return "instant"
    known: dict[str, Kind] = {"date": "date", "boolean": "boolean", "varchar": "text", "number": "number"}
    return known.get(name, "other")
