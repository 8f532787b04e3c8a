"""Who parties are now: customers that were merged into others."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from transactional.kernel.session import Session
from transactional.kernel.statements import Lookup, among
from transactional.scm.models import Customer

_MERGED = Lookup(
    select(Customer.id, Customer.merged_into_id).where(
        among(Customer.id, "customers"), Customer.merged_into_id.is_not(None)
    )
)


def survivors_of(session: Session, party_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Of the parties that were merged into another customer: that one, which is merged into none."""
    return {gone: kept for gone, kept in _MERGED.rows(session, customers=set(party_ids)) if kept}
