"""The last results, by everything that they depend on; what several ask for at once is made once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, TypeVar

RESULTS_KEPT = 512

T = TypeVar("T")


class Cache:
    """Results under their keys; safe to share between threads."""

    def __init__(self, size: int = RESULTS_KEPT) -> None:
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._under_way: dict[Hashable, Future[Any]] = {}
        self._lock = threading.Lock()
        self._size = size

    def get(self, key: Hashable) -> Any | None:
        """What was kept under a key, or None."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: Hashable, value: Any) -> None:
        """Keep a value; the one unused for longest goes."""
        with self._lock:
            self._kept[key] = value
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget everything; what is under way is finished for those who wait for it."""
        with self._lock:
            self._kept.clear()
            self._under_way.clear()

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What was kept under a key, or what is made now; whoever asks meanwhile waits for it, its refusal included.

        Thirty people who open one dashboard after a load cost what one does. What is made is not kept: that is `put`.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                kept: T = self._kept[key]
                return kept
            waited_for = self._under_way.get(key)
            mine: Future[T] = Future()
            if waited_for is None:
                self._under_way[key] = mine
        if waited_for is not None:
            found: T = waited_for.result()
            return found
        try:
            made = make()
        except BaseException as error:
            mine.set_exception(error)
            raise
        else:
            mine.set_result(made)
            return made
        finally:
            with self._lock:
                if self._under_way.get(key) is mine:
                    del self._under_way[key]
