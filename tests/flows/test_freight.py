"""What is charged for the way bears the tax of the company's class of freight, to the cent, on both sides."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.factories.documents import (
    MONDAY,
    NOW,
    Shop,
    balance,
    line_of,
    make_customer,
    make_item,
    make_shop,
    make_supplier,
    stock_up,
)
from transactional.checks import check_tenant
from transactional.finance.models import Invoice, TaxCode, TaxKind, TaxRate
from transactional.kernel.errors import Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.rows import insert_all, read, update_all
from transactional.kernel.session import Database, Session
from transactional.ledger.models import JournalLine
from transactional.organization.models import Company
from transactional.purchase.models import PurchaseOrder
from transactional.purchase.services import cancel_invoices as purchase_cancel
from transactional.purchase.services import confirm_orders as purchase_confirm
from transactional.purchase.services import create_orders as purchase_create
from transactional.purchase.services import invoice_orders as purchase_invoice
from transactional.purchase.services.change_orders import change_orders as change_purchases
from transactional.purchase.services.receive_orders import receive_orders
from transactional.purchase.specs import (
    NewPurchaseLine,
    NewPurchaseOrder,
    NewReceipt,
    NewSupplierInvoice,
    PurchaseOrderChange,
)
from transactional.sales.models import DeliveryLine, SalesOrder
from transactional.sales.services import cancel_invoices as sales_cancel
from transactional.sales.services.approve_returns import approve_returns
from transactional.sales.services.change_orders import change_orders
from transactional.sales.services.confirm_orders import confirm_orders
from transactional.sales.services.create_orders import create_orders
from transactional.sales.services.deliver_orders import deliver_orders
from transactional.sales.services.invoice_orders import invoice_orders
from transactional.sales.services.receive_returns import receive_returns
from transactional.sales.services.request_returns import request_returns
from transactional.sales.specs import (
    NewDelivery,
    NewInvoice,
    NewInvoiceLine,
    NewOrder,
    NewOrderLine,
    NewReturnLine,
    NewReturnReceipt,
    NewReturnRequest,
    OrderChange,
)

D = Decimal
LATER = date(2026, 4, 20)
Amounts = tuple[Decimal, Decimal, Decimal, Decimal]


@pytest.fixture
def session(database: Database, principal: Principal) -> Iterator[Session]:
    """A transaction at whose end the books hold."""
    with database.transaction(principal) as open_session:
        yield open_session
        assert check_tenant(open_session) == []


@pytest.fixture
def shop(session: Session) -> Shop:
    """Goods at 19 percent, books at 7; freight as goods are."""
    found = make_shop(session, tax_rate="0.19")
    _code(session, "BOOKS", "0.07", item="books")
    return found


def _code(
    session: Session, code: str, rate: str, *, item: str = "standard", party: str = "standard", kind: str = "exclusive"
) -> UUID:
    """A tax code with its rate."""
    row = TaxCode(
        id=new_id(), code=code, name=code, kind=TaxKind(kind).value, item_tax_class=item, party_tax_class=party
    )
    insert_all(session, [row])
    insert_all(session, [TaxRate(tax_code_id=row.id, valid_from=date(2020, 1, 1), rate=D(rate))])
    return row.id


def _tax_freight_as(session: Session, shop: Shop, tax_class: str | None) -> None:
    [company] = read(session, select(Company).where(Company.id == shop.company_id))
    company.freight_tax_class = tax_class
    update_all(session, [company], Company.freight_tax_class)


def _sell(session: Session, shop: Shop, freight: str, *items: UUID, customer_id: UUID | None = None) -> SalesOrder:
    lines = [NewOrderLine(item, D(3), unit_price=D("33.33")) for item in items]
    new = NewOrder(
        shop.company_id, customer_id or shop.customer_id, MONDAY, lines, freight_amount=D(freight), id=new_id()
    )
    [made] = create_orders(session, [new], at=NOW)
    confirm_orders(session, [made.id], at=NOW)
    return made


def _item(session: Session, shop: Shop, code: str = "CHAIR", tax_class: str = "standard") -> UUID:
    item = make_item(session, shop, code, tax_class=tax_class)
    stock_up(session, shop, item, "100", "10")
    return item


def _amounts(row: object) -> Amounts:
    names = ("net_amount", "freight_amount", "tax_amount", "total_amount")
    net, freight, tax, total = (getattr(row, name) for name in names)
    return net, freight, tax, total


def _by_code(session: Session, account: str) -> dict[str, Decimal]:
    """A tax account by tax code: the tax return."""
    rows = session.execute(
        select(TaxCode.code, func.sum(JournalLine.amount))
        .join(TaxCode, TaxCode.id == JournalLine.tax_code_id)
        .group_by(TaxCode.code)
        .having(func.sum(JournalLine.amount) != 0)
    )
    found = {row[0]: row[1] for row in rows}
    assert sum(found.values()) == balance(session, account)
    return found


@pytest.mark.feature("FIN-24")
@pytest.mark.feature("3.4.11")
def test_freight_bears_its_own_tax_beside_lines_of_several_rates(session: Session, shop: Shop) -> None:
    chair, book = _item(session, shop), _item(session, shop, "BOOK", "books")
    made = _sell(session, shop, "5.55", chair, book)
    # 99.99 x 0.19 = 19.00, 99.99 x 0.07 = 7.00, 5.55 x 0.19 = 1.05.
    assert _amounts(made) == (D("199.98"), D("5.55"), D("27.05"), D("232.58"))
    assert made.freight_tax_amount == D("1.05")
    deliver_orders(session, [NewDelivery(made.id, MONDAY)], at=NOW)
    [invoice] = invoice_orders(session, [NewInvoice(made.id, MONDAY)], at=NOW)
    assert _amounts(invoice) == _amounts(made)
    assert balance(session, "4010") == D("-5.55")
    assert _by_code(session, "2200") == {"STANDARD": D("-20.05"), "BOOKS": D("-7.00")}
    _tax_freight_as(session, shop, "books")
    assert _sell(session, shop, "5.55", chair).freight_tax_amount == D("0.39")
    _tax_freight_as(session, shop, None)
    assert _sell(session, shop, "5.55", chair).freight_tax_amount == 0
    _tax_freight_as(session, shop, "nobody's")
    assert _sell(session, shop, "0", chair).freight_tax_code_id is None
    with pytest.raises(Invalid) as refused:
        _sell(session, shop, "5.55", chair)
    assert [(each.path, each.code) for each in refused.value.problems] == [("freight_amount", "tax_missing")]


@pytest.mark.feature("FIN-24")
def test_freight_of_an_exempt_customer_bears_none(session: Session, shop: Shop) -> None:
    abroad = make_customer(session, "US", tax_class="export")
    made = _sell(session, shop, "25", _item(session, shop), customer_id=abroad)
    assert _amounts(made) == (D("99.99"), D(25), D(0), D("124.99"))
    assert made.freight_tax_code_id is not None


@pytest.mark.feature("FIN-24")
def test_freight_contains_its_tax_where_prices_do_and_its_parts_add_up(session: Session, shop: Shop) -> None:
    _code(session, "RETAIL", "0.19", party="retail", kind="inclusive")
    buyer = make_customer(session, "RETAIL", tax_class="retail")
    made = _sell(session, shop, "5.95", _item(session, shop), customer_id=buyer)
    assert (made.freight_amount, made.freight_tax_amount, made.total_amount) == (D("5.00"), D("0.95"), D("105.94"))
    [changed] = change_orders(session, [OrderChange(made.id, freight_amount=D("7.00"))], at=NOW)
    assert (changed.freight_amount, changed.freight_tax_amount, changed.total_amount) == (
        D("5.88"),
        D("1.12"),
        D("106.99"),
    )
    deliver_orders(session, [NewDelivery(made.id, MONDAY)], at=NOW)
    line_id = line_of(session, made.id)
    parts = _bill_in_thirds(session, made.id, line_id, ["2.33", "2.33", None])
    assert [part.freight_amount + part.freight_tax_amount for part in parts] == [D("2.33"), D("2.33"), D("2.34")]
    assert sum((part.total_amount for part in parts), D(0)) == D("106.99")
    assert sum((part.freight_tax_amount for part in parts), D(0)) == D("1.12")


@pytest.mark.feature("3.4.11")
def test_partial_invoices_of_freight_add_up_to_the_orders_to_the_cent(session: Session, shop: Shop) -> None:
    made = _sell(session, shop, "0.10", _item(session, shop))
    assert made.freight_tax_amount == D("0.02")
    deliver_orders(session, [NewDelivery(made.id, MONDAY)], at=NOW)
    parts = _bill_in_thirds(session, made.id, line_of(session, made.id), ["0.03", "0.03", None])
    # 0.03 x 0.19 = 0.01 twice; the part that completes the freight takes the rest: nothing.
    assert [part.freight_tax_amount for part in parts] == [D("0.01"), D("0.01"), D("0.00")]
    for name in ("net_amount", "freight_amount", "freight_tax_amount", "tax_amount", "total_amount"):
        assert sum((getattr(part, name) for part in parts), D(0)) == getattr(made, name)


def _bill_in_thirds(session: Session, order_id: UUID, line_id: UUID, freights: list[str | None]) -> list[Invoice]:
    return [
        invoice_orders(
            session,
            [
                NewInvoice(
                    order_id,
                    MONDAY,
                    lines=[NewInvoiceLine(line_id, D(1))],
                    freight_amount=None if freight is None else D(freight),
                )
            ],
            at=NOW,
        )[0]
        for freight in freights
    ]


@pytest.mark.feature("3.4.11")
def test_a_rate_that_changed_since_the_order_holds_for_freight_too(session: Session, shop: Shop) -> None:
    made = _sell(session, shop, "10", _item(session, shop))
    [standard] = read(session, select(TaxCode).where(TaxCode.code == "STANDARD"))
    insert_all(session, [TaxRate(tax_code_id=standard.id, valid_from=date(2026, 4, 1), rate=D("0.21"))])
    deliver_orders(session, [NewDelivery(made.id, LATER)], at=NOW)
    [invoice] = invoice_orders(session, [NewInvoice(made.id, LATER)], at=NOW)
    assert (invoice.freight_tax_amount, invoice.tax_amount) == (D("2.10"), D("23.10"))


@pytest.mark.feature("3.4.9")
def test_a_credit_note_leaves_freight_and_a_cancellation_takes_it_back_with_its_tax(
    session: Session, shop: Shop
) -> None:
    made = _sell(session, shop, "10", _item(session, shop))
    [note] = deliver_orders(session, [NewDelivery(made.id, MONDAY)], at=NOW)
    [invoice] = invoice_orders(session, [NewInvoice(made.id, MONDAY)], at=NOW)
    [line] = read(session, select(DeliveryLine).where(DeliveryLine.delivery_id == note.id))
    asked = NewReturnRequest(made.id, MONDAY, "scratched", [NewReturnLine(line.id, D(3))])
    [request] = request_returns(session, [asked], at=NOW)
    approve_returns(session, [request.id], expected_on=MONDAY, at=NOW)
    receive_returns(session, [NewReturnReceipt(request.id, MONDAY)], at=NOW)
    assert balance(session, "1200") == D("11.90")
    assert (balance(session, "4010"), balance(session, "2200")) == (D("-10.00"), D("-1.90"))
    other = _sell(session, shop, "10", _item(session, shop, "TABLE"))
    deliver_orders(session, [NewDelivery(other.id, MONDAY)], at=NOW)
    [second] = invoice_orders(session, [NewInvoice(other.id, MONDAY)], at=NOW)
    sales_cancel.cancel_invoices(session, [second.id], on=MONDAY, at=NOW)
    assert (balance(session, "4010"), balance(session, "2200")) == (D("-10.00"), D("-1.90"))
    [again] = invoice_orders(session, [NewInvoice(other.id, MONDAY)], at=NOW)
    assert _amounts(again) == _amounts(invoice)


def _buy(session: Session, shop: Shop, item: UUID, supplier_id: UUID, freight: str) -> PurchaseOrder:
    new = NewPurchaseOrder(
        shop.company_id,
        supplier_id,
        MONDAY,
        [NewPurchaseLine(item, D(4), unit_price=D(25))],
        freight_amount=D(freight),
    )
    [made] = purchase_create.create_orders(session, [new], at=NOW)
    purchase_confirm.confirm_orders(session, [made.id], at=NOW)
    receive_orders(session, [NewReceipt(made.id, MONDAY)], at=NOW)
    return made


@pytest.mark.feature("3.6.8")
def test_freight_of_suppliers_bears_input_tax_by_the_order_or_as_stated(session: Session, shop: Shop) -> None:
    chair = make_item(session, shop)
    made = _buy(session, shop, chair, shop.supplier_id, "7")
    assert _amounts(made) == (D(100), D(7), D("20.33"), D("127.33"))
    billed = NewSupplierInvoice(made.id, "R-1", MONDAY, freight_amount=D(7))
    [invoice] = purchase_invoice.invoice_orders(session, [billed], at=NOW)
    assert _amounts(invoice) == _amounts(made)
    assert (balance(session, "5300"), _by_code(session, "1260")) == (D(7), {"STANDARD": D("20.33")})
    purchase_cancel.cancel_invoices(session, [invoice.id], on=MONDAY, at=NOW)
    assert (balance(session, "5300"), balance(session, "1260"), balance(session, "2100")) == (D(0), D(0), D(0))
    stated = NewSupplierInvoice(made.id, "R-2", MONDAY, freight_amount=D(7), freight_tax_amount=D("1.34"))
    [invoice] = purchase_invoice.invoice_orders(session, [stated], at=NOW)
    assert (invoice.freight_tax_amount, invoice.total_amount) == (D("1.34"), D("127.34"))


@pytest.mark.feature("FIN-24")
def test_freight_under_reverse_charge_is_owed_and_deducted_with_the_goods(session: Session, shop: Shop) -> None:
    abroad = make_supplier(session, "AT", tax_class="reverse_charge")
    made = _buy(session, shop, make_item(session, shop), abroad, "0")
    [changed] = change_purchases(session, [PurchaseOrderChange(made.id, freight_amount=D(10))], at=NOW)
    assert _amounts(changed) == (D(100), D(10), D(0), D(110))
    billed = NewSupplierInvoice(made.id, "R-1", MONDAY, freight_amount=D(10))
    [invoice] = purchase_invoice.invoice_orders(session, [billed], at=NOW)
    assert (invoice.tax_amount, invoice.total_amount) == (D(0), D(110))
    assert (balance(session, "1260"), balance(session, "2200")) == (D("20.90"), D("-20.90"))
