"""Two records of one customer become one to deal with."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from transactional.kernel.errors import Refused, invalid
from transactional.kernel.outbox import Event, record
from transactional.kernel.rows import lock_by_id, read, update_all
from transactional.kernel.session import Session
from transactional.scm.models import Customer


class AlreadyMerged(Refused):
    """One of the two was merged before."""

    code = "already_merged"
    message = "Customer {code} was merged before: choose the customer it became."


def merge_customer(session: Session, customer_id: UUID, *, into_id: UUID, at: datetime) -> Customer:
    """The customer that is given up: inactive, blocked and pointing at the other one.

    Documents and ledger lines keep the customer they were posted for, so that nothing posted changes; what is open of
    them is the other one's to settle, counts towards its credit limit and is told as its figures. The numbers that
    bought for the house it was buy for the other one's from now on, and so does it.
    Raises: NotFound, Invalid for a customer into itself, AlreadyMerged.
    """
    if customer_id == into_id:
        raise invalid("into_id", "is the same customer", "self_reference")
    gone, kept = lock_by_id(session, Customer, [customer_id, into_id])
    for customer in (gone, kept):
        if customer.merged_into_id is not None:
            raise AlreadyMerged(code=customer.code)
    _join_houses(session, gone, kept)
    _lead_on(session, gone, kept)
    gone.merged_into_id, gone.is_active, gone.is_blocked = kept.id, False, True
    update_all(session, [gone], Customer.merged_into_id, Customer.is_active, Customer.is_blocked, Customer.head_id)
    payload = {"code": gone.code, "into_id": str(kept.id), "into_code": kept.code}
    record(session, [Event("scm.customer.merged", "customer", gone.id, at, payload)])
    return gone


def _lead_on(session: Session, gone: Customer, kept: Customer) -> None:
    """Whoever was merged into the customer that is given up is the other one too: one step leads to who it is now."""
    wanted = select(Customer).where(Customer.merged_into_id == gone.id).order_by(Customer.id)
    before = read(session, wanted.with_for_update())
    for row in before:
        row.merged_into_id = kept.id
    update_all(session, before, Customer.merged_into_id)


def _join_houses(session: Session, gone: Customer, kept: Customer) -> None:
    """Whoever had the customer that is given up above it has the head of the other one's house."""
    below = read(session, select(Customer).where(Customer.head_id == gone.id).order_by(Customer.id).with_for_update())
    head = kept
    while head.head_id not in {None, gone.id}:
        [head] = read(session, select(Customer).where(Customer.id == head.head_id))
    moved = [row for row in below if row.id not in {head.id, kept.id}]
    for row in moved:
        row.head_id = head.id
    if head.head_id == gone.id:
        head.head_id = gone.head_id
        moved.append(head)
    gone.head_id = head.id
    update_all(session, moved, Customer.head_id)
