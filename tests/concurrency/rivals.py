"""Pairs of transactions over the same documents, of which one takes back what the other rests on or makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import select

from tests.concurrency.interleaving import Act
from tests.factories.documents import MONDAY, NOW, Shop, confirmed, make_item, stock_up
from tests.finance.test_payments import invoice
from tests.finance.test_refunds import of_note, paid
from tests.purchase.test_orders import line_of, ordered
from transactional.finance.errors import (
    DocumentCancelled,
    DocumentInUse,
    DocumentSettled,
    InvoiceNotPosted,
    OverSettlement,
    PaymentNotPosted,
)
from transactional.finance.models import Invoice, InvoiceKind, PaymentKind
from transactional.finance.services.cancel_payments import cancel_payments
from transactional.finance.services.settle import settle
from transactional.finance.specs import Allocation, NewSettlement, Refunded
from transactional.inventory.errors import StockNotAvailable
from transactional.kernel.errors import DomainError, Invalid
from transactional.kernel.session import Session
from transactional.purchase.errors import NothingToInvoice as NothingReceived
from transactional.purchase.errors import OverReceipt
from transactional.purchase.models import PurchaseReceiptLine
from transactional.purchase.services.cancel_invoices import cancel_invoices as cancel_bills
from transactional.purchase.services.cancel_receipts import cancel_receipts
from transactional.purchase.services.credit_returns import credit_returns
from transactional.purchase.services.invoice_orders import invoice_orders as bill_orders
from transactional.purchase.services.receive_orders import receive_orders
from transactional.purchase.services.return_to_supplier import return_to_supplier
from transactional.purchase.specs import (
    NewReceipt,
    NewReceiptLine,
    NewSupplierCredit,
    NewSupplierInvoice,
    NewSupplierReturn,
    NewSupplierReturnLine,
)
from transactional.sales.errors import CreditOfReturn
from transactional.sales.errors import NothingToInvoice as NothingDelivered
from transactional.sales.models import Delivery, DeliveryLine
from transactional.sales.services.approve_returns import approve_returns
from transactional.sales.services.cancel_deliveries import cancel_deliveries
from transactional.sales.services.cancel_invoices import cancel_invoices
from transactional.sales.services.deliver_orders import deliver_orders
from transactional.sales.services.invoice_orders import invoice_orders
from transactional.sales.services.receive_returns import receive_returns
from transactional.sales.services.request_returns import request_returns
from transactional.sales.specs import NewDelivery, NewInvoice, NewReturnLine, NewReturnReceipt, NewReturnRequest

D = Decimal
TUESDAY = MONDAY + timedelta(days=1)
NOTE, TO_CUSTOMER = InvoiceKind.SALES_CREDIT_NOTE, PaymentKind.CUSTOMER_REFUND


@dataclass(frozen=True)
class Ground:
    """Where documents are made: a shop with an item that there is plenty of."""

    shop: Shop
    item_id: UUID
    numbers: Iterator[int] = field(default_factory=count)

    def delivered(self, session: Session, qty: str = "4") -> Delivery:
        order = confirmed(session, self.shop, self.item_id, qty)
        return deliver_orders(session, [NewDelivery(order.id, MONDAY)], at=NOW)[0]

    def billed(self, session: Session) -> tuple[Delivery, Invoice]:
        delivery = self.delivered(session)
        return delivery, invoice_orders(session, [NewInvoice(delivery.order_id, MONDAY)], at=NOW)[0]

    def returned(self, session: Session) -> tuple[Delivery, Invoice, Invoice, UUID]:
        """A return with its credit note, the invoice that it corrects, and its request."""
        delivery, bill = self.billed(session)
        [request] = request_returns(session, [asking(session, delivery)], at=NOW)
        approve_returns(session, [request.id], expected_on=MONDAY, at=NOW)
        [back] = receive_returns(session, [NewReturnReceipt(request.id, MONDAY)], at=NOW)
        return back.delivery, back.credit_notes[0], bill, request.id

    def received(self, session: Session) -> tuple[UUID, UUID, UUID]:
        """The order, the receipt and the receipt line of goods from the supplier."""
        order = ordered(session, self.shop, self.item_id)
        [receipt] = receive_orders(session, [NewReceipt(order.id, MONDAY)], at=NOW)
        lines = select(PurchaseReceiptLine.id).where(PurchaseReceiptLine.receipt_id == receipt.id)
        return order.id, receipt.id, session.scalars(lines).one()

    def supplied(self, session: Session) -> tuple[UUID, Invoice]:
        """The receipt line of goods from the supplier, and their bill."""
        order_id, _, line_id = self.received(session)
        bill = NewSupplierInvoice(order_id, f"R-{order_id.hex[-8:]}", MONDAY, None)
        return line_id, bill_orders(session, [bill], at=NOW)[0]


def asking(session: Session, delivery: Delivery, qty: str = "3") -> NewReturnRequest:
    line_id = session.scalars(select(DeliveryLine.id).where(DeliveryLine.delivery_id == delivery.id)).one()
    return NewReturnRequest(delivery.order_id, MONDAY, "too green", [NewReturnLine(line_id, D(qty))])


Prepare: TypeAlias = Callable[[Ground, Session], tuple[Act, Act]]


@dataclass(frozen=True)
class Pair:
    """Two that get in each other's way, how many of them may have their way, and what the other one is told."""

    refusals: set[type[DomainError]]
    won: set[int] = field(default_factory=lambda: {1})


