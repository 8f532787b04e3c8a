"""Buying: ordered, released or rejected, received and inspected, invoiced by the supplier, paid."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from importers.booking.desk import Desk, invoice_totals, known_ids
from importers.plan import Purchase, PurchaseLine, PurchaseState
from importers.rounding import fit_price
from transactional.finance.models import Invoice, Payment, PaymentKind
from transactional.finance.services.register_payments import register_payments
from transactional.finance.specs import Allocation, NewPayment
from transactional.kernel.session import Session
from transactional.purchase.models import PurchaseOrder, PurchaseReceipt
from transactional.purchase.services.close_orders import close_orders
from transactional.purchase.services.confirm_orders import confirm_orders
from transactional.purchase.services.create_orders import create_orders
from transactional.purchase.services.invoice_orders import invoice_orders
from transactional.purchase.services.receive_orders import receive_orders
from transactional.purchase.services.reject_orders import reject_orders
from transactional.purchase.specs import (
    NewPurchaseLine,
    NewPurchaseOrder,
    NewReceipt,
    NewReceiptLine,
    NewSupplierInvoice,
)

PRICE_SOURCE = "import"
REJECT_REASON = "Rejected at inspection"
_RELEASED = {PurchaseState.APPROVED, PurchaseState.COMPLETE}


def book_purchases(session: Session, purchases: Sequence[Purchase], desk: Desk) -> int:
    """How many orders were created: pending ones stay drafts, the others are released or rejected."""
    ids = {desk.id_of("purchase", purchase.ref): purchase for purchase in purchases}
    known = known_ids(session, PurchaseOrder, ids)
    fresh = {order_id: purchase for order_id, purchase in ids.items() if order_id not in known}
    if not fresh:
        return 0
    create_orders(session, [_order(purchase, order_id, desk) for order_id, purchase in fresh.items()], at=desk.at)
    released = [order_id for order_id, purchase in fresh.items() if purchase.state in _RELEASED]
    rejected = [order_id for order_id, purchase in fresh.items() if purchase.state is PurchaseState.REJECTED]
    confirm_orders(session, released, at=desk.at, keeps_terms=False)
    reject_orders(session, rejected, at=desk.at)
    return len(fresh)


def _order(purchase: Purchase, order_id: UUID, desk: Desk) -> NewPurchaseOrder:
    return NewPurchaseOrder(
        company_id=desk.company_id,
        supplier_id=desk.ids["suppliers"][purchase.supplier],
        ordered_on=purchase.ordered_on,
        lines=[_line(purchase, line, desk) for line in purchase.lines],
        warehouse_id=desk.warehouse_id,
        promised_on=min((line.promised_on for line in purchase.lines if line.promised_on), default=None),
        buyer_id=desk.find("employees", purchase.buyer),
        ship_method_id=desk.find("ship_methods", purchase.ship_method),
        external_ref=purchase.ref,
        freight_amount=purchase.freight_amount,
        number=purchase.ref,
        id=order_id,
    )


def _line(purchase: Purchase, line: PurchaseLine, desk: Desk) -> NewPurchaseLine:
    return NewPurchaseLine(
        item_id=desk.item(line.item),
        qty=line.qty,
        unit_price=fit_price(line.qty, line.unit_price, line.net_amount),
        price_source=PRICE_SOURCE,
        tax_amount=line.tax_amount,
        promised_on=line.promised_on,
        stated_received_qty=line.stated_received_qty,
        stated_rejected_qty=line.stated_rejected_qty,
        id=desk.id_of("purchase", purchase.ref, line.ref),
    )


def book_supplies(session: Session, purchases: Sequence[Purchase], desk: Desk) -> int:
    """How many arrivals were inspected and taken into stock; an order that came short is closed."""
    ids = {desk.id_of("supply", purchase.ref): purchase for purchase in purchases}
    known = known_ids(session, PurchaseReceipt, ids)
    fresh = [
        _receipt(purchase, receipt_id, desk)
        for receipt_id, purchase in ids.items()
        if receipt_id not in known and any(line.arrived_qty for line in purchase.lines)
    ]
    if not fresh:
        return 0
    receive_orders(session, fresh, at=desk.at)
    received = {new.order_id for new in fresh}
    short = [desk.id_of("purchase", purchase.ref) for purchase in purchases if _is_short(purchase)]
    close_orders(session, [order_id for order_id in short if order_id in received], at=desk.at)
    return len(fresh)


def _is_short(purchase: Purchase) -> bool:
    """Whether the source is done with an order of which not everything was taken."""
    return any(line.accepted_qty < line.qty for line in purchase.lines)


def _receipt(purchase: Purchase, receipt_id: UUID, desk: Desk) -> NewReceipt:
    if purchase.received_on is None:
        raise ValueError(f"purchase {purchase.ref} has not arrived")
    lines = [
        NewReceiptLine(
            order_line_id=desk.id_of("purchase", purchase.ref, line.ref),
            arrived_qty=line.arrived_qty,
            accepted_qty=line.accepted_qty,
            rejected_qty=line.rejected_qty,
            reject_reason=REJECT_REASON if line.rejected_qty else None,
            location_id=desk.location_of(line.item),
        )
        for line in purchase.lines
        if line.arrived_qty
    ]
    return NewReceipt(desk.id_of("purchase", purchase.ref), purchase.received_on, lines=lines, id=receipt_id)


def book_bills(session: Session, purchases: Sequence[Purchase], desk: Desk) -> int:
    """How many suppliers' invoices were matched and posted, for what was accepted, on the day of its arrival."""
    ids = {desk.id_of("bill", purchase.ref): purchase for purchase in purchases if _is_billed(purchase)}
    known = known_ids(session, Invoice, ids)
    fresh = [
        NewSupplierInvoice(
            order_id=desk.id_of("purchase", purchase.ref),
            external_number=purchase.ref,
            invoiced_on=purchase.received_on,
            freight_amount=purchase.freight_amount,
            id=bill_id,
        )
        for bill_id, purchase in ids.items()
        if bill_id not in known and purchase.received_on
    ]
    if not fresh:
        return 0
    invoice_orders(session, fresh, at=desk.at)
    return len(fresh)


