"""What comes in and goes out of the routes of subscriptions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.schemas.report.reports import Format, Name
from transactional.kernel.schema import EMAIL_PATTERN

Address = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_lower=True, max_length=320, pattern=EMAIL_PATTERN),
]
Domain = Annotated[
    str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=253, pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")
]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RecipientIn(_Body):
    """One receiver: a user, an address outside, or an endpoint for webhooks."""

    channel: Literal["mail", "in_app", "webhook"] = "mail"
    user_id: UUID | None = None
    address: Address | None = None
    endpoint_id: UUID | None = None


class SubscriptionIn(_Body):
    """A report to be sent."""

    report_id: UUID
    name: Name
    schedule: dict[str, Any] = Field(
        examples=[
            {"kind": "cron", "cron": "0 7 * * mon-fri", "time_zone": "Europe/Berlin"},
            {"kind": "fiscal", "anchor": "period_close", "working_day": 3, "at": "08:00", "time_zone": "Asia/Shanghai"},
        ]
    )
    formats: list[Format] = Field(default_factory=list, max_length=4, description="Files; none sends a link.")
    late_after_minutes: int = Field(default=60, ge=1, le=10_080)
    scope_role_id: UUID | None = Field(default=None, description="The rights that receivers outside read with.")
    recipients: list[RecipientIn] = Field(min_length=1, max_length=200)


class RecipientOut(BaseModel):
    """One receiver."""

    id: UUID
    channel: str
    user_id: UUID | None
    address: str | None
    endpoint_id: UUID | None
    unsubscribed_at: datetime | None


class SubscriptionOut(BaseModel):
    """A subscription with its next moments."""

    id: UUID
    report_id: UUID
    owner_id: UUID
    name: str
    schedule: dict[str, Any]
    formats: list[str]
    late_after_minutes: int
    scope_role_id: UUID | None
    due_at: datetime | None
    is_active: bool
    following: list[datetime]
    recipients: list[RecipientOut]


class DeliveryOut(BaseModel):
    """One thing told to one receiver, as the log keeps it."""

    id: UUID
    kind: str
    channel: str
    subscription_id: UUID | None
    breach_id: UUID | None
    user_id: UUID | None
    address: str | None
    period: str | None
    state: str
    attempts: int
    message_id: str | None
    data_version: str | None
    loaded_at: datetime | None
    sent_at: datetime | None
    reason: str | None


class LetterOut(BaseModel):
    """What a receiver would get now."""

    subject: str
    text: str
    html: str
    files: list[str]


class SettingsIn(_Body):
    """To which domains outside mail may go."""

    allowed_domains: list[Domain] = Field(max_length=200)


class SettingsOut(BaseModel):
    """The same, as set."""

    allowed_domains: list[str]


class EndpointIn(_Body):
    """An address that is told by HTTP."""

    name: Name
    url: Annotated[str, StringConstraints(max_length=2000, pattern=r"^https?://[^\s]+$")]


class EndpointOut(BaseModel):
    """An endpoint; its signing key is told once, when it is made."""

    id: UUID
    name: str
    url: str
    is_active: bool
    signing_key: str | None = None
