"""A return is allowed, or not."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from transactional.kernel.arrays import any_of
from transactional.kernel.ids import new_id
from transactional.kernel.outbox import record
from transactional.kernel.rows import insert_all, lock_by_id, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.kernel.states import move_to
from transactional.sales.events import return_event
from transactional.sales.models import Delivery, ReturnRequest, SalesOrder
from transactional.sales.services.deliver_orders import number_deliveries
from transactional.sales.states import RETURN_MOVES, DeliveryState, ReturnState


def approve_returns(
    session: Session, request_ids: Sequence[UUID], *, expected_on: date, at: datetime
) -> list[ReturnRequest]:
    """Approved requests, each with a return receipt that is expected on the day; approved ones stay as they are.

    Raises: NotFound; TransitionRefused for a rejected or received request.
    """
    requests = lock_by_id(session, ReturnRequest, request_ids)
    fresh = [row for row in requests if row.state != ReturnState.APPROVED]
    for row in fresh:
        move_to(row, ReturnState.APPROVED, RETURN_MOVES)
    orders = read_by_id(session, SalesOrder, {row.order_id for row in fresh})
    expect_receipts(session, [(row, orders[row.order_id]) for row in fresh], on=expected_on)
    update_all(session, fresh, ReturnRequest.state)
    record(session, [return_event("approved", row, at) for row in fresh])
    return requests


def reject_returns(session: Session, request_ids: Sequence[UUID], *, at: datetime) -> list[ReturnRequest]:
    """Rejected requests: the goods stay with the customer.  Raises: NotFound; TransitionRefused."""
    requests = lock_by_id(session, ReturnRequest, request_ids)
    fresh = [row for row in requests if row.state != ReturnState.REJECTED]
    for row in fresh:
        move_to(row, ReturnState.REJECTED, RETURN_MOVES)
    update_all(session, fresh, ReturnRequest.state)
    record(session, [return_event("rejected", row, at) for row in fresh])
    return requests


def expect_receipts(session: Session, requests: Sequence[tuple[ReturnRequest, SalesOrder]], *, on: date) -> None:
    """Write a return receipt for each request, expected on the day."""
    receipts = [_expected(row, order, on) for row, order in requests]
    number_deliveries(session, "sales_return", receipts)
    insert_all(session, receipts)


def expected_receipts(session: Session, request_ids: Sequence[UUID]) -> dict[UUID, Delivery]:
    """The return receipts of approved and received requests, by request; held until the transaction ends."""
    ids = session.scalars(
        select(Delivery.id).where(
            any_of(Delivery.return_request_id, request_ids), Delivery.state != DeliveryState.CANCELLED
        )
    )
    rows = lock_by_id(session, Delivery, list(ids))
    return {row.return_request_id: row for row in rows if row.return_request_id}


def _expected(request: ReturnRequest, order: SalesOrder, expected_on: date) -> Delivery:
    return Delivery(
        id=new_id(),
        company_id=request.company_id,
        kind="return",
        order_id=request.order_id,
        customer_id=request.customer_id,
        warehouse_id=order.warehouse_id,
        delivered_on=expected_on,
        tracking_number=None,
        return_request_id=request.id,
        journal_entry_id=None,
        state=DeliveryState.EXPECTED.value,
    )
