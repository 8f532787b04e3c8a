"""Orders are confirmed: credit is used and stock is promised."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import and_, select

from transactional.catalog.models import Item, ItemKind
from transactional.inventory.services.reserve_stock import Demand, Promise, reserve_stock
from transactional.kernel.outbox import record
from transactional.kernel.rows import ask_lock, update_all
from transactional.kernel.session import Session
from transactional.kernel.statements import Asked, Lookup, among
from transactional.kernel.states import move_to
from transactional.sales.errors import StockShort
from transactional.sales.events import order_event
from transactional.sales.models import SalesOrder, SalesOrderLine, SalesOrderState
from transactional.sales.services.check_credit import ask_concerned, check_credit
from transactional.sales.states import ORDER_MOVES


def confirm_orders(
    session: Session, order_ids: Sequence[UUID], *, at: datetime, require_stock: bool = False, reserve: bool = True
) -> list[SalesOrder]:
    """Confirmed orders with what is available of their stock reserved; the rest waits as a backorder.

    An order already confirmed is returned as it is. With `require_stock` nothing may be left to wait for. Without
    `reserve` nothing is promised: for orders that the same transaction delivers.
    Raises: NotFound; TransitionRefused for a cancelled order; CustomerBlocked; CreditLimitExceeded; StockShort.
    Then none is confirmed.
    """
    find_orders = ask_lock(session, SalesOrder, order_ids)
    asked = _ask_wanted(session, order_ids if reserve else []), ask_concerned(session, order_ids)
    orders = find_orders()
    fresh = [order for order in orders if order.state != SalesOrderState.CONFIRMED]
    confirm(fresh, at)
    check_credit(session, fresh, asked[1])
    demands = _demands(fresh, asked[0])
    promises = reserve_stock(session, demands)
    if require_stock:
        _check_reserved(session, demands, promises)
    update_all(session, fresh, SalesOrder.state, SalesOrder.confirmed_at)
    record(session, [order_event("confirmed", order, at) for order in fresh])
    return orders


def confirm(orders: Iterable[SalesOrder], at: datetime) -> None:
    """Nothing: the orders are in their new state.  Raises: TransitionRefused."""
    for order in orders:
        move_to(order, SalesOrderState.CONFIRMED, ORDER_MOVES)
        order.confirmed_at = at


_WANTED = Lookup(
    select(SalesOrderLine.id, SalesOrderLine.order_id, SalesOrderLine.item_id, SalesOrderLine.stock_qty)
    .join(Item, and_(Item.tenant_id == SalesOrderLine.tenant_id, Item.id == SalesOrderLine.item_id))
    .where(among(SalesOrderLine.order_id, "orders"), SalesOrderLine.stock_qty > 0, Item.kind == ItemKind.STOCK)
    .order_by(SalesOrderLine.order_id, SalesOrderLine.line_number)
)


def demands_of(session: Session, orders: Sequence[SalesOrder]) -> list[Demand]:
    """What orders want to have reserved: the stock items among their lines."""
    return _demands(orders, _ask_wanted(session, [order.id for order in orders]))


_Wanted: TypeAlias = tuple[UUID, UUID, UUID, Decimal]


def _ask_wanted(session: Session, order_ids: Sequence[UUID]) -> Asked[_Wanted] | None:
    return _WANTED.ask(session, orders=order_ids) if order_ids else None


def _demands(orders: Sequence[SalesOrder], asked: Asked[_Wanted] | None) -> list[Demand]:
    warehouses = {order.id: order.warehouse_id for order in orders}
    return [demand_of(*wanted, warehouses) for wanted in (asked.rows() if asked else ()) if wanted[1] in warehouses]


def demand_of(
    line_id: UUID, order_id: UUID, item_id: UUID, stock_qty: Decimal, warehouses: Mapping[UUID, UUID]
) -> Demand:
    """What a line wants to have reserved in its order's warehouse."""
    return Demand(
        item_id=item_id,
        warehouse_id=warehouses[order_id],
        qty=stock_qty,
        origin_type="sales_order",
        origin_id=order_id,
        origin_line_id=line_id,
    )


def _check_reserved(session: Session, demands: Sequence[Demand], promises: Sequence[Promise]) -> None:
    for demand, promise in zip(demands, promises, strict=True):
        if promise.missing_qty:
            item = session.scalar(select(Item.code).where(Item.id == demand.item_id))
            raise StockShort(item=item, available_qty=promise.reserved_qty, wanted_qty=demand.qty)
