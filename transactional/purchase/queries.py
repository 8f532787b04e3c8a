"""Where purchase orders stand, derived from the books: ordered, received, returned, invoiced and paid."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from transactional.finance.models import Invoice, InvoiceKind
from transactional.finance.queries import open_items
from transactional.kernel.arrays import any_of
from transactional.kernel.money import ZERO, round_amount
from transactional.kernel.rows import read, read_by_id
from transactional.kernel.session import Session
from transactional.organization.currencies import decimals_of
from transactional.purchase.models import PurchaseOrder, PurchaseOrderLine, PurchaseOrderState
from transactional.purchase.progress import read_progress


@dataclass(frozen=True, slots=True)
class LineProgress:
    """How far a purchase order line is.  Units: the line's unit; amounts in the order's currency."""

    order_line_id: UUID
    line_number: int
    item_id: UUID
    ordered_qty: Decimal
    accepted_qty: Decimal
    returned_qty: Decimal
    invoiced_qty: Decimal
    open_amount: Decimal
    """What is still to be invoiced at the order's price: the commitment, which a confirmed order alone is."""
    open_qty: Decimal
    """Ordered and not in our hands; nothing where nothing is expected, or where more came than was ordered."""


@dataclass(frozen=True, slots=True)
class OrderProgress:
    """How far a purchase order is.  Units: amounts in the order's currency, credit notes taken off."""

    order_id: UUID
    lines: tuple[LineProgress, ...]
    total_amount: Decimal
    invoiced_amount: Decimal
    paid_amount: Decimal

    @property
    def commitment_amount(self) -> Decimal:
        """What is still to be invoiced."""
        return sum((line.open_amount for line in self.lines), ZERO)

    def as_record(self) -> dict[str, Any]:
        """The same as plain data, what is derived included."""
        return {**asdict(self), "commitment_amount": self.commitment_amount}


def order_progress(session: Session, order_ids: Iterable[UUID]) -> dict[UUID, OrderProgress]:
    """How far purchase orders are, by order.  Raises: NotFound."""
    orders = read_by_id(session, PurchaseOrder, order_ids)
    progress = read_progress(session, orders)
    lines: defaultdict[UUID, list[LineProgress]] = defaultdict(list)
    statement = select(PurchaseOrderLine).where(any_of(PurchaseOrderLine.order_id, orders))
    for line in read(session, statement.order_by(PurchaseOrderLine.line_number)):
        arrived = progress.arrived.get(line.id, ())
        order = orders[line.order_id]
        net_invoiced = progress.billed[line.id].qty - progress.credited[line.id]
        bound_qty = line.qty if order.state == PurchaseOrderState.CONFIRMED else ZERO
        left = max(bound_qty - net_invoiced, ZERO)
        lines[line.order_id].append(
            LineProgress(
                line.id,
                line.line_number,
                line.item_id,
                line.qty,
                sum((row.accepted_qty for row in arrived), ZERO),
                sum((row.returned_qty for row in arrived), ZERO),
                net_invoiced,
                round_amount(line.net_amount * left / line.qty, decimals_of(order.currency_code)),
                max(bound_qty - progress.kept_qty(line.id), ZERO),
            )
        )
    amounts = _amounts(session, orders)
    return {
        key: OrderProgress(key, tuple(lines[key]), order.total_amount, *amounts[key]) for key, order in orders.items()
    }


def _amounts(session: Session, order_ids: Iterable[UUID]) -> dict[UUID, tuple[Decimal, Decimal]]:
    statement = select(Invoice).where(
        any_of(Invoice.origin_id, order_ids),
        Invoice.state == "posted",
        Invoice.kind.in_([InvoiceKind.PURCHASE_INVOICE.value, InvoiceKind.PURCHASE_CREDIT_NOTE.value]),
    )
    invoices = read(session, statement)
    left = {item.invoice_id: item.open_amount for item in open_items(session, [row.id for row in invoices])}
    sums: defaultdict[UUID, tuple[Decimal, Decimal]] = defaultdict(lambda: (ZERO, ZERO))
    for row in invoices:
        if row.origin_id is not None:
            sign = 1 if row.kind == InvoiceKind.PURCHASE_INVOICE else -1
            invoiced, paid = sums[row.origin_id]
            sums[row.origin_id] = (
                invoiced + sign * row.total_amount,
                paid + sign * (row.total_amount - left[row.id]),
            )
    return sums
