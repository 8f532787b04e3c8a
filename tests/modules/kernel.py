"""What the kernel does on its own: money, events."""

from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import func, select

from transactional.kernel.ids import new_id
from transactional.kernel.models import OutboxEvent
from transactional.kernel.money import round_amount
from transactional.kernel.outbox import Event, record
from transactional.kernel.session import Session

NOW = datetime(2026, 3, 16, 9, 30, tzinfo=UTC)


def money_is_rounded_half_up(session: Session) -> None:
    """Half a cent is a cent."""
    assert session.scalar(select(func.round(Decimal("0.005"), 2))) == round_amount(Decimal("0.005"), 2)


def events_are_written_with_the_transaction(session: Session) -> None:
    """Before it ends there is none."""
    record(session, [Event("kernel.tried", "kernel.trial", new_id(), NOW)])
    assert session.scalar(select(func.count()).select_from(OutboxEvent)) == 0
    session.finish_postponed()
    for finish in session.before_commit:
        finish()
    session.before_commit.clear()
    assert session.scalar(select(func.count()).select_from(OutboxEvent)) == 1


SHARE = (money_is_rounded_half_up, events_are_written_with_the_transaction)
