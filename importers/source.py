"""Reading a source: text in, typed rows out, every broken row named with its place and reason.

A file that is missing, wrongly encoded or lacks a column refuses the source before anything is written. A broken row
refuses the document it belongs to, so that no document is taken in by halves; the others go on.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections import defaultdict, namedtuple
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

from importers.fields import field_reader, read_column
from importers.mapping import SourceSpec, TableSpec
from importers.problems import FileProblem, RowProblem, SourceRefused, in_order

Row: TypeAlias = Any
"""A named tuple: `line`, then the fields of the mapping."""
Record: TypeAlias = tuple[int, list[str], int]
"""The line a record starts on, its fields, and how many the header has."""


@dataclass(slots=True)
class Tables:
    """The rows of a source that are whole, and what was wrong with the others."""

    rows: dict[str, list[Row]]
    problems: list[RowProblem] = field(default_factory=list)
    read: dict[str, list[Row]] = field(default_factory=dict)
    """All rows of each file, with nothing in the fields that cannot be read: what the source says it holds."""

    def __getitem__(self, table: str) -> list[Row]:
        return self.rows[table]

    def by(self, table: str, name: str) -> dict[Any, Row]:
        """The rows of a table by a field that is unique in it."""
        return {getattr(row, name): row for row in self.rows[table]}

    def grouped(self, table: str, name: str) -> dict[Any, list[Row]]:
        """The rows of a table by a field that several of them may share."""
        groups: defaultdict[Any, list[Row]] = defaultdict(list)
        for row in self.rows[table]:
            groups[getattr(row, name)].append(row)
        return groups

    def total(self, table: str, name: str) -> Decimal:
        """The sum of a column over all rows of the file, those that are left out too."""
        return sum((Decimal(getattr(row, name) or 0) for row in self.read[table]), Decimal(0))


def read_source(spec: SourceSpec, folder: Path) -> Tables:
    """Every whole row of every file, and the problems of the rest.

    Raises: SourceRefused, naming each file that is missing, not UTF-8, or without a needed column.
    """
    tables = Tables({})
    broken: list[FileProblem] = []
    refused: dict[str, set[Any]] = {name: set() for name in spec.tables}
    for table in spec.tables.values():
        try:
            tables.read[table.name], tables.rows[table.name] = _read_table(table, folder, tables.problems, refused)
        except _FileRefused as refusal:
            broken.append(FileProblem(table.file, str(refusal)))
    if broken:
        raise SourceRefused(broken)
    _check_references(spec, tables, refused)
    _leave_out_documents(spec, tables, refused)
    tables.problems = in_order(tables.problems)
    return tables


class _FileRefused(Exception):
    pass


def _read_table(
    table: TableSpec, folder: Path, problems: list[RowProblem], refused: dict[str, set[Any]]
) -> tuple[list[Row], list[Row]]:
    """All rows of a file, and those of them that are whole."""
    records = _records(_text(folder / table.file))
    positions = _positions(table, records)
    make = namedtuple("Row", ["line", *[column.field for column in table.columns]])  # type: ignore[misc]  # noqa: PYI024
    found = list(records)
    whole = _read_whole(table, found, positions, make)
    return (whole, whole) if whole else _read_row_by_row(table, found, positions, make, problems, refused)


def _read_whole(
    table: TableSpec, records: Sequence[Record], positions: Sequence[int], make: Callable[..., Row]
) -> list[Row]:
    """All rows, column by column, where nothing is wrong with any; nothing otherwise."""
    if any(len(fields) != expected for _, fields, expected in records):
        return []
    columns: list[Sequence[Any]] = []
    for column, position in zip(table.columns, positions, strict=True):
        values = read_column(column, [fields[position] for _, fields, _ in records])
        if values is None:
            return []
        columns.append(values)
    rows = list(map(make, (line for line, _, _ in records), *columns))
    if table.key and len({tuple(getattr(row, name) for name in table.key) for row in rows}) < len(rows):
        return []
    return rows


def _read_row_by_row(  # the pieces of one reading
    table: TableSpec,
    records: Sequence[Record],
    positions: Sequence[int],
    make: Callable[..., Row],
    problems: list[RowProblem],
    refused: dict[str, set[Any]],
) -> tuple[list[Row], list[Row]]:
    """All rows, and those that are whole; what is wrong with the others is told and they are refused."""
    readers = [field_reader(column) for column in table.columns]
    every: list[Row] = []
    rows: list[Row] = []
    seen: dict[tuple[Any, ...], int] = {}
    for line, fields, expected in records:
        found = [] if len(fields) == expected else [("", f"{len(fields)} fields instead of {expected}")]
        texts = [fields[position] if position < len(fields) else "" for position in positions]
        found = found or _complaints(table, readers, texts)
        row = make(line, *_what_reads(readers, texts))
        every.append(row)
        if not found and table.key:
            found = _doubles(table, row, seen)
        if found:
            _refuse(table, row, found, problems, refused)
        else:
            rows.append(row)
    return every, rows


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
        plain = gzip.decompress(raw) if path.suffix == ".gz" else raw
    except FileNotFoundError:
        raise _FileRefused("there is no such file") from None
    except (OSError, EOFError, zlib.error) as failure:
        raise _FileRefused(f"it cannot be unpacked: {failure}") from None
    try:
        return plain.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        line = plain.count(b"\n", 0, failure.start) + 1
        raise _FileRefused(f"line {line} is not UTF-8 (byte 0x{plain[failure.start]:02x}): save it as UTF-8") from None


def _records(text: str) -> Iterator[Record]:
    """The records of a file, the header first."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    expected, line = 0, 1
    try:
        for fields in reader:
            expected = expected or len(fields)
            if fields:
                yield line, fields, expected
            line = reader.line_num + 1
    except csv.Error as failure:
        raise _FileRefused(f"from line {line} on it is no CSV: {failure}") from None


