"""`qooerp eval`: how often the program is right, measured against known answers."""

from __future__ import annotations

from typing import Annotated

import typer

evaluations = typer.Typer(help="How often the program is right, by known answers.", no_args_is_help=True)


@evaluations.callback()
def _group() -> None:
    """How often the program is right, by known answers."""


@evaluations.command("anomalies")
def eval_anomalies(
    seeds: Annotated[list[int] | None, typer.Option("--seed", help="Seeds of the made-up companies.")] = None,
    *,
    demo: Annotated[
        bool, typer.Option("--demo", help="Judge the demo company's marts by what its simulator planted, too.")
    ] = False,
) -> None:
    """Recall, false alarms, precision and delay by pattern and seed; exit code 1 where they fall short."""
    from ai.evals import folder  # noqa: PLC0415  # heavy
    from ai.evals.anomalies import SEEDS, evaluate, table_of  # noqa: PLC0415
    from runtime.settings import load_settings  # noqa: PLC0415

    text, short = evaluate(tuple(seeds or SEEDS))
    typer.echo(text)
    scored, poor = folder.evaluate()
    typer.echo(f"\n{scored}")
    short += poor
    if demo:
        from olap.errors import MetricsError  # noqa: PLC0415
        from pipelines.scores.judging import judge_demos  # noqa: PLC0415  # heavy

        try:
            typer.echo(f"\n{table_of('Demo companies', judge_demos(load_settings()), unit='documents')}")
        except MetricsError as error:
            short = [*short, f"demo companies: {error}"]
    for each in short:
        typer.echo(f"falls short: {each}", err=True)
    if short:
        raise typer.Exit(1)


@evaluations.command("questions")
def eval_questions() -> None:
    """The assistant on questions with known answers about the loaded companies; exit code 1 below the bounds."""
    from ai.evals.questions import evaluate  # noqa: PLC0415  # heavy
    from olap.errors import NumbersUnavailable  # noqa: PLC0415

    try:
        kept = evaluate()
    except NumbersUnavailable as error:
        typer.echo(f"qooerp: {error} Run `qooerp load` first.", err=True)
        raise typer.Exit(1) from None
    if not kept:
        raise typer.Exit(1)


@evaluations.command("retrieval")
def eval_retrieval() -> None:
    """How often the right place of the shipped handbook is found, by embedding; exit code 1 below four of five."""
    from ai.evals.retrieval import evaluate  # noqa: PLC0415  # heavy
    from runtime.settings import load_settings  # noqa: PLC0415

    text, passes = evaluate(load_settings())
    typer.echo(text)
    if not passes:
        raise typer.Exit(1)