def give_back(ground: Ground, use: Refunded, amount: str) -> Act:
    return lambda session: paid(session, ground.shop, TO_CUSTOMER, amount, refunds=[use], paid_on=TUESDAY)


def refund_and_cancel_its_note(ground: Ground, session: Session) -> tuple[Act, Act]:
    note = invoice(session, ground.shop, "100", kind=NOTE)
    return (
        give_back(ground, of_note(note, "60"), "60"),
        lambda other: cancel_invoices(other, [note.id], on=TUESDAY, at=NOW),
    )


def refund_and_cancel_its_payment(ground: Ground, session: Session) -> tuple[Act, Act]:
    advance = paid(session, ground.shop, PaymentKind.RECEIPT, "50")
    return (
        give_back(ground, Refunded(D(50), payment_id=advance.id), "50"),
        lambda other: cancel_payments(other, [advance.id], on=TUESDAY, at=NOW),
    )


def refund_twice(ground: Ground, session: Session) -> tuple[Act, Act]:
    note = invoice(session, ground.shop, "100", kind=NOTE)
    act = give_back(ground, of_note(note, "60"), "60")
    return act, act


def refund_and_settle(ground: Ground, session: Session) -> tuple[Act, Act]:
    note, bill = invoice(session, ground.shop, "100", kind=NOTE), invoice(session, ground.shop, "90")
    offset = NewSettlement(TUESDAY, [Allocation(bill.id, D(90))], credit_note_id=note.id)
    return give_back(ground, of_note(note, "60"), "60"), lambda other: settle(other, [offset], at=NOW)


def cancel_a_refund_twice(ground: Ground, session: Session) -> tuple[Act, Act]:
    note = invoice(session, ground.shop, "100", kind=NOTE)
    refund = paid(session, ground.shop, TO_CUSTOMER, "60", refunds=[of_note(note, "60")])

    def act(other: Session) -> None:
        cancel_payments(other, [refund.id], on=TUESDAY, at=NOW)

    return act, act


def cancel_a_refund_and_its_note(ground: Ground, session: Session) -> tuple[Act, Act]:
    note = invoice(session, ground.shop, "100", kind=NOTE)
    refund = paid(session, ground.shop, TO_CUSTOMER, "60", refunds=[of_note(note, "60")])
    return (
        lambda one: cancel_payments(one, [refund.id], on=TUESDAY, at=NOW),
        lambda other: cancel_invoices(other, [note.id], on=TUESDAY, at=NOW),
    )


