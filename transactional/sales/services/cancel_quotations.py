"""An offer is withdrawn."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from transactional.kernel.outbox import record
from transactional.kernel.rows import lock_by_id, update_all
from transactional.kernel.session import Session
from transactional.kernel.states import move_to
from transactional.sales.events import quotation_event
from transactional.sales.models import Quotation, QuotationState
from transactional.sales.states import QUOTATION_MOVES


def cancel_quotations(session: Session, quotation_ids: Sequence[UUID], *, at: datetime) -> list[Quotation]:
    """Quotations that can no longer be confirmed; one cancelled before is returned as it is.

    Raises: NotFound; TransitionRefused for a confirmed one.
    """
    quotations = lock_by_id(session, Quotation, quotation_ids)
    fresh = [row for row in quotations if row.state != QuotationState.CANCELLED]
    for row in fresh:
        move_to(row, QuotationState.CANCELLED, QUOTATION_MOVES)
    update_all(session, fresh, Quotation.state)
    record(session, [quotation_event("cancelled", row, at) for row in fresh])
    return quotations
