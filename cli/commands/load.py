"""`qooerp load`: what changed, into the marts."""

from __future__ import annotations

import typer

from cli.database import running_database
from runtime.progress import make_progress
from runtime.settings import load_settings
from runtime.telemetry import switch_telemetry_off


def load() -> None:
    """Load what changed since the last time, transform it and publish what passes its checks."""
    switch_telemetry_off()
    from pipelines.worker import run_once  # noqa: PLC0415  # heavy

    settings = load_settings()
    with running_database(settings):
        report = run_once(settings, make_progress())
    typer.echo(str(report))
