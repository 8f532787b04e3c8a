"""Goods are handed over: stock falls, its cost is expensed."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.services.find_prices import find_stock_items
from transactional.inventory.lot_shelves import LotShelves
from transactional.inventory.lots import LotQty
from transactional.inventory.models import MoveKind
from transactional.inventory.postings import MoveDraft
from transactional.inventory.queries import default_locations
from transactional.inventory.services.post_moves import post_moves
from transactional.inventory.services.reserve_stock import Demand, Promise, consume_reservations
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.money import QUANTITY_PLACES, ZERO, round_amount
from transactional.kernel.outbox import record
from transactional.kernel.rows import ask_lock, insert_all, read
from transactional.kernel.session import Session
from transactional.kernel.statements import Asked
from transactional.ledger.models import AccountRole
from transactional.platform.services.take_numbers import take_numbers
from transactional.sales.errors import NothingDelivered, OrderNotConfirmed, OverDelivery
from transactional.sales.events import delivery_posted
from transactional.sales.models import Delivery, DeliveryLine, SalesOrder, SalesOrderLine, SalesOrderState
from transactional.sales.progress import ORDER_LINES, AskedProgress, ask_deliveries
from transactional.sales.specs import NewDelivery
from transactional.sales.states import DeliveryState


def deliver_orders(session: Session, deliveries: Sequence[NewDelivery], *, at: datetime) -> list[Delivery]:
    """Posted delivery notes, in the order asked: by default of everything open; what is left stays a backorder.

    A delivery whose id is known, or of an order with nothing open, is the note posted before.
    Raises: NotFound; OrderNotConfirmed; NothingDelivered; OverDelivery; StockNotAvailable; PeriodClosed.
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
    plans: list[_Plan] = []
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
class _Wanted:
    """A quantity of an order line to hand over, from a location if somebody said so."""

    line: SalesOrderLine
    qty: Decimal
    stock_qty: Decimal
    location_id: UUID | None
    path: str
    """Where it stands in what was asked."""
    lots: Sequence[LotQty] = ()


@dataclass(frozen=True, slots=True)
class _Plan:
    """A delivery and what it shall hand over."""

    delivery: Delivery
    wanted: list[_Wanted]


@dataclass(frozen=True, slots=True)
class _Desk:
    """Orders with what is open of them; it keeps count while deliveries are planned."""

    orders: Mapping[UUID, SalesOrder]
    lines: Mapping[UUID, Sequence[SalesOrderLine]]
    open_qty: dict[UUID, Decimal]
    default_locations: Mapping[UUID, UUID]
    stock_items: Mapping[UUID, str]

    def plan(self, new: NewDelivery) -> _Plan:
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
        return _Plan(delivery, list(self._all_open(order) if new.lines is None else self._named(new, order)))

    def _all_open(self, order: SalesOrder) -> Iterator[_Wanted]:
        for position, line in enumerate(self.lines.get(order.id, ())):
            qty = self.open_qty[line.id]
            if qty > 0:
                self.open_qty[line.id] = ZERO
                yield _Wanted(line, qty, _stock_qty(line, qty), None, f"lines/{position}/")

    def _named(self, new: NewDelivery, order: SalesOrder) -> Iterator[_Wanted]:
        known = {line.id: line for line in self.lines.get(order.id, ())}
        _check_lines(new, known.keys())
        for position, asked in enumerate(new.lines or ()):
            line = known[asked.order_line_id]
            left = self.open_qty[line.id]
            if asked.qty > left:
                raise OverDelivery(
                    line_number=line.line_number, number=order.number, open_qty=left, wanted_qty=asked.qty
                )
            self.open_qty[line.id] = left - asked.qty
            stock_qty, path = _stock_qty(line, asked.qty), f"lines/{position}/"
            yield _Wanted(line, asked.qty, stock_qty, asked.location_id, path, asked.lots)


def _check_lines(new: NewDelivery, known: AbstractSet[UUID]) -> None:
    problems = []
    if not new.lines:
        problems.append(FieldProblem("lines", "at least one line is needed", "no_lines"))
    for position, asked in enumerate(new.lines or ()):
        if asked.order_line_id not in known:
            problems.append(FieldProblem(f"lines/{position}/order_line_id", "not a line of this order", "foreign_line"))
        if asked.qty <= 0:
            problems.append(FieldProblem(f"lines/{position}/qty", "the quantity must be above zero", "not_above_zero"))
    if problems:
        raise Invalid(problems)


def _stock_qty(line: SalesOrderLine, qty: Decimal) -> Decimal:
    if qty == line.qty:
        return line.stock_qty
    return qty if line.stock_qty == line.qty else round_amount(line.stock_qty * qty / line.qty, QUANTITY_PLACES)


def _places(
    wanted: _Wanted, promise: Promise | None, default: UUID, lots: Mapping[UUID, Sequence[LotQty]]
) -> list[tuple[UUID, Decimal]]:
    """Where the stock quantity leaves from: the location named, or where its lots are, or where it was promised.

    The rest leaves from the default.
    """
    if lots and sum((lot.qty for lot in wanted.lots), ZERO) == wanted.stock_qty:
        return [(location_id, sum((lot.qty for lot in listed), ZERO)) for location_id, listed in lots.items()]
    if wanted.location_id or promise is None or not promise.by_location:
        return [(wanted.location_id or default, wanted.stock_qty)]
    places = dict(promise.by_location)
    if promise.missing_qty:
        places[default] = places.get(default, ZERO) + promise.missing_qty
    return list(places.items())


