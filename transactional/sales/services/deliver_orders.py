"""Goods are handed over: stock falls, its cost is expensed."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import and_, select

from transactional.catalog.models import Item, ItemKind, UnitOfMeasure
from transactional.catalog.units import stock_part, whole_problems
from transactional.inventory.lot_shelves import LotShelves
from transactional.inventory.lots import LotQty
from transactional.inventory.postings import MoveDraft
from transactional.inventory.queries import default_locations
from transactional.inventory.services.post_moves import post_moves
from transactional.inventory.services.reserve_stock import (
    consume_reservations,
    release_reservations,
)
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.money import ZERO
from transactional.kernel.outbox import record
from transactional.kernel.reference import read_all
from transactional.kernel.rows import ask_lock, insert_all, read, update_all
from transactional.kernel.session import Session
from transactional.kernel.statements import Asked, Lookup, among
from transactional.ledger.periods import check_days, lock_periods
from transactional.platform.services.take_numbers import take_numbers
from transactional.sales.errors import NothingDelivered, OrderNotConfirmed, OverDelivery
from transactional.sales.events import delivery_posted
from transactional.sales.handing import Plan, Wanted, demand_of, lines_of, move_of, places_of
from transactional.sales.models import Delivery, DeliveryLine, SalesOrder, SalesOrderLine, SalesOrderState
from transactional.sales.progress import ORDER_LINES, AskedProgress, ask_deliveries
from transactional.sales.specs import NewDelivery
from transactional.sales.states import DeliveryState
from transactional.sales.tolerances import closes, deliverable_qty


def deliver_orders(session: Session, deliveries: Sequence[NewDelivery], *, at: datetime) -> list[Delivery]:
    """Posted delivery notes, in the order asked: by default of everything open; what is left stays a backorder.

    A delivery whose id is known, or of an order with nothing open, is the note posted before.
    Raises: NotFound; OrderNotConfirmed; NothingDelivered; OverDelivery; StockNotAvailable; PeriodClosed; DayTooFar.
    """
    known = _known(session, deliveries)
    asked = [new for new in deliveries if new.id not in known]
    find_orders = ask_lock(session, SalesOrder, [new.order_id for new in asked])
    facts = _ask_facts(session, [new.order_id for new in asked])
    orders = {row.id: row for row in find_orders()}
    # Looked up again under the orders' locks, so that the same note posted twice at once is written once.
    known |= _known(session, asked)
    asked = [new for new in asked if new.id not in known]
    desk = _open_desk(session, orders, *facts)
    plans: list[Plan] = []
    results: list[Delivery] = []
    for new in deliveries:
        if new.id in known:
            results.append(known[new.id])
            continue
        plan = desk.plan(new)
        if plan.wanted:
            plans.append(plan)
            results.append(plan.delivery)
            if new.id:
                known[new.id] = plan.delivery
        else:
            results.append(_last_note(session, orders[new.order_id], plans))
    _post(session, plans, desk, at=at)
    return results


@dataclass(frozen=True, slots=True)
class _Desk:
    """Orders with what is open of them; it keeps count while deliveries are planned."""

    orders: Mapping[UUID, SalesOrder]
    lines: Mapping[UUID, Sequence[SalesOrderLine]]
    delivered_qty: dict[UUID, Decimal]
    default_locations: Mapping[UUID, UUID]
    stock_items: Mapping[UUID, str]
    """Those of the items that are kept in stock, with how far their stock is told apart."""
    units: Mapping[UUID, UnitOfMeasure]

    def plan(self, new: NewDelivery) -> Plan:
        """The delivery asked for; it wants nothing where all that is open was asked for and nothing is."""
        order = self.orders[new.order_id]
        if order.state != SalesOrderState.CONFIRMED:
            raise OrderNotConfirmed(number=order.number, state=order.state)
        delivery = Delivery(
            id=new.id or new_id(),
            company_id=order.company_id,
            kind="delivery",
            order_id=order.id,
            customer_id=order.customer_id,
            warehouse_id=order.warehouse_id,
            delivered_on=new.delivered_on,
            tracking_number=new.tracking_number,
            return_request_id=None,
            journal_entry_id=None,
            state=DeliveryState.POSTED.value,
        )
        wanted = self._all_open(order) if new.lines is None else self._named(new, order)
        return Plan(delivery, list(wanted), order.project_id)

    def _all_open(self, order: SalesOrder) -> Iterator[Wanted]:
        for position, line in enumerate(self.lines.get(order.id, ())):
            qty = ZERO if line.is_closed else line.qty - self.delivered_qty[line.id]
            if qty > 0:
                self.delivered_qty[line.id] += qty
                yield Wanted(line, qty, stock_part(line.stock_qty, qty, line.qty), None, f"lines/{position}/")

    def _named(self, new: NewDelivery, order: SalesOrder) -> Iterator[Wanted]:
        known = {line.id: line for line in self.lines.get(order.id, ())}
        _check_lines(new, known, self.units)
        for position, asked in enumerate(new.lines or ()):
            line = known[asked.order_line_id]
            left = ZERO if line.is_closed else deliverable_qty(line, self.delivered_qty[line.id])
            if asked.qty > left:
                raise OverDelivery(
                    line_number=line.line_number,
                    number=order.number,
                    open_qty=f"{left.normalize():f}",
                    wanted_qty=f"{asked.qty.normalize():f}",
                )
            self.delivered_qty[line.id] += asked.qty
            path = f"lines/{position}/"
            stock_qty = stock_part(line.stock_qty, asked.qty, line.qty, path)
            yield Wanted(line, asked.qty, stock_qty, asked.location_id, path, asked.lots)


def _check_lines(new: NewDelivery, known: Mapping[UUID, SalesOrderLine], units: Mapping[UUID, UnitOfMeasure]) -> None:
    problems = []
    if not new.lines:
        problems.append(FieldProblem("lines", "at least one line is needed", "no_lines"))
    for position, asked in enumerate(new.lines or ()):
        if asked.order_line_id not in known:
            problems.append(FieldProblem(f"lines/{position}/order_line_id", "not a line of this order", "foreign_line"))
        if asked.qty <= 0:
            problems.append(FieldProblem(f"lines/{position}/qty", "the quantity must be above zero", "not_above_zero"))
        if asked.order_line_id in known:
            problems += whole_problems(units, known[asked.order_line_id].unit_id, {f"lines/{position}/qty": asked.qty})
    if problems:
        raise Invalid(problems)


def _post(session: Session, plans: Sequence[Plan], desk: _Desk, *, at: datetime) -> None:
    if not plans:
        return
    deliveries = [plan.delivery for plan in plans]
    days = {(row.company_id, row.delivered_on) for row in deliveries}
    lock_periods(session, days)
    stock_items = desk.stock_items
    kept = [(plan, wanted) for plan in plans for wanted in plan.wanted if wanted.line.item_id in stock_items]
    promises = consume_reservations(session, [demand_of(plan, wanted) for plan, wanted in kept])
    check_days(session, days, at=at)
    promised = {id(wanted): promise for (_, wanted), promise in zip(kept, promises, strict=True)}
    shelved = _shelved(session, kept, desk) | {
        id(wanted): promised[id(wanted)].lots
        for _, wanted in kept
        if promised[id(wanted)].lots and not wanted.lots and wanted.location_id is None
    }
    lines: list[DeliveryLine] = []
    moving: list[tuple[Delivery, DeliveryLine, MoveDraft]] = []
    for plan in plans:
        default = desk.default_locations[plan.delivery.warehouse_id]
        for wanted in plan.wanted:
            lots = shelved.get(id(wanted), {})
            for line in lines_of(plan, wanted, places_of(wanted, promised.get(id(wanted)), default, lots)):
                lines.append(line)
                if line.item_id in stock_items:
                    taken = lots.get(line.location_id, wanted.lots)
                    moving.append((plan.delivery, line, move_of(plan, line, wanted, taken)))
    moves = post_moves(session, [move for _, _, move in moving], at=at)
    for (delivery, line, _), move in zip(moving, moves, strict=True):
        line.cost_amount = -move.value_amount
        delivery.journal_entry_id = move.journal_entry_id
    _close_short(session, plans, desk)
    # Late: whoever else delivers waits for the counter.
    number_deliveries(session, "delivery", deliveries)
    insert_all(session, deliveries)
    insert_all(session, lines)
    record(session, [delivery_posted(delivery, at) for delivery in deliveries])


def _close_short(session: Session, plans: Sequence[Plan], desk: _Desk) -> None:
    """Lines of which less than ordered was enough wait for nothing: what they still held is free."""
    touched = {wanted.line.id: wanted.line for plan in plans for wanted in plan.wanted}
    short = [line for line in touched.values() if closes(line, desk.delivered_qty[line.id])]
    if short:
        for line in short:
            line.is_closed = True
        update_all(session, short, SalesOrderLine.is_closed)
        release_reservations(session, [line.id for line in short])


def _shelved(
    session: Session, kept: Sequence[tuple[Plan, Wanted]], desk: _Desk
) -> dict[int, Mapping[UUID, Sequence[LotQty]]]:
    """The lots of each quantity by the location they lie at, where nobody said which; their items are held."""
    looked_for = [(plan, wanted) for plan, wanted in kept if wanted.lots and wanted.location_id is None]
    if not looked_for:
        return {}
    shelves = LotShelves.of_items(session, {wanted.line.item_id for _, wanted in looked_for})
    found: dict[int, Mapping[UUID, Sequence[LotQty]]] = {}
    for plan, wanted in looked_for:
        warehouse_id = plan.delivery.warehouse_id
        default = desk.default_locations[warehouse_id]
        found[id(wanted)] = shelves.take(wanted.line.item_id, warehouse_id, wanted.lots, default)
    return found


def _known(session: Session, deliveries: Sequence[NewDelivery]) -> dict[UUID | None, Delivery]:
    ids = [new.id for new in deliveries if new.id]
    return {row.id: row for row in read(session, select(Delivery).where(any_of(Delivery.id, ids)))} if ids else {}


def _last_note(session: Session, order: SalesOrder, plans: Sequence[Plan]) -> Delivery:
    for plan in reversed(plans):
        if plan.delivery.order_id == order.id:
            return plan.delivery
    notes = select(Delivery).where(
        Delivery.order_id == order.id, Delivery.kind == "delivery", Delivery.state == DeliveryState.POSTED
    )
    found = read(session, notes.order_by(Delivery.delivered_on.desc(), Delivery.id.desc()).limit(1))
    if not found:
        raise NothingDelivered(number=order.number)
    return found[0]


_STOCK_ITEMS = Lookup(
    select(Item.id, Item.tracking_mode)
    .join(SalesOrderLine, and_(SalesOrderLine.tenant_id == Item.tenant_id, SalesOrderLine.item_id == Item.id))
    .where(among(SalesOrderLine.order_id, "orders"), Item.kind == ItemKind.STOCK)
)


def _ask_facts(
    session: Session, order_ids: Sequence[UUID]
) -> tuple[AskedProgress, Asked[SalesOrderLine], Asked[tuple[UUID, str]]]:
    """What was delivered of orders, their lines, and which of their items are kept in stock."""
    return (
        ask_deliveries(session, order_ids),
        ORDER_LINES.ask(session, orders=order_ids),
        _STOCK_ITEMS.ask(session, orders=order_ids),
    )


def _open_desk(
    session: Session,
    orders: Mapping[UUID, SalesOrder],
    delivered: AskedProgress,
    asked_lines: Asked[SalesOrderLine],
    stock_items: Asked[tuple[UUID, str]],
) -> _Desk:
    lines: defaultdict[UUID, list[SalesOrderLine]] = defaultdict(list)
    progress = delivered.read()
    delivered_qty = {}
    for line in asked_lines.rows():
        lines[line.order_id].append(line)
        delivered_qty[line.id] = progress.delivered_qty(line.id)
    return _Desk(
        orders,
        lines,
        delivered_qty,
        default_locations(session, {order.warehouse_id for order in orders.values()}),
        dict(stock_items.rows()),
        read_all(session, UnitOfMeasure),
    )


def number_deliveries(session: Session, document_type: str, deliveries: Sequence[Delivery]) -> None:
    """Deliveries or returns with numbers of their company's series."""
    groups: defaultdict[UUID, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        groups[delivery.company_id].append(delivery)
    for company_id, group in sorted(groups.items()):
        numbers = take_numbers(session, document_type, company_id, [row.delivered_on for row in group])
        for row, number in zip(group, numbers, strict=True):
            row.number = number
