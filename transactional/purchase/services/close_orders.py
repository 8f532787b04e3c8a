"""Purchase orders are done with: what has not arrived is not waited for."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from transactional.kernel.outbox import record
from transactional.kernel.rows import lock_by_id, update_all
from transactional.kernel.session import Session
from transactional.kernel.states import move_to
from transactional.purchase.events import order_event
from transactional.purchase.models import PurchaseOrder, PurchaseOrderState
from transactional.purchase.states import ORDER_MOVES


def close_orders(session: Session, order_ids: Sequence[UUID], *, at: datetime) -> list[PurchaseOrder]:
    """Closed purchase orders: received goods may still be invoiced and sent back; a closed one is returned as it is.

    Raises: NotFound; TransitionRefused for an order that is not confirmed.
    """
    orders = lock_by_id(session, PurchaseOrder, order_ids)
    fresh = [order for order in orders if order.state != PurchaseOrderState.CLOSED]
    for order in fresh:
        move_to(order, PurchaseOrderState.CLOSED, ORDER_MOVES)
    update_all(session, fresh, PurchaseOrder.state)
    record(session, [order_event("closed", order, at) for order in fresh])
    return orders