def cancel_a_refund_and_give_back_anew(ground: Ground, session: Session) -> tuple[Act, Act]:
    note = invoice(session, ground.shop, "100", kind=NOTE)
    refund = paid(session, ground.shop, TO_CUSTOMER, "60", refunds=[of_note(note, "60")])
    return (
        lambda one: cancel_payments(one, [refund.id], on=TUESDAY, at=NOW),
        give_back(ground, of_note(note, "50"), "50"),
    )


def cancel_a_return_and_pay_its_note_out(ground: Ground, session: Session) -> tuple[Act, Act]:
    back, note, _, _ = ground.returned(session)
    return (
        lambda one: cancel_deliveries(one, [back.id], on=TUESDAY, at=NOW),
        give_back(ground, of_note(note, "10"), "10"),
    )


def cancel_a_return_and_settle_by_its_note(ground: Ground, session: Session) -> tuple[Act, Act]:
    back, note, bill, _ = ground.returned(session)
    offset = NewSettlement(TUESDAY, [Allocation(bill.id, note.total_amount)], credit_note_id=note.id)
    return (
        lambda one: cancel_deliveries(one, [back.id], on=TUESDAY, at=NOW),
        lambda other: settle(other, [offset], at=NOW),
    )


def cancel_a_return_and_its_note(ground: Ground, session: Session) -> tuple[Act, Act]:
    back, note, _, _ = ground.returned(session)
    return (
        lambda one: cancel_deliveries(one, [back.id], on=TUESDAY, at=NOW),
        lambda other: cancel_invoices(other, [note.id], on=TUESDAY, at=NOW),
    )


def cancel_a_return_and_receive_it(ground: Ground, session: Session) -> tuple[Act, Act]:
    back, _, _, request_id = ground.returned(session)
    return (
        lambda one: cancel_deliveries(one, [back.id], on=TUESDAY, at=NOW),
        lambda other: receive_returns(other, [NewReturnReceipt(request_id, TUESDAY)], at=NOW),
    )


def receive_a_return_and_bill_its_order(ground: Ground, session: Session) -> tuple[Act, Act]:
    delivery = ground.delivered(session)
    [request] = request_returns(session, [asking(session, delivery)], at=NOW)
    approve_returns(session, [request.id], expected_on=MONDAY, at=NOW)
    return (
        lambda one: receive_returns(one, [NewReturnReceipt(request.id, TUESDAY)], at=NOW),
        lambda other: invoice_orders(other, [NewInvoice(delivery.order_id, TUESDAY)], at=NOW),
    )


def cancel_a_delivery_twice(ground: Ground, session: Session) -> tuple[Act, Act]:
    delivery = ground.delivered(session)

    def act(other: Session) -> None:
        cancel_deliveries(other, [delivery.id], on=TUESDAY, at=NOW)

    return act, act


def cancel_a_delivery_and_bill_it(ground: Ground, session: Session) -> tuple[Act, Act]:
    delivery = ground.delivered(session)
    return (
        lambda one: cancel_deliveries(one, [delivery.id], on=TUESDAY, at=NOW),
        lambda other: invoice_orders(other, [NewInvoice(delivery.order_id, TUESDAY)], at=NOW),
    )


def cancel_a_delivery_and_ask_it_back(ground: Ground, session: Session) -> tuple[Act, Act]:
    delivery = ground.delivered(session)
    return (
        lambda one: cancel_deliveries(one, [delivery.id], on=TUESDAY, at=NOW),
        lambda other: request_returns(other, [asking(other, delivery)], at=NOW),
    )


def cancel_a_receipt_and_bill_it(ground: Ground, session: Session) -> tuple[Act, Act]:
    order_id, receipt_id, _ = ground.received(session)
    bill = NewSupplierInvoice(order_id, f"R-{order_id.hex[-8:]}", TUESDAY, None)
    return (
        lambda one: cancel_receipts(one, [receipt_id], on=TUESDAY, at=NOW),
        lambda other: bill_orders(other, [bill], at=NOW),
    )


