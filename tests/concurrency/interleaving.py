"""Two transactions side by side: at a chosen step of the first, the whole second one runs, as far as locks let it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import pytest
from sqlalchemy import event

from transactional.kernel.errors import DomainError
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database, Session
from transactional.kernel.wire import Wire

Act: TypeAlias = Callable[[Session], Any]
PATIENCE_SECONDS = 0.1
"""How long the first one waits: a second that is not done by then waits for a lock of the first."""


@dataclass(frozen=True, slots=True)
class Met:
    """What became of both: the refusal of each, nothing where it was carried out; whether the step was reached."""

    first: type[DomainError] | None
    second: type[DomainError] | None
    is_reached: bool

    @property
    def won(self) -> int:
        """How many were carried out."""
        return (self.first is None) + (self.second is None)


class Interleaving:
    """Counts the steps of a transaction, which are its ways to the database, and lets another one in before one."""

    def __init__(self, database: Database, principal: Principal) -> None:
        """Watch nothing yet."""
        self._database, self._principal = database, principal
        self._own = threading.local()

    @contextmanager
    def watching(self, patch: pytest.MonkeyPatch) -> Iterator[None]:
        """Steps are counted while the block runs."""
        exchange = Wire.exchange

        def exchange_watched(wire: Wire, statements: Sequence[Any]) -> None:
            self._step()
            exchange(wire, statements)

        def execute_watched(*_: Any) -> None:
            self._step()

        engine = self._database.engine
        event.listen(engine, "before_cursor_execute", execute_watched)
        with patch.context() as changed:
            changed.setattr(Wire, "exchange", exchange_watched)
            yield
        event.remove(engine, "before_cursor_execute", execute_watched)

    def meet(self, first: Act, second: Act, step: int) -> Met:
        """Both carried out, the second begun before the given step of the first, or after all of it."""
        let_in = threading.Event()
        with ThreadPoolExecutor(2) as pool:
            other = pool.submit(self._second, second, let_in)

            def pause() -> None:
                let_in.set()
                done.wait(PATIENCE_SECONDS)

            done = threading.Event()
            other.add_done_callback(lambda _: done.set())
            mine = pool.submit(self._first, first, step, pause)
            try:
                refusal, is_reached = mine.result()
            finally:
                let_in.set()
            return Met(refusal, other.result(), is_reached)

    def _first(self, act: Act, step: int, pause: Callable[[], None]) -> tuple[type[DomainError] | None, bool]:
        self._own.left, self._own.pause = step, pause
        try:
            refusal = self._carry_out(act)
            return refusal, self._own.left <= 0
        finally:
            del self._own.left

    def _second(self, act: Act, let_in: threading.Event) -> type[DomainError] | None:
        let_in.wait()
        return self._carry_out(act)

    def _carry_out(self, act: Act) -> type[DomainError] | None:
        try:
            with self._database.transaction(self._principal) as session:
                act(session)
        except DomainError as refusal:
            return type(refusal)
        return None

    def _step(self) -> None:
        left = getattr(self._own, "left", None)
        if left is None:
            return
        self._own.left = left - 1
        if left == 1:
            self._own.pause()
