"""How far orders are: what was delivered, returned and invoiced of each line, read from the books."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from transactional.finance.freights import Freight
from transactional.finance.models import Invoice, InvoiceKind, InvoiceLine, InvoiceState
from transactional.finance.proration import Billed
from transactional.kernel.money import ZERO
from transactional.kernel.session import Session
from transactional.kernel.statements import Asked, Lookup, Query, among
from transactional.sales.models import Delivery, DeliveryLine, SalesOrderLine


@dataclass(slots=True)
class Handed:
    """A delivery line, what came back of it and what is invoiced and credited; quantities in the line's unit."""

    id: UUID
    delivery_id: UUID
    order_id: UUID
    order_line_id: UUID
    item_id: UUID
    location_id: UUID
    delivered_on: date
    qty: Decimal
    stock_qty: Decimal
    cost_amount: Decimal
    returned_qty: Decimal = ZERO
    returned_cost_amount: Decimal = ZERO
    invoiced_qty: Decimal = ZERO
    invoiced_cost_amount: Decimal = ZERO
    credited_qty: Decimal = ZERO

    @property
    def billable_qty(self) -> Decimal:
        """Handed over, kept and not invoiced yet: what came back before it was invoiced never is."""
        uninvoiced_returns = self.returned_qty - self.credited_qty
        return self.qty - uninvoiced_returns - self.invoiced_qty

    @property
    def returnable_qty(self) -> Decimal:
        """Handed over and not come back."""
        return self.qty - self.returned_qty


@dataclass(slots=True)
class Progress:
    """Deliveries and invoices of a set of orders, by order line."""

    handed: defaultdict[UUID, list[Handed]] = field(default_factory=lambda: defaultdict(list))
    by_delivery_line: dict[UUID, Handed] = field(default_factory=dict)
    billed: defaultdict[UUID, Billed] = field(default_factory=lambda: defaultdict(Billed))
    freight: defaultdict[UUID, Freight] = field(default_factory=lambda: defaultdict(Freight))
    """Freight invoiced by order."""

    def delivered_qty(self, order_line_id: UUID) -> Decimal:
        """What was handed over of a line, returns not taken off: a return does not reopen the order."""
        return sum((handed.qty for handed in self.handed.get(order_line_id, ())), ZERO)


ORDER_LINES = Query(
    select(SalesOrderLine)
    .where(among(SalesOrderLine.order_id, "orders"))
    .order_by(SalesOrderLine.order_id, SalesOrderLine.line_number)
)
"""The lines of orders, in their order."""
_DELIVERED: Lookup[*tuple[Any, ...]] = Lookup(
    select(
        DeliveryLine.id,
        DeliveryLine.delivery_id,
        DeliveryLine.order_id,
        DeliveryLine.order_line_id,
        DeliveryLine.item_id,
        DeliveryLine.location_id,
        Delivery.delivered_on,
        DeliveryLine.qty,
        DeliveryLine.stock_qty,
        DeliveryLine.cost_amount,
        DeliveryLine.returned_line_id,
    )
    .join(Delivery, and_(Delivery.tenant_id == DeliveryLine.tenant_id, Delivery.id == DeliveryLine.delivery_id))
    .where(among(Delivery.order_id, "orders"), Delivery.state == "posted")
    .order_by(Delivery.delivered_on, DeliveryLine.id)
)
_INVOICES = Lookup(
    select(
        Invoice.id,
        Invoice.kind,
        Invoice.origin_id,
        Invoice.freight_amount,
        Invoice.freight_tax_amount,
        Invoice.freight_tax_code_id,
    ).where(among(Invoice.origin_id, "orders"), Invoice.state == InvoiceState.POSTED)
)
_INVOICE_LINES = Lookup(
    select(
        InvoiceLine.invoice_id,
        InvoiceLine.order_line_id,
        InvoiceLine.delivery_line_id,
        InvoiceLine.qty,
        InvoiceLine.net_amount,
        InvoiceLine.tax_amount,
        InvoiceLine.discount_amount,
        InvoiceLine.company_cost_amount,
    ).where(among(InvoiceLine.invoice_id, "invoices"))
)


@dataclass(frozen=True, slots=True)
class AskedProgress:
    """Deliveries and invoices that were asked for, in one round trip with what else is."""

    session: Session
    delivered: Asked[tuple[Any, ...]]
    invoices: Asked[tuple[Any, ...]] | None

    def read(self) -> Progress:
        """How far the orders are; deliveries oldest first."""
        progress = Progress()
        kinds: dict[UUID, str] = {}
        for invoice_id, kind, order_id, *freight in self.invoices.rows() if self.invoices else ():
            kinds[invoice_id] = kind
            if kind == InvoiceKind.SALES_INVOICE and order_id:
                progress.freight[order_id] += Freight(*freight)
        invoice_lines = _INVOICE_LINES.ask(self.session, invoices=kinds) if kinds else None
        _add_deliveries(self.delivered.rows(), progress)
        if invoice_lines:
            _add_invoices(invoice_lines.rows(), kinds, progress)
        return progress


def ask_deliveries(session: Session, order_ids: Iterable[UUID]) -> AskedProgress:
    """Deliveries and returns of orders."""
    return AskedProgress(session, _DELIVERED.ask(session, orders=order_ids), None)


def ask_progress(session: Session, order_ids: Iterable[UUID]) -> AskedProgress:
    """Deliveries, returns, invoices and credit notes of orders."""
    wanted = set(order_ids)
    return AskedProgress(session, _DELIVERED.ask(session, orders=wanted), _INVOICES.ask(session, orders=wanted))


def read_deliveries(session: Session, order_ids: Iterable[UUID]) -> Progress:
    """Deliveries and returns of orders; oldest first."""
    return ask_deliveries(session, order_ids).read()


def read_progress(session: Session, order_ids: Iterable[UUID]) -> Progress:
    """Deliveries, returns, invoices and credit notes of orders."""
    return ask_progress(session, order_ids).read()


def _add_deliveries(rows: Iterable[tuple[Any, ...]], progress: Progress) -> None:
    returns: list[tuple[UUID, Handed]] = []
    for *values, original_id in rows:
        handed = Handed(*values)
        if original_id is None:
            progress.by_delivery_line[handed.id] = handed
            progress.handed[handed.order_line_id].append(handed)
        else:
            returns.append((original_id, handed))
    for original_id, back in returns:
        original = progress.by_delivery_line[original_id]
        original.returned_qty += back.qty
        original.returned_cost_amount += back.cost_amount


def _add_invoices(rows: Iterable[tuple[Any, ...]], kinds: Mapping[UUID, str], progress: Progress) -> None:
    for invoice_id, order_line_id, delivery_line_id, qty, net, tax, discount, cost in rows:
        handed = progress.by_delivery_line.get(delivery_line_id) if delivery_line_id else None
        if kinds[invoice_id] == InvoiceKind.SALES_CREDIT_NOTE:
            if handed:
                handed.credited_qty += qty
            continue
        if handed:
            handed.invoiced_qty += qty
            handed.invoiced_cost_amount += cost
        if order_line_id:
            billed = progress.billed[order_line_id]
            billed.qty += qty
            billed.net_amount += net
            billed.tax_amount += tax
            billed.discount_amount += discount
