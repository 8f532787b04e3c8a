"""The definition of a cross table: a document that is asked, stored and shared as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from olap.buckets import Buckets
from olap.query import Attributes, Cell, Compare, Filter, TimeRange

Axis = Literal["rows", "columns"]
Totals = Literal["both", "rows", "columns", "none"]
Show = Literal[
    "percent_of_row",
    "percent_of_column",
    "percent_of_parent_row",
    "percent_of_parent_column",
    "percent_of_total",
    "running_total",
    "running_share",
    "rank",
    "difference",
    "difference_share",
]
SHOWS: tuple[str, ...] = get_args(Show)
SHARES = frozenset(name for name in SHOWS if name.startswith("percent") or name.endswith("share"))
"""What is shown as a fraction, whatever the metric's unit."""

TOTAL = "total"
"""The grand total where levels are named by their last dimension."""

DIMENSIONS_MAX = 6
MEASURES_MAX = 20
CELLS_MAX = 100_000


@dataclass(frozen=True)
class Window:
    """Days that a figure counts instead of its own period: back to a period's start, or a number of periods."""

    to_date: str | None = None
    rolling: int | None = None
    grain: str | None = None


@dataclass(frozen=True)
class NumberFormat:
    """How figures are written. Units: `scale` is one, thousands or millions; `places` are decimals."""

    places: int | None = None
    scale: Literal["ones", "thousands", "millions"] = "ones"
    negative: Literal["minus", "parentheses"] = "minus"
    shows_unit: bool = True


@dataclass(frozen=True)
class Condition:
    """A style for figures of which something holds; values are decimals as texts."""

    op: str
    values: tuple[str, ...]
    style: Literal["good", "bad", "warning", "muted"]


@dataclass(frozen=True)
class Measure:
    """One figure of every cell: a metric, the days it counts, and what of it is shown."""

    metric: str
    name: str
    label: str | None = None
    window: Window | None = None
    show: Show | None = None
    subtotals: tuple[str, ...] | None = None
    """The levels whose subtotals show this figure, by their last dimension; None where all do."""
    format: NumberFormat = field(default_factory=NumberFormat)
    conditions: tuple[Condition, ...] = ()
    heat: bool = False
    """Whether figures are shaded between the lowest and the highest of their level."""


@dataclass(frozen=True)
class Sort:
    """An order of members: by their label, or by a figure in the total or in one line of the other axis."""

    axis: Axis
    by: str
    level: str | None = None
    at: tuple[tuple[str, Cell], ...] = ()
    descending: bool = False
    nested: bool = True
    """Within their parents; otherwise the finest lines are sorted through all parents."""


@dataclass(frozen=True)
class Top:
    """The members of a dimension with the highest or lowest figures, within each parent."""

    dimension: str
    count: int
    by: str
    bottom: bool = False
    others: bool = False


@dataclass(frozen=True)
class Having:
    """A condition on a figure of a dimension's members: those that do not meet it are left out everywhere."""

    dimension: str
    metric: str
    op: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Empty:
    """What is shown where nothing happened."""

    dates: bool = False
    members: bool = False
    text: str = ""


@dataclass(frozen=True)
class PivotQuery:
    """What stands in rows and columns, which figures fill the cells, and how the table is laid out."""

    measures: tuple[Measure, ...]
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    where: tuple[Filter, ...] = ()
    having: tuple[Having, ...] = ()
    time: TimeRange = field(default_factory=TimeRange)
    compare: Compare | None = None
    subtotals: bool | tuple[str, ...] = True
    """All levels, none, or those that end with one of these dimensions."""
    totals: Totals = "both"
    sort: tuple[Sort, ...] = ()
    top: tuple[Top, ...] = ()
    collapsed: tuple[tuple[tuple[str, Cell], ...], ...] = ()
    measures_on: Axis = "columns"
    labels: Literal["repeat", "merge"] = "repeat"
    empty: Empty = field(default_factory=Empty)
    buckets: tuple[Buckets, ...] = ()
    """Buckets of ages in place of those of the catalogue."""
    attributes: Attributes | None = None

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> PivotQuery:
        """The table in a JSON object as HTTP, a page or a stored view gives it.

        Raises: QueryInvalid, naming every part that cannot be read.
        """
        from olap.pivot.reading import read  # noqa: PLC0415  # reading makes what is declared here

        return read(data)

    def as_data(self) -> dict[str, Any]:
        """The table as a JSON object that reads back as the same table; what was not said is left out."""
        from olap.pivot.writing import written  # noqa: PLC0415  # as above

        return written(self)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics asked for, each once."""
        return tuple(dict.fromkeys(measure.metric for measure in self.measures))

    def across(self, axis: Axis) -> tuple[str, ...]:
        """What stands on the other axis."""
        return self.columns if axis == "rows" else self.rows

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Everything that names rows or columns."""
        return (*self.rows, *self.columns)