def _is_billed(purchase: Purchase) -> bool:
    return any(line.accepted_qty for line in purchase.lines)


def book_supplier_payments(session: Session, purchases: Sequence[Purchase], desk: Desk) -> int:
    """How many suppliers' invoices were paid, in full."""
    ids = {desk.id_of("supplier payment", purchase.ref): purchase for purchase in purchases if _is_billed(purchase)}
    known = known_ids(session, Payment, ids)
    fresh = {payment_id: purchase for payment_id, purchase in ids.items() if payment_id not in known}
    if not fresh:
        return 0
    bills = {desk.id_of("bill", purchase.ref): purchase for purchase in fresh.values()}
    totals = invoice_totals(session, bills)
    payments = [
        _payment(purchase, payment_id, totals[desk.id_of("bill", purchase.ref)], desk)
        for payment_id, purchase in fresh.items()
    ]
    register_payments(session, payments, at=desk.at)
    return len(payments)


def _payment(purchase: Purchase, payment_id: UUID, amount: Decimal, desk: Desk) -> NewPayment:
    if purchase.paid_on is None:
        raise ValueError(f"purchase {purchase.ref} was not paid")
    return NewPayment(
        company_id=desk.company_id,
        kind=PaymentKind.DISBURSEMENT,
        party_id=desk.ids["suppliers"][purchase.supplier],
        paid_on=purchase.paid_on,
        amount=amount,
        bank_reference=f"{desk.source} {purchase.ref}",
        allocations=[Allocation(desk.id_of("bill", purchase.ref), amount=amount)],
        id=payment_id,
    )
