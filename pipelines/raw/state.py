"""What the loader remembers, in the warehouse itself: the cursor and one record a batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

_TABLES = """
create table if not exists raw.load_cursor (
    only_one boolean primary key default true check (only_one),
    system_identifier bigint not null,
    snapshot pg_snapshot not null,
    batch_id bigint not null,
    watermark timestamp with time zone not null
);
create table if not exists raw.load_runs (
    batch_id bigint primary key,
    run_id uuid not null,
    kind text not null,
    started_at timestamp with time zone not null,
    loaded_at timestamp with time zone,
    finished_at timestamp with time zone,
    watermark timestamp with time zone not null,
    rows_loaded jsonb not null default '{}',
    rows_written jsonb not null default '{}',
    checks jsonb not null default '[]',
    state text not null,
    published_version bigint,
    error text
);
alter table raw.load_runs add column if not exists snapshot pg_snapshot;
create index if not exists ix_load_runs_started_at on raw.load_runs (started_at);
create table if not exists raw.build_state (
    only_one boolean primary key default true check (only_one),
    fingerprint text not null,
    built_at timestamp with time zone not null
);
create table if not exists raw.mart_changes (
    mart text primary key,
    changed_batch_id bigint not null
);
create table if not exists raw.contract_runs (
    id bigint generated always as identity primary key,
    batch_id bigint not null,
    finished_at timestamp with time zone not null default clock_timestamp(),
    passed boolean not null,
    results jsonb not null
);
grant usage on schema raw to qooerp_app;
grant select on raw.load_runs, raw.contract_runs to qooerp_app;
"""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Up to where the operational tables were read: everything visible in `snapshot` is landed."""

    system_identifier: int
    snapshot: str
    batch_id: int
    watermark: datetime


def ensure_state_tables(connection: psycopg.Connection) -> None:
    """Make the loader's own tables where they are missing; the application may read the record of batches."""
    there = "select 1 from pg_attribute where attrelid = to_regclass('raw.load_runs') and attname = 'snapshot'"
    if connection.execute(there).fetchone() is None:
        connection.execute(_TABLES)


def read_cursor(connection: psycopg.Connection) -> Cursor | None:
    """The cursor of the last committed batch, or nothing before the first."""
    row = connection.execute(
        "select system_identifier, snapshot::text, batch_id, watermark from raw.load_cursor"
    ).fetchone()
    return Cursor(*row) if row else None


def write_cursor(connection: psycopg.Connection, cursor: Cursor) -> None:
    """Keep the cursor, in the transaction that keeps the rows."""
    connection.execute(
        """
        insert into raw.load_cursor (system_identifier, snapshot, batch_id, watermark)
        values (%s, %s::pg_snapshot, %s, %s)
        on conflict (only_one) do update set system_identifier = excluded.system_identifier,
            snapshot = excluded.snapshot, batch_id = excluded.batch_id, watermark = excluded.watermark
        """,
        [cursor.system_identifier, cursor.snapshot, cursor.batch_id, cursor.watermark],
    )


def open_run(
    connection: psycopg.Connection, cursor: Cursor, *, run_id: UUID, kind: str, rows_loaded: Mapping[str, int]
) -> None:
    """Record a batch that has been landed and waits for its marts."""
    connection.execute(
        """
        insert into raw.load_runs (
            batch_id, run_id, kind, started_at, loaded_at, watermark, rows_loaded, state, snapshot
        )
        values (%s, %s, %s, %s, clock_timestamp(), %s, %s, 'loaded', %s::pg_snapshot)
        on conflict (batch_id) do update set run_id = excluded.run_id, kind = excluded.kind,
            started_at = excluded.started_at, loaded_at = excluded.loaded_at, watermark = excluded.watermark,
            rows_loaded = raw.load_runs.rows_loaded || excluded.rows_loaded, state = excluded.state, error = null,
            snapshot = excluded.snapshot
        """,
        [cursor.batch_id, run_id, kind, cursor.watermark, cursor.watermark, Jsonb(dict(rows_loaded)), cursor.snapshot],
    )


def settle_run(
    connection: psycopg.Connection,
    batch_id: int,
    *,
    state: str,
    rows_written: Mapping[str, int],
    checks: Sequence[Mapping[str, Any]],
    error: str | None = None,
) -> None:
    """Record what became of a batch's marts: transformed, blocked by a check, or failed."""
    connection.execute(
        """
        update raw.load_runs set state = %s, rows_written = %s, checks = %s, error = %s, finished_at = clock_timestamp()
        where batch_id = %s
        """,
        [state, Jsonb(dict(rows_written)), Jsonb(list(checks)), error, batch_id],
    )


