"""What comes in and goes out of the routes of figures: decimals written as text, counts as whole numbers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

FilterValue = str | bool | int | Decimal | date | None
Figure = str | int | None


ATTRIBUTES = (
    "Attributes of master data (category, region, salesperson ...) `then`, as they were when the document was made, "
    "or `now`; each dimension as its name says where nothing is asked."
)
BUCKETS = (
    "For an age such as age_bucket the days of each bucket, both ends included, the last one open with null. "
    "Ages that no bucket takes stand in `outside`; buckets that overlap are refused."
)


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    def as_data(self) -> dict[str, Any]:
        """The question as plain data, without what was not said."""
        return self.model_dump(exclude_unset=True)


class FilterBody(_Asked):
    """A condition on a dimension; a null value is the blank member."""

    field: str = Field(examples=["region"])
    op: str = Field(
        default="eq",
        examples=["in"],
        description="eq, ne, in, not_in, gt, gte, lt, lte, between, contains, starts_with, is_null, not_null.",
    )
    value: FilterValue = None
    values: list[FilterValue] | None = None


class TimeBody(_Asked):
    """The days that count, both ends included; `as_of` is the end of a range without a start."""

    start: date | None = None
    end: date | None = None
    grain: str | None = Field(default=None, examples=["month"])
    as_of: date | None = None


class CompareRange(_Asked):
    """An explicit range to compare with."""

    start: date | None = None
    end: date


class QueryBody(_Asked):
    """A question for figures."""

    metrics: list[str] = Field(examples=[["net_revenue", "gross_margin_rate"]])
    group_by: list[str] = Field(default_factory=list, examples=[["region", "month"]])
    where: list[FilterBody] = Field(default_factory=list)
    time: TimeBody | None = None
    compare: Literal["previous_period", "previous_year"] | CompareRange | None = None
    order_by: list[str] = Field(default_factory=list, examples=[["-net_revenue"]])
    limit: int | None = Field(default=None, ge=1)
    totals: bool = Field(default=False, description="Figures of everything, asked at that grain and never added up.")
    others: bool = Field(default=False, description="Figures of what the limit leaves out.")
    attributes: Literal["then", "now"] | None = Field(default=None, description=ATTRIBUTES)
    buckets: dict[str, Any] | None = Field(
        default=None, description=BUCKETS, examples=[{"age_bucket": [[0, 30], [31, None]]}]
    )


class WindowBody(_Asked):
    """Days that a figure counts instead of its period's: to date of a grain (or `range`), or the last periods."""

    to_date: str | None = Field(default=None, examples=["year"])
    rolling: int | None = Field(default=None, ge=1, le=60, examples=[3])
    grain: str | None = Field(default=None, examples=["month"])


class DrillBody(_Asked):
    """One cell of an answer: its metric, the keys of its row, and the filters and days of its question."""

    metric: str
    cell: dict[str, str | None] = Field(
        default_factory=dict, examples=[{"customer": "Alpha GmbH", "month": "2026-01-01"}]
    )
    where: list[FilterBody] = Field(default_factory=list)
    time: TimeBody | None = None
    limit: int = Field(default=100, ge=1, le=1000)
    offset: int = Field(default=0, ge=0, le=1_000_000_000)
    window: WindowBody | None = None
    attributes: Literal["then", "now"] | None = Field(default=None, description=ATTRIBUTES)
    buckets: dict[str, Any] | None = Field(default=None, description=BUCKETS)


class ColumnOut(BaseModel):
    """One column of an answer."""

    name: str
    label: str
    type: str = Field(description="text, date, number, money or share; a share is a fraction.")
    unit: str | None
    role: str = Field(description="dimension, time, metric, previous, change or change_share.")
    currency: str | None = Field(
        default=None, description="That of all amounts of the column; none where there are several, or no amounts."
    )


class RestatedOut(BaseModel):
    """A period of a company's books that was opened again after its figures had been told."""

    company_code: str
    starts_on: date
    ends_on: date
    reopened_on: date
    reason: str


class EvidenceOut(BaseModel):
    """What stands behind the figures."""

    definitions: list[dict[str, Any]]
    sql: str
    statements: dict[str, str]
    data_version: str
    watermark: str | None
    loaded_at: str | None
    filters: list[str]
    left_out: list[str] = Field(
        description="Things such as journal_entry of which you may not see some: the figures do not count those."
    )
    restated: list[RestatedOut] = Field(
        description="Periods that bear on the figures and were opened again: what was told of them before may differ."
    )


