"""`qooerp credentials`: who may sign in to the demo."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from runtime.demo_logins import read_logins
from runtime.roles import ensure_analyst
from runtime.settings import SettingsRefused, load_settings


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
        try:
            typer.echo(ensure_analyst(settings, sql))
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
        return
    logins = read_logins(settings.home)
    if not logins:
        raise SettingsRefused(f"{settings.home} has no demo company yet: run `qooerp up` or `qooerp demo`.")
    if as_json:
        typer.echo(json.dumps([login.model_dump() for login in logins], indent=2))
        return
    for login in logins:
        typer.echo(f"{login.tenant:<14} {login.role:<18} {login.username:<32} {login.password}")
