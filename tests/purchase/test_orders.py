"""Purchase orders, receipts, the three-way match and paying suppliers, rule by rule."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.factories.documents import (
    MONDAY,
    NOW,
    Shop,
    add_price,
    add_rate,
    balance,
    confirmed,
    make_item,
    make_supplier,
    on_hand,
)
from transactional.catalog.models import PriceList
from transactional.checks import check_tenant
from transactional.finance.errors import (
    BankAccountNotApproved,
    DuplicateSupplierInvoice,
    OverSettlement,
    PaymentBlocked,
)
from transactional.finance.models import Invoice, PaymentKind
from transactional.finance.services.register_payments import register_payments
from transactional.finance.services.release_invoices import release_invoices
from transactional.finance.specs import Allocation, NewPayment
from transactional.kernel.errors import Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal, system_principal
from transactional.kernel.rows import insert_all, read
from transactional.kernel.session import Session
from transactional.kernel.states import TransitionRefused
from transactional.ledger.models import JournalLine
from transactional.organization.models import CostCentre
from transactional.purchase.errors import (
    NothingToCredit,
    NothingToInvoice,
    NothingToReceive,
    NotQuarantined,
    OrderReceived,
    OverReceipt,
    OverReturn,
)
from transactional.purchase.models import PurchaseOrder, PurchaseOrderLine, PurchaseReceipt, PurchaseReceiptLine
from transactional.purchase.queries import order_progress
from transactional.purchase.services.cancel_orders import cancel_orders
from transactional.purchase.services.close_orders import close_orders
from transactional.purchase.services.confirm_orders import confirm_orders
from transactional.purchase.services.create_orders import create_orders
from transactional.purchase.services.credit_returns import credit_returns
from transactional.purchase.services.inspect_quarantine import inspect_quarantine
from transactional.purchase.services.invoice_orders import invoice_orders
from transactional.purchase.services.receive_orders import receive_orders
from transactional.purchase.services.reject_orders import reject_orders
from transactional.purchase.services.return_to_supplier import return_to_supplier
from transactional.purchase.specs import (
    Inspection,
    NewPurchaseLine,
    NewPurchaseOrder,
    NewReceipt,
    NewReceiptLine,
    NewSupplierCredit,
    NewSupplierInvoice,
    NewSupplierInvoiceLine,
    NewSupplierReturn,
    NewSupplierReturnLine,
    Tolerances,
)
from transactional.sales.services.deliver_orders import deliver_orders
from transactional.sales.specs import NewDelivery
from transactional.scm.errors import SameUser
from transactional.scm.models import SupplierBankAccount
from transactional.scm.services.approve_bank_accounts import approve_bank_accounts, retire_bank_accounts

D = Decimal


@pytest.fixture
def desk(session: Session, shop: Shop) -> UUID:
    return make_item(session, shop, "DESK")


def ordered(session: Session, shop: Shop, item_id: UUID, qty: str = "10", **options: object) -> PurchaseOrder:
    """A confirmed order of one line at 50."""
    chosen: dict[str, object] = {"supplier_id": shop.supplier_id, **options}
    line = NewPurchaseLine(item_id, D(qty), unit_price=D(50))
    new = NewPurchaseOrder(company_id=shop.company_id, ordered_on=MONDAY, lines=[line], **chosen)  # type: ignore[arg-type]
    [made] = create_orders(session, [new], at=NOW)
    return confirm_orders(session, [made.id], at=NOW)[0]


def line_of(session: Session, order_id: UUID) -> UUID:
    """The only line of an order."""
    return session.scalars(select(PurchaseOrderLine.id).where(PurchaseOrderLine.order_id == order_id)).one()


def received(session: Session, order: PurchaseOrder) -> UUID:
    """The receipt line of an order received whole."""
    [receipt] = receive_orders(session, [NewReceipt(order.id, MONDAY)], at=NOW)
    return session.scalars(select(PurchaseReceiptLine.id).where(PurchaseReceiptLine.receipt_id == receipt.id)).one()


def billed(session: Session, order: PurchaseOrder, number: str = "R-1", **line: str) -> Invoice:
    """The supplier's invoice of an order: all of it, or one line as given."""
    lines = None
    if line:
        values = {name: D(value) for name, value in line.items()}
        lines = [NewSupplierInvoiceLine(line_of(session, order.id), **values)]
    return invoice_orders(session, [NewSupplierInvoice(order.id, number, MONDAY, lines)], at=NOW)[0]


