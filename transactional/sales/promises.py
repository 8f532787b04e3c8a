"""What is promised of order lines, told with them: SQL beside the line, in the item's stock unit."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select

from transactional.catalog.models import Item, ItemKind
from transactional.inventory.models import Location, LocationKind, Reservation, StockBalance
from transactional.sales.models import DeliveryLine, SalesOrder, SalesOrderLine, SalesOrderState


def promises() -> Mapping[str, ColumnElement[Decimal]]:
    """`reserved_qty` is promised to the line now; `short_qty` is what it still lacks.

    Of a confirmed order that is neither handed over nor promised; of a draft what nobody could promise it now.
    Services, closed lines and orders that wait for nothing lack nothing.
    """
    line = SalesOrderLine
    reserved, handed = _sum(Reservation.qty, _of(Reservation)), _sum(DeliveryLine.stock_qty, _handed())
    state = select(SalesOrder.state).where(_same(SalesOrder), SalesOrder.id == line.order_id).scalar_subquery()
    kind = select(Item.kind).where(_same(Item), Item.id == line.item_id).scalar_subquery()
    short = case(
        (or_(line.is_closed, kind != ItemKind.STOCK.value), 0),
        (state == SalesOrderState.CONFIRMED.value, func.greatest(line.stock_qty - handed - reserved, 0)),
        (state == SalesOrderState.DRAFT.value, func.greatest(line.stock_qty - _free(), 0)),
        else_=0,
    )
    return {"reserved_qty": reserved, "short_qty": short}


def waits_for_goods() -> ColumnElement[bool]:
    """Whether a confirmed order has a line whose goods were not handed over and are waited for."""
    line = SalesOrderLine
    open_lines = exists().where(
        line.tenant_id == SalesOrder.tenant_id,
        line.order_id == SalesOrder.id,
        ~line.is_closed,
        line.stock_qty > _sum(DeliveryLine.stock_qty, _handed()),
    )
    return and_(SalesOrder.state == SalesOrderState.CONFIRMED.value, open_lines)


def _sum(column: Any, condition: ColumnElement[bool]) -> ColumnElement[Decimal]:
    return select(func.coalesce(func.sum(column), 0)).where(condition).scalar_subquery()


def _same(model: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = model.tenant_id == SalesOrderLine.tenant_id
    return found


def _of(model: Any) -> ColumnElement[bool]:
    return and_(_same(model), model.origin_line_id == SalesOrderLine.id)


def _handed() -> ColumnElement[bool]:
    """Returns do not reopen the order."""
    given = DeliveryLine
    return and_(_same(given), given.order_line_id == SalesOrderLine.id, given.returned_line_id.is_(None))


def _free() -> ColumnElement[Decimal]:
    """On hand and unpromised where the order is delivered from: as much as confirming it would promise."""
    balance, line = StockBalance, SalesOrderLine
    return (
        select(func.coalesce(func.sum(func.greatest(balance.on_hand_qty - balance.reserved_qty, 0)), 0))
        .join(Location, and_(Location.tenant_id == balance.tenant_id, Location.id == balance.location_id))
        .join(
            SalesOrder,
            and_(SalesOrder.tenant_id == balance.tenant_id, SalesOrder.warehouse_id == balance.warehouse_id),
        )
        .where(
            _same(balance),
            balance.item_id == line.item_id,
            SalesOrder.id == line.order_id,
            Location.kind == LocationKind.STORAGE.value,
        )
        .scalar_subquery()
    )
