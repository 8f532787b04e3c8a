"""What a source looks like: its files, their columns and types, which rows form one document; read from a TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class ColumnType(StrEnum):
    """How the text of a field is read."""

    TEXT = "text"
    INTEGER = "int"
    DECIMAL = "decimal"
    DAY = "day"
    """A calendar day; a time after it is cut off."""
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column we read; others in the file are ignored."""

    name: str
    field: str
    """Our name for it, as rows carry it."""
    type: ColumnType
    is_required: bool
    least: int | None = None
    """The smallest value that makes sense."""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A file, what makes its rows unique, and what they point at."""

    name: str
    file: str
    columns: tuple[ColumnSpec, ...]
    key: tuple[str, ...] = ()
    references: Mapping[str, str] = field(default_factory=dict)
    """Our field name to the table whose single key it must be found in."""
    part_of: tuple[str, str] | None = None
    """Our field and the table of the document it names: a broken row refuses its whole document."""
    document: str | None = None
    """Our field that names the document where there is no table of heads: its rows stand or fall together."""


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A source: its tables in reading order, and settings that its transform reads."""

    name: str
    tables: Mapping[str, TableSpec]
    settings: Mapping[str, Any]


def load_mapping(path: Path) -> SourceSpec:
    """The source that a mapping file describes.  Raises: KeyError, ValueError for a mapping that contradicts itself."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    tables = {name: _table(name, given) for name, given in raw["tables"].items()}
    for table in tables.values():
        _check_pointers(table, tables)
    return SourceSpec(name=raw["name"], tables=tables, settings=raw.get("settings", {}))


def _table(name: str, given: Mapping[str, Any]) -> TableSpec:
    columns = tuple(_column(column, written) for column, written in given["columns"].items())
    known = {column.field for column in columns}
    table = TableSpec(
        name=name,
        file=given["file"],
        columns=columns,
        key=tuple(given.get("key", ())),
        references=dict(given.get("references", {})),
        part_of=tuple(given["part_of"]) if "part_of" in given else None,
        document=given.get("document"),
    )
    named = [table.document, table.part_of[0] if table.part_of else None]
    unknown = {*table.key, *table.references, *[name for name in named if name]} - known
    if unknown:
        raise ValueError(f"{name}: {sorted(unknown)} are no fields of its columns")
    return table


def _column(name: str, written: str) -> ColumnSpec:
    """A column from its short form: `field: type`, `!` where it may not be empty, `>=n` for a smallest value."""
    ours, _, rest = written.partition(":")
    rest, _, least = rest.partition(">=")
    kind = rest.strip()
    return ColumnSpec(
        name=name,
        field=ours.strip(),
        type=ColumnType(kind.removesuffix("!")),
        is_required=kind.endswith("!"),
        least=int(least) if least else None,
    )


def _check_pointers(table: TableSpec, tables: Mapping[str, TableSpec]) -> None:
    for target in [*table.references.values(), *([table.part_of[1]] if table.part_of else [])]:
        if target not in tables:
            raise ValueError(f"{table.name} points at {target}, which is no table of this mapping")
        if len(tables[target].key) != 1:
            raise ValueError(f"{table.name} points at {target}, which has no single key")
