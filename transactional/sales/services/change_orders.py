"""An order is changed after it was made: a new revision, the earlier ones stay readable."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import ItemKind
from transactional.finance.order_heads import freight_problems, promise_problems, revise_head
from transactional.finance.pricing import Desk, DocumentAsk, PricedLine
from transactional.finance.services.open_desk import open_desk
from transactional.finance.taxes import TaxPlace
from transactional.inventory.services.reserve_stock import Demand, release_reservations, reserve_stock
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid, place_in
from transactional.kernel.money import ZERO
from transactional.kernel.outbox import record
from transactional.kernel.rows import insert_all, lock_by_id, read, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.organization.models import Company
from transactional.sales.errors import BelowDelivered, LineDelivered, LineInvoiced, OrderNotChangeable
from transactional.sales.events import order_event
from transactional.sales.models import SalesOrder, SalesOrderLine, SalesOrderState
from transactional.sales.progress import Progress, read_progress
from transactional.sales.services.check_credit import check_credit
from transactional.sales.services.create_orders import order_line
from transactional.sales.specs import LineChange, NewOrderLine, OrderChange
from transactional.sales.tolerances import closes, tolerances_of
from transactional.scm.models import Customer

CHANGEABLE = frozenset({SalesOrderState.DRAFT, SalesOrderState.CONFIRMED})


def change_orders(session: Session, changes: Sequence[OrderChange], *, at: datetime) -> list[SalesOrder]:
    """Orders in their new revision, with amounts, credit and reservations adjusted.

    Lines keep their prices unless a new one is given; taxes hold as of the order's day.
    Raises: NotFound; OrderNotChangeable; BelowDelivered; LineDelivered; LineInvoiced; CreditLimitExceeded; Invalid.
    """
    orders = {row.id: row for row in lock_by_id(session, SalesOrder, [change.order_id for change in changes])}
    for order in orders.values():
        if order.state not in CHANGEABLE:
            raise OrderNotChangeable(number=order.number, state=order.state)
    desk = _open_desk(session, orders, changes)
    problems: list[FieldProblem] = []
    revised = [
        desk.revise(change, place_in("orders", number, changes), problems) for number, change in enumerate(changes)
    ]
    if problems:
        raise Invalid(problems)
    _write(session, revised)
    confirmed = [revision for revision in revised if revision.order.state == SalesOrderState.CONFIRMED]
    check_credit(session, [revision.order for revision in confirmed])
    _reserve_anew(session, confirmed, desk.progress)
    record(session, [order_event("changed", revision.order, at) for revision in revised])
    return [orders[change.order_id] for change in changes]


@dataclass(frozen=True, slots=True)
class _Revision:
    """An order with the lines that changed, those added, and which items among them are kept in stock."""

    order: SalesOrder
    changed: list[SalesOrderLine]
    added: list[SalesOrderLine]
    stocked: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class _Desk:
    """Orders with their lines, progress and what they are priced from."""

    orders: Mapping[UUID, SalesOrder]
    lines: Mapping[UUID, list[SalesOrderLine]]
    customers: Mapping[UUID, Customer]
    companies: Mapping[UUID, Company]
    prices: Desk
    progress: Progress

    def revise(self, change: OrderChange, path: str, problems: list[FieldProblem]) -> _Revision:
        """The order and its lines as they shall be; problems with the input are added."""
        order = self.orders[change.order_id]
        lines = {line.id: line for line in self.lines.get(order.id, ())}
        head = (change.promised_on, change.customer_reference, change.freight_amount, change.ship_method_id)
        if not change.lines and all(value is None for value in head):
            problems.append(FieldProblem(f"{path}lines", "nothing is to be changed", "changes_nothing"))
        problems += promise_problems(change, change.lines, order.ordered_on, path)
        changed: list[SalesOrderLine] = []
        wanted: list[tuple[SalesOrderLine | None, NewOrderLine]] = []
        for position, line_change in enumerate(change.lines):
            line = lines.get(line_change.order_line_id) if line_change.order_line_id else None
            problem = _problem(line_change, line, changed)
            if problem:
                problems.append(FieldProblem(f"{path}lines/{position}/{problem[0]}", *problem[1:]))
                continue
            if line is not None:
                self._check(order, line, line_change)
                changed.append(line)
            if line is not None and not line_change.qty:
                _empty(line)
            else:
                wanted.append((line, _asked(line, line_change)))
        added = self._price(order, wanted, len(lines), path, problems)
        freight = None
        if change.freight_amount is not None:
            problems += freight_problems(change.freight_amount, order.currency_code, path)
            freight = self.prices.freight(self._ask(order, path, ()), change.freight_amount, problems)
        revise_head(order, change, [*lines.values(), *added], freight)
        order.customer_reference = change.customer_reference or order.customer_reference
        order.ship_method_id = change.ship_method_id or order.ship_method_id
        stocked = {key for key, item in self.prices.items.items() if item.kind == ItemKind.STOCK}
        return _Revision(order, changed, added, frozenset(stocked))

    def _check(self, order: SalesOrder, line: SalesOrderLine, change: LineChange) -> None:
        delivered, billed = self.progress.delivered_qty(line.id), self.progress.billed[line.id].qty
        if delivered and not change.qty:
            raise LineDelivered(line_number=line.line_number, number=order.number)
        if change.qty < max(delivered, billed):
            raise BelowDelivered(
                line_number=line.line_number,
                number=order.number,
                delivered_qty=max(delivered, billed),
                wanted_qty=change.qty,
            )
        new_price = change.unit_price not in {None, line.unit_price}
        if billed and (new_price or change.discount_share not in {None, line.discount_share}):
            raise LineInvoiced(line_number=line.line_number, number=order.number)

    def _price(
        self,
        order: SalesOrder,
        wanted: Sequence[tuple[SalesOrderLine | None, NewOrderLine]],
        line_count: int,
        path: str,
        problems: list[FieldProblem],
    ) -> list[SalesOrderLine]:
        """Changed lines take their new amounts; the added ones come back."""
        if not wanted:
            return []
        customer = self.customers[order.customer_id]
        before = len(problems)
        priced = self.prices.price(self._ask(order, path, [asked for _, asked in wanted]), problems)
        if len(problems) > before:
            return []
        added: list[SalesOrderLine] = []
        for (line, asked), result in zip(wanted, priced.lines, strict=True):
            if line is None:
                added.append(order_line(order, line_count + len(added) + 1, asked, result, customer))
            else:
                _take(line, asked, result)
                line.is_closed = closes(line, self.progress.delivered_qty(line.id))
        return added

    def _ask(self, order: SalesOrder, path: str, lines: Sequence[NewOrderLine]) -> DocumentAsk:
        customer, company = self.customers[order.customer_id], self.companies[order.company_id]
        return DocumentAsk(
            kind="sales",
            path=path,
            company=company,
            currency_code=order.currency_code,
            exchange_rate=order.exchange_rate,
            on=order.ordered_on,
            place=TaxPlace(customer.tax_class, customer.country_code or company.country_code, order.ordered_on),
            lines=lines,
            own_list_id=customer.price_list_id,
        )


def _problem(
    change: LineChange, line: SalesOrderLine | None, changed: Sequence[SalesOrderLine]
) -> tuple[str, str, str] | None:
    if line is not None and any(line is other for other in changed):
        return "order_line_id", "is changed twice", "named_twice"
    if change.order_line_id and line is None:
        return "order_line_id", "not a line of this order", "foreign_line"
    if line is None and change.item_id is None:
        return "item_id", "an added line names its item", "missing"
    if change.qty < 0 or (line is None and not change.qty):
        return "qty", "the quantity must be above zero", "not_above_zero"
    return None


def _asked(line: SalesOrderLine | None, change: LineChange) -> NewOrderLine:
    """A changed line keeps what is not named, its price and discount too; an added one is priced from the lists."""
    if line is None and change.item_id is not None:
        return NewOrderLine(
            change.item_id,
            change.qty,
            unit_id=change.unit_id,
            unit_price=change.unit_price,
            discount_share=change.discount_share,
            promised_on=change.promised_on,
            over_delivery_share=change.over_delivery_share,
            under_delivery_share=change.under_delivery_share,
        )
    if line is None:
        raise ValueError("an added line names its item")
    keeps_price = change.unit_price is None
    over, under = tolerances_of(change, line)
    return NewOrderLine(
        line.item_id,
        change.qty,
        unit_id=line.unit_id,
        unit_price=line.unit_price if keeps_price else change.unit_price,
        price_source=line.price_source if keeps_price else None,
        discount_share=line.discount_share if change.discount_share is None else change.discount_share,
        promised_on=change.promised_on or line.promised_on,
        over_delivery_share=over,
        under_delivery_share=under,
        id=line.id,
    )


def _take(line: SalesOrderLine, asked: NewOrderLine, priced: PricedLine) -> None:
    line.qty, line.stock_qty = priced.qty, priced.stock_qty
    line.unit_price, line.price_source = priced.unit_price, priced.price_source
    line.discount_share, line.discount_amount = priced.discount_share, priced.discount_amount
    line.net_amount, line.tax_amount = priced.net_amount, priced.tax_amount
    line.tax_code_id, line.company_net_amount = priced.tax_code_id, priced.company_net_amount
    line.promised_on = asked.promised_on
    line.over_delivery_share, line.under_delivery_share = tolerances_of(asked, line)


def _empty(line: SalesOrderLine) -> None:
    """A cancelled line stays, with nothing in it: earlier revisions point to it."""
    line.qty = line.stock_qty = line.discount_amount = ZERO
    line.net_amount = line.tax_amount = line.company_net_amount = ZERO


def _write(session: Session, revised: Sequence[_Revision]) -> None:
    # The head first: what the audit log has of lines after a revision's head belongs to that revision.
    update_all(
        session,
        [revision.order for revision in revised],
        SalesOrder.revision,
        SalesOrder.promised_on,
        SalesOrder.customer_reference,
        SalesOrder.ship_method_id,
        SalesOrder.net_amount,
        SalesOrder.freight_amount,
        SalesOrder.freight_tax_amount,
        SalesOrder.freight_tax_code_id,
        SalesOrder.tax_amount,
        SalesOrder.company_net_amount,
        SalesOrder.total_amount,
    )
    update_all(
        session,
        [line for revision in revised for line in revision.changed],
        SalesOrderLine.qty,
        SalesOrderLine.stock_qty,
        SalesOrderLine.unit_price,
        SalesOrderLine.price_source,
        SalesOrderLine.discount_share,
        SalesOrderLine.discount_amount,
        SalesOrderLine.net_amount,
        SalesOrderLine.tax_code_id,
        SalesOrderLine.tax_amount,
        SalesOrderLine.company_net_amount,
        SalesOrderLine.promised_on,
        SalesOrderLine.over_delivery_share,
        SalesOrderLine.under_delivery_share,
        SalesOrderLine.is_closed,
    )
    insert_all(session, [line for revision in revised for line in revision.added])


def _reserve_anew(session: Session, revised: Sequence[_Revision], progress: Progress) -> None:
    release_reservations(session, [line.id for revision in revised for line in revision.changed])
    demands = []
    for revision in revised:
        for line in (*revision.changed, *revision.added):
            left = line.stock_qty - sum((handed.stock_qty for handed in progress.handed.get(line.id, ())), ZERO)
            if left > 0 and not line.is_closed and line.item_id in revision.stocked:
                demands.append(_demand(revision.order, line, left))
    reserve_stock(session, demands)


def _demand(order: SalesOrder, line: SalesOrderLine, qty: Decimal) -> Demand:
    return Demand(
        item_id=line.item_id,
        warehouse_id=order.warehouse_id,
        qty=qty,
        origin_type="sales_order",
        origin_id=order.id,
        origin_line_id=line.id,
    )


def _open_desk(session: Session, orders: Mapping[UUID, SalesOrder], changes: Sequence[OrderChange]) -> _Desk:
    lines: defaultdict[UUID, list[SalesOrderLine]] = defaultdict(list)
    by_id = {}
    statement = select(SalesOrderLine).where(any_of(SalesOrderLine.order_id, orders))
    for line in read(session, statement.order_by(SalesOrderLine.order_id, SalesOrderLine.line_number)):
        lines[line.order_id].append(line)
        by_id[line.id] = line
    asked = []
    for change in (line for order in changes for line in order.lines):
        known = by_id.get(change.order_line_id) if change.order_line_id else None
        if known or change.item_id:
            asked.append(_asked(known, change))
    return _Desk(
        orders,
        lines,
        read_by_id(session, Customer, {order.customer_id for order in orders.values()}),
        read_by_id(session, Company, {order.company_id for order in orders.values()}),
        open_desk(session, "sales", asked),
        read_progress(session, orders),
    )
