"""What comes in and goes out of the route of cross tables."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.metrics import (
    ATTRIBUTES,
    BUCKETS,
    ColumnOut,
    CompareRange,
    EvidenceOut,
    Figure,
    FilterBody,
    TimeBody,
    WindowBody,
)
from olap.pivot.query import SHOWS

Number = Decimal | int | str


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    def as_data(self) -> dict[str, Any]:
        """The part as plain data, without what was not said."""
        return self.model_dump(exclude_unset=True)


class NumberFormatBody(_Asked):
    """How figures are written."""

    places: int | None = Field(default=None, ge=0, le=10)
    scale: Literal["ones", "thousands", "millions"] = "ones"
    negative: Literal["minus", "parentheses"] = "minus"
    shows_unit: bool = True


class ConditionBody(_Asked):
    """A style for figures of which something holds."""

    op: str = Field(default="eq", description="eq, ne, gt, gte, lt, lte or between.")
    value: Number | None = None
    values: list[Number] | None = None
    style: Literal["good", "bad", "warning", "muted"]

    def as_data(self) -> dict[str, Any]:
        """The condition as plain data."""
        return self.model_dump(exclude_unset=True)


class MeasureBody(_Asked):
    """One figure of every cell."""

    metric: str = Field(examples=["net_revenue"])
    name: str | None = Field(
        default=None, description="By which it is sorted and read; from the metric where not said."
    )
    label: str | None = None
    window: WindowBody | None = None
    show: str | None = Field(
        default=None,
        examples=["percent_of_parent_row"],
        description="What is shown of the figure instead of itself.",
        # A wrong word is refused by name where all words are judged.
        json_schema_extra={"enum": [*SHOWS, None]},
    )
    subtotals: list[str] | None = Field(default=None, description="Levels that show it, by their last dimension.")
    format: NumberFormatBody | None = None
    conditions: list[ConditionBody] = Field(default_factory=list)
    heat: bool = False


class SortBody(_Asked):
    """An order of members: by label, or by a figure in the total or in the line of the other axis named in `at`."""

    axis: Literal["rows", "columns"] = "rows"
    by: str = Field(default="label", examples=["net_revenue"])
    level: str | None = None
    at: dict[str, str | None] = Field(default_factory=dict, examples=[{"month": "2026-01-01"}])
    descending: bool = False
    nested: bool = Field(default=True, description="Within their parents; otherwise through all of them.")


class TopBody(_Asked):
    """The highest or lowest members of a dimension within each parent, and the others asked at their own grain."""

    dimension: str
    count: int = Field(ge=1, le=200)
    by: str | None = None
    bottom: bool = False
    others: bool = False


class HavingBody(_Asked):
    """A condition on a figure of a dimension's members; the others are left out of every line."""

    dimension: str
    metric: str
    op: str = Field(default="gte", description="eq, ne, gt, gte, lt, lte or between.")
    value: Number | None = None
    values: list[Number] | None = None


class EmptyBody(_Asked):
    """What is shown where nothing happened."""

    dates: bool = False
    members: bool = False
    text: str = ""


class PivotBody(_Asked):
    """A cross table; the same object is what a saved view stores.

    `limit` is short for the highest members of the first row dimension, `order_by` for orders of rows or columns.
    """

    metrics: list[str | MeasureBody]
    rows: list[str] = Field(default_factory=list, examples=[["region", "customer"]])
    columns: list[str] = Field(default_factory=list, examples=[["quarter"]])
    where: list[FilterBody] = Field(default_factory=list)
    having: list[HavingBody] = Field(default_factory=list)
    time: TimeBody | None = None
    compare: Literal["previous_period", "previous_year"] | CompareRange | None = None
    order_by: list[str] = Field(default_factory=list)
    limit: int | None = Field(default=None, ge=1)
    subtotals: bool | list[str] = Field(default=True, description="All levels, none, or those named by last dimension.")
    totals: Literal["both", "rows", "columns", "none"] = "both"
    sort: list[SortBody] = Field(default_factory=list)
    top: list[TopBody] = Field(default_factory=list)
    collapsed: list[dict[str, str | None]] = Field(default_factory=list, examples=[[{"region": "North"}]])
    measures_on: Literal["columns", "rows"] = "columns"
    labels: Literal["repeat", "merge"] = "repeat"
    empty: EmptyBody | None = None
    attributes: Literal["then", "now"] | None = Field(default=None, description=ATTRIBUTES)
    buckets: dict[str, Any] | None = Field(
        default=None, description=BUCKETS, examples=[{"age_bucket": [[0, 30], [31, None]]}]
    )


class PivotMeasureOut(ColumnOut):
    """A figure of the cells, with how it is written."""

    metric: str
    format: dict[str, Any]


class PivotHeader(BaseModel):
    """One column of a cross table; level 0 is the total. `where` tells members left out, for a drill from there."""

    keys: dict[str, Any]
    level: int
    others: str | None
    is_collapsed: bool
    where: list[dict[str, Any]]


class PivotLine(PivotHeader):
    """One row with a cell a column, and the styles of figures that meet a condition."""

    measure: str | None
    cells: list[dict[str, Figure] | None]
    styles: list[dict[str, str]]


class PivotOut(BaseModel):
    """A cross table, totals after what they total; `query` is its definition as it is stored."""

    query: dict[str, Any]
    dimensions: list[ColumnOut]
    metrics: list[PivotMeasureOut]
    columns: list[PivotHeader]
    rows: list[PivotLine]
    where: list[dict[str, Any]]
    notes: list[str]
    evidence: EvidenceOut


class StepBody(_Asked):
    """A step from one cell of a cross table: down a hierarchy, up again, or across to another dimension."""

    pivot: PivotBody
    cell: dict[str, str | None] = Field(default_factory=dict, examples=[{"region": "North"}])
    direction: Literal["down", "up", "across"] = "down"
    to: str | None = Field(default=None, examples=["customer"])
