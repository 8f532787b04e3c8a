"""Landing what became visible since the last batch: one snapshot, one transaction, no row through Python.

Transactions commit in another order than they start, so neither an id nor a time stamp says what is new. A row carries
the transaction that wrote it; it is new exactly when that transaction was not yet visible in the previous snapshot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import psycopg
from psycopg import sql

from pipelines.raw.schema import add_key, key_name, landing
from pipelines.raw.state import Cursor, read_cursor, write_cursor
from transactional.contract import TOMBSTONES, PromisedTable

COUNTED_FROM = 2_000
"""Rows of a batch from which on a wrong plan costs more than to count."""
# The last condition passes over rows that a restored dump brought with the numbers of another server: they were read
# whole, and their numbers lie ahead of this server's until it catches up.
_IS_NEW = (
    "{row}row_xid >= pg_snapshot_xmin(%(since)s::pg_snapshot)"
    " and not pg_visible_in_snapshot({row}row_xid, %(since)s::pg_snapshot)"
    " and {row}row_xid < pg_snapshot_xmax(pg_current_snapshot())"
)
_NEW = _IS_NEW.format(row="")


@dataclass(frozen=True, slots=True)
class Landed:
    """One landed batch: where it stands, what it brought, and whether it replaced everything."""

    cursor: Cursor
    previous: Cursor | None
    rows: Mapping[str, int]
    is_full: bool

    @property
    def changed_tables(self) -> frozenset[str]:
        """Bare names of the tables that gained, changed or lost rows."""
        return frozenset(self.rows)


def land(
    connection: psycopg.Connection, tables: Sequence[PromisedTable], reload: frozenset[str] = frozenset()
) -> Landed | None:
    """What became visible since the last batch, landed with its cursor; None where nothing did.

    To be called as the first statement of a repeatable-read transaction, which its caller commits: rows and cursor
    are kept together or not at all. `reload` names tables to be read whole. A database that was restored elsewhere,
    known by its system identifier, is read whole too: its transaction ids start again.
    """
    previous = read_cursor(connection)
    here = _position(connection, batch_id=(previous.batch_id if previous else 0) + 1)
    if previous is None or previous.system_identifier != here.system_identifier:
        rows = {table.name: _reload(connection, table, here) for table in tables}
        write_cursor(connection, here)
        return Landed(here, previous, rows, is_full=True)
    if previous.snapshot == here.snapshot and not reload:
        return None
    rows = {table.name: _reload(connection, table, here) for table in tables if table.name in reload}
    rows |= _land_changes(connection, [table for table in tables if table.name not in reload], here, previous)
    if not rows:
        return None
    write_cursor(connection, here)
    return Landed(here, previous, rows, is_full=False)


def count_anew(connection: psycopg.Connection, table: sql.Identifier, rows: int) -> None:
    """Have the planner know a table of which this transaction wrote many rows.

    Counting on a batch of which it knows nothing to be one row, it would go through a mart once for each of them.
    """
    if rows >= COUNTED_FROM:
        connection.execute(sql.SQL("analyze {}").format(table))


def system_identifier(connection: psycopg.Connection) -> int:
    """The number that tells this database cluster from every other."""
    row = connection.execute("select system_identifier from pg_control_system()").fetchone()
    if row is None:
        raise RuntimeError("PostgreSQL does not tell its system identifier.")
    return int(row[0])


def _position(connection: psycopg.Connection, *, batch_id: int) -> Cursor:
    row = connection.execute(
        "select system_identifier, pg_current_snapshot()::text, clock_timestamp() from pg_control_system()"
    ).fetchone()
    if row is None:
        raise RuntimeError("PostgreSQL does not tell its system identifier.")
    return Cursor(system_identifier=row[0], snapshot=row[1], batch_id=batch_id, watermark=row[2])


def _land_changes(
    connection: psycopg.Connection, tables: Sequence[PromisedTable], here: Cursor, previous: Cursor
) -> dict[str, int]:
    since = {"since": previous.snapshot, "batch": here.batch_id, "at": here.watermark}
    changed = {name for (name,) in connection.execute(_changed_tables(tuple(tables)), since)}
    rows: dict[str, int] = {}
    if TOMBSTONES.partition(".")[2] in changed:
        rows |= _bury(connection, tables, since)
    for table in tables:
        if table.name in changed:
            landed = connection.execute(_upsert(table), since).rowcount
            if landed:
                count_anew(connection, landing(table), landed)
                rows[table.name] = rows.get(table.name, 0) + landed
    return rows


def _bury(
    connection: psycopg.Connection, tables: Sequence[PromisedTable], since: Mapping[str, object]
) -> dict[str, int]:
    """Delete what was deleted. A row written again afterwards is landed by the upsert that follows."""
    named = _query(f"select distinct table_name from {TOMBSTONES} where {_NEW}")  # noqa: S608  # our own names
    dead = {name for (name,) in connection.execute(named, since)}
    rows = {}
    for table in tables:
        if table.source in dead:
            rows[table.name] = connection.execute(_burial(table), {**since, "source": table.source}).rowcount
    return rows


@cache
def _changed_tables(tables: tuple[PromisedTable, ...]) -> sql.Composed:
    """One query that names the tables with anything new; each part is one look into an index."""
    return sql.SQL(" union all ").join(_has_changed(table) for table in tables)


def _has_changed(table: PromisedTable) -> sql.Composed:
    only = f" and {table.only}" if table.only else ""
    if table.extracted_by is not None:
        found = _query(f"exists (select from {table.source} where {_NEW}{only})")
    else:
        columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
        found = sql.SQL("exists (select {0} from {1} except select {0} from {2})").format(
            columns, sql.Identifier(table.schema, table.name), landing(table)
        )
    return sql.SQL("select {} where ").format(sql.Literal(table.name)) + found


@cache
def _upsert(table: PromisedTable) -> sql.Composed:
    condition = _NEW if table.extracted_by is not None else "true"
    assigned = [name for name in _names(table) if name not in table.key]
    changed = sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in assigned)
    statement = _insert(table, condition) + sql.SQL(" on conflict ({}) do update set ").format(
        sql.SQL(", ").join(map(sql.Identifier, table.key))
    )
    if table.extracted_by is not None:
        return statement + changed
    kept = sql.SQL(", ").join(sql.SQL("landed.{}").format(sql.Identifier(column.name)) for column in table.columns)
    given = sql.SQL(", ").join(sql.SQL("excluded.{}").format(sql.Identifier(column.name)) for column in table.columns)
    return statement + changed + sql.SQL(" where ({}) is distinct from ({})").format(kept, given)


@cache
def _burial(table: PromisedTable) -> sql.Composed:
    return sql.SQL("delete from {} as landed using ").format(landing(table)) + _query(
        f"{TOMBSTONES} as gone where gone.table_name = %(source)s and landed.tenant_id = gone.tenant_id"
        " and landed.id = gone.row_id and " + _IS_NEW.format(row="gone.")
    )


def _reload(connection: psycopg.Connection, table: PromisedTable, here: Cursor) -> int:
    """Replace all rows: without an index while they come in, then with key and statistics."""
    connection.execute(sql.SQL("truncate {}").format(landing(table)))
    connection.execute(sql.SQL("alter table {} drop constraint if exists {}").format(landing(table), key_name(table)))
    connection.execute(sql.SQL("drop index if exists {}").format(sql.Identifier("raw", f"ix_{table.name}__batch_id")))
    given = {"batch": here.batch_id, "at": here.watermark}
    rows = connection.execute(_insert(table, "true"), given).rowcount
    add_key(connection, table)
    connection.execute(sql.SQL("analyze {}").format(landing(table)))
    return rows


def _insert(table: PromisedTable, condition: str) -> sql.Composed:
    only = f" and {table.only}" if table.only else ""
    columns = [sql.Identifier(column.name) for column in table.columns]
    return sql.SQL("insert into {} as landed ({}) select {}, %(at)s, %(batch)s from {} where ").format(
        landing(table),
        sql.SQL(", ").join(map(sql.Identifier, _names(table))),
        sql.SQL(", ").join(columns),
        sql.Identifier(table.schema, table.name),
    ) + _query(condition + only)


def _names(table: PromisedTable) -> list[str]:
    return [*[column.name for column in table.columns], "_loaded_at", "_batch_id"]


def _query(text: str) -> sql.Composed:
    # Made of our own names only; values travel as parameters.
    return sql.Composed([sql.SQL(text)])
