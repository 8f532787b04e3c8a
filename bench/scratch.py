"""An installation for a measurement: a database and a state folder of its own beside the real ones."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from runtime.roles import ensure_roles
from runtime.settings import DatabaseRole, Settings
from transactional.migrations.run import migrate

_LINKED = ("postgres", "secrets.json")


@contextmanager
def scratch_installation(settings: Settings, name: str) -> Iterator[Settings]:
    """Settings of an empty, migrated installation on the embedded server; everything of it is removed at the end."""
    if not settings.uses_embedded_postgres:
        raise RuntimeError("Measurements make a database of their own: run them with the embedded PostgreSQL.")
    database = f"qooerp_bench_{name}"
    folder = settings.home / "bench" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for linked in _LINKED:
        (folder / linked).symlink_to(settings.home / linked)
    own = settings.model_copy(update={"home": folder, "database_name": database})
    try:
        _drop(settings, database)
        with psycopg.connect(settings.admin_database_url(), autocommit=True) as connection:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(database)))
        ensure_roles(own)
        migrate(own.database_url(DatabaseRole.OWNER))
        yield own
    finally:
        _drop(settings, database)
        shutil.rmtree(folder, ignore_errors=True)


def _drop(settings: Settings, database: str) -> None:
    with psycopg.connect(settings.admin_database_url(), autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(database)))