def _lines_of(plan: _Plan, wanted: _Wanted, places: Sequence[tuple[UUID, Decimal]]) -> Iterator[DeliveryLine]:
    """A delivery line for each location; in the order's unit the last one takes the rest."""
    left = wanted.qty
    for position, (location_id, stock_qty) in enumerate(places, start=1):
        is_last = position == len(places)
        qty = left if is_last else round_amount(wanted.qty * stock_qty / wanted.stock_qty, QUANTITY_PLACES)
        left -= qty
        yield DeliveryLine(
            id=new_id(),
            delivery_id=plan.delivery.id,
            order_id=plan.delivery.order_id,
            order_line_id=wanted.line.id,
            item_id=wanted.line.item_id,
            location_id=location_id,
            qty=qty,
            stock_qty=stock_qty,
            cost_amount=ZERO,
            returned_line_id=None,
        )


def _demand(plan: _Plan, wanted: _Wanted) -> Demand:
    return Demand(
        item_id=wanted.line.item_id,
        warehouse_id=plan.delivery.warehouse_id,
        qty=wanted.stock_qty,
        origin_type="sales_order",
        origin_id=plan.delivery.order_id,
        origin_line_id=wanted.line.id,
    )


def _move(delivery: Delivery, line: DeliveryLine, wanted: _Wanted, lots: Sequence[LotQty]) -> MoveDraft:
    return MoveDraft(
        company_id=delivery.company_id,
        item_id=line.item_id,
        warehouse_id=delivery.warehouse_id,
        location_id=line.location_id,
        kind=MoveKind.DELIVERY,
        qty=-line.stock_qty,
        occurred_on=delivery.delivered_on,
        origin_type="delivery",
        origin_id=delivery.id,
        origin_line_id=line.id,
        contra_role=AccountRole.COGS,
        party_kind="customer",
        party_id=delivery.customer_id,
        lots=lots,
        path=wanted.path,
    )


def _post(session: Session, plans: Sequence[_Plan], desk: _Desk, *, at: datetime) -> None:
    if not plans:
        return
    deliveries = [plan.delivery for plan in plans]
    kept = [(plan, wanted) for plan in plans for wanted in plan.wanted if wanted.line.item_id in desk.stock_items]
    promises = consume_reservations(session, [_demand(plan, wanted) for plan, wanted in kept])
    promised = {id(wanted): promise for (_, wanted), promise in zip(kept, promises, strict=True)}
    shelved = _shelved(session, kept, desk)
    lines: list[DeliveryLine] = []
    moving: list[tuple[Delivery, DeliveryLine, MoveDraft]] = []
    for plan in plans:
        default = desk.default_locations[plan.delivery.warehouse_id]
        for wanted in plan.wanted:
            lots = shelved.get(id(wanted), {})
            for line in _lines_of(plan, wanted, _places(wanted, promised.get(id(wanted)), default, lots)):
                lines.append(line)
                if line.item_id in desk.stock_items:
                    taken = lots.get(line.location_id, wanted.lots)
                    moving.append((plan.delivery, line, _move(plan.delivery, line, wanted, taken)))
    moves = post_moves(session, [move for _, _, move in moving], at=at)
    for (delivery, line, _), move in zip(moving, moves, strict=True):
        line.cost_amount = -move.value_amount
        delivery.journal_entry_id = move.journal_entry_id
    # Late: whoever else delivers waits for the counter.
    number_deliveries(session, "delivery", deliveries)
    insert_all(session, deliveries)
    insert_all(session, lines)
    record(session, [delivery_posted(delivery, at) for delivery in deliveries])


def _shelved(
    session: Session, kept: Sequence[tuple[_Plan, _Wanted]], desk: _Desk
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


def _last_note(session: Session, order: SalesOrder, plans: Sequence[_Plan]) -> Delivery:
    for plan in reversed(plans):
        if plan.delivery.order_id == order.id:
            return plan.delivery
    notes = select(Delivery).where(Delivery.order_id == order.id, Delivery.kind == "delivery")
    found = read(session, notes.order_by(Delivery.delivered_on.desc(), Delivery.id.desc()).limit(1))
    if not found:
        raise NothingDelivered(number=order.number)
    return found[0]


def _ask_facts(session: Session, order_ids: Sequence[UUID]) -> tuple[AskedProgress, Asked[SalesOrderLine]]:
    """What was delivered of orders, and their lines."""
    return ask_deliveries(session, order_ids), ORDER_LINES.ask(session, orders=order_ids)


def _open_desk(
    session: Session, orders: Mapping[UUID, SalesOrder], delivered: AskedProgress, asked_lines: Asked[SalesOrderLine]
) -> _Desk:
    lines: defaultdict[UUID, list[SalesOrderLine]] = defaultdict(list)
    progress = delivered.read()
    open_qty, item_ids = {}, set()
    for line in asked_lines.rows():
        lines[line.order_id].append(line)
        open_qty[line.id] = line.qty - progress.delivered_qty(line.id)
        item_ids.add(line.item_id)
    return _Desk(
        orders,
        lines,
        open_qty,
        default_locations(session, {order.warehouse_id for order in orders.values()}),
        find_stock_items(session, item_ids),
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
