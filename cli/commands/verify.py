"""`qooerp verify`: whether what was written once is still as it was sealed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.database import running_database
from runtime.settings import load_settings
from seals.sealing import seal_new_rows
from seals.verify import verify as verify_seals


def verify(
    seals: Annotated[Path | None, typer.Option(help="A copy of the book of seals, kept elsewhere.")] = None,
) -> None:
    """Hold journal, stock moves and audit log against their seals, then seal what is new.

    Exit code 1 where a row was changed, cut off or added behind the program's back.
    """
    settings = load_settings()
    with running_database(settings):
        found = verify_seals(settings, seals=seals)
        for amended in found.amended:
            typer.echo(amended)
        for broken in found.broken:
            typer.echo(str(broken))
        if found.broken:
            typer.echo(f"{len(found.broken)} places are not what was sealed.")
            raise typer.Exit(1)
        seal_new_rows(settings)
    until = f" until {found.sealed_until}" if found.sealed_until else ""
    typer.echo(f"{found.rows} rows of {found.seals} seals{until} are as they were sealed.")