def payment(shop: Shop, amount: str, *allocations: Allocation, **options: object) -> NewPayment:
    """Money to the shop's supplier."""
    return NewPayment(
        shop.company_id,
        PaymentKind.DISBURSEMENT,
        shop.supplier_id,
        MONDAY,
        D(amount),
        allocations=allocations,
        **options,  # type: ignore[arg-type]
    )


@pytest.mark.feature("3.6.3")
def test_what_is_wrong_with_an_order_is_named(session: Session, shop: Shop, desk: UUID) -> None:
    prices = PriceList(
        id=new_id(), code="P", name="Offers", kind="purchase", currency_code="EUR", supplier_id=shop.supplier_id
    )
    insert_all(session, [prices])
    add_price(session, prices.id, desk, "48", min_qty="5")
    lamp = make_item(session, shop, "LAMP")
    blocked = make_supplier(session, "BAD", is_blocked=True)
    wrong = [NewPurchaseLine(desk, D(4)), NewPurchaseLine(lamp, D(1)), NewPurchaseLine(new_id(), D(1))]
    with pytest.raises(Invalid) as refusal:
        create_orders(session, [NewPurchaseOrder(shop.company_id, shop.supplier_id, MONDAY, wrong)], at=NOW)
    assert [(problem.path, problem.code) for problem in refusal.value.problems] == [
        ("lines/0/qty", "below_minimum"),
        ("lines/1/unit_price", "price_missing"),
        ("lines/2/item_id", "unknown_item"),
    ]
    with pytest.raises(Invalid, match="listed \\(1\\)"):
        ordered(session, shop, desk, supplier_id=blocked)
    right = NewPurchaseOrder(shop.company_id, shop.supplier_id, MONDAY, [NewPurchaseLine(desk, D(5))])
    create_orders(session, [right], at=NOW)
    [line] = read(session, select(PurchaseOrderLine))
    assert (line.unit_price, line.price_source, line.net_amount) == (D(48), "Offers from 5", D(240))


@pytest.mark.feature("3.6.3")
def test_an_order_is_a_commitment_until_it_is_invoiced(session: Session, shop: Shop, desk: UUID) -> None:
    order = ordered(session, shop, desk)
    assert order_progress(session, [order.id])[order.id].commitment_amount == D(500)
    received(session, order)
    billed(session, order)
    progress = order_progress(session, [order.id])[order.id]
    assert (progress.commitment_amount, progress.invoiced_amount, progress.paid_amount) == (D(0), D(600), D(0))


@pytest.mark.feature("3.6.3")
def test_what_is_not_expected_any_more_is_neither_open_nor_a_commitment(
    session: Session, shop: Shop, desk: UUID
) -> None:
    def bound(order: PurchaseOrder) -> tuple[Decimal, Decimal]:
        progress = order_progress(session, [order.id])[order.id]
        return progress.lines[0].open_qty, progress.commitment_amount

    cancelled, over, closed = (ordered(session, shop, desk) for _ in range(3))
    assert bound(cancelled) == (D(10), D(500))
    cancel_orders(session, [cancelled.id], at=NOW)
    line = NewPurchaseLine(desk, D(3), unit_price=D(50))
    [draft] = create_orders(session, [NewPurchaseOrder(shop.company_id, shop.supplier_id, MONDAY, [line])], at=NOW)
    for order, qty in ((over, "11"), (closed, "7")):
        arrived = NewReceiptLine(line_of(session, order.id), D(qty))
        receive_orders(
            session,
            [NewReceipt(order.id, MONDAY, [arrived])],
            at=NOW,
            tolerances=Tolerances(receipt_qty_share=D("0.1")),
        )
    close_orders(session, [closed.id], at=NOW)
    assert [bound(order) for order in (cancelled, draft, over, closed)] == [
        (D(0), D(0)),
        (D(0), D(0)),
        (D(0), D(500)),
        (D(0), D(0)),
    ]


def test_an_order_is_cancelled_rejected_or_closed_along_its_moves(session: Session, shop: Shop, desk: UUID) -> None:
    first, second = ordered(session, shop, desk), ordered(session, shop, desk)
    cancel_orders(session, [first.id], at=NOW)
    received(session, second)
    with pytest.raises(OrderReceived):
        cancel_orders(session, [second.id], at=NOW)
    with pytest.raises(TransitionRefused):
        reject_orders(session, [second.id], at=NOW)
    close_orders(session, [second.id], at=NOW)
    assert billed(session, second).total_amount == D(600)


