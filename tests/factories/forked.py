"""Processes to be killed, forked from one that has imported the program: a kill wants a process, not its imports."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache
from multiprocessing import forkserver, get_context
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]
_IMPORTED = ("importers.run", "olap.engines.duckdb", "pipelines.batches", "reports.sender")
"""Seconds each; what else a process needs it imports by itself."""


def start_forked(
    work: Callable[..., None], *given: Any, environment: Mapping[str, str] | None = None
) -> ForkServerProcess:
    """A process that works, with the present environment and more; its errors are in what the test has printed."""
    process = _context().Process(target=_work, args=({**os.environ, **(environment or {})}, work, given))
    process.start()
    return process


@cache
def _context() -> ForkServerContext:
    """The server of forks of this process, from now to its end."""
    context = get_context("forkserver")
    context.set_forkserver_preload(list(_IMPORTED))
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(PROJECT)
    forkserver.ensure_running()
    os.environ.pop("PYTHONPATH") if before is None else os.environ.update(PYTHONPATH=before)
    return context


def _work(environment: Mapping[str, str], work: Callable[..., None], given: tuple[Any, ...]) -> None:
    # The server has the environment of its own start.
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(PROJECT)
    work(*given)
