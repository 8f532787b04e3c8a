"""Ends sessions of analysts that stay too long: what one has begun to read, a rebuild of the marts has to wait for.

The limits that a session begins with it may lift itself, so they are held against it from outside.
"""

from __future__ import annotations

import logging
import threading
from contextlib import suppress

import psycopg

from runtime.roles import ANALYST_IDLE_SECONDS_MAX, ANALYST_TRANSACTION_SECONDS_MAX, ANALYSTS
from runtime.settings import DatabaseRole, Settings

log = logging.getLogger("runtime.analysts")

LOOK_SECONDS = 15.0
_END = """
    select sessions.usename::text, pg_terminate_backend(sessions.pid)
    from pg_stat_activity as sessions
    join pg_auth_members as members
        on members.member = sessions.usesysid and members.roleid = %(analysts)s::regrole
    where sessions.datname = current_database() and sessions.usename ~ '^analyst_'
        and (
            sessions.xact_start < clock_timestamp() - make_interval(secs => %(transaction)s)
            or (sessions.state = 'idle'
                and sessions.state_change < clock_timestamp() - make_interval(secs => %(idle)s))
        )
"""


def end_long_sessions(
    connection: psycopg.Connection,
    *,
    transaction_seconds_max: float = ANALYST_TRANSACTION_SECONDS_MAX,
    idle_seconds_max: float = ANALYST_IDLE_SECONDS_MAX,
) -> list[str]:
    """The logins whose sessions were ended: in one transaction, or idle, for longer than so many seconds."""
    values = {"analysts": ANALYSTS, "transaction": transaction_seconds_max, "idle": idle_seconds_max}
    return [str(login) for login, ended in connection.execute(_END, values) if ended]


class AnalystWatch(threading.Thread):
    """Looks every few seconds beside the loads, for a load may be just what waits for such a session."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened before it runs."""
        super().__init__(name="analyst watch", daemon=True)
        self._url = settings.database_url(DatabaseRole.WAREHOUSE)
        self._stop_asked = threading.Event()
        self._connection: psycopg.Connection | None = None

    def stop(self) -> None:
        """End after the look at hand."""
        self._stop_asked.set()

    def run(self) -> None:
        """Look after look. What goes wrong is logged and tried again."""
        while not self._stop_asked.wait(LOOK_SECONDS):
            try:
                self._look()
            except psycopg.Error as error:
                log.warning("analysts not watched", extra={"reason": str(error)})
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()

    def _look(self) -> None:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self._url, autocommit=True, application_name="qooerp analyst watch")
        for login in end_long_sessions(self._connection):
            log.warning("an analyst's session stayed too long and was ended", extra={"login": login})
