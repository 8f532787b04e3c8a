"""What was delivered is invoiced."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import and_, select

from transactional.catalog.models import Item, UnitOfMeasure
from transactional.catalog.units import whole_problems
from transactional.finance.freights import NO_FREIGHT, Freight, bill_freight
from transactional.finance.models import Invoice, InvoiceKind
from transactional.finance.order_heads import freight_of
from transactional.finance.proration import Billed, BilledPart, bill_part, part_of
from transactional.finance.services.find_taxes import find_taxes
from transactional.finance.services.net_prepayments import hold_prepayments, net_prepayments
from transactional.finance.services.post_invoices import post_invoices
from transactional.finance.specs import InvoiceDraft, InvoiceDraftLine
from transactional.finance.taxes import TaxedAmount, TaxTable, tax_again
from transactional.kernel.errors import Invalid, invalid
from transactional.kernel.money import ZERO, split_amount
from transactional.kernel.reference import read_all
from transactional.kernel.rows import ask_lock, read_by_id
from transactional.kernel.session import Session
from transactional.kernel.statements import Asked, Lookup, among
from transactional.organization.currencies import decimals_of
from transactional.organization.models import Company
from transactional.sales.errors import NothingToInvoice, OrderNotConfirmed, OverInvoicing
from transactional.sales.models import SalesOrder, SalesOrderLine, SalesOrderState
from transactional.sales.progress import ORDER_LINES, AskedProgress, Handed, Progress, ask_progress
from transactional.sales.specs import NewInvoice, NewInvoiceLine


def invoice_orders(session: Session, invoices: Sequence[NewInvoice], *, at: datetime) -> list[Invoice]:
    """Posted invoices of what is delivered and not yet invoiced, at the orders' prices; prepayments are netted.

    Raises: NotFound; OrderNotConfirmed; NothingToInvoice; OverInvoicing; RateMissing; PeriodClosed; Invalid for a day
    before that of a delivery it bills, but where an order is invoiced in full.
    """
    if not invoices:
        return []
    order_ids = [new.order_id for new in invoices]
    find_orders = ask_lock(session, SalesOrder, order_ids)
    asked_lines, asked_progress = ORDER_LINES.ask(session, orders=order_ids), ask_progress(session, order_ids)
    categories = _CATEGORIES.ask(session, orders=order_ids)
    prepayments = hold_prepayments(session, order_ids)
    orders = {row.id: row for row in find_orders()}
    for order in orders.values():
        if order.state not in {SalesOrderState.CONFIRMED, SalesOrderState.CLOSED}:
            raise OrderNotConfirmed(number=order.number, state=order.state)
    bills = _open_bills(session, orders, asked_lines, asked_progress, dict(categories.rows()))
    posted = post_invoices(session, [bills.draft(new) for new in invoices], at=at)
    net_prepayments(session, posted, prepayments, at=at)
    return posted


@dataclass(frozen=True, slots=True)
class _Bills:
    """Orders with what is open to invoice; it keeps count while invoices are drafted."""

    orders: Mapping[UUID, SalesOrder]
    lines: Mapping[UUID, Sequence[SalesOrderLine]]
    progress: Progress
    category_ids: Mapping[UUID, UUID | None]
    decimals: Mapping[UUID, int]
    taxes: TaxTable
    units: Mapping[UUID, UnitOfMeasure]

    def draft(self, new: NewInvoice) -> InvoiceDraft:
        """The invoice asked for.  Raises: NothingToInvoice; OverInvoicing; Invalid for a day before its delivery."""
        order = self.orders[new.order_id]
        lines = list(self._lines(new, order))
        if not lines:
            raise NothingToInvoice(number=order.number)
        if new.tax_amount is not None:
            parts = split_amount(new.tax_amount, [line.net_amount for line in lines], decimals_of(order.currency_code))
            lines = [replace(line, tax_amount=part) for line, part in zip(lines, parts, strict=True)]
        freight = self._freight(new, order)
        self.progress.freight[order.id] += freight
        return InvoiceDraft(
            company_id=order.company_id,
            kind=InvoiceKind.SALES_INVOICE,
            party_id=order.customer_id,
            invoiced_on=new.invoiced_on,
            currency_code=order.currency_code,
            lines=lines,
            exchange_rate=new.exchange_rate,
            freight=freight,
            payment_term_id=new.payment_term_id or order.payment_term_id,
            ordered_on=order.ordered_on,
            origin_type="sales_order",
            origin_id=order.id,
            salesperson_id=order.salesperson_id,
            id=new.id,
        )

    def _freight(self, new: NewInvoice, order: SalesOrder) -> Freight:
        """What is charged for the way; tax that is given for the whole invoice leaves it untaxed."""
        ordered, billed = freight_of(order), self.progress.freight[order.id]
        decimals, code_id = decimals_of(order.currency_code), order.freight_tax_code_id
        if code_id is None or new.tax_amount is not None:
            ordered, billed = Freight(ordered.net_amount), Freight(billed.net_amount)
            return bill_freight(ordered, billed, new.freight_amount, None, None, decimals)
        if not ordered.net_amount and not new.freight_amount:
            return NO_FREIGHT
        then, now = (self.taxes.tax(code_id, on) for on in (order.ordered_on, new.invoiced_on))
        return bill_freight(ordered, billed, new.freight_amount, then, now, decimals)

    def _lines(self, new: NewInvoice, order: SalesOrder) -> Iterator[InvoiceDraftLine]:
        wanted = None if new.lines is None else _wanted(new.lines)
        lines = self.lines.get(order.id, ())
        if wanted is not None:
            _check_wanted(new, wanted, lines, self.units)
        for line in lines:
            if wanted is not None and line.id not in wanted:
                continue
            for handed, qty in self._pieces(new, order, line, wanted[line.id] if wanted is not None else None):
                yield self._line(new, order, line, handed, qty)

    def _pieces(
        self, new: NewInvoice, order: SalesOrder, line: SalesOrderLine, wanted: Decimal | None
    ) -> list[tuple[Handed | None, Decimal]]:
        """The delivery lines to invoice with their quantities; nothing beside one means not delivered yet."""
        # Where more was handed over than ordered, within the tolerance, that is what is billed.
        left = max(line.qty, self.progress.delivered_qty(line.id)) - self.progress.billed[line.id].qty
        if not new.in_full:
            left = min(left, self._billable(new, line))
        if wanted is not None:
            if wanted > left:
                raise OverInvoicing(line_number=line.line_number, number=order.number, open_qty=left, wanted_qty=wanted)
            left = wanted
        pieces: list[tuple[Handed | None, Decimal]] = []
        for handed in self._handed(new, line):
            qty = min(left, handed.billable_qty)
            if qty > 0:
                if new.invoiced_on < handed.delivered_on and not new.in_full:
                    reason = f"before the goods were handed over, {handed.delivered_on}"
                    raise invalid("invoiced_on", reason, "too_early")
                pieces.append((handed, qty))
                left -= qty
        if left > 0 and new.in_full:
            pieces.append((None, left))
        return pieces

    def _handed(self, new: NewInvoice, line: SalesOrderLine) -> Iterator[Handed]:
        for handed in self.progress.handed.get(line.id, ()):
            if new.delivery_ids is None or handed.delivery_id in new.delivery_ids:
                yield handed

    def _billable(self, new: NewInvoice, line: SalesOrderLine) -> Decimal:
        return sum((handed.billable_qty for handed in self._handed(new, line)), ZERO)

    def _line(
        self, new: NewInvoice, order: SalesOrder, line: SalesOrderLine, handed: Handed | None, qty: Decimal
    ) -> InvoiceDraftLine:
        decimals = decimals_of(order.currency_code)
        billed: Billed = self.progress.billed[line.id]
        part = bill_part(line, line.discount_amount, qty, billed, decimals)
        taxed = self._taxed(new, order, line, part)
        return InvoiceDraftLine(
            qty=qty,
            unit_price=line.unit_price,
            net_amount=taxed.net_amount,
            item_id=line.item_id,
            item_category_id=self.category_ids[line.item_id],
            unit_id=line.unit_id,
            discount_share=line.discount_share,
            discount_amount=part.discount_amount,
            tax_code_id=line.tax_code_id,
            tax_amount=taxed.tax_amount,
            company_cost_amount=self._cost(order, handed, qty),
            warehouse_id=order.warehouse_id,
            project_id=order.project_id,
            order_line_id=line.id,
            delivery_line_id=handed.id if handed else None,
        )

    def _taxed(self, new: NewInvoice, order: SalesOrder, line: SalesOrderLine, part: BilledPart) -> TaxedAmount:
        """The order's amounts, unless the rate of tax has changed since or the tax is given for the whole invoice."""
        ordered = TaxedAmount(part.net_amount, part.tax_amount)
        if line.tax_code_id is None or new.invoiced_on == order.ordered_on or new.tax_amount is not None:
            return ordered
        then, now = (self.taxes.tax(line.tax_code_id, on) for on in (order.ordered_on, new.invoiced_on))
        return tax_again(ordered, then, now, decimals_of(order.currency_code))

    def _cost(self, order: SalesOrder, handed: Handed | None, qty: Decimal) -> Decimal:
        if handed is None:
            return ZERO
        decimals = self.decimals[order.company_id]
        cost = part_of(handed.cost_amount, qty, handed.qty, handed.invoiced_qty, handed.invoiced_cost_amount, decimals)
        handed.invoiced_qty += qty
        handed.invoiced_cost_amount += cost
        return cost


