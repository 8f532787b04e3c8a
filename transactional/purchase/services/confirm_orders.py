"""Purchase orders are released: at once, or by a second user."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from transactional.kernel.outbox import record
from transactional.kernel.reference import read_all
from transactional.kernel.rows import lock_by_id, update_all
from transactional.kernel.session import Session
from transactional.kernel.states import TransitionRefused, move_to
from transactional.organization.models import Company
from transactional.purchase.errors import OwnOrder
from transactional.purchase.events import order_event
from transactional.purchase.models import PurchaseOrder, PurchaseOrderState
from transactional.purchase.states import ORDER_MOVES


def confirm_orders(session: Session, order_ids: Sequence[UUID], *, at: datetime) -> list[PurchaseOrder]:
    """Confirmed purchase orders, which goods may now arrive for; a confirmed one is returned as it is.

    One worth more than its company lets one user order waits for a second one instead.
    Raises: NotFound; TransitionRefused for a cancelled or rejected order.
    """
    orders = lock_by_id(session, PurchaseOrder, order_ids)
    fresh = [order for order in orders if order.state not in {PurchaseOrderState.CONFIRMED, PurchaseOrderState.WAITING}]
    companies = read_all(session, Company)
    waiting = [order for order in fresh if _is_beyond(order, companies[order.company_id].purchase_limit_amount)]
    for order in waiting:
        move_to(order, PurchaseOrderState.WAITING, ORDER_MOVES)
        order.submitted_by = session.principal.user_id
    update_all(session, waiting, PurchaseOrder.state, PurchaseOrder.submitted_by)
    record(session, [order_event("submitted", order, at) for order in waiting])
    _confirm(session, [order for order in fresh if order.state != PurchaseOrderState.WAITING], at=at)
    return orders


def approve_orders(session: Session, order_ids: Sequence[UUID], *, at: datetime) -> list[PurchaseOrder]:
    """Orders that waited, confirmed; a confirmed one is returned as it is.

    Raises: NotFound; OwnOrder for whoever made or submitted it; TransitionRefused for one that does not wait.
    """
    orders = lock_by_id(session, PurchaseOrder, order_ids)
    fresh = [order for order in orders if order.state != PurchaseOrderState.CONFIRMED]
    user_id = session.principal.user_id
    for order in fresh:
        if order.state != PurchaseOrderState.WAITING:
            after = PurchaseOrderState.CONFIRMED.value
            raise TransitionRefused(kind="PurchaseOrder", id=order.id, before=order.state, after=after)
        if user_id in {order.created_by, order.submitted_by}:
            raise OwnOrder(number=order.number)
        order.decided_by = user_id
    update_all(session, fresh, PurchaseOrder.decided_by)
    _confirm(session, fresh, at=at)
    return orders


def _is_beyond(order: PurchaseOrder, limit: Decimal | None) -> bool:
    return limit is not None and order.company_net_amount > limit


def _confirm(session: Session, orders: Sequence[PurchaseOrder], *, at: datetime) -> None:
    for order in orders:
        move_to(order, PurchaseOrderState.CONFIRMED, ORDER_MOVES)
        order.confirmed_at = at
    update_all(session, orders, PurchaseOrder.state, PurchaseOrder.confirmed_at)
    record(session, [order_event("confirmed", order, at) for order in orders])
