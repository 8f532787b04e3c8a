"""A delivery is taken back: its goods are in stock again, and its order waits for them as before; a return likewise."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.services.find_prices import find_stock_items
from transactional.finance.cancelling import (
    RETURN,
    check_may_cancel,
    check_unused,
    invoices_on,
    mirrored,
    move_back,
    resting_on,
)
from transactional.finance.services.cancel_invoices import hold_invoices
from transactional.inventory.models import Reservation
from transactional.inventory.services.reserve_stock import reserve_stock
from transactional.kernel.arrays import any_of
from transactional.kernel.mirrors import mirror_of, read_lines_of
from transactional.kernel.money import ZERO
from transactional.kernel.outbox import record
from transactional.kernel.rows import insert_all, lock_by_id, read, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.ledger.periods import check_days
from transactional.sales.events import delivery_cancelled
from transactional.sales.models import (
    Delivery,
    DeliveryLine,
    ReturnRequest,
    ReturnRequestLine,
    SalesOrder,
    SalesOrderLine,
    SalesOrderState,
)
from transactional.sales.progress import read_deliveries
from transactional.sales.services.await_returns import await_returns, credit_notes_of
from transactional.sales.services.confirm_orders import demand_of
from transactional.sales.services.deliver_orders import number_deliveries
from transactional.sales.states import DeliveryState, ReturnState
from transactional.sales.tolerances import closes


def cancel_deliveries(session: Session, delivery_ids: Sequence[UUID], *, on: date, at: datetime) -> list[Delivery]:
    """Cancelled deliveries: their mirror images put the goods back on the day, at what they went out for.

    The goods are promised to their order again as far as it waits for them. Of returns the goods leave at what they
    came in for, with the credit notes that came with them, and their requests wait for the goods again.
    Raises: NotFound; what `check_may_cancel` raises; DocumentInUse naming the invoices and returns that rest on them;
    DocumentSettled naming the payment of a credit note; PeriodMissing, PeriodClosed, DayTooFar, and what moves refuse.
    """
    found = read_by_id(session, Delivery, delivery_ids)
    # Whoever takes goods back holds the request first; whoever delivers or invoices holds the order.
    lock_by_id(session, ReturnRequest, {row.return_request_id for row in found.values() if row.return_request_id})
    orders = {row.id: row for row in lock_by_id(session, SalesOrder, {row.order_id for row in found.values()})}
    deliveries = lock_by_id(session, Delivery, delivery_ids)
    check_may_cancel(deliveries, day="delivered_on", on=on)
    lines = read_lines_of(session, DeliveryLine.delivery_id, found, DeliveryLine)
    _check_unused(session, found, lines)
    check_days(session, {(row.company_id, on) for row in deliveries}, at=at)
    # Credit notes go with their returns; invoices are held before goods and books are, as everywhere.
    hold_invoices(session, credit_notes_of(session, {row.id: row for row in deliveries if row.kind == RETURN}))
    mirrors = {row.id: _mirror(row, on) for row in deliveries}
    images = {line.id: mirror_of(line, delivery_id=mirrors[line.delivery_id].id) for line in lines}
    own = {line.id: line for line in images.values()}
    for move in move_back(session, mirrors, images, on=on, at=at):
        if move.origin_line_id:
            line = own[move.origin_line_id]
            line.cost_amount = move.value_amount if line.returned_line_id else -move.value_amount
    number_deliveries(session, "delivery", [row for row in mirrors.values() if row.kind != RETURN])
    number_deliveries(session, "sales_return", [row for row in mirrors.values() if row.kind == RETURN])
    insert_all(session, list(mirrors.values()))
    insert_all(session, list(images.values()))
    for row in deliveries:
        row.state = DeliveryState.CANCELLED.value
    update_all(session, deliveries, Delivery.state)
    _wait_again(session, orders, [line for line in lines if line.returned_line_id is None])
    await_returns(session, [row for row in deliveries if row.kind == RETURN], on=on, at=at)
    record(session, [delivery_cancelled(row, mirrors[row.id], at) for row in deliveries])
    return deliveries


def _mirror(delivery: Delivery, on: date) -> Delivery:
    return mirrored(delivery, delivered_on=on, return_request_id=None)


def _check_unused(session: Session, deliveries: Mapping[UUID, Delivery], lines: Sequence[DeliveryLine]) -> None:
    """Nothing where no invoice and no return rests on the lines.  Raises: DocumentInUse."""
    numbers = {line.id: deliveries[line.delivery_id].number for line in lines}
    returns = resting_on(
        ReturnRequestLine.delivery_line_id,
        ReturnRequestLine.request_id,
        ReturnRequest,
        numbers,
        ReturnRequest.state != ReturnState.REJECTED,
    )
    check_unused(numbers, session.execute(invoices_on(numbers)), session.execute(returns))


def _wait_again(session: Session, orders: Mapping[UUID, SalesOrder], lines: Sequence[DeliveryLine]) -> None:
    """Lines wait for what is missing again, and what is back in stock is promised to them first."""
    back: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    for line in lines:
        back[line.order_line_id] += line.stock_qty
    if not back:
        return
    progress = read_deliveries(session, orders)
    ordered = read(session, select(SalesOrderLine).where(any_of(SalesOrderLine.id, back)))
    reopened = [row for row in ordered if row.is_closed and not closes(row, progress.delivered_qty(row.id))]
    for row in reopened:
        row.is_closed = False
    update_all(session, reopened, SalesOrderLine.is_closed)
    stocked = find_stock_items(session, {row.item_id for row in ordered})
    promised = _promised(session, back)
    warehouses = {key: order.warehouse_id for key, order in orders.items()}
    demands = []
    for row in sorted(ordered, key=lambda row: (row.order_id, row.line_number)):
        is_awaited = orders[row.order_id].state == SalesOrderState.CONFIRMED and not row.is_closed
        gone = sum((handed.stock_qty for handed in progress.handed.get(row.id, ())), ZERO)
        qty = min(back[row.id], row.stock_qty - gone - promised.get(row.id, ZERO))
        if is_awaited and qty > 0 and row.item_id in stocked:
            demands.append(demand_of(row.id, row.order_id, row.item_id, qty, warehouses))
    reserve_stock(session, demands)


def _promised(session: Session, line_ids: Mapping[UUID, Decimal]) -> dict[UUID, Decimal]:
    promised: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    for row in read(session, select(Reservation).where(any_of(Reservation.origin_line_id, line_ids))):
        promised[row.origin_line_id] += row.qty
    return promised
