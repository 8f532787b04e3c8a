"""Time limits, kept by one thread: to start a thread for each statement costs more than to look at a small one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_LOOK_SECONDS = 0.1
"""How late the end of a time limit may be noticed."""


class Watch:
    """Calls what a block gave it once the block takes longer than it may."""

    def __init__(self, name: str) -> None:
        """Nothing is watched yet, and nobody watches."""
        self._name = name
        self._ends: dict[object, tuple[float, Callable[[], None]]] = {}
        self._lock = threading.Lock()
        self._something = threading.Event()
        self._thread: threading.Thread | None = None
        self._is_closed = False

    @contextmanager
    def over(self, stop: Callable[[], None], seconds: float | None) -> Iterator[None]:
        """Call `stop` from another thread if the block is not left after so many seconds; never without a limit."""
        if seconds is None:
            yield
            return
        key = object()
        with self._lock:
            self._ends[key] = (time.monotonic() + seconds, stop)
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name=self._name, daemon=True)
                self._thread.start()
        self._something.set()
        try:
            yield
        finally:
            with self._lock:
                # Whoever stops holds the lock too: what has been left is not stopped any more.
                self._ends.pop(key, None)

    def close(self) -> None:
        """End the thread."""
        self._is_closed = True
        self._something.set()

    def _look(self) -> None:
        while not self._is_closed:
            self._something.wait()
            with self._lock:
                now = time.monotonic()
                over = [key for key, (end, _) in self._ends.items() if end <= now]
                for key in over:
                    self._ends.pop(key)[1]()
                if not self._ends:
                    self._something.clear()
            time.sleep(_LOOK_SECONDS)
