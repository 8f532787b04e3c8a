"""How files of many records are taken, and what is told of it afterwards."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from transactional.kernel.resource import Change


@dataclass(frozen=True, slots=True)
class BadCell:
    """One cell that cannot be taken."""

    line: int
    column: str
    reason: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    bad: list[BadCell] = field(default_factory=list)


Complete = Callable[[Sequence[Change]], Mapping[UUID, Mapping[str, Any]]]
"""Fills in what new records leave out; what it was and why, by the ids of those records."""


@dataclass(frozen=True, slots=True)
class ImportWish:
    """How a file is taken."""

    dry_run: bool = False
    """Check everything and write nothing."""
    only_good: bool = False
    """Write the good rows although others are bad."""
    complete: Complete | None = None
    """The audit log keeps what it filled in."""


ALL_OR_NOTHING = ImportWish()
"""Every row is good, or nothing is written."""