def cancel_a_receipt_and_send_goods_back(ground: Ground, session: Session) -> tuple[Act, Act]:
    order_id, receipt_id, line_id = ground.received(session)
    back = NewSupplierReturn(order_id, TUESDAY, [NewSupplierReturnLine(line_id, D(3))], "bent")
    return (
        lambda one: cancel_receipts(one, [receipt_id], on=TUESDAY, at=NOW),
        lambda other: return_to_supplier(other, [back], at=NOW),
    )


def cancel_a_receipt_and_receive_anew(ground: Ground, session: Session) -> tuple[Act, Act]:
    order_id, receipt_id, _ = ground.received(session)
    again = NewReceipt(order_id, TUESDAY, [NewReceiptLine(line_of(session, order_id), D(10))])
    return (
        lambda one: cancel_receipts(one, [receipt_id], on=TUESDAY, at=NOW),
        lambda other: receive_orders(other, [again], at=NOW),
    )


def cancel_a_receipt_twice(ground: Ground, session: Session) -> tuple[Act, Act]:
    _, receipt_id, _ = ground.received(session)

    def act(other: Session) -> None:
        cancel_receipts(other, [receipt_id], on=TUESDAY, at=NOW)

    return act, act


def cancel_a_receipt_and_sell_the_goods(ground: Ground, session: Session) -> tuple[Act, Act]:
    own = make_item(session, ground.shop, f"LAMP{next(ground.numbers)}")
    order = ordered(session, ground.shop, own)
    [receipt] = receive_orders(session, [NewReceipt(order.id, MONDAY)], at=NOW)
    sold = confirmed(session, ground.shop, own, "8")
    return (
        lambda one: cancel_receipts(one, [receipt.id], on=TUESDAY, at=NOW),
        lambda other: deliver_orders(other, [NewDelivery(sold.id, TUESDAY)], at=NOW),
    )


def receive_a_return_and_be_paid(ground: Ground, session: Session) -> tuple[Act, Act]:
    delivery, bill = ground.billed(session)
    [request] = request_returns(session, [asking(session, delivery)], at=NOW)
    approve_returns(session, [request.id], expected_on=MONDAY, at=NOW)
    uses = [Allocation(bill.id, bill.total_amount)]
    return (
        lambda one: receive_returns(one, [NewReturnReceipt(request.id, TUESDAY)], at=NOW),
        lambda other: paid(other, ground.shop, PaymentKind.RECEIPT, f"{bill.total_amount}", allocations=uses),
    )


def cancel_a_return_and_receive_another(ground: Ground, session: Session) -> tuple[Act, Act]:
    back, _, _, _ = ground.returned(session)
    delivery, _ = ground.billed(session)
    [request] = request_returns(session, [asking(session, delivery)], at=NOW)
    approve_returns(session, [request.id], expected_on=MONDAY, at=NOW)
    return (
        lambda one: cancel_deliveries(one, [back.id], on=TUESDAY, at=NOW),
        lambda other: receive_returns(other, [NewReturnReceipt(request.id, TUESDAY)], at=NOW),
    )


def cancel_a_delivery_and_make_another(ground: Ground, session: Session) -> tuple[Act, Act]:
    delivery = ground.delivered(session)
    own = make_item(session, ground.shop, f"DESK{next(ground.numbers)}")
    stock_up(session, ground.shop, own, "10", "5")
    order = confirmed(session, ground.shop, own, "4")
    return (
        lambda one: cancel_deliveries(one, [delivery.id], on=TUESDAY, at=NOW),
        lambda other: deliver_orders(other, [NewDelivery(order.id, TUESDAY)], at=NOW),
    )


