"""Incidents and their findings with history, mutes, forecasts that are judged later, and how a tenant is watched."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Index, Integer, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from transactional.kernel.model import LedgerRow, TenantRow, one_of, price, rate, reference, short_text, unique
from transactional.watch.states import IncidentKind, IncidentState, PaymentAction

_UNAUDITED = {"schema": "watch", "info": {"audited": False}}
"""Rows whose history is told by `watch.incident_events`."""


class Incident(TenantRow):
    """Findings that belong together, ranked by the money that may be lost."""

    __tablename__ = "incidents"
    __table_args__ = (
        unique("pattern"),
        one_of("kind", IncidentKind),
        one_of("state", IncidentState),
        Index("ix_incidents_state", "tenant_id", "state", "money_at_risk_amount"),
        _UNAUDITED,
    )

    pattern: Mapped[str] = mapped_column(String(300))
    """What makes it the same incident when it is found again."""
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), server_default="open")
    reason: Mapped[str] = mapped_column(String(2000))
    reason_zh: Mapped[str] = mapped_column(String(2000))
    score: Mapped[Decimal] = rate()
    """From 0 to 1: the weighted findings together."""
    money_at_risk_amount: Mapped[Decimal]
    currency_code: Mapped[str | None] = short_text(3)
    first_on: Mapped[date]
    last_on: Mapped[date]
    metric: Mapped[str | None] = mapped_column(String(100))
    observed_value: Mapped[Decimal | None] = price()
    expected_value: Mapped[Decimal | None] = price()
    expected_low: Mapped[Decimal | None] = price()
    expected_high: Mapped[Decimal | None] = price()
    contributions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    """By dimension and member: how much of the difference came from where."""
    series: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    """The days around it: value and expected range, for its chart."""
    documents: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    controls: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))
    muted_until: Mapped[date | None]
    detected_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """When it was found last."""
    data_version: Mapped[str] = mapped_column(String(40))


class Finding(TenantRow):
    """One hit of one detector or control point."""

    __tablename__ = "findings"
    __table_args__ = (
        unique("incident_id", "pattern"),
        one_of("state", IncidentState),
        Index("ix_findings_control", "tenant_id", "control"),
        _UNAUDITED,
    )

    incident_id: Mapped[UUID] = reference("watch.incidents")
    pattern: Mapped[str] = mapped_column(String(300))
    control: Mapped[str] = mapped_column(String(60))
    standard: Mapped[str] = mapped_column(String(200))
    """Paragraph of the auditing standard, or the method, behind it."""
    state: Mapped[str] = mapped_column(String(20), server_default="open")
    found_on: Mapped[date]
    """The day of what was found."""
    score: Mapped[Decimal] = rate()
    weight: Mapped[Decimal] = rate()
    money_at_risk_amount: Mapped[Decimal]
    currency_code: Mapped[str | None] = short_text(3)
    subject: Mapped[str] = mapped_column(String(200))
    """Whom or what it is about."""
    dimension: Mapped[str | None] = mapped_column(String(60))
    member: Mapped[str | None] = mapped_column(String(300))
    observed_value: Mapped[Decimal | None] = price()
    expected_low: Mapped[Decimal | None] = price()
    expected_high: Mapped[Decimal | None] = price()
    reason: Mapped[str] = mapped_column(String(1000))
    reason_zh: Mapped[str] = mapped_column(String(1000))
    documents: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))


class IncidentEvent(LedgerRow):
    """What happened to an incident: found, found again, explained, fixed, muted, judged, payment stopped or let go."""

    __tablename__ = "incident_events"
    __table_args__ = (
        Index("ix_incident_events_incident_id", "tenant_id", "incident_id"),
        {"schema": "watch"},
    )

    incident_id: Mapped[UUID] = reference("watch.incidents")
    finding_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(String(20))
    note: Mapped[str | None] = mapped_column(String(1000))
    is_useful: Mapped[bool | None] = mapped_column(Boolean)
    muted_until: Mapped[date | None]
    happened_at: Mapped[datetime]


class IncidentMute(TenantRow):
    """A control silenced until a day: for what was found in certain documents, or for all about a subject."""

    __tablename__ = "incident_mutes"
    __table_args__ = (unique("control", "subject"), {"schema": "watch"})

    control: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(300))
    """A finding's pattern, a finding's subject, or `*` for everyone."""
    muted_until: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500))


class HeldInvoice(TenantRow):
    """A supplier's invoice that an incident speaks of before it is paid, warned about or stopped."""

    __tablename__ = "held_invoices"
    __table_args__ = (
        unique("incident_id", "invoice_id"),
        Index("ix_held_invoices_invoice_id", "tenant_id", "invoice_id"),
        _UNAUDITED,
    )

    incident_id: Mapped[UUID] = reference("watch.incidents")
    invoice_id: Mapped[UUID] = reference("finance.invoices")
    is_blocking: Mapped[bool] = mapped_column(Boolean)
    is_released: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))