def _wanted(lines: Sequence[NewInvoiceLine]) -> dict[UUID, Decimal]:
    wanted: defaultdict[UUID, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        wanted[line.order_line_id] += line.qty
    return wanted


def _check_wanted(
    new: NewInvoice,
    wanted: Mapping[UUID, Decimal],
    lines: Sequence[SalesOrderLine],
    units: Mapping[UUID, UnitOfMeasure],
) -> None:
    known = {line.id: line.unit_id for line in lines}
    for position, asked in enumerate(new.lines or ()):
        if asked.order_line_id not in known:
            raise invalid(f"lines/{position}/order_line_id", "not a line of this order", "foreign_line")
        if wanted[asked.order_line_id] <= 0:
            raise invalid(f"lines/{position}/qty", "the quantity must be above zero", "not_above_zero")
        fractions = list(whole_problems(units, known[asked.order_line_id], {f"lines/{position}/qty": asked.qty}))
        if fractions:
            raise Invalid(fractions)


_CATEGORIES = Lookup(
    select(Item.id, Item.category_id)
    .join(SalesOrderLine, and_(SalesOrderLine.tenant_id == Item.tenant_id, SalesOrderLine.item_id == Item.id))
    .where(among(SalesOrderLine.order_id, "orders"))
)


def _open_bills(
    session: Session,
    orders: Mapping[UUID, SalesOrder],
    asked_lines: Asked[SalesOrderLine],
    progress: AskedProgress,
    category_ids: Mapping[UUID, UUID | None],
) -> _Bills:
    lines: defaultdict[UUID, list[SalesOrderLine]] = defaultdict(list)
    for line in asked_lines.rows():
        lines[line.order_id].append(line)
    companies = read_by_id(session, Company, {order.company_id for order in orders.values()})
    return _Bills(
        orders,
        lines,
        progress.read(),
        category_ids,
        {key: decimals_of(company.currency_code) for key, company in companies.items()},
        find_taxes(session),
        read_all(session, UnitOfMeasure),
    )
