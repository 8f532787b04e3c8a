"""How long things took, counted in buckets so fine that a percentile is known to within ten percent."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal
from uuid import UUID

Kind = Literal["route", "sql"]
LEAST_MS: Final = 0.1
RATIO: Final = 1.1
BUCKETS: Final = 140
"""From a tenth of a millisecond to a minute."""
_STEP = math.log(RATIO)
_KEYS_MAX: Final = 3_000
"""Of one process between two flushes; what goes beyond is counted under one name."""
OTHER: Final = "other"


@dataclass(slots=True)
class Latencies:
    """How often, how long in all, and how often within each bucket."""

    count: int = 0
    total_ms: float = 0.0
    buckets: list[int] = field(default_factory=lambda: [0] * BUCKETS)

    def add(self, milliseconds: float) -> None:
        """Count one."""
        self.count += 1
        self.total_ms += milliseconds
        self.buckets[bucket_of(milliseconds)] += 1

    def merge(self, other: Latencies) -> None:
        """Count what another has counted."""
        self.count += other.count
        self.total_ms += other.total_ms
        self.buckets = [mine + more for mine, more in zip(self.buckets, other.buckets, strict=True)]

    @property
    def p95_ms(self) -> float:
        """Below what 95 of 100 stayed."""
        return percentile_ms(self.buckets, 0.95)


def bucket_of(milliseconds: float) -> int:
    """The bucket of a duration; the last one holds everything longer."""
    if milliseconds <= LEAST_MS:
        return 0
    return min(BUCKETS - 1, math.ceil(math.log(milliseconds / LEAST_MS) / _STEP))


def percentile_ms(buckets: Sequence[int], share: float) -> float:
    """The upper end of the bucket in which a share of all lies; 0 where nothing was counted."""
    wanted, below = share * sum(buckets), 0
    for place, count in enumerate(buckets):
        below += count
        if count and below >= wanted:
            return float(LEAST_MS * RATIO**place)
    return 0.0


Key = tuple[UUID, Kind, str]
"""Whose, what kind, and which route or statement."""


class LatencyBook:
    """What one process has counted since it was last taken."""

    def __init__(self) -> None:
        """Nothing is counted yet."""
        self._lock = threading.Lock()
        self._found: dict[Key, Latencies] = {}

    def note(self, tenant_id: UUID, kind: Kind, name: str, milliseconds: float) -> None:
        """Count one."""
        with self._lock:
            key: Key = (tenant_id, kind, name)
            known = self._found.get(key)
            if known is None:
                if len(self._found) >= _KEYS_MAX:
                    key = (tenant_id, kind, OTHER)
                known = self._found.setdefault(key, Latencies())
            known.add(milliseconds)

    def take(self) -> Mapping[Key, Latencies]:
        """What was counted; the book begins anew."""
        with self._lock:
            found, self._found = self._found, {}
        return found

    def give_back(self, found: Mapping[Key, Latencies]) -> None:
        """Count what could not be kept."""
        with self._lock:
            for key, more in found.items():
                self._found.setdefault(key, Latencies()).merge(more)
