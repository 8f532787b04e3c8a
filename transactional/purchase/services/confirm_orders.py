"""Purchase orders are released, or called off."""

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


def confirm_orders(session: Session, order_ids: Sequence[UUID], *, at: datetime) -> list[PurchaseOrder]:
    """Confirmed purchase orders, which goods may now arrive for; a confirmed one is returned as it is.

    Raises: NotFound; TransitionRefused for a cancelled or rejected order.
    """
    orders = lock_by_id(session, PurchaseOrder, order_ids)
    fresh = [order for order in orders if order.state != PurchaseOrderState.CONFIRMED]
    for order in fresh:
        move_to(order, PurchaseOrderState.CONFIRMED, ORDER_MOVES)
        order.confirmed_at = at
    update_all(session, fresh, PurchaseOrder.state, PurchaseOrder.confirmed_at)
    record(session, [order_event("confirmed", order, at) for order in fresh])
    return orders
