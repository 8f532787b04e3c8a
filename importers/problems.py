"""What could not be taken in, where, and why."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row or document that is left out: file, line, column and the reason."""

    file: str
    line: int
    column: str
    reason: str
    document: str | None = None
    """The document that is left out with it."""

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" + (f", {self.column}" if self.column else "")
        return f"{place}: {self.reason}" + (f" (document {self.document} is left out)" if self.document else "")


LISTING_COLUMNS = ("file", "line", "column", "document", "reason")


def write_listing(path: Path, problems: Iterable[RowProblem]) -> None:
    """Every row that was not booked, as CSV, for whoever mends the files; replaces the list of an earlier run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(LISTING_COLUMNS)
        rows.writerows((p.file, p.line, p.column, p.document or "", p.reason) for p in problems)


def in_order(problems: Iterable[RowProblem]) -> list[RowProblem]:
    """Problems by file and line, as somebody mends them."""
    return sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column, problem.reason))


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A file that cannot be read as a whole."""

    file: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {self.reason}"


class ImportRefused(Exception):
    """An import that cannot go on, in words that say what to mend."""


class SourceRefused(ImportRefused):
    """The source is refused as a whole; nothing was written."""

    def __init__(self, problems: Sequence[FileProblem | RowProblem]) -> None:
        """Keep every problem, so that the user mends them in one go."""
        self.problems = list(problems)
        super().__init__("Nothing was imported:\n" + "\n".join(f"  {problem}" for problem in self.problems))
