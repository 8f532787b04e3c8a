"""What a look at the figures and documents hands over to be kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class NewFinding:
    """One hit."""

    pattern: str
    control: str
    standard: str
    found_on: date
    score: Decimal
    weight: Decimal
    money_at_risk_amount: Decimal
    subject: str
    reason: str
    reason_zh: str
    documents: Sequence[Mapping[str, Any]] = ()
    dimension: str | None = None
    member: str | None = None
    observed_value: Decimal | None = None
    expected_low: Decimal | None = None
    expected_high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class NewIncident:
    """Findings that belong together."""

    pattern: str
    kind: str
    reason: str
    reason_zh: str
    score: Decimal
    money_at_risk_amount: Decimal
    currency_code: str | None
    first_on: date
    last_on: date
    findings: Sequence[NewFinding]
    metric: str | None = None
    observed_value: Decimal | None = None
    expected_value: Decimal | None = None
    expected_low: Decimal | None = None
    expected_high: Decimal | None = None
    contributions: Sequence[Mapping[str, Any]] = ()
    series: Sequence[Mapping[str, Any]] = ()
    documents: Sequence[Mapping[str, Any]] = ()
    invoice_ids: Sequence[UUID] = ()
    """Suppliers' invoices whose payment it speaks of."""


@dataclass(frozen=True, slots=True)
class NewForecast:
    """What a series was expected to be on a day."""

    metric: str
    dimension: str
    member: str
    forecast_on: date
    model: str
    forecast_value: Decimal
    low_value: Decimal
    high_value: Decimal


@dataclass(frozen=True, slots=True)
class Actual:
    """What it then was."""

    metric: str
    dimension: str
    member: str
    on: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Look:
    """Everything one look brought."""

    data_version: str
    started_at: datetime
    seconds: float
    series_count: int
    document_count: int
    incidents: Sequence[NewIncident]
    forecasts: Sequence[NewForecast] = ()
    actuals: Sequence[Actual] = ()
    skipped: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of it."""

    incidents: int
    fresh: int
    muted: int
    reopened: int
    gone: int
    judged: int
