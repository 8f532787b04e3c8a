"""Sales: ordered, confirmed, delivered from the item's usual place, invoiced, paid, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from importers.booking.desk import Desk, invoice_totals, known_ids
from importers.plan import Sale, SaleLine
from importers.rounding import fit_price, to_cents
from transactional.finance.models import Invoice, Payment, PaymentKind
from transactional.finance.services.register_payments import register_payments
from transactional.finance.specs import Allocation, NewPayment
from transactional.kernel.session import Session
from transactional.sales.models import Delivery, SalesOrder
from transactional.sales.services.confirm_orders import confirm_orders
from transactional.sales.services.create_orders import create_orders
from transactional.sales.services.deliver_orders import deliver_orders
from transactional.sales.services.invoice_orders import invoice_orders
from transactional.sales.specs import NewDelivery, NewDeliveryLine, NewInvoice, NewOrder, NewOrderLine

PRICE_SOURCE = "import"


def book_orders(session: Session, sales: Sequence[Sale], desk: Desk) -> int:
    """How many orders were created, as drafts."""
    ids = [desk.id_of("sale", sale.ref) for sale in sales]
    known = known_ids(session, SalesOrder, ids)
    fresh = [_order(sale, order_id, desk) for sale, order_id in zip(sales, ids, strict=True) if order_id not in known]
    if not fresh:
        return 0
    create_orders(session, fresh, at=desk.at)
    return len(fresh)


def confirm_waiting(session: Session, sales: Sequence[Sale], desk: Desk) -> None:
    """Confirm orders that the source has not shipped: what is on hand at the end is promised to them."""
    confirm_orders(session, [desk.id_of("sale", sale.ref) for sale in sales], at=desk.at)


def _order(sale: Sale, order_id: UUID, desk: Desk) -> NewOrder:
    reasons = desk.ids.get("sales_reasons", {})
    return NewOrder(
        company_id=desk.company_id,
        customer_id=desk.ids["customers"][sale.customer],
        ordered_on=sale.ordered_on,
        lines=[_line(sale, line, desk) for line in sale.lines],
        warehouse_id=desk.warehouse_id,
        promised_on=sale.promised_on,
        salesperson_id=desk.find("employees", sale.salesperson),
        region_id=desk.find("regions", sale.region),
        payment_term_id=desk.find("payment_terms", sale.payment_term),
        customer_reference=sale.customer_reference,
        external_ref=sale.ref,
        channel=sale.channel,
        ship_method_id=desk.find("ship_methods", sale.ship_method),
        payment_currency_code=sale.payment_currency,
        ship_to_state=sale.ship_to_state,
        reason_ids=[reasons[key] for key in sale.reasons],
        freight_amount=sale.freight_amount,
        number=sale.ref,
        id=order_id,
    )


def _line(sale: Sale, line: SaleLine, desk: Desk) -> NewOrderLine:
    price = line.unit_price
    if not line.discount_share:
        price = fit_price(line.qty, price, line.net_amount)
    return NewOrderLine(
        item_id=desk.item(line.item),
        qty=line.qty,
        unit_price=price,
        price_source=PRICE_SOURCE,
        discount_share=line.discount_share,
        discount_amount=to_cents(line.qty * price) - line.net_amount,
        tax_amount=line.tax_amount,
        offer_id=desk.find("offers", line.offer),
        id=desk.id_of("sale", sale.ref, line.ref),
    )


def book_deliveries(session: Session, sales: Sequence[Sale], desk: Desk) -> int:
    """How many orders were confirmed and delivered in full.

    They are confirmed no earlier: a promise made for a later day could hold stock that an earlier delivery takes.
    """
    ids = [desk.id_of("delivery", sale.ref) for sale in sales]
    known = known_ids(session, Delivery, ids)
    fresh = [
        _delivery(sale, delivery_id, desk)
        for sale, delivery_id in zip(sales, ids, strict=True)
        if delivery_id not in known
    ]
    if not fresh:
        return 0
    confirm_orders(session, [new.order_id for new in fresh], at=desk.at, reserve=False)
    deliver_orders(session, fresh, at=desk.at)
    return len(fresh)


def _delivery(sale: Sale, delivery_id: UUID, desk: Desk) -> NewDelivery:
    if sale.delivered_on is None:
        raise ValueError(f"sale {sale.ref} was not delivered")
    lines = [
        NewDeliveryLine(desk.id_of("sale", sale.ref, line.ref), line.qty, desk.location_of(line.item))
        for line in sale.lines
    ]
    return NewDelivery(desk.id_of("sale", sale.ref), sale.delivered_on, lines=lines, id=delivery_id)


def book_invoices(session: Session, sales: Sequence[Sale], desk: Desk) -> int:
    """How many delivered orders were invoiced, on the day they were delivered."""
    ids = [desk.id_of("invoice", sale.ref) for sale in sales]
    known = known_ids(session, Invoice, ids)
    fresh = [
        NewInvoice(desk.id_of("sale", sale.ref), sale.delivered_on, id=invoice_id)
        for sale, invoice_id in zip(sales, ids, strict=True)
        if sale.delivered_on and invoice_id not in known
    ]
    if not fresh:
        return 0
    invoice_orders(session, fresh, at=desk.at)
    return len(fresh)


def book_receipts(session: Session, sales: Sequence[Sale], desk: Desk) -> int:
    """How many invoices were paid, in full: what they say, which an import of other files may have booked."""
    ids = [desk.id_of("receipt", sale.ref) for sale in sales]
    known = known_ids(session, Payment, ids)
    unpaid = {
        desk.id_of("invoice", sale.ref): (sale, payment_id)
        for sale, payment_id in zip(sales, ids, strict=True)
        if payment_id not in known
    }
    totals = invoice_totals(session, unpaid)
    fresh = [
        _receipt(sale, payment_id, totals[invoice_id], desk)
        for invoice_id, (sale, payment_id) in unpaid.items()
        if totals[invoice_id]
    ]
    if not fresh:
        return 0
    register_payments(session, fresh, at=desk.at)
    return len(fresh)


def _receipt(sale: Sale, payment_id: UUID, amount: Decimal, desk: Desk) -> NewPayment:
    if sale.paid_on is None:
        raise ValueError(f"sale {sale.ref} was not paid")
    return NewPayment(
        company_id=desk.company_id,
        kind=PaymentKind.RECEIPT,
        party_id=desk.ids["customers"][sale.customer],
        paid_on=sale.paid_on,
        amount=amount,
        bank_reference=f"{desk.source} {sale.ref}",
        allocations=[Allocation(desk.id_of("invoice", sale.ref), amount=amount)],
        id=payment_id,
    )
