"""Two records of one customer become one to deal with."""

from datetime import datetime
from uuid import UUID

from transactional.kernel.errors import Refused, invalid
from transactional.kernel.outbox import Event, record
from transactional.kernel.rows import lock_by_id, update_all
from transactional.kernel.session import Session
from transactional.scm.models import Customer


class AlreadyMerged(Refused):
    """One of the two was merged before."""

    code = "already_merged"
    message = "Customer {code} was merged before: choose the customer it became."


def merge_customer(session: Session, customer_id: UUID, *, into_id: UUID, at: datetime) -> Customer:
    """The customer that is given up: inactive, blocked and pointing at the other one.

    Documents and ledger lines keep the customer they were posted for, so that nothing posted changes.
    Raises: NotFound, Invalid for a customer into itself, AlreadyMerged.
    """
    if customer_id == into_id:
        raise invalid("into_id", "is the same customer", "self_reference")
    gone, kept = lock_by_id(session, Customer, [customer_id, into_id])
    for customer in (gone, kept):
        if customer.merged_into_id is not None:
            raise AlreadyMerged(code=customer.code)
    gone.merged_into_id, gone.is_active, gone.is_blocked = kept.id, False, True
    update_all(session, [gone], Customer.merged_into_id, Customer.is_active, Customer.is_blocked)
    payload = {"code": gone.code, "into_id": str(kept.id), "into_code": kept.code}
    record(session, [Event("scm.customer.merged", "customer", gone.id, at, payload)])
    return gone
