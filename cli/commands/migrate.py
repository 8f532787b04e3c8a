"""`qooerp migrate`: the schema and the system roles of this version."""

from __future__ import annotations

import typer

from cli.database import running_database
from cli.erased_persons import told
from runtime.settings import DatabaseRole, load_settings


def migrate() -> None:
    """Bring the database schema and every tenant's system roles to this version; prints what changed."""
    from cli.system_roles import renew_system_roles  # noqa: PLC0415  # heavy
    from transactional.flows.forget_again import forget_again  # noqa: PLC0415  # heavy
    from transactional.migrations.run import migrate as apply  # noqa: PLC0415  # heavy

    settings = load_settings()
    with running_database(settings, has_tables=False):
        revisions = apply(settings.database_url(DatabaseRole.OWNER))
        renewed = renew_system_roles(settings)
        forgotten = forget_again(settings)
    for revision in revisions:
        typer.echo(f"applied {revision}")
    if not revisions:
        typer.echo("The schema is up to date.")
    for tenant_id, codes in renewed.items():
        typer.echo(f"tenant {tenant_id}: renewed the roles {', '.join(codes)}")
    for line in told(forgotten):
        typer.echo(line)
