"""Purchase orders are released: at once, or by a second user."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from transactional.kernel.arrays import any_of
from transactional.kernel.models import AuditRecord
from transactional.kernel.outbox import record
from transactional.kernel.rows import lock_by_id, read, update_all
from transactional.kernel.session import Session
from transactional.kernel.states import TransitionRefused, move_to
from transactional.purchase.errors import OutsideSupplyTerms, OwnOrder
from transactional.purchase.events import order_event
from transactional.purchase.limits import beyond_limits
from transactional.purchase.models import PurchaseOrder, PurchaseOrderLine, PurchaseOrderState
from transactional.purchase.services.judge_spending import judge_orders
from transactional.purchase.states import ORDER_MOVES
from transactional.purchase.supply_terms import outside_terms


def confirm_orders(
    session: Session, order_ids: Sequence[UUID], *, at: datetime, keeps_terms: bool = True
) -> list[PurchaseOrder]:
    """Confirmed purchase orders, which goods may now arrive for; a confirmed one is returned as it is.

    One worth more than its company lets one user order, as a whole or of a category, waits for a second one instead.
    What a former system confirmed need not keep the suppliers' terms of now.
    Raises: NotFound; TransitionRefused for a cancelled or rejected order; OutsideSupplyTerms; BudgetExceeded where a
    budget blocks.
    """
    orders = lock_by_id(session, PurchaseOrder, order_ids)
    fresh = [order for order in orders if order.state not in {PurchaseOrderState.CONFIRMED, PurchaseOrderState.WAITING}]
    if keeps_terms:
        _check_terms(session, fresh)
    _warn(session, fresh)
    beyond = beyond_limits(session, fresh)
    waiting = [order for order in fresh if order.id in beyond]
    for order in waiting:
        move_to(order, PurchaseOrderState.WAITING, ORDER_MOVES)
        order.submitted_by = session.principal.user_id
    update_all(session, waiting, PurchaseOrder.state, PurchaseOrder.submitted_by)
    record(session, [order_event("submitted", order, at) for order in waiting])
    _confirm(session, [order for order in fresh if order.state != PurchaseOrderState.WAITING], at=at)
    return orders


def approve_orders(session: Session, order_ids: Sequence[UUID], *, at: datetime) -> list[PurchaseOrder]:
    """Orders that waited, confirmed; a confirmed one is returned as it is.

    Raises: NotFound; OwnOrder for whoever made, changed or submitted it; TransitionRefused for one that does not wait;
    BudgetExceeded where a budget blocks.
    """
    orders = lock_by_id(session, PurchaseOrder, order_ids)
    fresh = [order for order in orders if order.state != PurchaseOrderState.CONFIRMED]
    user_id, authors = session.principal.user_id, _authors(session, [order for order in fresh if order.revision > 1])
    for order in fresh:
        if order.state != PurchaseOrderState.WAITING:
            after = PurchaseOrderState.CONFIRMED.value
            raise TransitionRefused(kind="PurchaseOrder", id=order.id, before=order.state, after=after)
        if user_id in {order.created_by, order.submitted_by} or (order.id, user_id) in authors:
            raise OwnOrder(number=order.number)
        order.decided_by = user_id
    update_all(session, fresh, PurchaseOrder.decided_by)
    _warn(session, fresh)
    _confirm(session, fresh, at=at)
    accept_changes(session, [order for order in fresh if order.revision > 1])
    return orders


def _check_terms(session: Session, orders: Sequence[PurchaseOrder]) -> None:
    numbers = {order.id: order.number for order in orders}
    for each in outside_terms(session, numbers):
        bounds = {"min_qty": "0" if each.min_qty is None else f"{each.min_qty.normalize():f}"}
        bounds["max_qty"] = "∞" if each.max_qty is None else f"{each.max_qty.normalize():f}"
        qty = f"{each.qty.normalize():f}"
        raise OutsideSupplyTerms(number=numbers[each.order_id], item=each.item, qty=qty, **bounds)


def _warn(session: Session, orders: Sequence[PurchaseOrder]) -> None:
    """Nothing: orders that take more than is left of a budget say so.  Raises: BudgetExceeded where it blocks."""
    warnings = judge_orders(session, orders)
    changed = [order for order in orders if order.budget_warning != warnings.get(order.id)]
    for order in changed:
        order.budget_warning = warnings.get(order.id)
    update_all(session, changed, PurchaseOrder.budget_warning)


def _authors(session: Session, orders: Sequence[PurchaseOrder]) -> set[tuple[UUID, UUID | None]]:
    """Who has made revisions of which orders, as the audit log has it."""
    log, revision = AuditRecord, "revision"
    wanted = (
        select(log.row_id, log.user_id)
        .where(log.table_name == "purchase.purchase_orders", any_of(log.row_id, [order.id for order in orders]))
        .where(log.before[revision] != log.after[revision])
        .distinct()
    )
    return {(row[0], row[1]) for row in session.execute(wanted)} if orders else set()


def accept_changes(session: Session, orders: Sequence[PurchaseOrder]) -> None:
    """Nothing: what stands in the orders is what further changes are compared with."""
    wanted = select(PurchaseOrderLine).where(
        any_of(PurchaseOrderLine.order_id, [order.id for order in orders]), PurchaseOrderLine.approved_qty.is_not(None)
    )
    changed = read(session, wanted) if orders else []
    for line in changed:
        line.approved_qty = line.approved_unit_price = None
    update_all(session, changed, PurchaseOrderLine.approved_qty, PurchaseOrderLine.approved_unit_price)


def _confirm(session: Session, orders: Sequence[PurchaseOrder], *, at: datetime) -> None:
    for order in orders:
        move_to(order, PurchaseOrderState.CONFIRMED, ORDER_MOVES)
        order.confirmed_at = at
    update_all(session, orders, PurchaseOrder.state, PurchaseOrder.confirmed_at)
    record(session, [order_event("confirmed", order, at) for order in orders])
