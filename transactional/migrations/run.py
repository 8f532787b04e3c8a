"""Bring a database to the newest revision, also while others work in it.

Each revision is a transaction of its own. It waits for a lock only briefly, for whoever comes after it in the queue
waits too; then it gives way and tries again. A statement that runs too long is stopped. What needs no lock over writers
(an index made concurrently) steps out of the transaction by Alembic's `autocommit_block`.
"""

import time
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

_LOCK = 7_203_114_001
"""Advisory lock number: two programs starting at once migrate one after the other."""
_LOCK_NOT_AVAILABLE = "55P03"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a revision may hold others up.  Units: seconds."""

    lock: float = 2.0
    """Waiting for one lock; writers queue behind it meanwhile."""
    statement: float = 900.0
    patience: float = 300.0
    """Trying again; then the upgrade says why it stopped."""
    pause: float = 1.0


class MigrationBlocked(RuntimeError):
    """Somebody held a table for so long that a revision could not be applied; nothing of it was."""


LIMITS = Limits()


def migrate(database_url: str, *, limits: Limits = LIMITS, further: Path | None = None) -> list[str]:
    """The revisions applied, oldest first; empty when the database was up to date.  Connect as the owner role.

    `further` is a folder with revisions after the program's own.
    Raises: MigrationBlocked; what was applied before it stays.
    """
    engine = create_engine(make_url(database_url).set(drivername="postgresql+psycopg"))
    try:
        with engine.connect() as connection:
            connection.execute(text("select pg_advisory_lock(:number)"), {"number": _LOCK})
            connection.execute(text("create schema if not exists kernel"))
            _limit(connection, limits)
            connection.commit()
            config = _config(connection, further)
            pending = _after(config, _current(connection))
            connection.commit()
            for revision in pending:
                _apply(connection, config, revision, limits)
            return pending
    finally:
        engine.dispose()


def is_newest(database_url: str) -> bool:
    """Whether a database stands at the program's newest revision."""
    engine = create_engine(make_url(database_url).set(drivername="postgresql+psycopg"))
    try:
        with engine.connect() as connection:
            return not _after(_config(connection, None), _current(connection))
    finally:
        engine.dispose()


def _limit(connection: Connection, limits: Limits) -> None:
    given = {"lock": f"{limits.lock * 1000:.0f}", "statement": f"{limits.statement * 1000:.0f}"}
    set_both = "select set_config('lock_timeout', :lock, false), set_config('statement_timeout', :statement, false)"
    connection.execute(text(set_both), given)


def _apply(connection: Connection, config: Config, revision: str, limits: Limits) -> None:
    """Nothing: the revision is applied.  Raises: MigrationBlocked."""
    deadline = time.monotonic() + limits.patience
    while True:
        try:
            _drop_invalid_indexes(connection)
            command.upgrade(config, revision)
        except OperationalError as error:
            connection.rollback()
            if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
                raise
            if time.monotonic() > deadline:
                raise MigrationBlocked(
                    f"Revision {revision} waited {limits.patience:.0f} s for a table that somebody holds, and nothing"
                    " of it was applied: end long transactions, then start again."
                ) from error
            time.sleep(limits.pause)
        else:
            connection.commit()
            return


def _drop_invalid_indexes(connection: Connection) -> None:
    """What making an index concurrently left when it gave way: `if not exists` would take it for the whole one."""
    invalid = "select indexrelid::regclass::text from pg_index where not indisvalid"
    for (name,) in connection.execute(text(invalid)).all():
        connection.exec_driver_sql(f"drop index if exists {name}")
    connection.commit()


def _config(connection: Connection, further: Path | None) -> Config:
    folder = Path(__file__).parent
    config = Config()
    config.set_main_option("script_location", str(folder))
    if further is not None:
        config.set_main_option("path_separator", "newline")
        config.set_main_option("version_locations", f"{folder / 'versions'}\n{further}")
    config.attributes["connection"] = connection
    return config


def _current(connection: Connection) -> str | None:
    options = {"version_table": "schema_revisions", "version_table_schema": "kernel"}
    return MigrationContext.configure(connection, opts=options).get_current_revision()


def _after(config: Config, current: str | None) -> list[str]:
    walk = ScriptDirectory.from_config(config).walk_revisions("base", "head")
    newest_first = [revision.revision for revision in walk]
    return list(reversed(newest_first[: newest_first.index(current)] if current else newest_first))
