"""Certain batches or serial numbers are promised to the lines of orders."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from transactional.catalog.models import Item
from transactional.inventory.lots import LotQty, field_of
from transactional.inventory.services.reserve_lots import reserve_lots
from transactional.inventory.services.reserve_stock import Demand
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.money import ZERO
from transactional.kernel.rows import lock_by_id, read_by_id
from transactional.kernel.session import Session
from transactional.sales.errors import OrderNotConfirmed, OverDelivery
from transactional.sales.models import SalesOrder, SalesOrderLine, SalesOrderState
from transactional.sales.progress import ORDER_LINES, Progress, read_deliveries
from transactional.sales.specs import ChosenLots


def choose_lots(session: Session, chosen: Sequence[ChosenLots]) -> list[SalesOrder]:
    """Orders of which the lines named are promised these lots, in place of what they were promised before.

    Nobody else is delivered them; what of a line is not named is promised as usual. Without lots a line goes back to
    that alone. A batch has to be usable on the day that was promised, or else the order's.
    Raises: NotFound; OrderNotConfirmed; OverDelivery; LotNotAvailable; LotHeld; LotExpired; Invalid.
    """
    orders = {row.id: row for row in lock_by_id(session, SalesOrder, [one.order_id for one in chosen])}
    for order in orders.values():
        if order.state != SalesOrderState.CONFIRMED:
            raise OrderNotConfirmed(number=order.number, state=order.state)
    lines = {line.id: line for line in ORDER_LINES.rows(session, orders=list(orders))}
    items = read_by_id(session, Item, {line.item_id for line in lines.values()})
    progress = read_deliveries(session, orders)
    _check(chosen, lines, items)
    demands = [
        _demand(orders[one.order_id], lines[line_id], lots, progress)
        for one in chosen
        for line_id, lots in one.lots.items()
    ]
    reserve_lots(session, demands)
    return list(orders.values())


def _check(chosen: Sequence[ChosenLots], lines: Mapping[UUID, SalesOrderLine], items: Mapping[UUID, Item]) -> None:
    problems = []
    for one in chosen:
        for position, (line_id, lots) in enumerate(one.lots.items()):
            path = f"lines/{position}/"
            line = lines.get(line_id)
            if line is None or line.order_id != one.order_id:
                problems.append(FieldProblem(f"{path}order_line_id", "not a line of this order", "foreign_line"))
                continue
            item = items[line.item_id]
            problems += [
                FieldProblem(
                    f"{path}{field_of(lot.kind)}",
                    f"item {item.code} is not kept by {lot.kind.value}",
                    f"not_kept_by_{lot.kind.value}",
                )
                for lot in lots
                if lot.kind.value != item.tracking_mode
            ]
            numbers = [lot.number for lot in lots]
            problems += [
                FieldProblem(f"{path}{field_of(lot.kind)}", f"names {lot.number} twice", "named_twice")
                for place, lot in enumerate(lots)
                if lot.number in numbers[:place]
            ]
    if problems:
        raise Invalid(problems)


def _demand(order: SalesOrder, line: SalesOrderLine, lots: Sequence[LotQty], progress: Progress) -> Demand:
    handed = sum((row.stock_qty for row in progress.handed.get(line.id, ())), ZERO)
    left: Decimal = ZERO if line.is_closed else line.stock_qty - handed
    wanted = sum((lot.qty for lot in lots), ZERO)
    if wanted > left or not left:
        raise OverDelivery(line_number=line.line_number, number=order.number, open_qty=left, wanted_qty=wanted)
    return Demand(
        item_id=line.item_id,
        warehouse_id=order.warehouse_id,
        qty=left,
        origin_type="sales_order",
        origin_id=order.id,
        origin_line_id=line.id,
        lots=lots,
        on=line.promised_on or order.promised_on or order.ordered_on,
    )
