"""Prices are offered to a customer."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from transactional.finance.pricing import PricedDocument
from transactional.finance.services.open_desk import open_desk
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.outbox import record
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Session
from transactional.ledger.periods import check_days, lock_periods
from transactional.platform.services.take_numbers import take_numbers
from transactional.sales.events import quotation_event
from transactional.sales.models import Quotation, QuotationLine, QuotationState
from transactional.sales.services.read_parties import new_lines, read_parties
from transactional.sales.specs import NewQuotation


def create_quotations(session: Session, quotations: Sequence[NewQuotation], *, at: datetime) -> list[Quotation]:
    """Open quotations, priced from the valid lists in the customer's currency and the lines' units.

    Raises: Invalid as for an order, or for a last day before the first; RateMissing; PeriodMissing; PeriodClosed;
    DayTooFar.
    """
    if not quotations:
        return []
    days = {(new.company_id, new.quoted_on) for new in quotations}
    lock_periods(session, days)
    parties = read_parties(session, quotations)
    desk = open_desk(session, "sales", new_lines(quotations))
    problems: list[FieldProblem] = []
    rows, lines = [], []
    for number, new in enumerate(quotations):
        path = "" if len(quotations) == 1 else f"quotations/{number}/"
        if new.valid_until < new.quoted_on:
            problems.append(FieldProblem(f"{path}valid_until", "before the day of the quotation", "too_early"))
        priced = desk.price(parties.ask(new, new.quoted_on, path, problems), problems)
        if not problems:
            row = _quotation(new, priced)
            rows.append(row)
            lines += _lines(row, priced)
    if problems:
        raise Invalid(problems)
    check_days(session, days, at=at)
    _number(session, rows)
    insert_all(session, rows)
    insert_all(session, lines)
    record(session, [quotation_event("created", row, at) for row in rows])
    return rows


def _quotation(new: NewQuotation, priced: PricedDocument) -> Quotation:
    return Quotation(
        id=new.id or new_id(),
        company_id=new.company_id,
        customer_id=new.customer_id,
        quoted_on=new.quoted_on,
        valid_until=new.valid_until,
        currency_code=priced.currency_code,
        salesperson_id=new.salesperson_id,
        net_amount=priced.net_amount,
        tax_amount=priced.tax_amount,
        total_amount=priced.net_amount + priced.tax_amount,
        state=QuotationState.OPEN.value,
        order_id=None,
    )


def _lines(quotation: Quotation, priced: PricedDocument) -> list[QuotationLine]:
    return [
        QuotationLine(
            quotation_id=quotation.id,
            line_number=position,
            item_id=line.item.id,
            unit_id=line.unit_id,
            qty=line.qty,
            unit_price=line.unit_price,
            price_source=line.price_source,
            discount_share=line.discount_share,
            discount_amount=line.discount_amount,
            net_amount=line.net_amount,
            tax_code_id=line.tax_code_id,
            tax_amount=line.tax_amount,
        )
        for position, line in enumerate(priced.lines, start=1)
    ]


def _number(session: Session, rows: Sequence[Quotation]) -> None:
    groups: defaultdict[UUID, list[Quotation]] = defaultdict(list)
    for row in rows:
        groups[row.company_id].append(row)
    for company_id, group in sorted(groups.items()):
        numbers = take_numbers(session, "quotation", company_id, [row.quoted_on for row in group])
        for row, number in zip(group, numbers, strict=True):
            row.number = number
