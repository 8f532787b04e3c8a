"""What comes in and goes out of the routes of alerts."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.schemas.report.reports import Name


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RuleIn(_Body):
    """A condition to watch, and who is told."""

    name: Name
    kind: Literal["threshold", "change", "data_late", "check_failed"]
    definition: dict[str, Any] = Field(
        default_factory=dict,
        examples=[
            {"metric": "ar_overdue_amount", "above": "10000"},
            {
                "metric": "net_revenue",
                "group_by": ["customer"],
                "period": "last_month",
                "fall_share": "0.3",
                "periods_back": 3,
            },
            {"after_minutes": 60},
        ],
    )
    channels: list[Literal["mail", "in_app"]] = Field(default=["in_app"], min_length=1, max_length=2)
    user_ids: list[UUID] = Field(default_factory=list, max_length=100, description="Who is told; the owner if nobody.")
    endpoint_id: UUID | None = None


class RuleMuteIn(_Body):
    """Until when nothing is told."""

    until: AwareDatetime | None = Field(description="Null ends the muting.")


class BreachOut(BaseModel):
    """One breach, from entering to recovery."""

    id: UUID
    rule_id: UUID
    member: str
    figure: str | None
    expected: str
    data_version: str | None
    opened_at: datetime
    closed_at: datetime | None
    closing_figure: str | None
    is_muted: bool


class RuleOut(BaseModel):
    """A rule with its state."""

    id: UUID
    name: str
    kind: str
    owner_id: UUID
    definition: dict[str, Any]
    channels: list[str]
    user_ids: list[str]
    endpoint_id: UUID | None
    is_active: bool
    muted_until: datetime | None
    state: str = Field(description="ok, breached, or unknown before the first look.")
    checked_at: datetime | None
    data_version: str | None
    error: str | None
    open_breaches: list[BreachOut]
