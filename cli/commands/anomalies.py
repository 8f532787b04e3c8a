"""`qooerp anomalies`: the detectors over anybody's series."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

anomalies = typer.Typer(help="The detectors over anybody's series.", no_args_is_help=True)


@anomalies.callback()
def _group() -> None:
    """The detectors over anybody's series."""


@anomalies.command("score")
def score(
    csv: Annotated[
        Path, typer.Option("--csv", exists=True, help="A folder of CSV files (timestamp,value), or one such file.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="Where scores are written; default: `scores` beside the folder.")
    ] = None,
) -> None:
    """Write each file again with a column `score` from 0 (usual) to 1; 0.5 and above is worth a look.

    Folders inside are kept. A file without a series is named at the end with its reason, the others are scored all the
    same, and the exit code is then 1.
    """
    from ai.anomalies.folder.writing import score_files  # noqa: PLC0415  # heavy

    root = csv if csv.is_dir() else csv.parent
    target = out or root.with_name(f"{root.resolve().name}-scores")
    files = sorted(path for path in root.rglob("*.csv") if target not in path.parents) if csv.is_dir() else [csv]
    if not files:
        typer.echo(f"There is no CSV file in {csv}.", err=True)
        raise typer.Exit(1)
    failed = []
    for each in score_files(files, [target / file.relative_to(root) for file in files]):
        if each.refusal:
            failed.append(each.refusal)
            continue
        typer.echo(f"{each.file.relative_to(root)}: {each.rows} rows, {each.alarms} of 0.5 and above")
    typer.echo(f"{len(files) - len(failed)} files scored into {target}.")
    for reason in failed:
        typer.echo(f"not scored: {reason}", err=True)
    if failed:
        raise typer.Exit(1)