@pytest.mark.feature("3.6.5")
def test_inspected_parts_add_up_and_only_what_is_accepted_enters_stock(
    session: Session, shop: Shop, desk: UUID
) -> None:
    order = ordered(session, shop, desk)
    line_id = line_of(session, order.id)
    wrong = NewReceiptLine(line_id, D(10), accepted_qty=D(7), rejected_qty=D(2))
    with pytest.raises(Invalid) as refusal:
        receive_orders(session, [NewReceipt(order.id, MONDAY, [wrong])], at=NOW)
    assert [problem.path for problem in refusal.value.problems] == ["lines/0/arrived_qty"]
    right = NewReceiptLine(line_id, D(10), rejected_qty=D(2), quarantined_qty=D(1), reject_reason="bent")
    receive_orders(session, [NewReceipt(order.id, MONDAY, [right])], at=NOW)
    assert on_hand(session, desk) == (D(7), D(0))
    back = read(session, select(PurchaseReceipt).where(PurchaseReceipt.kind == "return"))
    assert [row.number for row in back] == ["PR-2026-00001"]
    assert balance(session, "2110") == D(-350)
    # The rejected ones are replaced, the quarantined one is not.
    receive_orders(session, [NewReceipt(order.id, MONDAY)], at=NOW)
    assert on_hand(session, desk) == (D(9), D(0))


@pytest.mark.feature("3.6.6")
def test_a_receipt_posts_at_order_price_in_company_currency_within_tolerance(
    session: Session, shop: Shop, desk: UUID
) -> None:
    add_rate(session, "USD", "EUR", MONDAY, "0.9")
    order = ordered(session, shop, desk, currency_code="USD")
    line_id = line_of(session, order.id)
    too_many = [NewReceipt(order.id, MONDAY, [NewReceiptLine(line_id, D(11))])]
    with pytest.raises(OverReceipt):
        receive_orders(session, too_many, at=NOW)
    receive_orders(session, too_many, at=NOW, tolerances=Tolerances(receipt_qty_share=D("0.1")))
    assert (balance(session, "1300"), balance(session, "2110")) == (D(495), D(-495))
    with pytest.raises(NothingToReceive):
        receive_orders(session, [NewReceipt(order.id, MONDAY)], at=NOW)


def test_a_receipt_posted_twice_is_one(session: Session, shop: Shop, desk: UUID) -> None:
    order = ordered(session, shop, desk)
    new = NewReceipt(order.id, MONDAY, id=new_id())
    assert [row.id for row in receive_orders(session, [new, new], at=NOW)] == [new.id, new.id]
    assert receive_orders(session, [new], at=NOW)[0].number == "GR-2026-00001"
    assert on_hand(session, desk) == (D(10), D(0))


@pytest.mark.feature("3.6.6")
def test_goods_go_back_at_the_receipts_cost_and_never_more_than_came(session: Session, shop: Shop, desk: UUID) -> None:
    order = ordered(session, shop, desk)
    receipt_line = received(session, order)
    for qty in ("4", "6"):
        new = NewSupplierReturn(order.id, MONDAY, [NewSupplierReturnLine(receipt_line, D(qty))])
        return_to_supplier(session, [new], at=NOW)
    assert (balance(session, "1300"), balance(session, "2110")) == (D(0), D(0))
    one_more = NewSupplierReturn(order.id, MONDAY, [NewSupplierReturnLine(receipt_line, D(1))])
    with pytest.raises(OverReturn):
        return_to_supplier(session, [one_more], at=NOW)
    with pytest.raises(NothingToInvoice):
        billed(session, order)
    with pytest.raises(NothingToCredit):
        credit_returns(session, [NewSupplierCredit(order.id, "G-1", MONDAY)], at=NOW)


@pytest.mark.feature("3.6.8")
@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ({"qty": "10", "unit_price": "55"}, "line 1: price 55 instead of 50"),
        ({"qty": "12"}, "line 1: quantity 12 billed, 10 received and not billed"),
    ],
)
def test_beyond_tolerance_an_invoice_posts_but_is_not_paid_until_released(
    session: Session, shop: Shop, desk: UUID, line: dict[str, str], reason: str
) -> None:
    order = ordered(session, shop, desk)
    received(session, order)
    invoice = billed(session, order, **line)
    assert (invoice.is_payment_blocked, invoice.block_reason) == (True, reason)
    assert balance(session, "2100") == -invoice.total_amount
    paid = payment(shop, "10", Allocation(invoice.id, D(10)))
    with pytest.raises(PaymentBlocked, match=reason):
        register_payments(session, [paid], at=NOW)
    release_invoices(session, [invoice.id], reason="agreed by phone", at=NOW)
    register_payments(session, [paid], at=NOW)


