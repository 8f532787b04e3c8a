"""Posted payments and invoices taken back: the mirror image on a day, and everything open again as it was."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.factories.documents import MONDAY, NOW, Shop, balance, confirmed, make_item, on_hand, stock_up
from tests.purchase.test_orders import billed, ordered, received
from tests.purchase.test_orders import payment as paid_to
from transactional.checks import check_tenant
from transactional.finance.errors import (
    CancellationFinal,
    DocumentCancelled,
    DocumentSettled,
    InvoiceNotPosted,
    PaymentNotPosted,
)
from transactional.finance.models import Invoice, InvoiceKind, InvoiceLine, Payment, PaymentKind, Settlement
from transactional.finance.queries import advances_of_party, open_items_of_party
from transactional.finance.services.cancel_payments import cancel_payments
from transactional.finance.services.register_payments import register_payments
from transactional.finance.services.settle import settle
from transactional.finance.services.undo_settlements import undo_settlements
from transactional.finance.specs import Allocation, NewPayment, NewSettlement
from transactional.kernel.errors import Invalid
from transactional.kernel.rows import read
from transactional.kernel.session import Session
from transactional.ledger.models import JournalEntry
from transactional.purchase.errors import GoodsWentBack
from transactional.purchase.services import cancel_invoices as purchase
from transactional.purchase.services.credit_returns import credit_returns
from transactional.purchase.services.return_to_supplier import return_to_supplier
from transactional.purchase.specs import NewSupplierCredit, NewSupplierReturn, NewSupplierReturnLine
from transactional.sales.services import cancel_invoices as sales
from transactional.sales.services.deliver_orders import deliver_orders
from transactional.sales.services.invoice_orders import invoice_orders
from transactional.sales.specs import NewDelivery, NewInvoice

D = Decimal
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
pytestmark = pytest.mark.feature("FIN-04")


@pytest.fixture
def invoice(session: Session, shop: Shop) -> Invoice:
    """Ten chairs at 100.00 and 20 percent tax, delivered and invoiced: 1,200.00."""
    return _sold(session, shop, make_item(session, shop))


def _sold(session: Session, shop: Shop, item_id: UUID) -> Invoice:
    stock_up(session, shop, item_id, "10", "60")
    order = confirmed(session, shop, item_id)
    deliver_orders(session, [NewDelivery(order.id, MONDAY)], at=NOW)
    return invoice_orders(session, [NewInvoice(order.id, MONDAY)], at=NOW)[0]


def _receipt(session: Session, shop: Shop, amount: str, *allocations: Allocation, **options: object) -> Payment:
    kind = PaymentKind.RECEIPT
    new = NewPayment(shop.company_id, kind, shop.customer_id, MONDAY, D(amount), allocations=allocations, **options)  # type: ignore[arg-type]
    return register_payments(session, [new], at=NOW)[0]


def _again(session: Session, invoice: Invoice) -> Invoice:
    return read(session, select(Invoice).where(Invoice.id == invoice.id))[0]


def _balances(session: Session) -> dict[str, Decimal]:
    codes = ("1100", "1200", "2150", "2200", "4000", "4110", "6600", "1300", "2100", "2110", "5000")
    return {code: balance(session, code) for code in codes}


@pytest.mark.feature("FIN-15")
def test_a_receipt_of_the_wrong_customer_is_taken_back_with_what_it_settled(
    session: Session, shop: Shop, invoice: Invoice
) -> None:
    before = _balances(session)
    settled = Allocation(invoice.id, D(900), write_off_amount=D(10))
    payment = _receipt(session, shop, "1000", settled, charge_amount=D(5), bank_reference="B-7")
    settle(session, [NewSettlement(TUESDAY, [Allocation(invoice.id, D(50))], payment_id=payment.id)], at=NOW)
    [cancelled] = cancel_payments(session, [payment.id], on=WEDNESDAY, at=NOW)
    assert cancelled.state == "cancelled"
    assert _balances(session) == before
    assert _again(session, invoice).open_amount == D(1200)
    assert advances_of_party(session, shop.customer_id) == []
    assert [each.open_amount for each in advances_of_party(session, shop.customer_id, as_of=MONDAY)] == [D(100)]
    assert [each.open_amount for each in open_items_of_party(session, shop.customer_id, as_of=TUESDAY)] == [D(240)]
    [mirror] = read(session, select(Payment).where(Payment.reverses_id == payment.id))
    entries = {row.id: row for row in read(session, select(JournalEntry))}
    assert mirror.journal_entry_id
    assert (mirror.amount, mirror.number, mirror.paid_on) == (D(-1000), "RC-2026-00002", WEDNESDAY)
    assert entries[mirror.journal_entry_id].reverses_id == payment.journal_entry_id
    right = _receipt(session, shop, "1000", bank_reference="B-7")
    assert (right.number, right.state) == ("RC-2026-00003", "posted")
    assert check_tenant(session) == []


def test_a_payment_is_cancelled_once_and_settles_nothing_afterwards(
    session: Session, shop: Shop, invoice: Invoice
) -> None:
    payment = _receipt(session, shop, "1000")
    cancel_payments(session, [payment.id], on=TUESDAY, at=NOW)
    with pytest.raises(DocumentCancelled, match=payment.number):
        cancel_payments(session, [payment.id], on=WEDNESDAY, at=NOW)
    [mirror] = read(session, select(Payment).where(Payment.reverses_id == payment.id))
    with pytest.raises(CancellationFinal, match=mirror.number):
        cancel_payments(session, [mirror.id], on=TUESDAY, at=NOW)
    for payment_id in (payment.id, mirror.id):
        late = NewSettlement(WEDNESDAY, [Allocation(invoice.id, D(50))], payment_id=payment_id)
        with pytest.raises(PaymentNotPosted):
            settle(session, [late], at=NOW)
    other = _receipt(session, shop, "1")
    with pytest.raises(Invalid) as refused:
        cancel_payments(session, [other.id], on=MONDAY - timedelta(days=1), at=NOW)
    assert [each.code for each in refused.value.problems] == ["too_early"]
    assert check_tenant(session) == []


def test_a_settlement_undone_before_is_not_undone_again(session: Session, shop: Shop, invoice: Invoice) -> None:
    before = _balances(session)
    payment = _receipt(session, shop, "1000", Allocation(invoice.id, D(400)), Allocation(invoice.id, D(100)))
    first = read(session, select(Settlement).where(Settlement.amount == D(400)))[0]
    undo_settlements(session, [first.id], on=MONDAY, at=NOW)
    cancel_payments(session, [payment.id], on=TUESDAY, at=NOW)
    assert (_balances(session), _again(session, invoice).open_amount) == (before, D(1200))
    assert check_tenant(session) == []


@pytest.mark.feature("3.4.5")
def test_a_cancelled_sales_invoice_leaves_its_delivery_to_be_invoiced_again(
    session: Session, shop: Shop, invoice: Invoice
) -> None:
    [cancelled] = sales.cancel_invoices(session, [invoice.id], on=TUESDAY, at=NOW)
    assert (cancelled.state, cancelled.open_amount) == ("cancelled", D(0))
    found = _balances(session)
    assert (found["1200"], found["2200"], found["4000"], found["5000"]) == (D(0), D(0), D(0), D(600))
    [mirror] = read(session, select(Invoice).where(Invoice.reverses_id == invoice.id))
    [line] = read(session, select(InvoiceLine).where(InvoiceLine.invoice_id == mirror.id))
    assert (mirror.number, mirror.total_amount, line.qty) == ("SI-2026-00002", D(-1200), D(-10))
    assert open_items_of_party(session, shop.customer_id) == []
    assert open_items_of_party(session, shop.customer_id, as_of=TUESDAY) == []
    assert [each.open_amount for each in open_items_of_party(session, shop.customer_id, as_of=MONDAY)] == [D(1200)]
    assert check_tenant(session) == []
    assert invoice.origin_id
    [anew] = invoice_orders(session, [NewInvoice(invoice.origin_id, TUESDAY)], at=NOW)
    assert (anew.total_amount, balance(session, "4000")) == (D(1200), D(-1000))
    with pytest.raises(DocumentCancelled):
        sales.cancel_invoices(session, [invoice.id], on=TUESDAY, at=NOW)
    with pytest.raises(CancellationFinal):
        sales.cancel_invoices(session, [mirror.id], on=TUESDAY, at=NOW)
    assert check_tenant(session) == []


def test_what_settles_an_invoice_is_taken_back_first(session: Session, shop: Shop, invoice: Invoice) -> None:
    payment = _receipt(session, shop, "100", Allocation(invoice.id, D(100)))
    with pytest.raises(DocumentSettled, match=payment.number):
        sales.cancel_invoices(session, [invoice.id], on=TUESDAY, at=NOW)
    cancel_payments(session, [payment.id], on=TUESDAY, at=NOW)
    with pytest.raises(Invalid) as refused:
        sales.cancel_invoices(session, [invoice.id], on=MONDAY, at=NOW)
    assert [each.code for each in refused.value.problems] == ["too_early"]
    sales.cancel_invoices(session, [invoice.id], on=TUESDAY, at=NOW)
    [pair] = read(session, select(Settlement).where(Settlement.credit_note_id.is_not(None)))
    with pytest.raises(InvoiceNotPosted):
        undo_settlements(session, [pair.id], on=WEDNESDAY, at=NOW)
    with pytest.raises(InvoiceNotPosted):
        _receipt(session, shop, "100", Allocation(invoice.id, D(100)))
    assert check_tenant(session) == []


@pytest.mark.feature("3.6.8")
@pytest.mark.parametrize("method", ["moving_average", "fifo"])
def test_a_cancelled_suppliers_invoice_takes_its_price_difference_from_where_the_goods_are(
    session: Session, shop: Shop, method: str
) -> None:
    """Ten ordered at 50.00, four sold, billed at 51.00; two more sold, then the invoice is cancelled."""
    lamp = make_item(session, shop, "LAMP", costing_method=method)
    order = ordered(session, shop, lamp)
    received(session, order)
    first, second = confirmed(session, shop, lamp, "4"), confirmed(session, shop, lamp, "2")
    deliver_orders(session, [NewDelivery(first.id, MONDAY)], at=NOW)
    bill = billed(session, order, qty="10", unit_price="51")
    deliver_orders(session, [NewDelivery(second.id, TUESDAY)], at=NOW)
    purchase.cancel_invoices(session, [bill.id], on=WEDNESDAY, at=NOW)
    found = _balances(session)
    assert (found["1300"], found["5000"], found["2110"], found["2100"]) == (D(200), D(300), D(-500), D(0))
    assert (on_hand(session, lamp)[0], check_tenant(session)) == (D(4), [])
    again = billed(session, order, qty="10", unit_price="52")
    assert (again.external_number, balance(session, "1300"), balance(session, "2110")) == ("R-1", D(208), D(0))
    assert check_tenant(session) == []


@pytest.mark.feature("3.6.8")
def test_a_bill_of_goods_that_went_back_stands_and_its_credit_may_be_taken_back(session: Session, shop: Shop) -> None:
    lamp = make_item(session, shop, "LAMP")
    order = ordered(session, shop, lamp)
    receipt_line = received(session, order)
    bill = billed(session, order)
    back = NewSupplierReturn(order.id, MONDAY, [NewSupplierReturnLine(receipt_line, D(2))])
    return_to_supplier(session, [back], at=NOW)
    with pytest.raises(GoodsWentBack):
        purchase.cancel_invoices(session, [bill.id], on=TUESDAY, at=NOW)
    [credit] = credit_returns(session, [NewSupplierCredit(order.id, "G-1", MONDAY)], at=NOW)
    used = NewSettlement(MONDAY, [Allocation(bill.id, D(60))], credit_note_id=credit.id)
    settle(session, [used], at=NOW)
    open_before = balance(session, "2100")
    purchase.cancel_invoices(session, [credit.id], on=TUESDAY, at=NOW)
    assert (balance(session, "2100"), _again(session, bill).open_amount) == (-bill.total_amount, bill.total_amount)
    assert open_before == -(bill.total_amount - credit.total_amount)
    [anew] = credit_returns(session, [NewSupplierCredit(order.id, "G-1", TUESDAY)], at=NOW)
    assert (anew.kind, anew.total_amount) == (InvoiceKind.PURCHASE_CREDIT_NOTE, credit.total_amount)
    assert check_tenant(session) == []


def test_a_bill_that_is_paid_names_the_payment(session: Session, shop: Shop) -> None:
    order = ordered(session, shop, make_item(session, shop, "LAMP"))
    received(session, order)
    bill = billed(session, order)
    [paid] = register_payments(session, [paid_to(shop, "60", Allocation(bill.id, D(60)))], at=NOW)
    with pytest.raises(DocumentSettled, match=paid.number):
        purchase.cancel_invoices(session, [bill.id], on=TUESDAY, at=NOW)
    cancel_payments(session, [paid.id], on=TUESDAY, at=NOW)
    purchase.cancel_invoices(session, [bill.id], on=TUESDAY, at=NOW)
    assert {balance(session, code) for code in ("1100", "1250", "2100")} == {D(0)}
    assert check_tenant(session) == []
