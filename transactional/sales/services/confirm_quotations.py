"""A customer accepts an offer."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from transactional.kernel.arrays import any_of
from transactional.kernel.clock import day_of
from transactional.kernel.outbox import record
from transactional.kernel.rows import lock_by_id, read, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.kernel.states import move_to
from transactional.sales.errors import QuotationExpired
from transactional.sales.events import quotation_event
from transactional.sales.models import Quotation, QuotationLine, QuotationState, SalesOrder
from transactional.sales.services.create_orders import create_orders
from transactional.sales.specs import NewOrder, NewOrderLine
from transactional.sales.states import QUOTATION_MOVES


def confirm_quotations(session: Session, quotation_ids: Sequence[UUID], *, on: date, at: datetime) -> list[SalesOrder]:
    """One draft order for each quotation, with the same lines and prices; the same order when confirmed again.

    An order may be dated back, but a quotation that is over when it is confirmed stays over.
    Raises: NotFound; QuotationExpired; TransitionRefused for a cancelled one; Invalid for a blocked customer.
    """
    quotations = lock_by_id(session, Quotation, quotation_ids)
    fresh = [row for row in quotations if row.state != QuotationState.CONFIRMED]
    for row in fresh:
        move_to(row, QuotationState.CONFIRMED, QUOTATION_MOVES)
        if max(on, day_of(at)) > row.valid_until:
            raise QuotationExpired(number=row.number, valid_until=row.valid_until.isoformat())
    lines = _lines(session, fresh)
    made = create_orders(session, [_order(row, lines[row.id], on) for row in fresh], at=at)
    for row, order in zip(fresh, made, strict=True):
        row.order_id = order.id
    update_all(session, fresh, Quotation.state, Quotation.order_id)
    record(session, [quotation_event("confirmed", row, at) for row in fresh])
    orders = {order.id: order for order in made}
    orders |= read_by_id(session, SalesOrder, {row.order_id for row in quotations if row.order_id} - orders.keys())
    return [orders[row.order_id] for row in quotations if row.order_id]


def _order(quotation: Quotation, lines: Sequence[QuotationLine], on: date) -> NewOrder:
    return NewOrder(
        company_id=quotation.company_id,
        customer_id=quotation.customer_id,
        ordered_on=on,
        lines=[_line(line) for line in lines],
        currency_code=quotation.currency_code,
        salesperson_id=quotation.salesperson_id,
        quotation_id=quotation.id,
    )


def _line(line: QuotationLine) -> NewOrderLine:
    return NewOrderLine(
        item_id=line.item_id,
        qty=line.qty,
        unit_id=line.unit_id,
        unit_price=line.unit_price,
        price_source=line.price_source,
        discount_share=line.discount_share,
        discount_amount=line.discount_amount,
        tax_amount=line.tax_amount,
    )


def _lines(session: Session, quotations: Sequence[Quotation]) -> dict[UUID, list[QuotationLine]]:
    found: defaultdict[UUID, list[QuotationLine]] = defaultdict(list)
    statement = select(QuotationLine).where(any_of(QuotationLine.quotation_id, [row.id for row in quotations]))
    for line in read(session, statement.order_by(QuotationLine.line_number)):
        found[line.quotation_id].append(line)
    return found
