"""Progress of long work: a live display in a terminal, plain lines where output is kept in a file."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichDisplay

# Work shorter than this is done before anybody wonders.
QUIET_SECONDS = 2.0
LINE_EVERY_SECONDS = 10.0


class Progress(Protocol):
    """Says what is being done and how far it is."""

    def step(self, title: str) -> AbstractContextManager[None]:
        """Everything inside the `with` block is one step of this title; steps may be nested."""
        ...

    def advance(self, done: int, total: int) -> None:
        """The running step has done this many of a total."""
        ...


class SilentProgress:
    """Says nothing: for work inside a request or a test."""

    @contextmanager
    def step(self, title: str) -> Iterator[None]:  # noqa: ARG002  # the interface's parameter
        """The step, unseen."""
        yield

    def advance(self, done: int, total: int) -> None:
        """Nothing is shown."""


class PlainProgress:
    """One line when a step has taken longer than a moment, one every ten seconds while it lasts, one at its end."""

    def __init__(
        self,
        stream: TextIO | None = None,
        *,
        quiet_seconds: float = QUIET_SECONDS,
        every_seconds: float = LINE_EVERY_SECONDS,
    ) -> None:
        self._stream = stream or sys.stdout
        self._quiet_seconds = quiet_seconds
        self._every_seconds = every_seconds
        self._counts: list[tuple[int, int] | None] = []

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Announce, count and close one step."""
        depth = len(self._counts)
        self._counts.append(None)
        ended = threading.Event()
        started = time.monotonic()
        reporter = threading.Thread(target=self._report, args=(title, depth, started, ended), daemon=True)
        reporter.start()
        outcome = "failed"
        try:
            yield
            outcome = "done"
        finally:
            ended.set()
            reporter.join()
            last = self._counts.pop()
            seconds = time.monotonic() - started
            if seconds >= self._quiet_seconds or depth == 0:
                counted = f", {last[1]:,}" if last is not None and last[0] >= last[1] else ""
                self._say(depth, f"{title}: {outcome} ({seconds:.1f} s{counted})")

    def advance(self, done: int, total: int) -> None:
        """Remember how far the innermost step is; the next line shows it."""
        if self._counts:
            self._counts[-1] = (done, total)

    def _report(self, title: str, depth: int, started: float, ended: threading.Event) -> None:
        wait = self._quiet_seconds
        while not ended.wait(wait):
            wait = self._every_seconds
            count = self._counts[depth]
            share = f" {count[0]:,} of {count[1]:,}," if count is not None else ""
            self._say(depth, f"{title} ...{share} {time.monotonic() - started:.0f} s")

    def _say(self, depth: int, text: str) -> None:
        self._stream.write(f"{'  ' * depth}{text}\n")
        self._stream.flush()


class TerminalProgress:
    """A spinner, a bar and the elapsed time for each running step; finished steps stay as a line."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console()
        self._display: RichDisplay | None = None
        self._running: list[TaskID] = []

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show one step while it runs."""
        display = self._display or self._open()
        depth = len(self._running)
        task = display.add_task("  " * depth + title, total=None)
        self._running.append(task)
        started = time.monotonic()
        mark = "[red]failed[/red]"
        try:
            yield
            mark = "[green]done[/green]"
        finally:
            self._running.pop()
            display.remove_task(task)
            if depth == 0:
                display.stop()
                self._display = None
            seconds = time.monotonic() - started
            if depth == 0 or seconds >= QUIET_SECONDS:
                self._console.print(f"{'  ' * depth}{title}: {mark} ({seconds:.1f} s)", highlight=False)

    def advance(self, done: int, total: int) -> None:
        """Move the innermost step's bar."""
        if self._display is not None and self._running:
            self._display.update(self._running[-1], completed=done, total=total)

    def _open(self) -> RichDisplay:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=30), MofNCompleteColumn())
        self._display = RichDisplay(*columns, TimeElapsedColumn(), console=self._console, transient=True)
        self._display.start()
        return self._display


def make_progress(stream: TextIO | None = None) -> Progress:
    """The display that suits the output: live in a terminal, plain lines in a file or a pipe."""
    chosen = stream or sys.stdout
    return TerminalProgress(Console(file=chosen)) if chosen.isatty() else PlainProgress(chosen)
