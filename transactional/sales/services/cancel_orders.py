"""Orders are called off before anything was handed over."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from transactional.inventory.services.reserve_stock import release_reservations
from transactional.kernel.arrays import any_of
from transactional.kernel.outbox import record
from transactional.kernel.rows import lock_by_id, read, update_all
from transactional.kernel.session import Session
from transactional.kernel.states import move_to
from transactional.sales.errors import LineDelivered, LineInvoiced
from transactional.sales.events import order_event
from transactional.sales.models import SalesOrder, SalesOrderLine, SalesOrderState
from transactional.sales.progress import read_progress
from transactional.sales.states import ORDER_MOVES


def cancel_orders(session: Session, order_ids: Sequence[UUID], *, at: datetime) -> list[SalesOrder]:
    """Cancelled orders without reservations; an order already cancelled is returned as it is.

    Raises: NotFound; LineDelivered; LineInvoiced.
    """
    orders = lock_by_id(session, SalesOrder, order_ids)
    fresh = [order for order in orders if order.state != SalesOrderState.CANCELLED]
    by_id = {order.id: order for order in fresh}
    lines = read(session, select(SalesOrderLine).where(any_of(SalesOrderLine.order_id, by_id)))
    progress = read_progress(session, by_id)
    for line in lines:
        number = by_id[line.order_id].number
        if progress.delivered_qty(line.id):
            raise LineDelivered(line_number=line.line_number, number=number)
        if progress.billed[line.id].qty:
            raise LineInvoiced(line_number=line.line_number, number=number)
    for order in fresh:
        move_to(order, SalesOrderState.CANCELLED, ORDER_MOVES)
        order.cancelled_at = at
    release_reservations(session, [line.id for line in lines])
    update_all(session, fresh, SalesOrder.state, SalesOrder.cancelled_at)
    record(session, [order_event("cancelled", order, at) for order in fresh])
    return orders
