"""What comes in and goes out of the routes of alerts."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from api.schemas.report.reports import Name

MINUTES_MAX = 7 * 24 * 60


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RuleIn(_Body):
    """A condition to watch, for how long it has to hold, how much it matters, and who is told."""

    name: Name
    kind: Literal["threshold", "change", "anomaly", "data_late", "check_failed", "measurement"]
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
            {"metric": "net_revenue", "group_by": ["region"], "period": "last_week", "sensitivity": "3.5"},
            {"after_minutes": 60},
            {"measurement": "cpu_share", "where": {"service": "API"}, "above": "0.9"},
            {
                "any": [
                    {"measurement": "disk_free_share", "below": "0.15"},
                    {"measurement": "disk_days_to_full", "below": "7"},
                ]
            },
        ],
    )
    channels: list[Literal["mail", "in_app"]] = Field(default=["in_app"], min_length=1, max_length=2)
    user_ids: list[UUID] = Field(default_factory=list, max_length=100, description="Who is told; the owner if nobody.")
    endpoint_id: UUID | None = None
    severity: Literal["info", "warning", "critical"] = "warning"
    for_minutes: int = Field(default=0, ge=0, le=MINUTES_MAX, description="How long it has to last before it is told.")
    fallback_channel: Literal["mail", "in_app"] | None = Field(
        default=None, description="Takes over at once when mail server or webhook cannot be reached."
    )
    escalate_after_minutes: int | None = Field(default=None, ge=1, le=MINUTES_MAX)
    escalate_user_ids: list[UUID] = Field(
        default_factory=list, max_length=100, description="Who is told when nobody has acknowledged in time."
    )

    @model_validator(mode="after")
    def _escalates_to_somebody(self) -> RuleIn:
        if (self.escalate_after_minutes is None) != (not self.escalate_user_ids):
            raise ValueError("escalate_after_minutes and escalate_user_ids are given together or not at all")
        return self


class RuleChangeIn(RuleIn):
    """The whole rule as it is to be, and the version it was read at."""

    version: int | None = Field(default=None, ge=1)


class RuleTestIn(RuleIn):
    """A rule to be tested against the past, saved or not."""

    days: int = Field(default=14, ge=1, le=90)


class StandardIn(_Body):
    """How the caller is told of what operators need to know."""

    channels: list[Literal["mail", "in_app"]] = Field(default=["in_app"], min_length=1, max_length=2)


class RuleMuteIn(_Body):
    """Until when nothing is told."""

    until: AwareDatetime | None = Field(description="Null ends the muting.")


class FiringOut(BaseModel):
    """When a rule would have fired."""

    member: str
    began_at: datetime
    fired_at: datetime
    ended_at: datetime | None = Field(description="Null where it would still be firing.")
    figure: Decimal
    expected: str


class RehearsalOut(BaseModel):
    """What a rule would have done in the past."""

    since: datetime | None = Field(description="Null where there is no past to test it against.")
    until: datetime
    firing_count: int
    firings: list[FiringOut] = Field(description="The first hundred, oldest first.")


class BreachOut(BaseModel):
    """One breach, from entering to recovery."""

    id: UUID
    rule_id: UUID
    firing_id: UUID = Field(description="Breaches with the same one were told together.")
    member: str
    figure: str | None
    expected: str
    data_version: str | None
    opened_at: datetime
    closed_at: datetime | None
    closing_figure: str | None
    is_muted: bool
    acknowledged_at: datetime | None
    acknowledged_by: UUID | None
    escalated_at: datetime | None
    withheld: str | None = Field(description="Why the asker is not told the figure, its member and what was expected.")


class RuleOut(BaseModel):
    """A rule with its state."""

    id: UUID
    version: int
    definition_version: int
    name: str
    kind: str
    owner_id: UUID
    definition: dict[str, Any]
    channels: list[str]
    user_ids: list[str]
    endpoint_id: UUID | None
    severity: str
    for_minutes: int
    fallback_channel: str | None
    escalate_after_minutes: int | None
    escalate_user_ids: list[str]
    standard_key: str | None = Field(description="Which of the standard rules it is.")
    is_active: bool
    muted_until: datetime | None
    state: str = Field(description="ok, pending, breached, or unknown before the first look.")
    checked_at: datetime | None
    data_version: str | None
    error: str | None
    open_breaches: list[BreachOut]
    rehearsal: RehearsalOut | None = Field(
        default=None, description="When it is saved: what it would have done in the last seven days."
    )


class RuleVersionOut(BaseModel):
    """A rule as it was saved once."""

    number: int
    saved_at: datetime
    saved_by: UUID | None
    rule: dict[str, Any]
