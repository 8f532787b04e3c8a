"""The database while a command runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from runtime.postgres import EmbeddedPostgres
from runtime.roles import DatabaseNotPrepared, ensure_roles
from runtime.settings import DatabaseRole, Settings


@contextmanager
def running_database(settings: Settings, *, has_tables: bool = True) -> Iterator[None]:
    """A prepared database for the length of the block; an embedded server that was off is off again afterwards.

    Raises: PostgresFailed; DatabaseNotPrepared, also for an empty one where a command says nothing of `has_tables`.
    """
    if not settings.uses_embedded_postgres:
        ensure_roles(settings)
        _check_tables(settings, has_tables=has_tables)
        yield
        return
    server = EmbeddedPostgres(settings.home, database=settings.database_name, archive=settings.wal_dir)
    started_here = server.start()
    try:
        if started_here:
            ensure_roles(settings)
        _check_tables(settings, has_tables=has_tables)
        yield
    finally:
        if started_here:
            server.stop()


def _check_tables(settings: Settings, *, has_tables: bool) -> None:
    if not has_tables:
        return
    with psycopg.connect(settings.database_url(DatabaseRole.OWNER)) as connection:
        found = connection.execute("select to_regclass('kernel.audit_log')").fetchone()
    if found == (None,):
        raise DatabaseNotPrepared("The database is empty: run `qooerp migrate` first, or `qooerp up`, which does it.")
