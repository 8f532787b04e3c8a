"""The rows that became visible between two snapshots, as a count and a digest; computed where the rows are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
from psycopg import sql

from runtime.settings import Settings
from seals.book import VERSION, SealedTable

TABLES = ("ledger.journal_entries", "ledger.journal_lines", "inventory.stock_moves", "kernel.audit_log")
"""What is written once and never changed."""
BEFORE_ALL = "1:1:"
"""A snapshot in which nothing was visible yet."""
# The same text whatever the server's settings; without the nulls a column added later changes no digest.
_SETTINGS = "set bytea_output = 'hex'; set timezone = 'UTC'; set extra_float_digits = 1"
_DIGEST = """
    select count(*), encode(sha256(%(version)s::bytea || coalesce(string_agg(row_hash, ''::bytea order by row_hash), '')), 'hex')
    from (
        select sha256(convert_to(jsonb_strip_nulls(to_jsonb(taken))::text, 'UTF8')) as row_hash
        from (select {columns} from {table} where {is_new}) as taken
    ) as hashed
"""  # noqa: E501  # SQL
# As in the landing of rows: neither an id nor a time says what is new, the writing transaction does.
_IS_NEW = (
    "row_xid >= pg_snapshot_xmin(%(since)s::pg_snapshot) and row_xid < pg_snapshot_xmax(%(until)s::pg_snapshot)"
    " and not pg_visible_in_snapshot(row_xid, %(since)s::pg_snapshot)"
    " and pg_visible_in_snapshot(row_xid, %(until)s::pg_snapshot)"
)


@contextmanager
def reading(settings: Settings) -> Iterator[psycopg.Connection]:
    """A connection above row security whose reads all see one moment."""
    with psycopg.connect(settings.database_url("warehouse"), autocommit=True) as connection:
        prepare(connection)
        connection.execute("begin isolation level repeatable read, read only")
        yield connection
        connection.execute("commit")


def prepare(connection: psycopg.Connection) -> None:
    """Have a connection write values as texts the way seals were made."""
    connection.execute(_SETTINGS)


def here(connection: psycopg.Connection) -> tuple[str, str]:
    """Which database this is, and what is visible in it now."""
    row = connection.execute(
        "select (select system_identifier from pg_control_system())::text, pg_current_snapshot()::text"
    ).fetchone()
    if row is None:
        raise RuntimeError("the database does not say which it is")
    return str(row[0]), str(row[1])


def columns_of(connection: psycopg.Connection, table: str) -> tuple[str, ...]:
    """The columns a table has now, in their order."""
    found = connection.execute(
        "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped"
        " order by attnum",
        [table],
    )
    return tuple(str(name) for (name,) in found)


def sealed(
    connection: psycopg.Connection, table: str, columns: Sequence[str], *, since: str, until: str
) -> SealedTable:
    """What a table gained between two snapshots."""
    statement = sql.SQL(_DIGEST).format(
        columns=sql.SQL(", ").join(sql.Identifier(name) for name in columns),
        table=sql.Identifier(*table.split(".")),
        is_new=sql.SQL(_IS_NEW),
    )
    row = connection.execute(statement, {"since": since, "until": until, "version": bytes([VERSION])}).fetchone()
    if row is None:
        raise RuntimeError(f"{table} cannot be counted")
    return SealedTable(tuple(columns), int(row[0]), str(row[1]))


def beyond(connection: psycopg.Connection, table: str, until: str) -> int:
    """How many rows claim to be of a transaction that has not begun: nobody writes such a row but by hand."""
    statement = sql.SQL(
        "select count(*) from {} where row_xid >= pg_snapshot_xmax(pg_current_snapshot())"
        " and row_xid >= pg_snapshot_xmax(%s::pg_snapshot)"
    ).format(sql.Identifier(*table.split(".")))
    row = connection.execute(statement, [until]).fetchone()
    return int(row[0]) if row else 0
