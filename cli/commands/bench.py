"""`qooerp bench`: our claims, measured."""

from __future__ import annotations

from typing import Annotated

import typer

from runtime.progress import make_progress
from runtime.settings import load_settings


def bench(
    names: Annotated[list[str] | None, typer.Argument(help="Which benchmarks; default: all.")] = None,
) -> None:
    """Measure beside a baseline in the same run and write the table to docs/benchmarks.md."""
    from bench.run import run_benches  # noqa: PLC0415  # heavy

    run_benches(load_settings(), names or [], make_progress())
