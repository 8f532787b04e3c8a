"""`qooerp backup` and `qooerp restore`: the books kept elsewhere, and brought back."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.database import running_database
from cli.erased_persons import told
from runtime.settings import load_settings


def backup() -> None:
    """Copy the books into the archive folder (QOOERP_ARCHIVE_DIR, else `backups` of the state folder)."""
    from backups.make import make_backup  # noqa: PLC0415  # only these commands need it

    settings = load_settings()
    began = time.monotonic()
    with running_database(settings):
        folder = make_backup(settings)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    typer.echo(f"{folder}  {size / 1e6:.0f} MB in {time.monotonic() - began:.1f} s")


def restore(
    source: Annotated[Path, typer.Argument(help="A backup, or an archive folder with several.")],
    until: Annotated[
        str | None,
        typer.Option(
            help="The moment to restore, as 2026-03-31T23:59:59Z, UTC without a zone; else the latest there is."
        ),
    ] = None,
) -> None:
    """Bring books back into an empty state folder (QOOERP_HOME) or an empty database (DATABASE_URL), and check them.

    Exit code 1 when a check finds something wrong in them.
    """
    from backups.manifest import BackupRefused  # noqa: PLC0415  # only these commands need it
    from backups.restore import choose_backup, restore_backup  # noqa: PLC0415  # only these commands need it

    settings = load_settings()
    moment = _moment(until)
    folder = source if (source / "manifest.json").exists() else choose_backup(source, moment)
    began = time.monotonic()
    restored = restore_backup(settings, folder, until=moment)
    findings = restored.findings
    for finding in findings:
        typer.echo(str(finding))
    typer.echo(f"Restored {folder.name} into {settings.home} in {time.monotonic() - began:.1f} s.")
    for line in told(restored.forgotten):
        typer.echo(line)
    if findings:
        raise BackupRefused(f"{len(findings)} findings in the restored books, see above.")
    typer.echo("The books are right. `qooerp up` makes the figures anew.")


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no moment: write it as 2026-03-31T23:59:59Z.") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