def mark_published(connection: psycopg.Connection, batch_id: int, version: int) -> None:
    """Record that readers see this batch and every transformed one before it."""
    connection.execute(
        """
        update raw.load_runs set state = 'published', published_version = %s, finished_at = clock_timestamp()
        where batch_id <= %s and state = 'transformed'
        """,
        [version, batch_id],
    )


def record_failure(connection: psycopg.Connection, *, kind: str, error: str) -> int:
    """The number of the batch that could not even be landed, recorded with its reason."""
    row = connection.execute(
        """
        insert into raw.load_runs (batch_id, run_id, kind, started_at, finished_at, watermark, state, error)
        select coalesce(max(batch_id), 0) + 1, gen_random_uuid(), %s, clock_timestamp(), clock_timestamp(),
            coalesce(max(watermark), 'epoch'), 'failed', %s
        from raw.load_cursor
        on conflict (batch_id) do update set kind = excluded.kind, started_at = excluded.started_at,
            finished_at = excluded.finished_at, state = excluded.state, error = excluded.error
        returning batch_id
        """,
        [kind, error],
    ).fetchone()
    return int(row[0]) if row else 0


def waiting_tables(connection: psycopg.Connection) -> frozenset[str]:
    """Landing tables with changes that no mart has taken in yet, because a batch was blocked or failed."""
    rows = connection.execute(
        """
        select distinct jsonb_object_keys(rows_loaded) from raw.load_runs
        where batch_id > (
            select coalesce(max(batch_id), 0) from raw.load_runs where state in ('transformed', 'published')
        )
        """
    )
    return frozenset(name for (name,) in rows)


def note_mart_changes(connection: psycopg.Connection, marts: Iterable[str], batch_id: int) -> None:
    """Remember which batch changed these marts, in the transaction that does it."""
    connection.execute(
        """
        insert into raw.mart_changes (mart, changed_batch_id) select mart, %s from unnest(%s::text[]) as mart
        on conflict (mart) do update set changed_batch_id = excluded.changed_batch_id
        """,
        [batch_id, list(marts)],
    )


def mart_changes(connection: psycopg.Connection) -> dict[str, int]:
    """The batch that changed each mart last."""
    return dict(connection.execute("select mart, changed_batch_id from raw.mart_changes").fetchall())


def is_known_run(connection: psycopg.Connection, batch_id: int, run_id: UUID) -> bool:
    """Whether this database made that batch: a lake beside another database did not come from it."""
    found = connection.execute("select 1 from raw.load_runs where batch_id = %s and run_id = %s", [batch_id, run_id])
    return found.fetchone() is not None


def built_fingerprint(connection: psycopg.Connection) -> tuple[str, datetime] | None:
    """What the stored marts were built from, and when; nothing before the first build and during one."""
    row = connection.execute("select fingerprint, built_at from raw.build_state").fetchone()
    return (row[0], row[1]) if row else None


def mark_built(connection: psycopg.Connection, fingerprint: str) -> None:
    """Remember what the marts were built from."""
    connection.execute("delete from raw.build_state")
    connection.execute(
        "insert into raw.build_state (fingerprint, built_at) values (%s, clock_timestamp())", [fingerprint]
    )


def forget_build(connection: psycopg.Connection) -> None:
    """From here on the marts count as not built, until a build has come to its end."""
    connection.execute("delete from raw.build_state")


def keep_contract_run(connection: psycopg.Connection, results: Sequence[Mapping[str, Any]]) -> None:
    """Keep the outcome of checking all contracts; from now on it decides whether batches are published."""
    connection.execute(
        """
        insert into raw.contract_runs (batch_id, passed, results)
        select coalesce(max(batch_id), 0), %s, %s from raw.load_cursor
        """,
        [all(result["passed"] for result in results), Jsonb(list(results))],
    )


def broken_contracts(connection: psycopg.Connection) -> list[dict[str, Any]]:
    """The failed results of the last check of all contracts; empty when it passed or never ran."""
    row = connection.execute(
        """
        select jsonb_path_query_array(results, '$[*] ? (@.passed == false)')
        from raw.contract_runs order by id desc limit 1
        """
    ).fetchone()
    return list(row[0]) if row else []


def forget_old_runs(connection: psycopg.Connection, *, days: int) -> None:
    """Drop the records of batches older than this."""
    connection.execute("delete from raw.load_runs where started_at < now() - make_interval(days => %s)", [days])
    connection.execute("delete from raw.contract_runs where finished_at < now() - make_interval(days => %s)", [days])
