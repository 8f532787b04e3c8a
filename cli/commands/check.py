"""`qooerp check`: whether the books are right."""

from __future__ import annotations

import typer

from cli.database import running_database
from runtime.settings import load_settings


def check() -> None:
    """Check every invariant of the books in every tenant; exit code 1 when one is broken."""
    from transactional.checks import run_checks  # noqa: PLC0415  # heavy

    settings = load_settings()
    with running_database(settings):
        findings = run_checks(settings)
    for finding in findings:
        typer.echo(str(finding))
    if findings:
        typer.echo(f"{len(findings)} findings.")
        raise typer.Exit(1)
    typer.echo("The books are right.")
