"""Closing periods and, with a reason, opening them again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from transactional.kernel.arrays import any_of
from transactional.kernel.errors import invalid
from transactional.kernel.outbox import Event, record
from transactional.kernel.rows import insert_all, lock_by_id, update_all
from transactional.kernel.session import Session
from transactional.ledger.closing import LEDGER_CHECKS, ChecklistItem, CloseCheck
from transactional.ledger.errors import ChecklistNotDone, PeriodStateRefused
from transactional.ledger.models import LedgerHead, Period, PeriodEvent, PeriodState
from transactional.ledger.periods import forget_periods


def close_periods(
    session: Session, period_ids: Sequence[UUID], *, at: datetime, checks: Sequence[CloseCheck] = LEDGER_CHECKS
) -> list[Period]:
    """The periods, closed: whoever is posting into one finishes first, nobody posts into it afterwards.

    `checks` is the checklist; what it found is kept with the closing. Locks the periods' rows.
    Raises: NotFound, PeriodStateRefused, ChecklistNotDone naming every open point.
    """
    held = lock_by_id(session, Period, period_ids)
    for period in held:
        if period.state != PeriodState.OPEN.value:
            raise PeriodStateRefused(starts_on=period.starts_on, state=period.state)
    ends = _chain_ends(session, {period.company_id for period in held})
    for period in sorted(held, key=lambda period: period.starts_on):
        checklist = [check(session, period) for check in checks]
        _check_done(checklist)
        period.state = PeriodState.CLOSED.value
        period.closed_at, period.closed_by = at, session.principal.user_id
        update_all(session, [period], Period.state, Period.closed_at, Period.closed_by)
        insert_all(session, [_closed(period, checklist, ends[period.company_id])])
    forget_periods(session)
    record(session, [_event("closed", period, at, {}) for period in held])
    return held


def reopen_periods(session: Session, period_ids: Sequence[UUID], *, reason: str, at: datetime) -> list[Period]:
    """The periods, open again; who did it and why is kept, and figures published of them count as restated.

    Raises: NotFound, PeriodStateRefused; Invalid without a reason.
    """
    if not reason.strip():
        raise invalid("reason", "say why the period is opened again", "reason_missing")
    held = lock_by_id(session, Period, period_ids)
    for period in held:
        if period.state != PeriodState.CLOSED.value:
            raise PeriodStateRefused(starts_on=period.starts_on, state=period.state)
        period.state = PeriodState.OPEN.value
        period.reopened_reason = reason
    update_all(session, held, Period.state, Period.reopened_reason)
    forget_periods(session)
    insert_all(session, [PeriodEvent(period_id=period.id, action="reopened", reason=reason) for period in held])
    record(session, [_event("reopened", period, at, {"reason": reason, "is_restated": True}) for period in held])
    return held


def _chain_ends(session: Session, company_ids: set[UUID]) -> dict[UUID, int]:
    """Entries of other periods may be under way; none of a period held by us is."""
    statement = select(LedgerHead.company_id, LedgerHead.chain_position).where(
        any_of(LedgerHead.company_id, company_ids)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def _check_done(checklist: Sequence[ChecklistItem]) -> None:
    still_open = [item for item in checklist if not item.is_done]
    if still_open:
        points = "; ".join(item.detail for item in still_open)
        raise ChecklistNotDone(open_points=points, checklist=[item.as_record() for item in checklist])


def _closed(period: Period, checklist: Sequence[ChecklistItem], chain_position: int) -> PeriodEvent:
    return PeriodEvent(
        period_id=period.id,
        action="closed",
        reason=None,
        checklist=[item.as_record() for item in checklist],
        chain_position=chain_position,
    )


def _event(what: str, period: Period, at: datetime, more: dict[str, Any]) -> Event:
    return Event(
        topic=f"ledger.period.{what}",
        aggregate_type="ledger.period",
        aggregate_id=period.id,
        occurred_at=at,
        payload={
            "company_id": str(period.company_id),
            "starts_on": period.starts_on.isoformat(),
            "ends_on": period.ends_on.isoformat(),
            **more,
        },
    )
