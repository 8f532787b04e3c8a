"""What a return is credited: the price and tax of the invoices that billed it, oldest first."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import Item
from transactional.finance.models import Invoice, InvoiceKind, InvoiceLine, InvoiceState
from transactional.finance.specs import InvoiceDraft, InvoiceDraftLine
from transactional.kernel.arrays import any_of
from transactional.kernel.ids import derived_id
from transactional.kernel.money import ZERO, round_amount
from transactional.kernel.rows import read
from transactional.kernel.session import Session
from transactional.organization.currencies import decimals_of
from transactional.sales.models import Delivery, DeliveryLine, SalesOrder
from transactional.sales.progress import Progress


def credit_note_id(delivery_id: UUID, invoice_id: UUID | None) -> UUID:
    """The id of the credit note that a return receipt gets for one invoice: a second one cannot come to be."""
    return derived_id("sales_credit_note", delivery_id, invoice_id)


@dataclass(slots=True)
class _Bill:
    """An invoice line of a delivery line, with what is credited of it."""

    invoice: Invoice
    line: InvoiceLine
    credited_qty: Decimal = ZERO
    credited_net: Decimal = ZERO
    credited_tax: Decimal = ZERO
    credited_discount: Decimal = ZERO

    def credit(self, qty: Decimal, decimals: int) -> tuple[Decimal, Decimal, Decimal]:
        """Net, tax and discount of a quantity; the last one takes what is left of the line."""
        whole = (self.line.net_amount, self.line.tax_amount, self.line.discount_amount)
        if self.credited_qty + qty == self.line.qty:
            gone = (self.credited_net, self.credited_tax, self.credited_discount)
            net, tax, discount = (total - part for total, part in zip(whole, gone, strict=True))
        else:
            net, tax, discount = (round_amount(total * qty / self.line.qty, decimals) for total in whole)
        self.add(qty, net, tax, discount)
        return net, tax, discount

    def add(self, qty: Decimal, net: Decimal, tax: Decimal, discount: Decimal) -> None:
        """Count a credited part."""
        self.credited_qty += qty
        self.credited_net += net
        self.credited_tax += tax
        self.credited_discount += discount


def credits_of(
    session: Session,
    orders: Mapping[UUID, SalesOrder],
    progress: Progress,
    returned: Sequence[tuple[Delivery, Sequence[DeliveryLine]]],
) -> list[InvoiceDraft]:
    """Credit notes for goods that came back, one a return and invoice; what was never invoiced is not credited."""
    lines = [line for _, listed in returned for line in listed]
    bills = _bills(session, orders, {line.returned_line_id for line in lines if line.returned_line_id})
    item_ids = {line.item_id for line in lines}
    categories = {
        row[0]: row[1] for row in session.execute(select(Item.id, Item.category_id).where(any_of(Item.id, item_ids)))
    }
    drafts = []
    for note, listed in returned:
        found: defaultdict[UUID, list[InvoiceDraftLine]] = defaultdict(list)
        invoices: dict[UUID, Invoice] = {}
        for line in listed:
            for bill, credited in _credit(line, bills, progress, categories, note.warehouse_id):
                invoices[bill.invoice.id] = bill.invoice
                found[bill.invoice.id].append(credited)
        drafts += [_draft(note, invoice, found[key]) for key, invoice in invoices.items()]
    return drafts


def _credit(
    line: DeliveryLine,
    bills: Mapping[UUID, list[_Bill]],
    progress: Progress,
    categories: Mapping[UUID, UUID | None],
    warehouse_id: UUID,
) -> Iterable[tuple[_Bill, InvoiceDraftLine]]:
    if line.returned_line_id is None:
        return
    handed = progress.by_delivery_line[line.returned_line_id]
    left = min(line.qty, handed.invoiced_qty - handed.credited_qty)
    for bill in bills.get(line.returned_line_id, ()):
        qty = min(left, bill.line.qty - bill.credited_qty)
        if qty <= 0:
            continue
        left -= qty
        handed.credited_qty += qty
        net, tax, discount = bill.credit(qty, decimals_of(bill.invoice.currency_code))
        yield (
            bill,
            InvoiceDraftLine(
                qty=qty,
                unit_price=bill.line.unit_price,
                net_amount=net,
                item_id=bill.line.item_id,
                item_category_id=categories[line.item_id],
                unit_id=bill.line.unit_id,
                discount_share=bill.line.discount_share,
                discount_amount=discount,
                tax_code_id=bill.line.tax_code_id,
                tax_amount=tax,
                company_cost_amount=line.cost_amount if qty == line.qty else _cost(line, qty),
                warehouse_id=warehouse_id,
                cost_centre_id=bill.line.cost_centre_id,
                project_id=bill.line.project_id,
                order_line_id=line.order_line_id,
                delivery_line_id=line.returned_line_id,
            ),
        )


def _cost(line: DeliveryLine, qty: Decimal) -> Decimal:
    """The part of the returned cost that belongs to the credited part; statistical, so rounding may leave a cent."""
    return round_amount(line.cost_amount * qty / line.qty, 2)


def _draft(note: Delivery, invoice: Invoice, lines: Sequence[InvoiceDraftLine]) -> InvoiceDraft:
    return InvoiceDraft(
        company_id=invoice.company_id,
        kind=InvoiceKind.SALES_CREDIT_NOTE,
        party_id=invoice.party_id,
        invoiced_on=max(note.delivered_on, invoice.invoiced_on),
        currency_code=invoice.currency_code,
        lines=lines,
        exchange_rate=invoice.exchange_rate,
        origin_type="sales_order",
        origin_id=note.order_id,
        corrects_id=invoice.id,
        salesperson_id=invoice.salesperson_id,
        id=credit_note_id(note.id, invoice.id),
    )


def _bills(
    session: Session, orders: Mapping[UUID, SalesOrder], delivery_line_ids: set[UUID]
) -> dict[UUID, list[_Bill]]:
    statement = select(Invoice).where(any_of(Invoice.origin_id, orders), Invoice.state == InvoiceState.POSTED)
    invoices = {row.id: row for row in read(session, statement.order_by(Invoice.invoiced_on, Invoice.number))}
    rows = read(session, select(InvoiceLine).where(any_of(InvoiceLine.invoice_id, invoices)).order_by(InvoiceLine.id))
    by_invoice: defaultdict[UUID, list[InvoiceLine]] = defaultdict(list)
    for row in rows:
        if row.delivery_line_id in delivery_line_ids:
            by_invoice[row.invoice_id].append(row)
    bills: defaultdict[UUID, list[_Bill]] = defaultdict(list)
    for invoice in invoices.values():
        if invoice.kind == InvoiceKind.SALES_INVOICE:
            for row in by_invoice[invoice.id]:
                if row.delivery_line_id:
                    bills[row.delivery_line_id].append(_Bill(invoice, row))
    _count_credits(invoices, by_invoice, bills)
    return bills


def _count_credits(
    invoices: Mapping[UUID, Invoice],
    by_invoice: Mapping[UUID, Sequence[InvoiceLine]],
    bills: Mapping[UUID, Sequence[_Bill]],
) -> None:
    for invoice in invoices.values():
        if invoice.kind == InvoiceKind.SALES_CREDIT_NOTE:
            for row in by_invoice[invoice.id]:
                for bill in bills.get(row.delivery_line_id, ()) if row.delivery_line_id else ():
                    if bill.invoice.id == invoice.corrects_id:
                        bill.add(row.qty, row.net_amount, row.tax_amount, row.discount_amount)
