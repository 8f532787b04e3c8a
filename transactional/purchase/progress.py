"""How far purchase orders are: what arrived, went back, was invoiced and credited, read from the books."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from transactional.finance.models import Invoice, InvoiceKind, InvoiceLine, InvoiceState
from transactional.finance.proration import Billed
from transactional.kernel.arrays import any_of
from transactional.kernel.money import ZERO
from transactional.kernel.session import Session
from transactional.purchase.models import PurchaseReceipt, PurchaseReceiptLine
from transactional.purchase.states import ReceiptState


@dataclass(slots=True)
class Arrived:
    """A receipt line with what went back, is invoiced and credited of it; quantities in the order line's unit."""

    id: UUID
    receipt_id: UUID
    order_id: UUID
    order_line_id: UUID
    item_id: UUID
    location_id: UUID
    received_on: date
    accepted_qty: Decimal
    quarantined_qty: Decimal
    stock_qty: Decimal
    value_amount: Decimal
    returned_qty: Decimal = ZERO
    returned_stock_qty: Decimal = ZERO
    invoiced_qty: Decimal = ZERO
    invoiced_company_amount: Decimal = ZERO
    invoiced_value_amount: Decimal = ZERO
    """The invoiced quantity at receipt value: what it took out of goods received not invoiced."""
    credited_qty: Decimal = ZERO
    credited_company_amount: Decimal = ZERO

    @property
    def kept_qty(self) -> Decimal:
        """Accepted and not sent back."""
        return self.accepted_qty - self.returned_qty

    @property
    def billable_qty(self) -> Decimal:
        """Kept and not invoiced yet."""
        return max(self.kept_qty - (self.invoiced_qty - self.credited_qty), ZERO)

    @property
    def creditable_qty(self) -> Decimal:
        """Invoiced, sent back and not credited yet."""
        return max(self.invoiced_qty - self.credited_qty - self.kept_qty, ZERO)


@dataclass(slots=True)
class Progress:
    """Receipts and invoices of a set of orders, by order line."""

    arrived: defaultdict[UUID, list[Arrived]] = field(default_factory=lambda: defaultdict(list))
    by_receipt_line: dict[UUID, Arrived] = field(default_factory=dict)
    billed: defaultdict[UUID, Billed] = field(default_factory=lambda: defaultdict(Billed))
    credited: defaultdict[UUID, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    """Quantity credited by order line."""
    touched: set[UUID] = field(default_factory=set)
    """Orders with a receipt or an invoice."""

    def kept_qty(self, order_line_id: UUID) -> Decimal:
        """What was accepted of a line and not sent back."""
        return sum((arrived.kept_qty for arrived in self.arrived.get(order_line_id, ())), ZERO)

    def expected_qty(self, order_line_id: UUID, ordered_qty: Decimal) -> Decimal:
        """What may still arrive: quarantined goods count as arrived, rejected and returned ones are replaced."""
        waiting = sum((arrived.quarantined_qty for arrived in self.arrived.get(order_line_id, ())), ZERO)
        return ordered_qty - self.kept_qty(order_line_id) - waiting

    def billable_qty(self, order_line_id: UUID) -> Decimal:
        """What is kept of a line and not invoiced, an invoice that came before its goods taken off."""
        net_billed = self.billed[order_line_id].qty - self.credited[order_line_id]
        return max(self.kept_qty(order_line_id) - net_billed, ZERO)


def read_receipts(session: Session, order_ids: Iterable[UUID]) -> Progress:
    """Receipts and returns of orders; oldest first."""
    progress = Progress()
    notes = select(PurchaseReceipt.id, PurchaseReceipt.received_on, PurchaseReceipt.order_id).where(
        any_of(PurchaseReceipt.order_id, order_ids), PurchaseReceipt.state == ReceiptState.POSTED
    )
    days: dict[UUID, date] = {}
    for receipt_id, received_on, order_id in session.execute(notes):
        days[receipt_id] = received_on
        progress.touched.add(order_id)
    if not days:
        return progress
    lines = select(
        PurchaseReceiptLine.id,
        PurchaseReceiptLine.receipt_id,
        PurchaseReceiptLine.order_id,
        PurchaseReceiptLine.order_line_id,
        PurchaseReceiptLine.item_id,
        PurchaseReceiptLine.location_id,
        PurchaseReceiptLine.accepted_qty,
        PurchaseReceiptLine.quarantined_qty,
        PurchaseReceiptLine.stock_qty,
        PurchaseReceiptLine.value_amount,
        PurchaseReceiptLine.returned_line_id,
    ).where(any_of(PurchaseReceiptLine.receipt_id, days))
    returns: list[tuple[UUID, Arrived]] = []
    for row in sorted(session.execute(lines), key=lambda row: (days[row[1]], row[0])):
        values: tuple[Any, ...] = tuple(row)
        facts: tuple[Any, ...] = (*values[:6], days[row[1]], *values[6:-1])
        arrived, original_id = Arrived(*facts), values[-1]
        if original_id is None:
            progress.by_receipt_line[arrived.id] = arrived
            progress.arrived[arrived.order_line_id].append(arrived)
        else:
            returns.append((original_id, arrived))
    for original_id, back in returns:
        progress.by_receipt_line[original_id].returned_qty += back.accepted_qty
        progress.by_receipt_line[original_id].returned_stock_qty += back.stock_qty
    return progress


def read_progress(session: Session, order_ids: Iterable[UUID]) -> Progress:
    """Receipts, returns, invoices and credit notes of orders."""
    wanted = set(order_ids)
    progress = read_receipts(session, wanted)
    invoices = select(Invoice.id, Invoice.kind, Invoice.origin_id).where(
        any_of(Invoice.origin_id, wanted), Invoice.state == InvoiceState.POSTED
    )
    kinds: dict[UUID, str] = {}
    for invoice_id, kind, order_id in session.execute(invoices):
        kinds[invoice_id] = kind
        if order_id:
            progress.touched.add(order_id)
    if kinds:
        _add_invoices(session, kinds, progress)
    return progress


def _add_invoices(session: Session, kinds: Mapping[UUID, str], progress: Progress) -> None:
    lines = select(
        InvoiceLine.invoice_id,
        InvoiceLine.order_line_id,
        InvoiceLine.delivery_line_id,
        InvoiceLine.qty,
        InvoiceLine.net_amount,
        InvoiceLine.tax_amount,
        InvoiceLine.company_net_amount,
        InvoiceLine.company_cost_amount,
    ).where(any_of(InvoiceLine.invoice_id, kinds))
    for invoice_id, order_line_id, receipt_line_id, qty, net, tax, company_net, value in session.execute(lines):
        arrived = progress.by_receipt_line.get(receipt_line_id) if receipt_line_id else None
        if order_line_id is None:
            continue
        if kinds[invoice_id] == InvoiceKind.PURCHASE_CREDIT_NOTE:
            progress.credited[order_line_id] += qty
            if arrived:
                arrived.credited_qty += qty
                arrived.credited_company_amount += company_net
            continue
        if arrived:
            arrived.invoiced_qty += qty
            arrived.invoiced_company_amount += company_net
            arrived.invoiced_value_amount += value
        billed = progress.billed[order_line_id]
        billed.qty += qty
        billed.net_amount += net
        billed.tax_amount += tax
