"""A supplier's invoice is matched to order and receipt, and posted."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import Item, UnitOfMeasure
from transactional.catalog.services.find_prices import find_stock_items
from transactional.catalog.units import whole_problems
from transactional.finance.freights import Freight, taxed
from transactional.finance.models import Invoice, InvoiceKind
from transactional.finance.services.find_taxes import find_taxes
from transactional.finance.services.net_prepayments import hold_prepayments, net_prepayments
from transactional.finance.services.post_invoices import check_external_numbers, post_invoices
from transactional.finance.specs import InvoiceDraft, InvoiceDraftLine
from transactional.finance.taxes import Tax, TaxTable, tax_line
from transactional.inventory.services.revalue_receipts import Origin, revalue_receipts
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.money import ZERO, round_amount
from transactional.kernel.reference import read_all
from transactional.kernel.rows import lock_by_id, read_by_id
from transactional.kernel.session import Session
from transactional.ledger.models import AccountRole
from transactional.organization.currencies import decimals_of
from transactional.organization.models import Company
from transactional.organization.services.find_rates import RateTable, find_rates
from transactional.purchase.errors import NothingToInvoice, OrderNotConfirmed
from transactional.purchase.matching import BilledLine, MatchedPart, differences, match
from transactional.purchase.models import PurchaseOrder, PurchaseOrderLine, PurchaseOrderState
from transactional.purchase.progress import Arrived, Progress, read_progress
from transactional.purchase.services.receive_orders import read_lines
from transactional.purchase.services.return_to_supplier import receipt_moves
from transactional.purchase.specs import NewSupplierInvoice, Tolerances

REASON_LENGTH_MAX = 500


def invoice_orders(
    session: Session, invoices: Sequence[NewSupplierInvoice], *, at: datetime, tolerances: Tolerances | None = None
) -> list[Invoice]:
    """Posted supplier invoices; what exceeds a tolerance blocks the payment, with the difference named.

    A price other than the order's changes the value of the units on hand and the cost of those gone. Prepayments on
    the order are netted.
    Raises: NotFound; OrderNotConfirmed; NothingToInvoice; DuplicateSupplierInvoice; RateMissing; PeriodClosed; Invalid.
    """
    if not invoices:
        return []
    orders = {row.id: row for row in lock_by_id(session, PurchaseOrder, [new.order_id for new in invoices])}
    for order in orders.values():
        if order.state not in {PurchaseOrderState.CONFIRMED, PurchaseOrderState.CLOSED}:
            raise OrderNotConfirmed(number=order.number, state=order.state)
    desk = _open_desk(session, orders, invoices, tolerances)
    matched = [desk.bill(new) for new in invoices]
    check_external_numbers(session, [bill.draft for bill in matched])
    prepayments = hold_prepayments(session, orders)
    billed = [BilledReceipt(bill.draft.id, bill.draft.invoiced_on, *each) for bill in matched for each in bill.revalued]
    revalue_billed(session, billed, at=at)
    posted = post_invoices(session, [bill.draft for bill in matched], at=at)
    net_prepayments(session, posted, prepayments, at=at)
    return posted


@dataclass(frozen=True, slots=True)
class _Bill:
    """An invoice ready to post, with what it makes the receipts cost more or less, by receipt line."""

    draft: InvoiceDraft
    revalued: list[tuple[Arrived, Decimal]]


@dataclass(frozen=True, slots=True)
class _Desk:
    """Orders with what is received and billed of them; it keeps count while invoices are matched."""

    orders: Mapping[UUID, PurchaseOrder]
    lines: Mapping[UUID, Sequence[PurchaseOrderLine]]
    progress: Progress
    tolerances: Tolerances | None
    companies: Mapping[UUID, Company]
    category_ids: Mapping[UUID, UUID | None]
    stocked: Mapping[UUID, str]
    taxes: TaxTable
    rates: RateTable
    units: Mapping[UUID, UnitOfMeasure]

    def bill(self, new: NewSupplierInvoice) -> _Bill:
        """The invoice matched.  Raises: Invalid; NothingToInvoice; RateMissing."""
        order = self.orders[new.order_id]
        company = self.companies[order.company_id]
        rate = new.exchange_rate or self.rates.rate(
            order.currency_code, company.currency_code, new.invoiced_on, age_days_max=company.rate_age_days_max
        )
        reasons: list[str] = []
        lines: list[InvoiceDraftLine] = []
        revalued: list[tuple[Arrived, Decimal]] = []
        for billed in self._billed(new, order):
            received = self.progress.billable_qty(billed.line.id)
            reasons += differences(billed, received, self.tolerances or Tolerances.of(company))
            decimals = (decimals_of(order.currency_code), decimals_of(company.currency_code))
            arrived = self.progress.arrived.get(billed.line.id, ()) if received else ()
            taxes = self._taxes_of_days(new, order, billed.line)
            parts = match(billed, arrived, self.progress.billed[billed.line.id], decimals, taxes)
            for part, tax_amount in zip(parts, self._taxes(order, billed, parts, taxes), strict=True):
                line = self._line(order, part, tax_amount, round_amount(part.net_amount * rate, decimals[1]))
                lines.append(line)
                if part.arrived and line.company_net_amount is not None and billed.line.item_id in self.stocked:
                    revalued.append((part.arrived, line.company_net_amount - part.value_amount))
        if not lines:
            raise NothingToInvoice(number=order.number)
        reason = "; ".join(reasons)[:REASON_LENGTH_MAX] or None
        freight = self._freight(new, order)
        return _Bill(
            _draft(new, order, lines, freight, rate, reason), [(row, amount) for row, amount in revalued if amount]
        )

    def _freight(self, new: NewSupplierInvoice, order: PurchaseOrder) -> Freight:
        """What the supplier charges for the way, under the order's tax by the rate of the invoice's day."""
        code_id = order.freight_tax_code_id
        tax = self.taxes.tax(code_id, new.invoiced_on) if code_id and new.freight_amount else None
        found = taxed(new.freight_amount, tax, decimals_of(order.currency_code))
        stated = new.freight_tax_amount
        if stated is None:
            return found
        return Freight(new.freight_amount - stated if tax and tax.is_inclusive else new.freight_amount, stated, code_id)

    def _billed(self, new: NewSupplierInvoice, order: PurchaseOrder) -> list[BilledLine]:
        lines = self.lines.get(order.id, ())
        if new.lines is None:
            open_lines = [(line, self.progress.billable_qty(line.id)) for line in lines]
            return [BilledLine(line, qty, line.unit_price, None) for line, qty in open_lines if qty > 0]
        known = {line.id: line for line in lines}
        _check_lines(new, known, self.units)
        billed = []
        for asked in new.lines:
            line = known[asked.order_line_id]
            unit_price = line.unit_price if asked.unit_price is None else asked.unit_price
            billed.append(BilledLine(line, asked.qty, unit_price, asked.tax_amount))
        return billed

    def _taxes_of_days(
        self, new: NewSupplierInvoice, order: PurchaseOrder, line: PurchaseOrderLine
    ) -> tuple[Tax, Tax] | None:
        """A line's tax as it held on the order's day and holds on the invoice's; nothing for an untaxed line."""
        if line.tax_code_id is None:
            return None
        now = self.taxes.tax(line.tax_code_id, new.invoiced_on)
        return (self.taxes.tax(line.tax_code_id, order.ordered_on) if now.is_inclusive else now, now)

    def _taxes(
        self,
        order: PurchaseOrder,
        billed: BilledLine,
        parts: Sequence[MatchedPart],
        taxes: tuple[Tax, Tax] | None,
    ) -> list[Decimal]:
        """Each part's tax by the rate of the invoice's day; given ones are shared, the last part takes the rest."""
        decimals = decimals_of(order.currency_code)
        if billed.tax_amount is not None:
            shares = [round_amount(billed.tax_amount * part.qty / billed.qty, decimals) for part in parts[:-1]]
            return [*shares, billed.tax_amount - sum(shares, ZERO)]
        if taxes is None:
            return [ZERO for _ in parts]
        return [
            tax_line(part.net_amount, taxes[1], decimals).tax_amount if part.tax_amount is None else part.tax_amount
            for part in parts
        ]

    def _line(
        self, order: PurchaseOrder, part: MatchedPart, tax_amount: Decimal, company_net: Decimal
    ) -> InvoiceDraftLine:
        line = part.billed.line
        is_stocked = line.item_id in self.stocked
        return InvoiceDraftLine(
            qty=part.qty,
            unit_price=part.billed.unit_price,
            net_amount=part.net_amount,
            item_id=line.item_id,
            item_category_id=self.category_ids[line.item_id],
            role=AccountRole.GRNI if is_stocked else AccountRole.EXPENSE,
            account_id=None if is_stocked else line.account_id,
            cost_centre_id=None if is_stocked else line.cost_centre_id,
            project_id=None if is_stocked else line.project_id,
            unit_id=line.unit_id,
            tax_code_id=line.tax_code_id,
            tax_amount=tax_amount,
            company_net_amount=company_net,
            company_cost_amount=part.value_amount,
            warehouse_id=order.warehouse_id,
            order_line_id=line.id,
            delivery_line_id=part.arrived.id if part.arrived else None,
        )


