"""What a batch did, for logs, people and Dagster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from pipelines.checks.result import CheckResult, PublishBlocked


class BatchFailed(RuntimeError):
    """A batch was landed, but its marts could not be computed; the message carries the database's reason."""


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What one batch did, and how long each of its parts took."""

    batch_id: int
    kind: str
    state: str
    watermark: datetime
    rows_loaded: Mapping[str, int]
    rows_written: Mapping[str, int]
    checks: Sequence[CheckResult]
    version: int | None = None
    error: str | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    run_id: UUID | None = None
    """The run that made it, as the record of loads and the lake know it."""

    def check_published(self) -> None:
        """Nothing when readers see this batch.  Raises: PublishBlocked when a check stopped it, BatchFailed else."""
        if self.state == "blocked":
            raise PublishBlocked([check for check in self.checks if not check.passed])
        if self.error is not None:
            raise BatchFailed(self.error)

    def __str__(self) -> str:
        """One line for a person."""
        taken = ", ".join(f"{name} {value:.2f} s" for name, value in self.seconds.items())
        done = (
            f"{sum(self.rows_loaded.values()):,} rows of {len(self.rows_loaded)} tables into"
            f" {len(self.rows_written)} marts ({sum(self.rows_written.values()):,} rows)"
            if self.rows_written
            else "all marts computed anew"
        )
        told = f"Batch {self.batch_id} ({self.kind}) {self.state}: {done}, version {self.version}; {taken}."
        return f"{told} {self.error}" if self.error else told
