"""`qooerp migrate`: the schema of this version."""

from __future__ import annotations

import typer

from cli.database import running_database
from runtime.settings import DatabaseRole, load_settings


def migrate() -> None:
    """Bring the database schema to this version; prints each revision applied."""
    from transactional.migrations.run import migrate as apply  # noqa: PLC0415  # heavy

    settings = load_settings()
    with running_database(settings, has_tables=False):
        revisions = apply(settings.database_url(DatabaseRole.OWNER))
    for revision in revisions:
        typer.echo(f"applied {revision}")
    if not revisions:
        typer.echo("The schema is up to date.")
