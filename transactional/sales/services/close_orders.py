"""Orders are done with: their backorders are dropped."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from transactional.inventory.services.reserve_stock import release_reservations
from transactional.kernel.arrays import any_of
from transactional.kernel.outbox import record
from transactional.kernel.rows import lock_by_id, update_all
from transactional.kernel.session import Session
from transactional.kernel.states import move_to
from transactional.sales.events import order_event
from transactional.sales.models import SalesOrder, SalesOrderLine, SalesOrderState
from transactional.sales.states import ORDER_MOVES


def close_orders(session: Session, order_ids: Sequence[UUID], *, at: datetime) -> list[SalesOrder]:
    """Closed orders without reservations: what was handed over may still be invoiced and taken back.

    An order already closed is returned as it is.
    Raises: NotFound; TransitionRefused for an order that is not confirmed.
    """
    orders = lock_by_id(session, SalesOrder, order_ids)
    fresh = [order for order in orders if order.state != SalesOrderState.CLOSED]
    for order in fresh:
        move_to(order, SalesOrderState.CLOSED, ORDER_MOVES)
    lines = select(SalesOrderLine.id).where(any_of(SalesOrderLine.order_id, [order.id for order in fresh]))
    release_reservations(session, session.scalars(lines).all())
    update_all(session, fresh, SalesOrder.state)
    record(session, [order_event("closed", order, at) for order in fresh])
    return orders