@pytest.mark.feature("3.6.8")
@pytest.mark.feature("3.6.6")
def test_a_price_difference_within_tolerance_changes_the_value_on_hand(
    session: Session, shop: Shop, desk: UUID
) -> None:
    order = ordered(session, shop, desk)
    received(session, order)
    invoice = billed(session, order, qty="10", unit_price="50.50")
    assert not invoice.is_payment_blocked
    assert (balance(session, "1300"), balance(session, "2110")) == (D(505), D(0))


@pytest.mark.feature("FIN-32")
@pytest.mark.parametrize("method", ["moving_average", "fifo"])
def test_what_went_back_before_the_invoice_bears_nothing_of_its_difference(
    session: Session, shop: Shop, method: str
) -> None:
    """Ten at 50.00, two sent back, four sold; the eight kept are invoiced at 51.00: 204.00 on hand, 204.00 sold."""
    lamp = make_item(session, shop, "LAMP", costing_method=method)
    order = ordered(session, shop, lamp)
    back = NewSupplierReturn(order.id, MONDAY, [NewSupplierReturnLine(received(session, order), D(2))])
    return_to_supplier(session, [back], at=NOW)
    sold = confirmed(session, shop, lamp, "4")
    deliver_orders(session, [NewDelivery(sold.id, MONDAY)], at=NOW)
    billed(session, order, qty="8", unit_price="51")
    assert (balance(session, "1300"), balance(session, "5000"), balance(session, "2110")) == (D(204), D(204), D(0))
    assert check_tenant(session) == []


@pytest.mark.feature("3.6.8")
def test_the_same_supplier_invoice_number_twice_is_refused(session: Session, shop: Shop, desk: UUID) -> None:
    order = ordered(session, shop, desk)
    received(session, order)
    billed(session, order, qty="5")
    with pytest.raises(DuplicateSupplierInvoice, match="R-1"):
        billed(session, order, qty="5")
    billed(session, order, "R-2", qty="5")
    assert balance(session, "2110") == 0


def test_a_service_is_an_expense_and_moves_no_stock(session: Session, shop: Shop) -> None:
    cleaning = make_item(session, shop, "CLEAN", kind="service")
    order = ordered(session, shop, cleaning, "2")
    received(session, order)
    assert balance(session, "2110") == 0
    billed(session, order)
    assert (balance(session, "6000"), balance(session, "1260"), balance(session, "2100")) == (D(100), D(20), D(-120))


@pytest.mark.feature("FIN-28")
def test_a_service_is_ordered_for_a_cost_centre_and_posted_and_credited_there(session: Session, shop: Shop) -> None:
    centre = CostCentre(id=new_id(), code="SHOP", name="Shop", company_id=shop.company_id)
    insert_all(session, [centre])
    cleaning = make_item(session, shop, "CLEAN", kind="service", price=None)

    def wanted(cost_centre_id: UUID) -> NewPurchaseOrder:
        line = NewPurchaseLine(cleaning, D(3), unit_price=D(20), cost_centre_id=cost_centre_id)
        return NewPurchaseOrder(shop.company_id, shop.supplier_id, MONDAY, [line])

    with pytest.raises(Invalid) as refused:
        create_orders(session, [wanted(new_id())], at=NOW)
    assert [problem.path for problem in refused.value.problems] == ["lines/0/cost_centre_id"]
    [order] = create_orders(session, [wanted(centre.id)], at=NOW)
    confirm_orders(session, [order.id], at=NOW)
    receipt_line = received(session, order)
    billed(session, order)
    posted = select(JournalLine.amount).where(JournalLine.cost_centre_id == centre.id).order_by(JournalLine.id)
    assert session.scalars(posted).all() == [D(60)]
    refused_hour = NewSupplierReturn(order.id, MONDAY, [NewSupplierReturnLine(receipt_line, D(1))])
    return_to_supplier(session, [refused_hour], at=NOW)
    credit_returns(session, [NewSupplierCredit(order.id, "G-1", MONDAY)], at=NOW)
    assert session.scalars(posted).all() == [D(60), D(-20)]


