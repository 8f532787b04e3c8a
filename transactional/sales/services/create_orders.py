"""A customer orders."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import ItemKind
from transactional.finance.freights import Freight
from transactional.finance.order_heads import freight_problems
from transactional.finance.pricing import PricedDocument, PricedLine
from transactional.finance.services.open_desk import ask_desk
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid, place_in
from transactional.kernel.ids import new_id
from transactional.kernel.outbox import record
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Session
from transactional.ledger.periods import check_days, lock_periods
from transactional.platform.services.take_numbers import ask_numbers
from transactional.sales.events import order_event
from transactional.sales.models import OrderReason, SalesOrder, SalesOrderLine, SalesOrderState, SalesReason
from transactional.sales.services.read_parties import Parties, new_lines, read_parties
from transactional.sales.services.take_offers import take_offers
from transactional.sales.specs import NewOrder, NewOrderLine
from transactional.sales.tolerances import Tolerant, tolerances_of


def create_orders(session: Session, orders: Sequence[NewOrder], *, at: datetime) -> list[SalesOrder]:
    """Draft orders with price, discount, tax and totals; nothing is reserved before they are confirmed.

    Raises: what `draft_orders` raises.
    """
    drafts = draft_orders(session, orders, at=at)
    write_drafts(session, drafts, drafts.ask_numbers(session), at=at)
    return drafts.orders


@dataclass(frozen=True, slots=True)
class Drafts:
    """Orders that are worked out, and neither numbered nor written."""

    orders: list[SalesOrder]
    lines: list[SalesOrderLine]
    reasons: list[OrderReason]
    stock_lines: list[SalesOrderLine]
    """Those of the lines that ask for goods of the stock."""
    has_limits: bool
    """Whether a customer's limit has to be looked at before an order of theirs is confirmed."""

    def ask_numbers(self, session: Session) -> Callable[[], None]:
        """What numbers the orders; what is asked meanwhile is done behind their counters, in the same round trip."""
        return _ask_numbers(session, self.orders)


def write_drafts(session: Session, drafts: Drafts, number: Callable[[], None], *, at: datetime) -> None:
    """Have drafts written as they are, numbered before."""
    number()
    insert_all(session, drafts.orders)
    insert_all(session, drafts.lines)
    insert_all(session, drafts.reasons)
    record(session, [order_event("created", order, at) for order in drafts.orders])


def draft_orders(session: Session, orders: Sequence[NewOrder], *, at: datetime) -> Drafts:
    """Orders worked out with price, discount, tax and totals, their periods held.

    Raises: Invalid naming every unknown item or customer, blocked customer, quantity of zero, fraction of a whole unit,
    missing price or tax, offer that does not hold, reason that there is not or given twice; RateMissing; PeriodMissing;
    PeriodClosed; DayTooFar.
    """
    if not orders:
        return Drafts([], [], [], [], has_limits=False)
    orders = take_offers(session, orders)
    days = {(new.company_id, new.ordered_on) for new in orders}
    lock_periods(session, days)
    find_desk = ask_desk(session, "sales", new_lines(orders))
    parties = read_parties(session, orders)
    desk = find_desk()
    known_reasons = _known_reasons(session, orders)
    problems: list[FieldProblem] = []
    rows: list[SalesOrder] = []
    lines: list[SalesOrderLine] = []
    stock_lines: list[SalesOrderLine] = []
    for number, new in enumerate(orders):
        path = place_in("orders", number, orders)
        ask = parties.ask(new, new.ordered_on, path, problems, new.exchange_rate)
        priced = desk.price(ask, problems)
        warehouse_id = parties.warehouse_id(new, path, problems)
        problems += freight_problems(new.freight_amount, ask.currency_code, path)
        freight = desk.freight(ask, new.freight_amount, problems)
        problems += _wrong_reasons(new, known_reasons, path)
        if warehouse_id and not problems:
            order = _order(session, new, parties, priced, freight, warehouse_id)
            rows.append(order)
            customer = parties.customers[new.customer_id]
            for position, (asked, line) in enumerate(zip(new.lines, priced.lines, strict=True), start=1):
                lines.append(order_line(order, position, asked, line, customer))
                if line.item.kind == ItemKind.STOCK and line.stock_qty > 0:
                    stock_lines.append(lines[-1])
    if problems:
        raise Invalid(problems)
    check_days(session, days, at=at)
    has_limits = any(customer.has_limit for customer in parties.customers.values())
    return Drafts(rows, lines, _reasons(orders, rows), stock_lines, has_limits)


