"""Whole marts out of PostgreSQL as Arrow, decimals kept: DuckDB's scanner, loaded from its wheel, never downloaded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import duckdb_extension_postgres_scanner
import pyarrow as pa
from psycopg import sql

from pipelines.dbt.incremental import MartColumn, Span, day_column
from runtime.settings import DatabaseRole, Settings

_BATCH_ROWS = 65_536


class MartReader:
    """Reads marts through one DuckDB connection."""

    def __init__(self, settings: Settings) -> None:
        self._duck = duckdb.connect(config={"autoinstall_known_extensions": "false"})
        self._duck.execute(f"load '{_scanner_file()}'")
        url = settings.database_url(DatabaseRole.WAREHOUSE)
        self._duck.execute("set threads = 2")
        try:
            self._duck.execute(f"attach '{url}' as warehouse (type postgres, read_only)")
        except duckdb.Error as error:
            raise RuntimeError(re.sub(r"://[^@]*@", "://", str(error))) from None

    @contextmanager
    def read(
        self, relation: sql.Identifier, columns: Sequence[MartColumn], schema: pa.Schema, span: Span | None = None
    ) -> Iterator[pa.RecordBatchReader]:
        """All rows of a mart, or those of a span, ordered by tenant and day so that files hold a span of time."""
        query = _select(relation, columns, span).as_string(None)
        found = self._duck.execute("select * from postgres_query('warehouse', $1)", [query])
        batches = found.to_arrow_reader(_BATCH_ROWS)
        try:
            yield pa.RecordBatchReader.from_batches(schema, (_fit(batch, schema) for batch in batches))
        finally:
            # An unfinished result would block the connection.
            batches.close()

    def close(self) -> None:
        """End the connection to PostgreSQL."""
        self._duck.close()


def _fit(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    # Lengths of integers and zones of time stamps differ in name only; a cast that lost anything would raise.
    return pa.RecordBatch.from_arrays(
        [array.cast(f.type) for array, f in zip(batch, schema, strict=True)], schema=schema
    )


def _select(relation: sql.Identifier, columns: Sequence[MartColumn], span: Span | None) -> sql.Composed:
    day = day_column(columns)
    names = [column.name for column in columns]
    order = [name for name in ("tenant_id", day) if name in names]
    statement = sql.SQL("select {} from {}").format(sql.SQL(", ").join(map(_exported, columns)), relation)
    if span is not None:
        statement += sql.SQL(" where tenant_id = any({}::uuid[]) and {} between {} and {}").format(
            sql.Literal(list(span.tenants)), sql.Identifier(span.day_column), span.first, span.last
        )
    if order:
        statement += sql.SQL(" order by ") + sql.SQL(", ").join(sql.Identifier(str(name)) for name in order)
    return statement


def _exported(column: MartColumn) -> sql.Composable:
    name = sql.Identifier(column.name)
    return sql.SQL("{0}::text as {0}").format(name) if column.pg_type in {"uuid", "jsonb"} else name


def _scanner_file() -> Path:
    folder = Path(duckdb_extension_postgres_scanner.__path__[0])
    return folder / "extensions" / f"v{duckdb.__version__}" / "postgres_scanner.duckdb_extension"
