"""Processes that book beside the import what does not wait for it, and what nothing of it waits for.

Each goes through the same steps as the import, which does whatever they have not done: a document that is there is not
booked twice. So nothing depends on them but time; where one fails, the import meets the same reason itself.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import TypeAlias

from runtime.processes import end_with_parent
from runtime.settings import Settings
from transactional.kernel.session import Database

log = logging.getLogger("importers.helpers")
Steps: TypeAlias = Iterator[Counter[str]]
"""What each step has written, told once it is committed."""
Work: TypeAlias = Callable[[Database, Callable[[], None]], Steps]
"""Steps over a database; a step that must not come before one of the import's calls the second argument first."""


class Helper:
    """A process beside the import, as far as it has told: how many steps are done, and what they have written."""

    def __init__(self, said: Connection | None = None, told: Connection | None = None) -> None:
        """Listen; where there is nobody to listen to, no step is ever done."""
        self._said, self._told = said, told
        self.steps = 0
        self.written: Counter[str] = Counter()

    def wait_for(self, steps: int) -> bool:
        """Whether so many steps are done; not so where the process has ended before."""
        while self.steps < steps and self._said is not None:
            try:
                self.written += self._said.recv()
                self.steps += 1
            except EOFError:
                self._said = None
        return self.steps >= steps

    def let_go_on(self) -> None:
        """One more step of the process may begin."""
        if self._told is not None:
            with suppress(BrokenPipeError):  # whether it lives is seen when it is waited for
                self._told.send(None)


@contextmanager
def working_beside(settings: Settings, work: Work) -> Iterator[Helper]:
    """A process that does the work in its steps; it ends with the block.

    It is forked, for it works on the plan that is read: no thread may run and no connection be open.
    """
    forking = multiprocessing.get_context("fork")
    said, saying = forking.Pipe(duplex=False)
    hearing, told = forking.Pipe(duplex=False)

    def carry_out() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        end_with_parent(signal.SIGKILL)
        said.close()
        told.close()
        database = Database(settings.database_url("app"))
        try:
            for booked in work(database, hearing.recv):
                saying.send(booked)
        except Exception:
            # The import does the rest, and meets whatever it was in its turn.
            log.exception("nothing more is booked beside the import")
        finally:
            database.close()

    process = forking.Process(target=carry_out, daemon=True)
    process.start()
    saying.close()
    hearing.close()
    try:
        yield Helper(said, told)
    finally:
        process.kill()
        process.join()
        process.close()
        said.close()
        told.close()
