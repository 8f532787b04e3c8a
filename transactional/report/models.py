"""Saved reports and dashboards, to whom they are shown, and what is run and sent of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Index, Integer, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from transactional.kernel.model import LedgerRow, TenantRow, one_of, reference, unique
from transactional.report.states import (
    Access,
    AlertKind,
    Channel,
    DeliveryKind,
    DeliveryState,
    FileFormat,
    RunState,
    Severity,
    ShareKind,
    SourceKind,
)

_SCHEMA = {"schema": "report"}
_UNTRACKED = {"schema": "report", "info": {"audited": False}}
"""Rows that change with every step of a run: the audit log would hold them many times over."""


class SavedReport(TenantRow):
    """A report of the tenant; what it shows stands in its versions."""

    __tablename__ = "reports"
    __table_args__ = (Index("ix_reports_owner_id", "tenant_id", "owner_id"), _SCHEMA)

    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(String(1000))
    owner_id: Mapped[UUID] = reference("identity.users")
    definition_version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    library_key: Mapped[str | None] = mapped_column(String(80))
    is_archived: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))


class ReportVersion(LedgerRow):
    """A report's definition as it was saved once; never changed."""

    __tablename__ = "report_versions"
    __table_args__ = (unique("report_id", "number"), _SCHEMA)

    report_id: Mapped[UUID] = reference("report.reports")
    number: Mapped[int] = mapped_column(Integer)
    definition: Mapped[dict[str, Any]] = mapped_column(JSONB)


class SavedDashboard(TenantRow):
    """A page of saved questions that one filter holds for."""

    __tablename__ = "dashboards"
    __table_args__ = (Index("ix_dashboards_owner_id", "tenant_id", "owner_id"), _SCHEMA)

    name: Mapped[str] = mapped_column(String(200))
    owner_id: Mapped[UUID] = reference("identity.users")
    definition: Mapped[dict[str, Any]] = mapped_column(JSONB)


class ReportShare(TenantRow):
    """To whom a report or a dashboard is shown; a link is kept as a hash, with the role whose rights it has."""

    __tablename__ = "report_shares"
    __table_args__ = (
        one_of("kind", ShareKind),
        one_of("access", Access),
        CheckConstraint("(report_id is null) <> (dashboard_id is null)", name="one_thing"),
        CheckConstraint(
            "(kind = 'user' and user_id is not null) or (kind = 'role' and role_id is not null)"
            " or (kind = 'link' and role_id is not null and token_hash is not null and expires_at is not null)",
            name="has_reader",
        ),
        unique("token_hash"),
        Index("ix_report_shares_report_id", "tenant_id", "report_id"),
        Index("ix_report_shares_dashboard_id", "tenant_id", "dashboard_id"),
        _SCHEMA,
    )

    report_id: Mapped[UUID | None] = reference("report.reports", nullable=True)
    dashboard_id: Mapped[UUID | None] = reference("report.dashboards", nullable=True)
    kind: Mapped[str] = mapped_column(String(10))
    access: Mapped[str] = mapped_column(String(10), server_default="view")
    user_id: Mapped[UUID | None] = reference("identity.users", nullable=True)
    role_id: Mapped[UUID | None] = reference("identity.roles", nullable=True)
    token_hash: Mapped[str | None] = mapped_column(String(64))
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class DataSource(TenantRow):
    """A place outside that reports read and nobody writes to; how to get in stands sealed beside it."""

    __tablename__ = "data_sources"
    __table_args__ = (unique("name"), one_of("kind", SourceKind), _SCHEMA)

    name: Mapped[str] = mapped_column(String(40))
    label: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(10))
    description: Mapped[str | None] = mapped_column(String(1000))
    owner_id: Mapped[UUID] = reference("identity.users")
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB)
    tested_at: Mapped[datetime]


