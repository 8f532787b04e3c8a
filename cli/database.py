"""The database while a command runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from runtime.postgres import EmbeddedPostgres
from runtime.roles import ensure_roles
from runtime.settings import Settings


@contextmanager
def running_database(settings: Settings) -> Iterator[None]:
    """A prepared database for the length of the block; an embedded server that was off is off again afterwards.

    Raises: PostgresFailed, DatabaseNotPrepared.
    """
    if not settings.uses_embedded_postgres:
        ensure_roles(settings)
        yield
        return
    server = EmbeddedPostgres(settings.home, database=settings.database_name, archive=settings.wal_dir)
    started_here = server.start()
    try:
        if started_here:
            ensure_roles(settings)
        yield
    finally:
        if started_here:
            server.stop()