@pytest.mark.feature("FIN-24")
def test_under_reverse_charge_the_buyer_owes_and_deducts(session: Session, shop: Shop, desk: UUID) -> None:
    abroad = make_supplier(session, "FR", tax_class="reverse_charge")
    order = ordered(session, shop, desk, supplier_id=abroad)
    received(session, order)
    assert billed(session, order).total_amount == D(500)
    assert (balance(session, "1260"), balance(session, "2200")) == (D(100), D(-100))


@pytest.mark.feature("3.6.7")
def test_a_payment_is_made_once_and_never_exceeds_what_is_open(session: Session, shop: Shop, desk: UUID) -> None:
    order = ordered(session, shop, desk)
    received(session, order)
    invoice = billed(session, order)
    with pytest.raises(OverSettlement):
        register_payments(session, [payment(shop, "700", Allocation(invoice.id, D(700)))], at=NOW)
    new = payment(shop, "600", Allocation(invoice.id, D(600)), id=new_id())
    [first], [again] = (register_payments(session, [new], at=NOW) for _ in range(2))
    assert first.id == again.id
    assert (balance(session, "2100"), balance(session, "1100")) == (D(0), D(-600))


@pytest.mark.feature("3.6.7")
@pytest.mark.feature("3.3.1")
def test_a_changed_bank_account_waits_for_a_second_user(session: Session, shop: Shop, principal: Principal) -> None:
    account = SupplierBankAccount(
        id=new_id(), supplier_id=shop.supplier_id, iban="DE89370400440532013000", proposed_by=principal.user_id
    )
    insert_all(session, [account])
    with pytest.raises(BankAccountNotApproved, match="DE89370400440532013000"):
        register_payments(session, [payment(shop, "10")], at=NOW)
    with pytest.raises(SameUser):
        approve_bank_accounts(session, [account.id], by=principal, at=NOW)
    second = system_principal(principal.tenant_id, channel="test", user_id=new_id())
    approve_bank_accounts(session, [account.id], by=second, at=NOW)
    register_payments(session, [payment(shop, "10")], at=NOW)
    retire_bank_accounts(session, [account.id])
    assert balance(session, "1250") == D(10)


def test_a_supplier_is_paid_in_another_currency_with_the_difference_realized(
    session: Session, shop: Shop, desk: UUID
) -> None:
    later = MONDAY + timedelta(days=5)
    add_rate(session, "USD", "EUR", MONDAY, "0.9")
    add_rate(session, "USD", "EUR", later, "1")
    order = ordered(session, shop, desk, currency_code="USD")
    received(session, order)
    invoice = billed(session, order)
    paid = NewPayment(
        shop.company_id,
        PaymentKind.DISBURSEMENT,
        shop.supplier_id,
        later,
        D(600),
        allocations=[Allocation(invoice.id, D(600))],
    )
    register_payments(session, [paid], at=NOW)
    assert (balance(session, "2100"), balance(session, "6800")) == (D(0), D(60))


@pytest.mark.feature("3.6.5")
def test_quarantined_goods_are_decided_on_later(session: Session, shop: Shop, desk: UUID) -> None:
    order = ordered(session, shop, desk)
    waiting = NewReceiptLine(line_of(session, order.id), D(10), quarantined_qty=D(4))
    [receipt] = receive_orders(session, [NewReceipt(order.id, MONDAY, [waiting])], at=NOW)
    line = select(PurchaseReceiptLine.id).where(PurchaseReceiptLine.receipt_id == receipt.id)
    line_id = session.scalars(line).one()
    with pytest.raises(NotQuarantined):
        inspect_quarantine(session, [Inspection(line_id, D(5))], on=MONDAY, at=NOW)
    inspect_quarantine(session, [Inspection(line_id, D(3), D(1), "bent")], on=MONDAY, at=NOW)
    assert (on_hand(session, desk), balance(session, "2110")) == ((D(9), D(0)), D(-450))
    with pytest.raises(NotQuarantined):
        inspect_quarantine(session, [Inspection(line_id, D(1))], on=MONDAY, at=NOW)
    assert check_tenant(session) == []


@pytest.mark.feature("3.6.8")
def test_an_invoice_may_come_before_its_goods(session: Session, shop: Shop, desk: UUID) -> None:
    order = ordered(session, shop, desk)
    receive_orders(session, [NewReceipt(order.id, MONDAY + timedelta(days=3))], at=NOW)
    billed(session, order, qty="10", unit_price="50.10")
    assert (balance(session, "1300"), balance(session, "2110")) == (D(501), D(0))
    assert check_tenant(session) == []