class SourceSecret(TenantRow):
    """A source's password, or the file itself, under the installation's key; the audit log never holds it."""

    __tablename__ = "data_source_secrets"
    __table_args__ = (unique("source_id"), _UNTRACKED)

    source_id: Mapped[UUID] = reference("report.data_sources")
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class ReportRun(TenantRow):
    """A report written to a file in the background."""

    __tablename__ = "report_runs"
    __table_args__ = (
        one_of("state", RunState),
        one_of("format", FileFormat),
        Index("ix_report_runs_state", "tenant_id", "state"),
        _UNTRACKED,
    )

    report_id: Mapped[UUID | None] = reference("report.reports", nullable=True)
    user_id: Mapped[UUID] = reference("identity.users")
    name: Mapped[str] = mapped_column(String(200))
    definition: Mapped[dict[str, Any]] = mapped_column(JSONB)
    definition_version: Mapped[int | None] = mapped_column(Integer)
    format: Mapped[str] = mapped_column(String(10))
    locale: Mapped[str] = mapped_column(String(20), server_default="en")
    state: Mapped[str] = mapped_column(String(10), server_default="waiting")
    is_cancel_asked: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    rows_done: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    rows_total: Mapped[int | None] = mapped_column(Integer)
    claimed_until: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    data_version: Mapped[str | None] = mapped_column(String(80))
    error: Mapped[str | None] = mapped_column(String(1000))


class RunPart(TenantRow):
    """A part of a run's file, in order."""

    __tablename__ = "report_run_parts"
    __table_args__ = (unique("run_id", "position"), _UNTRACKED)

    run_id: Mapped[UUID] = reference("report.report_runs")
    position: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Subscription(TenantRow):
    """A report sent when its time has come and the figures have been loaded."""

    __tablename__ = "subscriptions"
    __table_args__ = (Index("ix_subscriptions_due_at", "tenant_id", "due_at"), _SCHEMA)

    report_id: Mapped[UUID] = reference("report.reports")
    owner_id: Mapped[UUID] = reference("identity.users")
    name: Mapped[str] = mapped_column(String(200))
    schedule: Mapped[dict[str, Any]] = mapped_column(JSONB)
    formats: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))
    late_after_minutes: Mapped[int] = mapped_column(Integer, server_default=text("60"))
    scope_role_id: Mapped[UUID | None] = reference("identity.roles", nullable=True)
    due_at: Mapped[datetime | None]
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))


class Recipient(TenantRow):
    """Who gets a subscription: a user, or an address outside that reads with the subscription's named scope."""

    __tablename__ = "subscription_recipients"
    __table_args__ = (
        one_of("channel", Channel),
        CheckConstraint(
            "(user_id is not null)::int + (address is not null)::int + (endpoint_id is not null)::int = 1",
            name="one_receiver",
        ),
        Index("ix_subscription_recipients_subscription_id", "tenant_id", "subscription_id"),
        _SCHEMA,
    )

    subscription_id: Mapped[UUID] = reference("report.subscriptions")
    channel: Mapped[str] = mapped_column(String(10), server_default="mail")
    user_id: Mapped[UUID | None] = reference("identity.users", nullable=True)
    address: Mapped[str | None] = mapped_column(String(320))
    endpoint_id: Mapped[UUID | None] = reference("report.webhook_endpoints", nullable=True)
    unsubscribed_at: Mapped[datetime | None]


class WebhookEndpoint(TenantRow):
    """An address that is told by HTTP; its signing key follows from the installation's key and is never stored."""

    __tablename__ = "webhook_endpoints"
    __table_args__ = (_SCHEMA,)

    name: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(2000))
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))


class NotifySettings(TenantRow):
    """To which domains a tenant lets mail go besides those of its users; one row a tenant."""

    __tablename__ = "notify_settings"
    __table_args__ = (unique("name"), _SCHEMA)

    name: Mapped[str] = mapped_column(String(20), server_default="settings")
    allowed_domains: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))


class AlertRule(TenantRow):
    """A condition on a metric, on the load itself or on what the program measures of itself, and who is told of it."""

    __tablename__ = "alert_rules"
    __table_args__ = (
        one_of("kind", AlertKind),
        one_of("severity", Severity),
        CheckConstraint("fallback_channel in ('mail', 'in_app')", name="fallback_known"),
        CheckConstraint("for_minutes >= 0", name="for_minutes_positive"),
        CheckConstraint("escalate_after_minutes > 0", name="escalate_after_positive"),
        unique("standard_key"),
        _SCHEMA,
    )

    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    owner_id: Mapped[UUID] = reference("identity.users")
    definition: Mapped[dict[str, Any]] = mapped_column(JSONB)
    channels: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))
    user_ids: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))
    endpoint_id: Mapped[UUID | None] = reference("report.webhook_endpoints", nullable=True)
    severity: Mapped[str] = mapped_column(String(10), server_default="warning")
    for_minutes: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    fallback_channel: Mapped[str | None] = mapped_column(String(10))
    escalate_after_minutes: Mapped[int | None] = mapped_column(Integer)
    escalate_user_ids: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))
    definition_version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    standard_key: Mapped[str | None] = mapped_column(String(80))
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    muted_until: Mapped[datetime | None]


