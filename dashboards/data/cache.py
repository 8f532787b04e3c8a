"""Answers kept for everyone with the same rights, while the data stay the same; safe between threads."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from cachetools import TTLCache

SECONDS = 600.0
_ANSWERS_MAX = 4_000
_VERSION_SECONDS = 2.0

T = TypeVar("T")


class Cache:
    """Answers by everything that they depend on."""

    def __init__(self, *, seconds: float, size: int = _ANSWERS_MAX) -> None:
        """Keep so many answers for so long."""
        self._kept: TTLCache[str, Any] = TTLCache(size, seconds)
        self._lock = threading.Lock()

    def get(self, key: object, make: Callable[[], T]) -> T:
        """The answer kept under a key, made where there is none; what raises is not kept."""
        text = json.dumps(key, sort_keys=True, default=str)
        with self._lock:
            if text in self._kept:
                kept: T = self._kept[text]
                return kept
        made = make()
        with self._lock:
            self._kept[text] = made
        return made

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()


ANSWERS = Cache(seconds=SECONDS)
VERSIONS = Cache(seconds=_VERSION_SECONDS, size=500)


def forget_all() -> None:
    """Empty the caches, as a test or a forced reload does."""
    ANSWERS.clear()
    VERSIONS.clear()
