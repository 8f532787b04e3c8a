"""Having a report sent: to whom, when, and until when."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from transactional.kernel.errors import NotFound
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.rows import find_one, insert_all, lock_by_id, update_all
from transactional.kernel.session import Session
from transactional.report.errors import ReportNotYours
from transactional.report.models import Recipient, Subscription


def subscribe(session: Session, new: Subscription, recipients: Sequence[Recipient]) -> Subscription:
    """The subscription with its recipients."""
    new.__dict__.setdefault("id", new_id())
    insert_all(session, [new])
    for recipient in recipients:
        recipient.subscription_id = new.id
    insert_all(session, recipients)
    return new


def get_subscription(session: Session, id_: UUID, *, by: Principal) -> Subscription:
    """A subscription that the asker owns, manages or receives.  Raises: NotFound."""
    found = find_one(session, select(Subscription).where(Subscription.id == id_))
    if found is None or not (found.owner_id == by.user_id or by.may("report.manage")):
        raise NotFound(kind="subscription", id=id_)
    return found


def end_subscription(session: Session, id_: UUID, *, by: Principal) -> Subscription:
    """The subscription, of which nothing more is sent.  Raises: NotFound, ReportNotYours."""
    get_subscription(session, id_, by=by)
    [found] = lock_by_id(session, Subscription, [id_])
    if found.owner_id != by.user_id and not by.may("report.manage"):
        raise ReportNotYours(kind="subscription")
    if found.is_active:
        found.is_active = False
        update_all(session, [found], Subscription.is_active)
    return found


def unsubscribe(session: Session, recipient_id: UUID, *, at: datetime) -> None:
    """Nothing: the receiver gets no more of that subscription.  Raises: NotFound."""
    [found] = lock_by_id(session, Recipient, [recipient_id])
    if found.unsubscribed_at is None:
        found.unsubscribed_at = at
        update_all(session, [found], Recipient.unsubscribed_at)
