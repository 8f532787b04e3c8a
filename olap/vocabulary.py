"""The semantic manifest in memory, read again when dbt has written a new one."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

from olap.cache import Cache
from olap.compiler import Compiler, Dialect
from olap.errors import NumbersUnavailable
from olap.lineage import Lineage
from olap.manifest import Manifest, read_manifest
from olap.plan import Planner
from olap.resolve import Names

MANIFEST = "semantic_manifest.json"
DESCRIPTIONS_KEPT = 64


@dataclass(frozen=True)
class Vocabulary:
    """One manifest with everything built on it."""

    manifest: Manifest
    names: Names
    planner: Planner
    lineage: Lineage
    stamp: tuple[int, int]
    described: Cache = field(default_factory=lambda: Cache(DESCRIPTIONS_KEPT), compare=False, repr=False)
    """What askers with the same rights are told of it, in one language each: it changes with the manifest only."""


class VocabularyFile:
    """The vocabulary in a file; a changed file is noticed by its time, a broken one leaves the last good one."""

    def __init__(self, path: Path, dialect: Dialect = "duckdb") -> None:
        """Nothing is read before it is asked for."""
        self.path = path
        self.dialect = dialect
        self._lock = threading.Lock()
        self._current: Vocabulary | None = None

    def current(self) -> Vocabulary:
        """The vocabulary now.  Raises: NumbersUnavailable where there has never been a readable manifest."""
        with self._lock:
            stamp = self._look()
            if self._current is None or (stamp is not None and stamp != self._current.stamp):
                self._current = self._load(stamp)
            return self._current

    def _look(self) -> tuple[int, int] | None:
        try:
            seen = self.path.stat()
        except OSError:
            return None
        return seen.st_mtime_ns, seen.st_size

    def _load(self, stamp: tuple[int, int] | None) -> Vocabulary:
        if stamp is None:
            raise NumbersUnavailable(reason="the semantic manifest has not been built yet")
        try:
            return build(read_manifest(self.path), self.dialect, stamp)
        except NumbersUnavailable:
            if self._current is None:
                raise
            return self._current


def build(manifest: Manifest, dialect: Dialect = "duckdb", stamp: tuple[int, int] = (0, 0)) -> Vocabulary:
    """The vocabulary of a manifest."""
    names = Names(manifest, Compiler(manifest.text, dialect))
    return Vocabulary(manifest, names, Planner(names), Lineage(names), stamp)
