"""Production orders are called off before anything was posted for them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from transactional.kernel.outbox import record
from transactional.kernel.rows import lock_by_id, update_all
from transactional.kernel.session import Session
from transactional.kernel.states import move_to
from transactional.production.errors import OrderBegun
from transactional.production.events import order_event
from transactional.production.models import ProductionOrder, ProductionOrderState
from transactional.production.progress import begun
from transactional.production.services.close_orders import free_components
from transactional.production.states import ORDER_MOVES


def cancel_orders(session: Session, order_ids: Sequence[UUID], *, at: datetime) -> list[ProductionOrder]:
    """Cancelled orders, their components free again; one already cancelled is returned as it is.

    Raises: NotFound; OrderBegun; TransitionRefused for a closed one.
    """
    orders = lock_by_id(session, ProductionOrder, order_ids)
    fresh = [order for order in orders if order.state != ProductionOrderState.CANCELLED]
    with_papers = begun(session, [order.id for order in fresh])
    for order in fresh:
        move_to(order, ProductionOrderState.CANCELLED, ORDER_MOVES)
        if order.id in with_papers:
            raise OrderBegun(number=order.number)
    free_components(session, fresh)
    update_all(session, fresh, ProductionOrder.state)
    record(session, [order_event("cancelled", order, at) for order in fresh])
    return orders
