"""A return that was cancelled never came: it is credited no more, and expected as before."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from transactional.finance.models import Invoice, InvoiceKind, InvoiceState
from transactional.finance.services.cancel_invoices import cancel_invoices
from transactional.kernel.arrays import any_of
from transactional.kernel.rows import lock_by_id, read, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.sales.credits import credit_note_id
from transactional.sales.models import Delivery, ReturnRequest, SalesOrder
from transactional.sales.services.approve_returns import expect_receipts
from transactional.sales.states import ReturnState


def await_returns(session: Session, notes: Sequence[Delivery], *, on: date, at: datetime) -> None:
    """Requests of cancelled returns are approved again, their goods expected on the day, their credit notes cancelled.

    A credit note came with the goods, so it goes with them; the invoices that it settled are open again.
    Raises: DocumentSettled naming what paid a credit note out; PeriodMissing, PeriodClosed; Invalid for a day before
    that of a credit note.
    """
    by_request = {row.return_request_id: row for row in notes if row.return_request_id}
    if not by_request:
        return
    requests = lock_by_id(session, ReturnRequest, list(by_request))
    for request in requests:
        # Not one of the moves that a request makes by itself: approving again would open a received one.
        request.state = ReturnState.APPROVED.value
    update_all(session, requests, ReturnRequest.state)
    orders = read_by_id(session, SalesOrder, {row.order_id for row in requests})
    expect_receipts(session, [(row, orders[row.order_id]) for row in requests], on=on)
    cancel_invoices(session, credit_notes_of(session, {row.id: row for row in notes}), on=on, at=at)


def credit_notes_of(session: Session, notes: Mapping[UUID, Delivery]) -> list[UUID]:
    """The ids of the credit notes that came with returns and stand."""
    statement = select(Invoice).where(
        any_of(Invoice.origin_id, {row.order_id for row in notes.values()}),
        Invoice.kind == InvoiceKind.SALES_CREDIT_NOTE,
        Invoice.state == InvoiceState.POSTED,
        Invoice.corrects_id.is_not(None),
    )
    credited = read(session, statement.order_by(Invoice.id))
    return [row.id for row in credited if any(row.id == credit_note_id(key, row.corrects_id) for key in notes)]
