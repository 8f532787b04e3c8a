"""From an order to its money: the sales verbs one after the other, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from transactional.finance.models import Invoice
from transactional.kernel.session import Session
from transactional.sales.models import Delivery, SalesOrder
from transactional.sales.services.deliver_orders import deliver_orders
from transactional.sales.services.invoice_orders import invoice_orders
from transactional.sales.services.take_orders import take_orders
from transactional.sales.specs import NewDelivery, NewInvoice, NewOrder


@dataclass(frozen=True, slots=True)
class Sale:
    """An order that was handed over and invoiced at once."""

    order: SalesOrder
    delivery: Delivery
    invoice: Invoice


def deliver_and_invoice(
    session: Session, order_ids: Sequence[UUID], *, on: date, at: datetime
) -> list[tuple[Delivery, Invoice]]:
    """A delivery of everything open of each order, and its invoice, both of the day.

    Raises: what delivering and invoicing raise; then neither is done.
    """
    deliveries = deliver_orders(session, [NewDelivery(order_id, on) for order_id in order_ids], at=at)
    invoices = invoice_orders(session, [NewInvoice(order_id, on) for order_id in order_ids], at=at)
    return list(zip(deliveries, invoices, strict=True))


def sell(session: Session, orders: Sequence[NewOrder], *, at: datetime) -> list[Sale]:
    """Orders created, confirmed, delivered and invoiced on the days they are dated: sales over the counter."""
    confirmed = take_orders(session, orders, at=at)
    deliveries = deliver_orders(session, [NewDelivery(order.id, order.ordered_on) for order in confirmed], at=at)
    invoices = invoice_orders(session, [NewInvoice(order.id, order.ordered_on) for order in confirmed], at=at)
    return [Sale(*parts) for parts in zip(confirmed, deliveries, invoices, strict=True)]