def _draft(
    new: NewSupplierInvoice,
    order: PurchaseOrder,
    lines: list[InvoiceDraftLine],
    freight: Freight,
    rate: Decimal,
    reason: str | None,
) -> InvoiceDraft:
    return InvoiceDraft(
        company_id=order.company_id,
        kind=InvoiceKind.PURCHASE_INVOICE,
        party_id=order.supplier_id,
        supplier_category_id=order.supplier_category_id,
        invoiced_on=new.invoiced_on,
        currency_code=order.currency_code,
        lines=lines,
        exchange_rate=rate,
        freight=freight,
        payment_term_id=new.payment_term_id or order.payment_term_id,
        ordered_on=order.ordered_on,
        external_number=new.external_number,
        origin_type="purchase_order",
        origin_id=order.id,
        block_reason=reason,
        id=new.id or new_id(),
    )


def _check_lines(
    new: NewSupplierInvoice, known: Mapping[UUID, PurchaseOrderLine], units: Mapping[UUID, UnitOfMeasure]
) -> None:
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
        if asked.unit_price is not None and asked.unit_price < 0:
            problems.append(FieldProblem(f"lines/{position}/unit_price", "a price is not negative", "negative"))
    if problems:
        raise Invalid(problems)


@dataclass(frozen=True, slots=True)
class BilledReceipt:
    """What an invoice makes a receipt line cost more, or less where it is negative."""

    invoice_id: UUID | None
    invoiced_on: date
    arrived: Arrived
    amount: Decimal


