"""`qooerp credentials`: who may sign in to the demo, and where analysts read."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from runtime.demo_logins import read_logins
from runtime.roles import analyst_login, ensure_analyst, left_open
from runtime.settings import DatabaseRole, Settings, SettingsRefused, load_settings


class TenantMissing(RuntimeError):
    """No tenant goes by the name; the message says which ones there are."""


def credentials(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array, for programs.")] = False,
    sql: Annotated[
        str | None,
        typer.Option(metavar="TENANT", help="Print instead where this tenant's analysts read the marts by SQL."),
    ] = None,
) -> None:
    """Print the logins of the demo company; their passwords are random per installation."""
    settings = load_settings()
    if sql is not None:
        _check_name(sql)
        # Of a folder without books nothing is made.
        settings.database_url(DatabaseRole.APP)
        from cli.database import running_database  # noqa: PLC0415  # heavy

        with running_database(settings):
            _print_analyst(settings, sql)
        return
    logins = read_logins(settings.home)
    if not logins:
        raise SettingsRefused(f"{settings.home} has no demo company yet: run `qooerp up` or `qooerp demo`.")
    if as_json:
        typer.echo(json.dumps([login.model_dump() for login in logins], indent=2))
        return
    for login in logins:
        typer.echo(f"{login.tenant:<14} {login.role:<18} {login.username:<32} {login.password}")


def _check_name(slug: str) -> None:
    try:
        analyst_login(slug)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _print_analyst(settings: Settings, slug: str) -> None:
    _check_tenant(settings, slug)
    typer.echo(ensure_analyst(settings, slug))
    if (statement := left_open(settings)) is not None:
        typer.echo(
            "On your server an analyst can still take locks that others wait for, and write large objects. Have its "
            f"superuser run in this database:\n{statement};",
            err=True,
        )


def _check_tenant(settings: Settings, slug: str) -> None:
    """Nothing for a tenant that is there.  A login made before its tenant would read whoever gets that name later."""
    from sqlalchemy import select  # noqa: PLC0415  # heavy

    from transactional.identity.models import Tenant  # noqa: PLC0415  # heavy
    from transactional.kernel.session import Database  # noqa: PLC0415  # heavy

    database = Database(settings.database_url(DatabaseRole.APP), pool_size=1)
    try:
        with database.outside_tenants() as session:
            known = sorted(session.scalars(select(Tenant.slug)))
    finally:
        database.close()
    if slug not in known:
        raise TenantMissing(f"There is no tenant {slug}. Known are: {', '.join(known) or 'none yet'}.")
