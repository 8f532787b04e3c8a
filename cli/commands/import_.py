"""`qooerp import`: another system's data, through our services."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.database import running_database
from runtime.progress import make_progress
from runtime.settings import load_settings


def import_source(
    source: Annotated[str, typer.Argument(help="Which system: adventureworks, northwind or online-retail.")],
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="The folder with its files.")],
    tenant: Annotated[
        str | None, typer.Option(help="The tenant to import into; default: one of the source's name.")
    ] = None,
    strict: Annotated[  # noqa: FBT002  # a flag of the command line
        bool, typer.Option("--strict", help="Refuse a source with any broken row, before anything is written.")
    ] = False,
) -> None:
    """Import a company; what cannot be booked is listed with its reason. Run again it imports nothing twice."""
    from importers.problems import ImportRefused  # noqa: PLC0415  # heavy
    from importers.run import run_import  # noqa: PLC0415  # heavy

    settings = load_settings()
    try:
        with running_database(settings):
            report = run_import(settings, source, folder, tenant=tenant, strict=strict, progress=make_progress())
    except ImportRefused as refusal:
        # What to mend: files, or rows with file, line, column and reason.
        typer.echo(str(refusal), err=True)
        raise typer.Exit(1) from None
    typer.echo(str(report))
    if not report.is_sound:
        raise typer.Exit(1)
