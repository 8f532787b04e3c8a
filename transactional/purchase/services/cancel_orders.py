"""Purchase orders are called off before anything arrived."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from transactional.kernel.outbox import record
from transactional.kernel.rows import lock_by_id, update_all
from transactional.kernel.session import Session
from transactional.kernel.states import move_to
from transactional.purchase.errors import OrderReceived
from transactional.purchase.events import order_event
from transactional.purchase.models import PurchaseOrder, PurchaseOrderState
from transactional.purchase.progress import read_progress
from transactional.purchase.states import ORDER_MOVES


def cancel_orders(session: Session, order_ids: Sequence[UUID], *, at: datetime) -> list[PurchaseOrder]:
    """Cancelled purchase orders; one already cancelled is returned as it is.

    Raises: NotFound; OrderReceived; TransitionRefused.
    """
    orders = lock_by_id(session, PurchaseOrder, order_ids)
    fresh = [order for order in orders if order.state != PurchaseOrderState.CANCELLED]
    progress = read_progress(session, [order.id for order in fresh])
    for order in fresh:
        if order.id in progress.touched:
            raise OrderReceived(number=order.number)
        move_to(order, PurchaseOrderState.CANCELLED, ORDER_MOVES)
    update_all(session, fresh, PurchaseOrder.state)
    record(session, [order_event("cancelled", order, at) for order in fresh])
    return orders
