"""From a need to a paid supplier: the purchase verbs one after the other, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from transactional.finance.models import Invoice
from transactional.kernel.session import Session
from transactional.purchase.models import PurchaseOrder, PurchaseReceipt
from transactional.purchase.services.confirm_orders import confirm_orders
from transactional.purchase.services.create_orders import create_orders
from transactional.purchase.services.invoice_orders import invoice_orders
from transactional.purchase.services.receive_orders import receive_orders
from transactional.purchase.specs import NewPurchaseOrder, NewReceipt, NewSupplierInvoice


@dataclass(frozen=True, slots=True)
class Arrival:
    """An order whose goods came with their invoice."""

    order_id: UUID
    received_on: date
    external_number: str


def order(session: Session, orders: Sequence[NewPurchaseOrder], *, at: datetime) -> list[PurchaseOrder]:
    """Orders created and released at once."""
    created = create_orders(session, orders, at=at)
    return confirm_orders(session, [row.id for row in created], at=at)


def receive_and_invoice(
    session: Session, arrivals: Sequence[Arrival], *, at: datetime
) -> list[tuple[PurchaseReceipt, Invoice]]:
    """All that is open of each order received, and the supplier's invoice of it at the order's prices.

    Raises: what receiving and invoicing raise; then neither is done.
    """
    receipts = receive_orders(session, [NewReceipt(one.order_id, one.received_on) for one in arrivals], at=at)
    invoices = invoice_orders(
        session, [NewSupplierInvoice(one.order_id, one.external_number, one.received_on) for one in arrivals], at=at
    )
    return list(zip(receipts, invoices, strict=True))