def revalue_billed(session: Session, billed: Sequence[BilledReceipt], *, at: datetime) -> None:
    """Differences of price and rate go to the stock they belong to, not before it came; one call an invoice and day."""
    moves = receipt_moves(session, [each.arrived.id for each in billed])
    days: defaultdict[tuple[UUID | None, date], list[tuple[UUID, Decimal]]] = defaultdict(list)
    for each in billed:
        on = max(each.invoiced_on, each.arrived.received_on)
        days[each.invoice_id, on].append((moves[each.arrived.id], each.amount))
    order = {each.invoice_id: position for position, each in enumerate(billed)}
    for (invoice_id, on), listed in sorted(days.items(), key=lambda pair: (order[pair[0][0]], pair[0][1])):
        origin = Origin("invoice", invoice_id) if invoice_id else None
        revalue_receipts(session, listed, on=on, at=at, contra_role=AccountRole.GRNI, origin=origin)


def _open_desk(
    session: Session,
    orders: Mapping[UUID, PurchaseOrder],
    invoices: Sequence[NewSupplierInvoice],
    tolerances: Tolerances | None,
) -> _Desk:
    lines: defaultdict[UUID, list[PurchaseOrderLine]] = defaultdict(list)
    lines.update(read_lines(session, orders))
    item_ids = {line.item_id for listed in lines.values() for line in listed}
    companies = read_by_id(session, Company, {order.company_id for order in orders.values()})
    currencies = {row.currency_code for row in orders.values()} | {row.currency_code for row in companies.values()}
    last: date = max(new.invoiced_on for new in invoices)
    items = session.execute(select(Item.id, Item.category_id).where(any_of(Item.id, item_ids)))
    return _Desk(
        orders,
        lines,
        read_progress(session, orders),
        tolerances,
        companies,
        {row[0]: row[1] for row in items},
        find_stock_items(session, item_ids),
        find_taxes(session),
        find_rates(session, currencies, until=last),
        read_all(session, UnitOfMeasure),
    )
