"""How long committed business has been waiting for its batch."""

from __future__ import annotations

import psycopg

_OLDEST = """
select coalesce(extract(epoch from clock_timestamp() - min(events.created_at)), 0)::float8
from kernel.outbox as events, raw.load_cursor as cursor
where events.row_xid >= pg_snapshot_xmin(cursor.snapshot)
    and not pg_visible_in_snapshot(events.row_xid, cursor.snapshot)
    and events.row_xid < pg_snapshot_xmax(pg_current_snapshot())
"""


def oldest_waiting_seconds(connection: psycopg.Connection) -> float:
    """The age of the oldest committed event that has not been landed; zero when none waits."""
    row = connection.execute(_OLDEST).fetchone()
    return float(row[0]) if row else 0.0