class QueryOut(BaseModel):
    """The figures asked for; rows are keyed by column name."""

    columns: list[ColumnOut]
    rows: list[dict[str, Any]]
    totals: dict[str, Figure] | None
    others: dict[str, Figure] | None
    evidence: EvidenceOut


class DocumentsOut(BaseModel):
    """The documents behind one input of a metric; the total is over all of them, listed here or not."""

    metric: str
    label: str
    mart: str
    columns: list[str]
    rows: list[dict[str, Any]]
    total: Figure
    documents: int
    adds_up: bool


class DrillOut(BaseModel):
    """A figure and its documents."""

    metric: str
    value: Figure
    inputs: list[DocumentsOut]
    evidence: EvidenceOut


class ProofOut(BaseModel):
    """A figure against the sum of its documents; `holds` is null where documents do not add up by nature."""

    metric: str
    label: str
    value: Figure
    from_documents: Figure
    documents: int
    difference: Figure
    holds: bool | None


class ReceiptOut(DrillOut):
    """Everything behind one figure."""

    label: str
    unit: str | None
    metric_version: str = Field(description="Changes with anything that the metric's figures depend on.")
    question: dict[str, Any] = Field(description="The figure alone, as a body of /api/metrics/query.")
    checks: list[Any] | dict[str, Any]
    load: dict[str, Any] | None = Field(description="The load that published this version of the data.")
    proofs: list[ProofOut]
    expression: str | None
    recomputed: Figure = Field(description="The figure put together from its documents' sums.")
    holds: bool | None


class CatalogueOut(BaseModel):
    """What the asker may choose from."""

    metrics: list[dict[str, Any]]
    dimensions: list[dict[str, Any]]
    grains: list[dict[str, str]]
    hierarchies: dict[str, list[str]] = Field(description="Levels from the widest to the narrowest.")
    shows: list[str] = Field(description="What a cross table can show of a figure instead of itself.")
    data_version: str | None


class MembersOut(BaseModel):
    """Members of a dimension."""

    items: list[str]
    next_cursor: str | None = None
    total: int | None = None


class MartColumn(BaseModel):
    """One column of a mart."""

    name: str
    type: str


class MartOut(BaseModel):
    """A published mart as its reader sees it."""

    name: str
    columns: list[MartColumn]


class MartsOut(BaseModel):
    """The published marts that the asker may read."""

    items: list[MartOut]
    next_cursor: str | None = None
    total: int | None = None


class StatementOut(BaseModel):
    """A statement with its sums and whether it balances to the cent."""

    columns: list[ColumnOut]
    rows: list[dict[str, Any]]
    totals: dict[str, Figure]
    is_balanced: bool
    evidence: EvidenceOut


class CashFlowOut(StatementOut):
    """The cash flow statement; accounts without a class are errors, and their changes are told all the same."""

    errors: list[dict[str, Any]]


class DifferenceOut(BaseModel):
    """What changed in a period between two days of knowing it: by account, and by entry."""

    columns: list[ColumnOut]
    rows: list[dict[str, Any]]
    account_columns: list[ColumnOut]
    accounts: list[dict[str, Any]]
    totals: dict[str, Figure]
    is_explained: bool
    evidence: EvidenceOut


class LayoutOut(BaseModel):
    """A rendered statement of one's own, with the accounts that no row or more than one row takes."""

    name: str
    columns: list[ColumnOut]
    rows: list[dict[str, Any]]
    untaken: list[dict[str, Any]]
    taken_twice: list[dict[str, Any]]
    evidence: EvidenceOut


class HealthOut(BaseModel):
    """The state of the published figures."""

    status: str = Field(description="fresh, stale, failing or missing.")
    data_version: str | None
    loaded_at: str | None
    watermark: str | None
    age_seconds: int | None
    checks: dict[str, Any] | list[Any]
    marts: int
    reason: str | None
    provisional_items: int = Field(description="Items of a company whose values are being worked out anew.")
    restated: list[RestatedOut] = Field(description="Periods that were opened again after their figures were told.")
    provisional_from: date | None = Field(description="From this day on their values may still change.")
