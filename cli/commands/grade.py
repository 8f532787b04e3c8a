"""`qooerp grade`: customers graded by their figures."""

from __future__ import annotations

import typer

from cli.database import running_database
from runtime.settings import load_settings


def grade() -> None:
    """Grade the customers of every tenant that has rules, for this month; who has a grade of the month keeps it."""
    from api.context import open_services  # noqa: PLC0415  # heavy
    from api.grading import grade_everyone  # noqa: PLC0415  # heavy

    settings = load_settings()
    with running_database(settings):
        services = open_services(settings, connections=1)
        try:
            graded = grade_everyone(services)
        finally:
            services.close()
    for slug, count in graded.items():
        typer.echo(f"{slug}: {count} customers graded.")
