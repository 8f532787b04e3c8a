"""What an import did, beside what its source says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from importers.plan import Fate
from importers.problems import RowProblem

_SHOWN = 20
"""Problems told one by one on the terminal; the report holds all of them."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A number of the source beside ours."""

    name: str
    source: Decimal
    booked: Decimal
    tolerance: Decimal = Decimal(0)
    left_out: Decimal = Decimal(0)
    """Of the source's, what was refused."""

    @property
    def difference(self) -> Decimal:
        """How far ours is above the source's, less what was refused of it."""
        return self.booked - (self.source - self.left_out)

    @property
    def is_met(self) -> bool:
        """Whether the difference is what rounding explains."""
        return abs(self.difference) <= self.tolerance

    def __str__(self) -> str:
        mark = "equal" if not self.difference else "within rounding" if self.is_met else "DIFFERS"
        shown = f"{self.name:<28} source {self.source:>18,}  booked {self.booked:>18,}"
        if self.left_out:
            shown += f"  refused {self.left_out:,}"
        allowed = f" of {self.tolerance:,} allowed" if self.tolerance else ""
        return f"{shown}  difference {self.difference:+,}{allowed}: {mark}"


@dataclass(slots=True)
class ImportReport:
    """Counts and sums per kind of document, what was left out and why, how long it took and whether the books hold."""

    source: str
    tenant: str
    documents: Counter[str] = field(default_factory=Counter)
    """Booked by this run, by kind; nothing when everything was there."""
    held: dict[str, int] = field(default_factory=dict)
    """In the tenant now, by kind."""
    held_before: dict[str, int] = field(default_factory=dict)
    """In the tenant when this run began."""
    comparisons: list[Comparison] = field(default_factory=list)
    fates: Sequence[Fate] = ()
    problems: Sequence[RowProblem] = ()
    not_booked: Sequence[RowProblem] = ()
    """Rows with nothing in them to book."""
    listing: Path | None = None
    """The file that lists every row of these two."""
    findings: list[str] = field(default_factory=list)
    """What the checks of the books found; empty when they hold."""
    reading_seconds: float = 0.0
    booking_seconds: float = 0.0
    checking_seconds: float = 0.0

    @property
    def seconds(self) -> float:
        """The whole time."""
        return self.reading_seconds + self.booking_seconds + self.checking_seconds

    @property
    def documents_per_second(self) -> float:
        """Documents booked in a second of the whole time."""
        return sum(self.documents.values()) / self.seconds if self.seconds else 0.0

    @property
    def is_sound(self) -> bool:
        """Whether every figure is met and every check holds."""
        return not self.findings and all(comparison.is_met for comparison in self.comparisons)

    def __str__(self) -> str:
        return "\n".join([*self._head(), *self._figures(), *self._left_out(), *self._checks()])

    def _head(self) -> list[str]:
        booked = sum(self.documents.values())
        times = ("reading", self.reading_seconds), ("booking", self.booking_seconds), ("checks", self.checking_seconds)
        parts = ", ".join(f"{name} {seconds:.1f}" for name, seconds in times)
        summary = f"{self.source} in tenant {self.tenant}: {booked:,} documents in {self.seconds:.1f} s ({parts})"
        lines = [f"{summary}, {self.documents_per_second:,.0f} a second"]
        width = max((len(name) for name in self.held), default=0)
        lines += [
            f"  {name:<{width}} {count:>9,} in the books, {count - self.held_before.get(name, 0):>9,} by this run"
            for name, count in self.held.items()
        ]
        return lines

    def _figures(self) -> list[str]:
        return ["Beside the source:", *[f"  {comparison}" for comparison in self.comparisons]]

    def _left_out(self) -> list[str]:
        lines = []
        if self.fates:
            lines.append("What became of the source's lines:")
            lines += [
                f"  {fate.rows:>9,} {fate.amount:>16,.3f}  {fate.name}" + (f": {fate.reason}" if fate.reason else "")
                for fate in self.fates
            ]
            rows, amount = sum(fate.rows for fate in self.fates), sum(fate.amount for fate in self.fates)
            lines.append(f"  {rows:>9,} {amount:>16,.3f}  together")
        return [*lines, *self._refused(), *self._listed()]

    def _refused(self) -> list[str]:
        if not self.problems:
            return ["Nothing was refused."]
        documents = {(problem.file, problem.document) for problem in self.problems if problem.document}
        lines = [f"Refused: {len(self.problems):,} rows, {len(documents):,} documents left out"]
        lines += [f"  {problem}" for problem in self.problems[:_SHOWN]]
        if len(self.problems) > _SHOWN:
            lines.append(f"  ... and {len(self.problems) - _SHOWN:,} more")
        return lines

    def _listed(self) -> list[str]:
        count = len(self.problems) + len(self.not_booked)
        if not count or self.listing is None:
            return []
        return [f"Every row that was not booked, {count:,} in all, with line, column and reason: {self.listing}"]

    def _checks(self) -> list[str]:
        if not self.findings:
            return ["The books hold: trial balance zero, stock value equals its accounts, no finding."]
        return ["The checks found:", *[f"  {finding}" for finding in self.findings]]
