"""What a place that holds published marts can do."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import pyarrow as pa
from sqlglot import exp

from olap.compiler import Dialect

TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True)
class Version:
    """One published state of all marts: what it is called, and how fresh it is."""

    id: str
    loaded_at: str | None
    watermark: str | None
    checks: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """Rows as they came, with the names and types of their columns."""

    names: tuple[str, ...]
    types: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]


class Snapshot(Protocol):
    """All marts of one tenant at one version; what is asked of it never sees a later one."""

    version: Version
    columns: Mapping[str, Mapping[str, str]]

    def relation(self, mart: str) -> exp.Table:
        """Where a mart is kept, as a fresh node."""
        ...

    def state(self, marts: Iterable[str]) -> Hashable:
        """What is the same for two snapshots of a tenant only where these marts are."""
        ...

    def fetch(self, sql: str) -> Answer:
        """The rows of a statement.  Raises: NumbersUnavailable, QueryTimedOut, QueryInvalid."""
        ...

    def stream(self, sql: str) -> Iterator[pa.RecordBatch]:
        """The rows of a statement in batches of columns; the first one may be empty."""
        ...


class Engine(Protocol):
    """A place that holds published marts."""

    dialect: Dialect

    def version(self) -> Version:
        """The version that a question asked now would get.  Raises: NumbersUnavailable before the first publication."""
        ...

    def confirmed_at(self) -> datetime | None:
        """When that version was last found to hold everything committed; nothing where nobody looks."""
        ...

    def written(self, tree: exp.Query) -> str:
        """A statement in the words that this place understands."""
        ...

    def snapshot(self, tenant_id: str) -> AbstractContextManager[Snapshot]:
        """A tenant's marts, pinned while the context lasts."""
        ...
