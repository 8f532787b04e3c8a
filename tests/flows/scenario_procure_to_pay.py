"""An order to a supplier from the listed price to the bank, as the books tell it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.factories.documents import MONDAY, NOW, balance, make_item, make_shop, on_hand
from transactional.checks import check_tenant
from transactional.finance.models import InvoiceKind, PaymentKind
from transactional.finance.services.register_payments import register_payments
from transactional.finance.services.settle import settle
from transactional.finance.specs import Allocation, NewPayment, NewSettlement
from transactional.kernel.models import OutboxEvent
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database
from transactional.purchase.models import PurchaseOrderLine, PurchaseReceiptLine
from transactional.purchase.services.confirm_orders import confirm_orders
from transactional.purchase.services.create_orders import create_orders
from transactional.purchase.services.credit_returns import credit_returns
from transactional.purchase.services.invoice_orders import invoice_orders
from transactional.purchase.services.receive_orders import receive_orders
from transactional.purchase.services.return_to_supplier import return_to_supplier
from transactional.purchase.specs import (
    NewPurchaseLine,
    NewPurchaseOrder,
    NewReceipt,
    NewReceiptLine,
    NewSupplierCredit,
    NewSupplierInvoice,
    NewSupplierInvoiceLine,
    NewSupplierReturn,
    NewSupplierReturnLine,
)

D = Decimal
LATER = MONDAY + timedelta(days=7)
AFTER_ALL = {
    "1100": D("-513.60"),
    "1250": D(0),
    "1260": D("85.60"),
    "1300": D(408),
    "2100": D(0),
    "2110": D(0),
    "5300": D(20),
    "5100": D(0),
}
"""What the accounts the story touches come to."""
TOPICS = {
    "purchase.order.created",
    "purchase.order.confirmed",
    "purchase.receipt.posted",
    "purchase.receipt.returned",
    "finance.invoice.posted",
    "finance.payment.posted",
    "finance.settlement.posted",
}


@pytest.mark.feature("3.6.3")
@pytest.mark.feature("3.6.5")
@pytest.mark.feature("3.6.6")
@pytest.mark.feature("3.6.7")
@pytest.mark.feature("3.6.8")
def test_ten_desks_are_bought_one_is_rejected_and_one_goes_back_after_the_invoice(
    database: Database, principal: Principal
) -> None:
    with database.transaction(principal) as session:
        shop = make_shop(session)
        desk = make_item(session, shop, "DESK")

    with database.transaction(principal) as session:
        new = NewPurchaseOrder(
            shop.company_id, shop.supplier_id, MONDAY, [NewPurchaseLine(desk, D(10), unit_price=D(50))]
        )
        [order] = create_orders(session, [new], at=NOW)
        assert (order.net_amount, order.tax_amount, order.total_amount) == (D(500), D(100), D(600))
        confirm_orders(session, [order.id], at=NOW)
        paid_before = NewPayment(
            shop.company_id, PaymentKind.DISBURSEMENT, shop.supplier_id, MONDAY, D(100), origin_id=order.id
        )
        register_payments(session, [paid_before], at=NOW)

    with database.transaction(principal) as session:
        line_id = session.scalars(select(PurchaseOrderLine.id)).one()
        inspected = NewReceiptLine(line_id, D(10), accepted_qty=D(9), rejected_qty=D(1), reject_reason="scratched")
        [receipt] = receive_orders(session, [NewReceipt(order.id, MONDAY, [inspected])], at=NOW)
        assert on_hand(session, desk) == (D(9), D(0))
        assert (balance(session, "1300"), balance(session, "2110")) == (D(450), D(-450))

    with database.transaction(principal) as session:
        billed = NewSupplierInvoice(
            order.id, "R-77", LATER, [NewSupplierInvoiceLine(line_id, D(9), unit_price=D(51))], freight_amount=D(20)
        )
        [invoice] = invoice_orders(session, [billed], at=NOW)
        assert not invoice.is_payment_blocked
        assert invoice.total_amount == D("459") + D("91.80") + D(24)
        assert (balance(session, "1300"), balance(session, "2110")) == (D(459), D(0))
        assert (balance(session, "1250"), balance(session, "2100")) == (D(0), D("-474.80"))

    with database.transaction(principal) as session:
        received = session.scalars(
            select(PurchaseReceiptLine.id).where(PurchaseReceiptLine.receipt_id == receipt.id)
        ).one()
        back = NewSupplierReturn(order.id, LATER, [NewSupplierReturnLine(received, D(1))], "wobbles")
        return_to_supplier(session, [back], at=NOW)
        [note] = credit_returns(session, [NewSupplierCredit(order.id, "G-5", LATER)], at=NOW)
        assert (note.kind, note.total_amount) == (InvoiceKind.PURCHASE_CREDIT_NOTE, D("61.20"))
        settle(session, [NewSettlement(LATER, [Allocation(invoice.id, D("61.20"))], credit_note_id=note.id)], at=NOW)
        rest = NewPayment(
            shop.company_id,
            PaymentKind.DISBURSEMENT,
            shop.supplier_id,
            LATER,
            D("413.60"),
            allocations=[Allocation(invoice.id, D("413.60"))],
        )
        register_payments(session, [rest], at=NOW)

    with database.transaction(principal) as session:
        trial_balance = {code: balance(session, code) for code in AFTER_ALL}
        assert trial_balance == AFTER_ALL
        assert sum(trial_balance.values()) == 0
        assert check_tenant(session) == []
        topics = set(session.scalars(select(OutboxEvent.topic)))
    assert topics >= TOPICS