def _positions(table: TableSpec, records: Iterator[Record]) -> list[int]:
    header = next(records, (1, [], 0))[1]
    missing = [column.name for column in table.columns if column.name not in header]
    if missing:
        raise _FileRefused(f"it lacks the column {', '.join(missing)}")
    doubled = [column.name for column in table.columns if header.count(column.name) > 1]
    if doubled:
        raise _FileRefused(f"it has the column {', '.join(doubled)} twice")
    return [header.index(column.name) for column in table.columns]


def _what_reads(readers: Sequence[Callable[[str], Any]], texts: Sequence[str]) -> list[Any]:
    values: list[Any] = []
    for read, text in zip(readers, texts, strict=True):
        try:
            values.append(read(text))
        except ValueError:
            values.append(None)
    return values


def _complaints(
    table: TableSpec, readers: Sequence[Callable[[str], Any]], texts: Sequence[str]
) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for column, read, text in zip(table.columns, readers, texts, strict=True):
        try:
            read(text)
        except ValueError as reason:
            found.append((column.name, str(reason)))
    return found


def _doubles(table: TableSpec, row: Row, seen: dict[tuple[Any, ...], int]) -> list[tuple[str, str]]:
    key = tuple(getattr(row, name) for name in table.key)
    first = seen.setdefault(key, row.line)
    if first == row.line:
        return []
    return [(", ".join(_column_names(table, table.key)), f"{'/'.join(map(str, key))} is on line {first} already")]


def _column_names(table: TableSpec, fields: Iterable[str]) -> list[str]:
    names = {column.field: column.name for column in table.columns}
    return [names[name] for name in fields]


def _refuse(
    table: TableSpec,
    row: Row,
    found: Sequence[tuple[str, str]],
    problems: list[RowProblem],
    refused: dict[str, set[Any]],
) -> None:
    document = None
    if table.part_of is not None:
        document = getattr(row, table.part_of[0])
        refused[table.part_of[1]].add(document)
    elif table.document is not None:
        document = getattr(row, table.document)
        refused[table.name].add(document)
    if len(table.key) == 1:
        refused[table.name].add(getattr(row, table.key[0]))
    shown = None if document is None else str(document)
    problems += [RowProblem(table.file, row.line, column, reason, shown) for column, reason in found]


def _check_references(spec: SourceSpec, tables: Tables, refused: dict[str, set[Any]]) -> None:
    """Leave out rows that point at nothing; the tables pointed at come first, so that a gap passes on."""
    for table in _parents_first(spec):
        if table.key and len(table.key) == 1:
            name = table.key[0]
            tables.rows[table.name] = [
                r for r in tables.rows[table.name] if getattr(r, name) not in refused[table.name]
            ]
        for name, target in table.references.items():
            _check_reference(table, name, spec.tables[target], tables, refused)


def _check_reference(
    table: TableSpec, name: str, target: TableSpec, tables: Tables, refused: dict[str, set[Any]]
) -> None:
    known = {getattr(row, target.key[0]) for row in tables.rows[target.name]}
    known.add(None)
    kept: list[Row] = []
    column = _column_names(table, [name])[0]
    for row in tables.rows[table.name]:
        value = getattr(row, name)
        if value in known:
            kept.append(row)
        else:
            why = "was left out" if value in refused[target.name] else "is unknown"
            _refuse(table, row, [(column, f"{value} {why} in {target.file}")], tables.problems, refused)
    tables.rows[table.name] = kept


def _parents_first(spec: SourceSpec) -> list[TableSpec]:
    ordered: dict[str, TableSpec] = {}

    def visit(table: TableSpec, above: tuple[str, ...] = ()) -> None:
        if table.name in ordered or table.name in above:
            return
        for target in table.references.values():
            visit(spec.tables[target], (*above, table.name))
        ordered[table.name] = table

    for table in spec.tables.values():
        visit(table)
    return list(ordered.values())


def _leave_out_documents(spec: SourceSpec, tables: Tables, refused: dict[str, set[Any]]) -> None:
    """Take the head and all parts of every document of which one row is broken."""
    for part in spec.tables.values():
        if part.document is not None:
            broken = refused[part.name]
            tables.rows[part.name] = [
                row for row in tables.rows[part.name] if getattr(row, part.document) not in broken
            ]
        if part.part_of is None:
            continue
        name, head = part.part_of
        key = spec.tables[head].key[0]
        gone = refused[head]
        tables.rows[head] = [row for row in tables.rows[head] if getattr(row, key) not in gone]
        known = {getattr(row, key) for row in tables.rows[head]}
        orphans = [row for row in tables.rows[part.name] if getattr(row, name) not in known]
        column = _column_names(part, [name])[0]
        tables.problems += [
            RowProblem(part.file, row.line, column, f"{getattr(row, name)} is not in {spec.tables[head].file}")
            for row in orphans
            if getattr(row, name) not in gone
        ]
        tables.rows[part.name] = [row for row in tables.rows[part.name] if getattr(row, name) in known]
