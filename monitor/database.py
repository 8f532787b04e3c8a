"""Figures of the database, the queues in it and the business, read by the warehouse's login every few seconds."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import psycopg
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from runtime.settings import DatabaseRole, Settings

_log = logging.getLogger("monitor.database")
_TABLES_MAX = 20
_CONNECT_SECONDS_MAX = 3
_CONNECTIONS = """
select coalesce(state, 'other'), count(*) from pg_stat_activity where datname = current_database() group by 1
"""
_DATABASE = """
select pg_database_size(current_database()), xact_commit, xact_rollback, deadlocks, blks_hit, blks_read,
    current_setting('max_connections')::int,
    (select count(*) from pg_locks where not granted),
    coalesce((select extract(epoch from max(clock_timestamp() - xact_start)) from pg_stat_activity
        where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()), 0)::float8
from pg_stat_database where datname = current_database()
"""
_SIZES = """
select schemaname || '.' || relname, pg_total_relation_size(relid) from pg_stat_user_tables
order by 2 desc limit %s
"""
_QUEUES = """
select 'deliveries', state, count(*) from report.deliveries where state <> 'sent' group by 2
union all select 'report runs', state, count(*) from report.report_runs where state not in ('done', 'cancelled')
    group by 2
union all select 'outbox', 'waiting', count(*) from kernel.outbox
    where not pg_visible_in_snapshot(row_xid, (select snapshot from raw.load_cursor))
        and row_xid >= pg_snapshot_xmin((select snapshot from raw.load_cursor))
"""
_EVENTS = """
select pg_snapshot_xmin(pg_current_snapshot())::text
"""
_COUNTED = """
select topic, count(*) from kernel.outbox where row_xid >= %s::xid8 and row_xid < %s::xid8 group by topic
"""


class DatabaseCollector(Collector):
    """What the database says, asked once a scrape; where it is down, that is the figure."""

    def __init__(self, settings: Settings) -> None:
        """Connect when first asked."""
        self._settings = settings
        self._connection: psycopg.Connection | None = None
        self._lock = threading.Lock()
        self._events: Counter[str] = Counter()
        self._counted_to: str | None = None

    def collect(self) -> Iterable[Metric]:
        """The figures now."""
        with self._lock:
            try:
                told = [*self._ask(self._connected())]
            except psycopg.Error as error:
                _log.warning("database unreachable", extra={"reason": type(error).__name__})
                self.close()
                told = []
        yield GaugeMetricFamily("qooerp_database_up", "Whether the database answers.", value=float(bool(told)))
        yield from told
        yield from _lake(self._settings.lake_dir)

    def close(self) -> None:
        """Connect anew next time."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connected(self) -> psycopg.Connection:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(
                self._settings.database_url(DatabaseRole.WAREHOUSE),
                autocommit=True,
                application_name="qooerp monitor",
                connect_timeout=_CONNECT_SECONDS_MAX,
                options="-c statement_timeout=5000",
            )
        return self._connection

    def _ask(self, connection: psycopg.Connection) -> Iterator[Metric]:
        yield from _connections(connection)
        yield from _sizes(connection)
        yield from _queues(connection)
        yield self._business(connection)

    def _business(self, connection: psycopg.Connection) -> Metric:
        """Events since the monitor began, by topic: each counted once, when no older transaction is open any more."""
        row = connection.execute(_EVENTS).fetchone()
        now = str(row[0]) if row else "0"
        if self._counted_to is not None:
            for topic, count in connection.execute(_COUNTED, [self._counted_to, now]):
                self._events[topic] += count
        self._counted_to = now
        told = CounterMetricFamily("qooerp_business_events", "What happened in the books.", labels=["topic"])
        for topic in TOPICS:
            told.add_metric([topic], self._events[topic])
        for topic, count in self._events.items():
            if topic not in TOPICS:
                told.add_metric([topic], count)
        return told


TOPICS = (
    "sales.order.confirmed",
    "sales.delivery.posted",
    "finance.invoice.posted",
    "finance.payment.posted",
    "purchase.order.confirmed",
    "purchase.receipt.posted",
)
"""What is told from the beginning, at zero."""


def _connections(connection: psycopg.Connection) -> Iterator[Metric]:
    told = GaugeMetricFamily("qooerp_database_connections", "Connections.", labels=["state"])
    for state, count in connection.execute(_CONNECTIONS):
        told.add_metric([state.replace(" ", "_")], count)
    yield told
    row = connection.execute(_DATABASE).fetchone()
    if row is None:
        return
    size, commits, rollbacks, deadlocks, hits, reads, connections_max, waiting, oldest = row
    yield GaugeMetricFamily("qooerp_database_connections_max", "Connections there may be.", value=connections_max)
    yield GaugeMetricFamily("qooerp_database_bytes", "Size of the database.", value=size)
    yield GaugeMetricFamily("qooerp_database_locks_waiting", "Locks waited for.", value=waiting)
    yield GaugeMetricFamily("qooerp_database_transaction_seconds_max", "Oldest open transaction.", value=oldest)
    yield CounterMetricFamily("qooerp_database_deadlocks", "Deadlocks.", value=deadlocks)
    ended = CounterMetricFamily("qooerp_database_transactions", "Transactions.", labels=["end"])
    ended.add_metric(["commit"], commits)
    ended.add_metric(["rollback"], rollbacks)
    yield ended
    blocks = CounterMetricFamily("qooerp_database_blocks", "Blocks read, by where they were.", labels=["where"])
    blocks.add_metric(["memory"], hits)
    blocks.add_metric(["disk"], reads)
    yield blocks


def _sizes(connection: psycopg.Connection) -> Iterator[Metric]:
    told = GaugeMetricFamily("qooerp_database_table_bytes", "The largest tables with their indexes.", labels=["table"])
    for table, size in connection.execute(_SIZES, [_TABLES_MAX]):
        told.add_metric([table], size)
    yield told


def _queues(connection: psycopg.Connection) -> Iterator[Metric]:
    found = Counter({("deliveries", "waiting"): 0, ("report runs", "waiting"): 0, ("outbox", "waiting"): 0})
    row = connection.execute("select to_regclass('raw.load_cursor') is not null").fetchone()
    if row and row[0]:
        for queue, state, count in connection.execute(_QUEUES):
            found[queue, state] += count
    told = GaugeMetricFamily("qooerp_queue_length", "What waits to be done, or is stuck.", labels=["queue", "state"])
    for (queue, state), count in found.items():
        told.add_metric([queue, state], count)
    yield told


def _lake(folder: Path) -> Iterator[Metric]:
    known = [file.stat().st_mtime for name in ("version.json", "confirmed") if (file := folder / name).exists()]
    if known:
        age = max(0.0, time.time() - max(known))
        yield GaugeMetricFamily("qooerp_marts_age_seconds", "Since the figures were last known to be whole.", value=age)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) if folder.is_dir() else 0
    yield GaugeMetricFamily("qooerp_lake_bytes", "Published marts on disk.", value=size)
