"""PostgreSQL over the marts themselves: the second opinion that checks compare the published lake with."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import psycopg
import pyarrow as pa
from sqlglot import exp

from olap.compiler import Dialect
from olap.engines.base import TIMEOUT_SECONDS, Answer, Version
from olap.errors import NumbersUnavailable, QueryTimedOut, invalid

BATCH_ROWS = 65_536


@dataclass
class PostgresSnapshot:
    """The marts inside one repeatable-read transaction."""

    version: Version
    columns: Mapping[str, Mapping[str, str]]
    connection: psycopg.Connection[tuple[object, ...]]
    schema: str
    timeout: float

    def relation(self, mart: str) -> exp.Table:
        """The table of a mart."""
        return exp.table_(mart, db=self.schema, quoted=True)

    def state(self, marts: Iterable[str]) -> Hashable:
        """The version: what changed from one to the next is not known here."""
        del marts
        return self.version.id

    def fetch(self, sql: str) -> Answer:
        """The rows of a statement."""
        with _told(self.timeout), self.connection.cursor() as cursor:
            cursor.execute(sql.encode())
            described = cursor.description or []
            return Answer(
                tuple(each.name for each in described),
                tuple(each.type_display for each in described),
                cursor.fetchall(),
            )

    def stream(self, sql: str) -> Iterator[pa.RecordBatch]:
        """The rows of a statement in batches."""
        with _told(self.timeout), self.connection.cursor(name="mart_rows") as cursor:
            cursor.itersize = BATCH_ROWS
            cursor.execute(sql.encode())
            names = [each.name for each in cursor.description or []]
            rows, schema = cursor.fetchmany(BATCH_ROWS), None
            while rows or schema is None:
                named = [dict(zip(names, row, strict=True)) for row in rows]
                if schema is None:
                    # The first batch tells the columns only, as that of any other engine may.
                    schema = _schema(names, named)
                    yield pa.RecordBatch.from_pylist([], schema=schema)
                yield pa.RecordBatch.from_pylist(named, schema=schema)
                rows = cursor.fetchmany(BATCH_ROWS)


def _schema(names: list[str], rows: list[dict[str, object]]) -> pa.Schema:
    """The columns as the first rows tell them; those that are empty there are texts."""
    told = pa.RecordBatch.from_pylist(rows).schema if rows else pa.schema([])
    kinds = {field.name: field.type for field in told}
    unsaid = pa.null()
    return pa.schema([(name, pa.string() if kinds.get(name, unsaid) == unsaid else kinds[name]) for name in names])


@dataclass
class PostgresEngine:
    """Runs compiled SQL where dbt built the marts."""

    url: str
    schema: str = "marts"
    timeout: float = TIMEOUT_SECONDS
    dialect: Dialect = field(default="postgres", init=False)

    def version(self) -> Version:
        """The present state of the marts, which carries no number."""
        return Version("marts", None, None)

    def confirmed_at(self) -> datetime | None:
        """Nobody looks: what is read are the marts themselves."""
        return None

    def written(self, tree: exp.Query) -> str:
        """A statement in the dialect in which it was compiled."""
        return tree.sql(dialect=self.dialect, comments=False)

    @contextmanager
    def snapshot(self, tenant_id: str) -> Iterator[PostgresSnapshot]:
        """The marts at one moment, read-only; the tenant filter is in every statement."""
        del tenant_id
        with psycopg.connect(self.url) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            connection.execute(f"set statement_timeout = {int(self.timeout * 1000)}".encode())
            columns = _columns(connection, self.schema)
            yield PostgresSnapshot(self.version(), columns, connection, self.schema, self.timeout)


def _columns(connection: psycopg.Connection[tuple[object, ...]], schema: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    rows = connection.execute(
        "select table_name, column_name, data_type from information_schema.columns "
        "where table_schema = %s order by table_name, ordinal_position",
        [schema],
    )
    for table, column, kind in rows:
        found.setdefault(str(table), {})[str(column)] = str(kind)
    return found


@contextmanager
def _told(seconds: float) -> Iterator[None]:
    try:
        yield
    except psycopg.errors.QueryCanceled as error:
        raise QueryTimedOut(seconds=f"{seconds:g}") from error
    except psycopg.errors.DataException as error:
        raise invalid("where", "a value does not fit the type of its dimension", "wrong_type") from error
    except psycopg.Error as error:
        raise NumbersUnavailable(reason=str(error).splitlines()[0]) from error
