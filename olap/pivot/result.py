"""The answer to a cross table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from olap.pivot.query import Measure, PivotQuery
from olap.query import Cell, Column, Evidence, Filter


class Others(Enum):
    """The member that stands for all that a top leaves out."""

    OTHERS = "others"


OTHERS = Others.OTHERS

Member = Cell | Others
Key = tuple[Member, ...]

Figures = dict[str, Cell]
Cells = dict[tuple[Key, Key], Figures]
"""Figures by the keys of row and column."""


@dataclass(frozen=True)
class Header:
    """One row or column; `level` counts the dimensions it names, so level 0 is the total.

    `where` says in filters what its keys do not: which members the others leave out.
    """

    keys: Mapping[str, Cell]
    level: int
    others: str | None = None
    is_collapsed: bool = False
    measure: str | None = None
    where: tuple[Filter, ...] = ()


@dataclass(frozen=True)
class PivotRow(Header):
    """One row with a cell a column header, None where nothing happened, and the styles of figures that have one."""

    cells: tuple[Mapping[str, Cell] | None, ...] = ()
    styles: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class ShownMeasure:
    """A figure of the cells: its column, and the measure that it belongs to."""

    column: Column
    measure: Measure


@dataclass(frozen=True)
class PivotResult:
    """The table, totals after what they total."""

    query: PivotQuery
    dimensions: tuple[Column, ...]
    measures: tuple[ShownMeasure, ...]
    columns: tuple[Header, ...]
    rows: tuple[PivotRow, ...]
    where: tuple[Filter, ...]
    """Every filter that holds for the whole table, conditions on figures turned into the members that meet them."""
    notes: tuple[str, ...]
    evidence: Evidence = field(repr=False)

    @property
    def metrics(self) -> tuple[Column, ...]:
        """The columns of figures."""
        return tuple(each.column for each in self.measures)
