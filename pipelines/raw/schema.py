"""The landing tables: made from the contract, evolved with it, and guarded against what was not agreed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from pipelines.raw.state import ensure_state_tables
from transactional.contract import PromisedTable

SCHEMA = "raw"
ADDED_COLUMNS = (("_loaded_at", "timestamp with time zone"), ("_batch_id", "bigint"))
_Types = Mapping[str, Mapping[str, str]]


class SchemaDrift(RuntimeError):
    """The operational tables no longer keep what the contract promises; nothing is loaded until both agree."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "The operational schema and transactional/contract.py disagree: "
            + "; ".join(problems)
            + ". Migrate the database or change the contract, then load again."
        )


@dataclass(frozen=True, slots=True)
class Evolution:
    """What had to change: tables that are new or gained a column, and so must be loaded whole."""

    remade: frozenset[str]
    widened: frozenset[str]

    @property
    def to_reload(self) -> frozenset[str]:
        """Tables whose rows must all be read again."""
        return self.remade | self.widened


def check_promises(connection: psycopg.Connection, tables: Iterable[PromisedTable]) -> None:
    """Nothing when every promised column exists with its promised type.  Raises: SchemaDrift, naming each."""
    promised = list(tables)
    actual = _column_types(connection, {table.schema for table in promised})
    problems = [problem for table in promised for problem in _broken_promises(table, actual)]
    if problems:
        raise SchemaDrift(problems)


def ensure_raw_tables(connection: psycopg.Connection, tables: Iterable[PromisedTable]) -> Evolution:
    """Make or evolve the landing tables, to be called inside a transaction.

    A new column is added and its table loaded again, so that no row keeps a silent NULL. Where contract and
    operational table agree on another type, the landing table is made anew.
    """
    ensure_state_tables(connection)
    landed = _column_types(connection, {SCHEMA})
    remade, widened = set(), set()
    for table in tables:
        known = landed.get(f"{SCHEMA}.{table.name}")
        wanted = dict(_columns(table))
        missing = {name: kind for name, kind in wanted.items() if known is not None and name not in known}
        if known is None or any(known[name] != kind for name, kind in wanted.items() if name in known):
            _make(connection, table)
            remade.add(table.name)
        elif missing:
            _widen(connection, table, missing)
            widened.add(table.name)
    return Evolution(frozenset(remade), frozenset(widened))


def landing(table: PromisedTable) -> sql.Identifier:
    """The landing table's name, quoted."""
    return sql.Identifier(SCHEMA, table.name)


def key_name(table: PromisedTable) -> sql.Identifier:
    """The name of the landing table's primary key, quoted."""
    return sql.Identifier(f"pk_{table.name}")


def add_key(connection: psycopg.Connection, table: PromisedTable) -> None:
    """Give the landing table its primary key and an index by batch."""
    connection.execute(
        sql.SQL("alter table {} add constraint {} primary key ({})").format(
            landing(table), key_name(table), sql.SQL(", ").join(map(sql.Identifier, table.key))
        )
    )
    connection.execute(
        sql.SQL("create index if not exists {} on {} (_batch_id)").format(
            sql.Identifier(f"ix_{table.name}__batch_id"), landing(table)
        )
    )


def _columns(table: PromisedTable) -> list[tuple[str, str]]:
    return [(column.name, column.pg_type) for column in table.columns] + list(ADDED_COLUMNS)


def _make(connection: psycopg.Connection, table: PromisedTable) -> None:
    # Views of the staging layer stand on the old one; the build that follows makes them again.
    connection.execute(sql.SQL("drop table if exists {} cascade").format(landing(table)))
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name), _type(kind)) for name, kind in _columns(table)
    )
    # Its key and index are made once its rows are in, for a table that is made anew is loaded whole.
    connection.execute(sql.SQL("create table {} ({})").format(landing(table), columns))


def _widen(connection: psycopg.Connection, table: PromisedTable, missing: Mapping[str, str]) -> None:
    added = sql.SQL(", ").join(
        sql.SQL("add column {} {}").format(sql.Identifier(name), _type(kind)) for name, kind in missing.items()
    )
    connection.execute(sql.SQL("alter table {} ").format(landing(table)) + added)


def _type(kind: str) -> sql.SQL:
    # Spelled by our own models, never by a stranger.
    return sql.SQL(kind)


def _broken_promises(table: PromisedTable, actual: _Types) -> list[str]:
    found = actual.get(table.source)
    if found is None:
        return [f"table {table.source} is missing"]
    promised = [(column.name, column.pg_type) for column in table.columns]
    if table.extracted_by is not None:
        promised.append((table.extracted_by, "xid8"))
    problems = []
    for name, kind in promised:
        if name not in found:
            problems.append(f"column {table.source}.{name} is missing")
        elif found[name] != kind:
            problems.append(f"column {table.source}.{name} is {found[name]}, promised was {kind}")
    return problems


def _column_types(connection: psycopg.Connection, schemas: Iterable[str]) -> dict[str, dict[str, str]]:
    rows = connection.execute(
        """
        select spaces.nspname || '.' || tables.relname, columns.attname,
            format_type(columns.atttypid, columns.atttypmod)
        from pg_attribute as columns
        inner join pg_class as tables on tables.oid = columns.attrelid
        inner join pg_namespace as spaces on spaces.oid = tables.relnamespace
        where spaces.nspname = any(%s) and tables.relkind in ('r', 'p') and columns.attnum > 0
            and not columns.attisdropped
        """,
        [list(schemas)],
    )
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        found.setdefault(table, {})[column] = kind
    return found
