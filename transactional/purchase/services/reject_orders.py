"""Purchase orders are turned down."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from transactional.kernel.errors import invalid
from transactional.kernel.outbox import record
from transactional.kernel.rows import lock_by_id, update_all
from transactional.kernel.session import Session
from transactional.kernel.states import move_to
from transactional.purchase.errors import ChangeNotRejected
from transactional.purchase.events import order_event
from transactional.purchase.models import PurchaseOrder, PurchaseOrderState
from transactional.purchase.progress import read_progress
from transactional.purchase.states import ORDER_MOVES


def reject_orders(
    session: Session, order_ids: Sequence[UUID], *, at: datetime, reason: str | None = None
) -> list[PurchaseOrder]:
    """Rejected purchase orders, which nothing may arrive for; a rejected one is returned as it is.

    Raises: NotFound; TransitionRefused for an order that is confirmed or cancelled; Invalid where an order that
    waits for approval is turned down without a reason; ChangeNotRejected for a changed one that goods have arrived for.
    """
    orders = lock_by_id(session, PurchaseOrder, order_ids)
    fresh = [order for order in orders if order.state != PurchaseOrderState.REJECTED]
    changed = [order.id for order in fresh if order.confirmed_at and order.state == PurchaseOrderState.WAITING]
    arrived = read_progress(session, changed).touched if changed else set()
    for order in fresh:
        if order.state == PurchaseOrderState.WAITING and not (reason or "").strip():
            raise invalid("reason", "say why the order is turned down", "reason_missing")
        if order.id in arrived:
            raise ChangeNotRejected(number=order.number)
        move_to(order, PurchaseOrderState.REJECTED, ORDER_MOVES)
        order.decided_by, order.decision_reason = session.principal.user_id, reason
    update_all(session, fresh, PurchaseOrder.state, PurchaseOrder.decided_by, PurchaseOrder.decision_reason)
    record(session, [order_event("rejected", order, at) for order in fresh])
    return orders
