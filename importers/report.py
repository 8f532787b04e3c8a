"""What an import did, beside what its source says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

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

    @property
    def difference(self) -> Decimal:
        """How far ours is above the source's."""
        return self.booked - self.source

    @property
    def is_met(self) -> bool:
        """Whether the difference is what rounding explains."""
        return abs(self.difference) <= self.tolerance

    def __str__(self) -> str:
        mark = "equal" if not self.difference else "within rounding" if self.is_met else "DIFFERS"
        shown = f"{self.name:<28} source {self.source:>18,}  booked {self.booked:>18,}"
        return f"{shown}  difference {self.difference:+,} of {self.tolerance:,} allowed: {mark}"


@dataclass(slots=True)
class ImportReport:
    """Counts and sums per kind of document, what was left out and why, how long it took and whether the books hold."""

    source: str
    tenant: str
    documents: Counter[str] = field(default_factory=Counter)
    """Booked by this run, by kind; nothing when everything was there."""
    held: dict[str, int] = field(default_factory=dict)
    """In the tenant now, by kind."""
    comparisons: list[Comparison] = field(default_factory=list)
    fates: Sequence[Fate] = ()
    problems: Sequence[RowProblem] = ()
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
            f"  {name:<{width}} {count:>9,} in the books, {self.documents[name]:>9,} by this run"
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
        if not self.problems:
            return [*lines, "Nothing was refused."]
        documents = {(problem.file, problem.document) for problem in self.problems if problem.document}
        lines.append(f"Refused: {len(self.problems):,} rows, {len(documents):,} documents left out")
        lines += [f"  {problem}" for problem in self.problems[:_SHOWN]]
        if len(self.problems) > _SHOWN:
            lines.append(f"  ... and {len(self.problems) - _SHOWN:,} more")
        return lines

    def _checks(self) -> list[str]:
        if not self.findings:
            return ["The books hold: trial balance zero, stock value equals its accounts, no finding."]
        return ["The checks found:", *[f"  {finding}" for finding in self.findings]]
