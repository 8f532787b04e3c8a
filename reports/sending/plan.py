"""What has become due, as deliveries: one a receiver and period, whoever plans and however often."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert

from reports.schedule import PeriodEnd, read_schedule
from reports.sending.office import Load, Office
from transactional.kernel.ids import new_id
from transactional.kernel.rows import read, update_all
from transactional.kernel.session import Session
from transactional.ledger.models import Period
from transactional.report.models import Delivery, Recipient, Subscription

_LATE = "late"


def plan_due(office: Office, session: Session) -> int:
    """How many deliveries were planned: of each due subscription its latest period, and then its next moment is set.

    The rows of due subscriptions are held and others pass over them, so two planners never plan the same; and a
    delivery's key would refuse a second one all the same. Periods missed while nothing ran are not caught up: the
    report of the last one says all that the earlier ones would.
    """
    now = office.now()
    due = select(Subscription).where(Subscription.is_active.is_(True), Subscription.due_at <= now)
    found = read(session, due.order_by(Subscription.id).limit(100).with_for_update(skip_locked=True))
    planned = 0
    for subscription in found:
        schedule = read_schedule(subscription.schedule)
        periods = period_ends(session)
        last, following = subscription.due_at, schedule.following(subscription.due_at or now, periods)
        while following is not None and following <= now:
            last, following = following, schedule.following(following, periods)
        planned += _plan(session, subscription, last or now, now)
        subscription.due_at = following
        update_all(session, [subscription], Subscription.due_at)
    return planned


def wake_fiscal(office: Office, session: Session) -> None:
    """Give a moment to schedules that had none: a period may have been closed or opened since."""
    waiting = select(Subscription).where(Subscription.is_active.is_(True), Subscription.due_at.is_(None))
    found = read(session, waiting.limit(100).with_for_update(skip_locked=True))
    periods = period_ends(session) if found else ()
    for subscription in found:
        moment = read_schedule(subscription.schedule).following(office.now(), periods)
        if moment is not None:
            subscription.due_at = moment
            update_all(session, [subscription], Subscription.due_at)


def period_ends(session: Session) -> tuple[PeriodEnd, ...]:
    """The fiscal periods, and when each was closed in every company."""
    found: dict[Any, list[Any]] = {}
    for ends_on, state, closed_at in session.execute(select(Period.ends_on, Period.state, Period.closed_at)):
        found.setdefault(ends_on, []).append(closed_at.date() if state == "closed" and closed_at else None)
    return tuple(PeriodEnd(ends_on, max(days) if all(days) else None) for ends_on, days in sorted(found.items()))


def _plan(session: Session, subscription: Subscription, due_at: datetime, now: datetime) -> int:
    wanted = select(Recipient).where(Recipient.subscription_id == subscription.id, Recipient.unsubscribed_at.is_(None))
    period = due_at.isoformat()
    rows = [
        {
            "key": f"{subscription.id}:{recipient.id}:{period}",
            "kind": "report",
            "channel": recipient.channel,
            "subscription_id": subscription.id,
            "recipient_id": recipient.id,
            "user_id": recipient.user_id,
            "endpoint_id": recipient.endpoint_id,
            "address": recipient.address,
            "period": period,
            "facts": {"due_at": period},
        }
        for recipient in read(session, wanted)
    ]
    return add_deliveries(session, rows, now)


def add_deliveries(session: Session, rows: Iterable[dict[str, Any]], now: datetime) -> int:
    """How many of the deliveries are new; a key that is there already is left as it is."""
    values = [
        {"id": new_id(), "tenant_id": session.tenant_id, "next_try_at": now, "attempts": 0, **row} for row in rows
    ]
    if not values:
        return 0
    session.send_waiting()
    statement = insert(Delivery).values(values).on_conflict_do_nothing(index_elements=["tenant_id", "key"])
    return int(session.execute(statement.returning(Delivery.id)).fetchall().__len__())


def tell_late(office: Office, session: Session, load: Load) -> int:
    """How many receivers are told that a report waits: its load failed, or has not come in time."""
    now = office.now()
    waiting = (
        select(Delivery, Subscription.late_after_minutes)
        .join(Subscription, Subscription.id == Delivery.subscription_id)
        .where(Delivery.state == "waiting", Delivery.kind == "report")
    )
    rows = []
    for delivery, minutes in session.execute(waiting).all():
        due_at = datetime.fromisoformat(delivery.facts["due_at"])
        if is_loaded(load, due_at):
            continue
        has_failed = load.failed_at is not None and load.failed_at >= due_at
        if has_failed or now >= due_at + timedelta(minutes=minutes):
            facts = {**delivery.facts, "has_failed": has_failed, "reaches": str(load.reaches) if load.reaches else None}
            rows.append(_late(delivery, facts))
    session.expunge_all()
    return add_deliveries(session, rows, now)


def _late(delivery: Delivery, facts: dict[str, Any]) -> dict[str, Any]:
    copied = ("channel", "subscription_id", "recipient_id", "user_id", "endpoint_id", "address", "period")
    return {
        **{name: getattr(delivery, name) for name in copied},
        "key": f"{delivery.key}:{_LATE}",
        "kind": _LATE,
        "facts": facts,
    }


def is_loaded(load: Load, due_at: datetime) -> bool:
    """Whether the published figures hold everything committed until a report was due."""
    return load.reaches is not None and load.reaches >= due_at


def claimable(session: Session, load: Load, now: datetime, *, limit: int = 1) -> list[Delivery]:
    """Deliveries whose time has come and whose figures are loaded, held for this transaction; others pass over them.

    A claim that has run out belongs to a sender that died before anything was handed over.
    """
    due = Delivery.facts["due_at"].astext.cast(Delivery.next_try_at.type)
    loaded = due <= load.reaches if load.reaches is not None else Delivery.id.is_(None)
    ready = or_(Delivery.kind != "report", loaded)
    free = or_(Delivery.state == "waiting", (Delivery.state == "claimed") & (Delivery.claimed_until < now))
    wanted = (
        select(Delivery).where(free, Delivery.next_try_at <= now, ready).order_by(Delivery.next_try_at, Delivery.id)
    )
    return read(session, wanted.limit(limit).with_for_update(skip_locked=True))


def is_recipient(session: Session, recipient_id: UUID | None) -> bool:
    """Whether a recipient still wants to be told."""
    if recipient_id is None:
        return True
    wanted = select(Recipient.unsubscribed_at).where(Recipient.id == recipient_id)
    return session.execute(wanted).scalar_one_or_none() is None