def cancel_an_invoice_and_be_paid(ground: Ground, session: Session) -> tuple[Act, Act]:
    _, bill = ground.billed(session)
    uses = [Allocation(bill.id, bill.total_amount)]
    return (
        lambda one: cancel_invoices(one, [bill.id], on=TUESDAY, at=NOW),
        lambda other: paid(other, ground.shop, PaymentKind.RECEIPT, f"{bill.total_amount}", allocations=uses),
    )


def cancel_a_bill_and_pay_it(ground: Ground, session: Session) -> tuple[Act, Act]:
    bill = ground.supplied(session)[1]
    uses = [Allocation(bill.id, bill.total_amount)]
    return (
        lambda one: cancel_bills(one, [bill.id], on=TUESDAY, at=NOW),
        lambda other: paid(other, ground.shop, PaymentKind.DISBURSEMENT, f"{bill.total_amount}", allocations=uses),
    )


def credit_a_supplier_return_and_pay_its_bill(ground: Ground, session: Session) -> tuple[Act, Act]:
    line_id, bill = ground.supplied(session)
    back = NewSupplierReturn(bill.origin_id, TUESDAY, [NewSupplierReturnLine(line_id, D(3))], "bent")  # type: ignore[arg-type]
    return_to_supplier(session, [back], at=NOW)
    credit = NewSupplierCredit(bill.origin_id, f"C-{line_id.hex[-8:]}", TUESDAY)  # type: ignore[arg-type]
    uses = [Allocation(bill.id, bill.total_amount)]
    return (
        lambda one: credit_returns(one, [credit], at=NOW),
        lambda other: paid(other, ground.shop, PaymentKind.DISBURSEMENT, f"{bill.total_amount}", allocations=uses),
    )


PAIRS = {
    refund_and_cancel_its_note: Pair({DocumentInUse, InvoiceNotPosted}),
    refund_and_cancel_its_payment: Pair({DocumentInUse, PaymentNotPosted}),
    refund_twice: Pair({OverSettlement}),
    refund_and_settle: Pair({OverSettlement}),
    cancel_a_refund_twice: Pair({DocumentCancelled}),
    cancel_a_refund_and_its_note: Pair({DocumentInUse}, {1, 2}),
    cancel_a_refund_and_give_back_anew: Pair({OverSettlement}, {1, 2}),
    cancel_a_return_and_pay_its_note_out: Pair({DocumentInUse, InvoiceNotPosted}),
    cancel_a_return_and_settle_by_its_note: Pair({InvoiceNotPosted}, {1, 2}),
    cancel_a_return_and_its_note: Pair({CreditOfReturn, DocumentCancelled}),
    cancel_a_return_and_receive_it: Pair(set(), {2}),
    receive_a_return_and_bill_its_order: Pair(set(), {2}),
    receive_a_return_and_be_paid: Pair(set(), {2}),
    cancel_a_return_and_receive_another: Pair(set(), {2}),
    cancel_a_delivery_and_make_another: Pair(set(), {2}),
    cancel_an_invoice_and_be_paid: Pair({DocumentSettled, InvoiceNotPosted}),
    cancel_a_bill_and_pay_it: Pair({DocumentSettled, InvoiceNotPosted}),
    credit_a_supplier_return_and_pay_its_bill: Pair(set(), {2}),
    cancel_a_delivery_twice: Pair({DocumentCancelled}),
    cancel_a_delivery_and_bill_it: Pair({DocumentInUse, NothingDelivered}),
    # What is cancelled has no lines that could come back.
    cancel_a_delivery_and_ask_it_back: Pair({DocumentInUse, Invalid}),
    cancel_a_receipt_twice: Pair({DocumentCancelled}),
    cancel_a_receipt_and_bill_it: Pair({DocumentInUse, NothingReceived}),
    cancel_a_receipt_and_send_goods_back: Pair({DocumentInUse, Invalid}),
    cancel_a_receipt_and_receive_anew: Pair({OverReceipt}, {1, 2}),
    cancel_a_receipt_and_sell_the_goods: Pair({StockNotAvailable}),
}
