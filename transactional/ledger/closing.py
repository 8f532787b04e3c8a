"""The checklist of a period: what must be done before it is closed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import func, select

from transactional.kernel.session import Session
from transactional.ledger.models import ManualEntry, Period, PeriodState


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """A point of the checklist: done, or what is still open."""

    code: str
    is_done: bool
    detail: str

    def as_record(self) -> dict[str, Any]:
        """What is kept with the closing."""
        return {"code": self.code, "is_done": self.is_done, "detail": self.detail}


CloseCheck: TypeAlias = Callable[[Session, Period], ChecklistItem]
"""Looks at one point for one period; modules above the ledger bring their own."""


def no_draft_entries(session: Session, period: Period) -> ChecklistItem:
    """No entry prepared by hand waits in the period."""
    statement = select(func.count()).where(
        ManualEntry.company_id == period.company_id,
        ManualEntry.state == "draft",
        ManualEntry.entry_on.between(period.starts_on, period.ends_on),
    )
    count = session.scalar(statement) or 0
    return ChecklistItem("no_draft_entries", count == 0, f"{count} entries prepared by hand are not posted")


def earlier_periods_closed(session: Session, period: Period) -> ChecklistItem:
    """Periods are closed in their order."""
    statement = select(func.count()).where(
        Period.company_id == period.company_id,
        Period.ends_on < period.starts_on,
        Period.state == PeriodState.OPEN.value,
    )
    count = session.scalar(statement) or 0
    return ChecklistItem("earlier_periods_closed", count == 0, f"{count} earlier periods are open")


LEDGER_CHECKS: tuple[CloseCheck, ...] = (no_draft_entries, earlier_periods_closed)
