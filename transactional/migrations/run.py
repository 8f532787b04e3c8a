"""Bring a database to the newest revision."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url

_LOCK = 7_203_114_001
"""Advisory lock number: two programs starting at once migrate one after the other."""


def migrate(database_url: str) -> list[str]:
    """The revisions applied, oldest first; empty when the database was up to date.  Connect as the owner role."""
    engine = create_engine(make_url(database_url).set(drivername="postgresql+psycopg"))
    try:
        with engine.begin() as connection:
            connection.execute(text("select pg_advisory_xact_lock(:number)"), {"number": _LOCK})
            connection.execute(text("create schema if not exists kernel"))
            before = _current(connection)
            config = _config(connection)
            command.upgrade(config, "head")
            return _between(config, before)
    finally:
        engine.dispose()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def _current(connection: Connection) -> str | None:
    options = {"version_table": "schema_revisions", "version_table_schema": "kernel"}
    return MigrationContext.configure(connection, opts=options).get_current_revision()


def _between(config: Config, before: str | None) -> list[str]:
    walk = ScriptDirectory.from_config(config).walk_revisions("base", "head")
    newest_first = [revision.revision for revision in walk]
    return list(reversed(newest_first[: newest_first.index(before)] if before else newest_first))