class AlertRuleVersion(LedgerRow):
    """A rule as it was saved once; never changed."""

    __tablename__ = "alert_rule_versions"
    __table_args__ = (unique("rule_id", "number"), _SCHEMA)

    rule_id: Mapped[UUID] = reference("report.alert_rules")
    number: Mapped[int] = mapped_column(Integer)
    rule: Mapped[dict[str, Any]] = mapped_column(JSONB)


class AlertCheck(TenantRow):
    """When a rule was last looked at, at which data, and what is out of range but not yet for long enough."""

    __tablename__ = "alert_checks"
    __table_args__ = (unique("rule_id"), _UNTRACKED)

    rule_id: Mapped[UUID] = reference("report.alert_rules")
    data_version: Mapped[str | None] = mapped_column(String(80))
    checked_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(1000))
    pending: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=text("'{}'"))


class AlertBreach(TenantRow):
    """One breach of a rule, from entering to recovery."""

    __tablename__ = "alert_breaches"
    __table_args__ = (
        Index(
            "uq_alert_breaches_open",
            "tenant_id",
            "rule_id",
            "member",
            unique=True,
            postgresql_where=text("closed_at is null"),
        ),
        _SCHEMA,
    )

    rule_id: Mapped[UUID] = reference("report.alert_rules")
    firing_id: Mapped[UUID]
    """The same for all breaches of a rule between its first one and its recovery: they are told together."""
    member: Mapped[str] = mapped_column(String(1000), server_default="")
    figure: Mapped[str | None] = mapped_column(String(100))
    expected: Mapped[str] = mapped_column(String(400))
    data_version: Mapped[str | None] = mapped_column(String(80))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closing_figure: Mapped[str | None] = mapped_column(String(100))
    is_muted: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[UUID | None] = reference("identity.users", nullable=True)
    escalated_at: Mapped[datetime | None]


class Delivery(TenantRow):
    """One thing to be told to one receiver once: its key is unique, whoever plans it and however often."""

    __tablename__ = "deliveries"
    __table_args__ = (
        unique("key"),
        one_of("kind", DeliveryKind),
        one_of("channel", Channel),
        one_of("state", DeliveryState),
        Index("ix_deliveries_state", "tenant_id", "state", "next_try_at"),
        Index("ix_deliveries_subscription_id", "tenant_id", "subscription_id"),
        _UNTRACKED,
    )

    key: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(10))
    subscription_id: Mapped[UUID | None] = reference("report.subscriptions", nullable=True)
    recipient_id: Mapped[UUID | None] = reference("report.subscription_recipients", nullable=True)
    breach_id: Mapped[UUID | None] = reference("report.alert_breaches", nullable=True)
    user_id: Mapped[UUID | None] = reference("identity.users", nullable=True)
    endpoint_id: Mapped[UUID | None] = reference("report.webhook_endpoints", nullable=True)
    address: Mapped[str | None] = mapped_column(String(320))
    period: Mapped[str | None] = mapped_column(String(40))
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    state: Mapped[str] = mapped_column(String(12), server_default="waiting")
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    next_try_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    message_id: Mapped[str | None] = mapped_column(String(200))
    data_version: Mapped[str | None] = mapped_column(String(80))
    loaded_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(1000))


class Notice(TenantRow):
    """Something told to a user inside the program."""

    __tablename__ = "notices"
    __table_args__ = (
        unique("delivery_id"),
        Index("ix_notices_user_id", "tenant_id", "user_id", "id"),
        _UNTRACKED,
    )

    user_id: Mapped[UUID] = reference("identity.users")
    delivery_id: Mapped[UUID] = reference("report.deliveries")
    title: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(String(4000))
    link: Mapped[str | None] = mapped_column(String(2000))
    read_at: Mapped[datetime | None]
