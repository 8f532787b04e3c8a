"""A report as Parquet: decimals as decimals, days as days; what it is about stands in the file's metadata."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice

import pyarrow as pa
import pyarrow.parquet as pq

from olap.query import Cell, Column
from reports.renderers.about import about, definitions
from reports.sheet import Line, Sheet

BATCH = 50_000
_DECIMAL = pa.decimal128(38, 10)


def parquet_bytes(sheet: Sheet, lines: Iterable[Line] | None = None) -> bytes:
    """The file; the total is left to the reader's tool, for it is no row."""
    told = {"title": sheet.title, "about": json.dumps(list(about(sheet)), ensure_ascii=False)}
    told["definitions"] = json.dumps(list(definitions(sheet)), ensure_ascii=False)
    fields = [pa.field(column.name, _type(column), metadata=_words(column)) for column in sheet.columns]
    schema = pa.schema(fields, metadata={name: text.encode() for name, text in told.items()})
    sink = io.BytesIO()
    rows = iter(sheet.lines if lines is None else lines)
    with pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        while batch := list(islice(rows, BATCH)):
            writer.write_table(_table([line for line in batch if line.level == 0], schema, sheet.columns))
    return sink.getvalue()


def _table(lines: Sequence[Line], schema: pa.Schema, columns: Sequence[Column]) -> pa.Table:
    arrays = [
        pa.array([_value(line.cells[position], column) for line in lines], type=schema.field(position).type)
        for position, column in enumerate(columns)
    ]
    return pa.table(arrays, schema=schema)


def _words(column: Column) -> dict[str, str]:
    """What a reader's tool cannot see from a column's name: its label, unit and currency."""
    told = {"label": column.label, "unit": column.unit, "currency": column.currency}
    return {name: text for name, text in told.items() if text}


def _type(column: Column) -> pa.DataType:
    if column.type == "date":
        return pa.date32()
    return pa.string() if column.type == "text" else _DECIMAL


def _value(value: Cell, column: Column) -> Cell:
    if value is None:
        return None
    if column.type == "text":
        return str(value)
    if column.type == "date":
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    return Decimal(str(value)).quantize(Decimal("1e-10"))
