"""How a check ended, in a form that the record of batches, the pointer file and Dagster share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check: its name, the mart it speaks of, whether it held, and the figures behind that."""

    name: str
    mart: str
    passed: bool
    figures: Mapping[str, Any] = field(default_factory=dict)

    def as_record(self) -> dict[str, Any]:
        """The result as plain JSON values; amounts as text."""
        return {
            "name": self.name,
            "mart": self.mart,
            "passed": self.passed,
            **{k: _plain(v) for k, v in self.figures.items()},
        }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)


class PublishBlocked(RuntimeError):
    """A check failed: nothing of the batch is published, the last good version stays readable."""

    def __init__(self, failed: list[CheckResult]) -> None:
        self.failed = failed
        said = "; ".join(f"{r.mart}: {r.name} ({', '.join(f'{k} {v}' for k, v in r.figures.items())})" for r in failed)
        super().__init__(f"Publishing is blocked by {len(failed)} failed checks: {said}")