class Forecast(TenantRow):
    """What a metric was expected to be on a day, made at a data version; judged when the day is over."""

    __tablename__ = "forecasts"
    __table_args__ = (
        unique("metric", "dimension", "member", "forecast_on", "data_version"),
        Index("ix_forecasts_forecast_on", "tenant_id", "forecast_on"),
        _UNAUDITED,
    )

    metric: Mapped[str] = mapped_column(String(100))
    dimension: Mapped[str] = mapped_column(String(60), server_default="")
    member: Mapped[str] = mapped_column(String(300), server_default="")
    forecast_on: Mapped[date]
    made_on: Mapped[date]
    model: Mapped[str] = mapped_column(String(60))
    data_version: Mapped[str] = mapped_column(String(40))
    forecast_value: Mapped[Decimal] = price()
    low_value: Mapped[Decimal] = price()
    high_value: Mapped[Decimal] = price()
    actual_value: Mapped[Decimal | None] = price()
    is_within: Mapped[bool | None] = mapped_column(Boolean)
    judged_at: Mapped[datetime | None]


class WatchPolicy(TenantRow):
    """How a tenant is watched: one row."""

    __tablename__ = "watch_policies"
    __table_args__ = (
        unique("code"),
        one_of("payment_action", PaymentAction),
        CheckConstraint("approval_limit_amount > 0", name="approval_limit_positive"),
        CheckConstraint("block_score > 0", name="block_score_positive"),
        {"schema": "watch"},
    )

    code: Mapped[str] = short_text(server_default="default")
    payment_action: Mapped[str] = mapped_column(String(10), server_default="warn")
    block_score: Mapped[Decimal] = rate(server_default=text("0.6"))
    """Incidents from this score on speak of payments."""
    approval_limit_amount: Mapped[Decimal] = mapped_column(server_default=text("10000"))
    """Orders from this amount on need a second person; what is kept just under it is suspicious."""
    day_starts_hour: Mapped[int] = mapped_column(Integer, server_default=text("6"))
    day_ends_hour: Mapped[int] = mapped_column(Integer, server_default=text("22"))
    """Entries made by hand outside these hours count as made at night."""


class WatchRun(LedgerRow):
    """One look at everything: which data, how long, how much was found."""

    __tablename__ = "watch_runs"
    __table_args__ = ({"schema": "watch"},)

    data_version: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime]
    seconds: Mapped[Decimal] = rate()
    series_count: Mapped[int] = mapped_column(Integer)
    document_count: Mapped[int] = mapped_column(Integer)
    incident_count: Mapped[int] = mapped_column(Integer)
    fresh_count: Mapped[int] = mapped_column(Integer)
    """Incidents found for the first time."""
    muted_count: Mapped[int] = mapped_column(Integer)
    skipped: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    """What could not be looked at, each with its reason."""
