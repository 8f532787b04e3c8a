"""PostgreSQL types as Arrow types, exactly: what could lose a digit is refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
import pyarrow as pa

from pipelines.dbt.incremental import MartColumn

_PLAIN = {
    "uuid": pa.string(),
    "text": pa.string(),
    "jsonb": pa.string(),
    "boolean": pa.bool_(),
    "smallint": pa.int32(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "double precision": pa.float64(),
    "date": pa.date32(),
    "timestamp with time zone": pa.timestamp("us", tz="UTC"),
    "timestamp without time zone": pa.timestamp("us"),
}
_DECIMAL = re.compile(r"numeric\((\d+),(\d+)\)")
_PRECISION_MAX = 38


class ColumnRefused(RuntimeError):
    """A mart column has a type that cannot be published without loss; the message names it."""


def arrow_schema(mart: str, columns: Sequence[MartColumn]) -> pa.Schema:
    """The schema a mart is published with; ids and JSON become text.  Raises: ColumnRefused."""
    return pa.schema([pa.field(column.name, _arrow_type(mart, column)) for column in columns])


def arrow_table(schema: pa.Schema, rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """Rows as read from PostgreSQL, in the schema's columns."""
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    arrays = [
        pa.array([_value(value) for value in column], field.type) for column, field in zip(columns, schema, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _arrow_type(mart: str, column: MartColumn) -> pa.DataType:
    kind = column.pg_type
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind.startswith("character"):
        return pa.string()
    decimal = _DECIMAL.fullmatch(kind)
    if decimal is not None and int(decimal[1]) <= _PRECISION_MAX:
        return pa.decimal128(int(decimal[1]), int(decimal[2]))
    raise ColumnRefused(
        f"{mart}.{column.name} is {kind}, which cannot be published exactly: cast it, for example to numeric(20,4)."
    )


def _value(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dict | list):
        return orjson.dumps(value).decode()
    return value