def _known_reasons(session: Session, orders: Sequence[NewOrder]) -> set[UUID]:
    """Those of the reasons named that there are."""
    named = {reason_id for new in orders for reason_id in new.reason_ids}
    return set(session.scalars(select(SalesReason.id).where(any_of(SalesReason.id, named)))) if named else set()


def _wrong_reasons(new: NewOrder, known: set[UUID], path: str) -> Iterator[FieldProblem]:
    """Reasons that there are not, and those that an order names more than once."""
    for position, reason_id in enumerate(new.reason_ids):
        where = f"{path}reason_ids/{position}"
        if reason_id not in known:
            yield FieldProblem(where, "there is no such sales reason", "unknown_reference")
        elif reason_id in new.reason_ids[:position]:
            yield FieldProblem(where, "is named twice", "named_twice")


def _reasons(asked: Sequence[NewOrder], rows: Sequence[SalesOrder]) -> list[OrderReason]:
    return [
        OrderReason(id=new_id(), order_id=row.id, reason_id=reason_id)
        for new, row in zip(asked, rows, strict=True)
        for reason_id in new.reason_ids
    ]


def order_line(
    order: SalesOrder, position: int, asked: NewOrderLine, line: PricedLine, customer: Tolerant
) -> SalesOrderLine:
    """The row of a priced line."""
    over, under = tolerances_of(asked, line.item, customer)
    return SalesOrderLine(
        id=asked.id or new_id(),
        order_id=order.id,
        line_number=position,
        item_id=line.item.id,
        unit_id=line.unit_id,
        qty=line.qty,
        stock_qty=line.stock_qty,
        unit_price=line.unit_price,
        price_source=line.price_source,
        discount_share=line.discount_share,
        discount_amount=line.discount_amount,
        net_amount=line.net_amount,
        tax_code_id=line.tax_code_id,
        tax_amount=line.tax_amount,
        company_net_amount=line.company_net_amount,
        promised_on=asked.promised_on or order.promised_on,
        offer_id=asked.offer_id,
        over_delivery_share=over,
        under_delivery_share=under,
        is_closed=False,
    )


def _order(
    session: Session, new: NewOrder, parties: Parties, priced: PricedDocument, freight: Freight, warehouse_id: UUID
) -> SalesOrder:
    customer = parties.customers[new.customer_id]
    salesperson_id = new.salesperson_id or customer.salesperson_id
    return SalesOrder(
        id=new.id or new_id(),
        company_id=new.company_id,
        number=new.number,
        customer_id=new.customer_id,
        ordered_on=new.ordered_on,
        promised_on=new.promised_on,
        warehouse_id=warehouse_id,
        region_id=new.region_id or customer.region_id,
        salesperson_id=salesperson_id,
        customer_category_id=customer.category_id,
        unit_id=_unit_id(session, parties, salesperson_id),
        project_id=new.project_id,
        payment_term_id=new.payment_term_id or customer.payment_term_id,
        currency_code=priced.currency_code,
        exchange_rate=priced.exchange_rate,
        customer_reference=new.customer_reference,
        external_ref=new.external_ref,
        channel=new.channel,
        ship_method_id=new.ship_method_id,
        payment_currency_code=new.payment_currency_code,
        ship_to_state=new.ship_to_state,
        net_amount=priced.net_amount,
        freight_amount=freight.net_amount,
        freight_tax_amount=freight.tax_amount,
        freight_tax_code_id=freight.tax_code_id,
        tax_amount=priced.tax_amount + freight.tax_amount,
        total_amount=priced.net_amount + priced.tax_amount + freight.net_amount + freight.tax_amount,
        company_net_amount=priced.company_net_amount,
        state=SalesOrderState.DRAFT.value,
        quotation_id=new.quotation_id,
        revision=1,
        confirmed_at=None,
        cancelled_at=None,
    )


def _unit_id(session: Session, parties: Parties, salesperson_id: UUID | None) -> UUID | None:
    """The salesperson's unit owns the order, or else its creator's."""
    own = parties.salespeople.get(salesperson_id) if salesperson_id else None
    return own or next(iter(session.principal.unit_ids), None)


def _ask_numbers(session: Session, rows: Sequence[SalesOrder]) -> Callable[[], None]:
    """An import keeps the numbers of its source; the others are taken from the company's series."""
    groups: defaultdict[UUID, list[SalesOrder]] = defaultdict(list)
    for row in rows:
        if row.number is None:
            groups[row.company_id].append(row)
    asked = [
        (group, ask_numbers(session, "sales_order", company_id, [row.ordered_on for row in group]))
        for company_id, group in sorted(groups.items())
    ]

    def number() -> None:
        for group, numbers in asked:
            for row, given in zip(group, numbers(), strict=True):
                row.number = given

    return number
