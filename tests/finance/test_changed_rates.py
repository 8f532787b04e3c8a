"""A rate of tax that changes between order and invoice: the day of the invoice decides.

A price that contains its tax stays the same as a whole.
"""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.factories.documents import MONDAY, NOW, Shop, confirmed, make_item, stock_up
from transactional.checks import check_tenant
from transactional.finance.models import Invoice, TaxCode, TaxRate
from transactional.kernel.ids import new_id
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Session
from transactional.purchase.models import PurchaseOrderLine
from transactional.purchase.services.confirm_orders import confirm_orders
from transactional.purchase.services.create_orders import create_orders
from transactional.purchase.services.invoice_orders import invoice_orders as enter_invoices
from transactional.purchase.services.receive_orders import receive_orders
from transactional.purchase.specs import (
    NewPurchaseLine,
    NewPurchaseOrder,
    NewReceipt,
    NewSupplierInvoice,
    NewSupplierInvoiceLine,
)
from transactional.sales.models import SalesOrderLine
from transactional.sales.services.deliver_orders import deliver_orders
from transactional.sales.services.invoice_orders import invoice_orders
from transactional.sales.specs import NewDelivery, NewInvoice, NewInvoiceLine

D = Decimal
LATER = MONDAY + timedelta(days=10)
pytestmark = pytest.mark.feature("FIN-24")


@pytest.fixture
def lamp(session: Session, shop: Shop) -> UUID:
    """Prices of the class `gross`, a lamp's, contain 17 percent, and 8 percent from a later day on."""
    code = TaxCode(id=new_id(), code="GROSS", name="Contained", kind="inclusive", item_tax_class="gross")
    insert_all(session, [code])
    for since, rate in ((date(2020, 1, 1), "0.17"), (LATER, "0.08")):
        insert_all(session, [TaxRate(tax_code_id=code.id, valid_from=since, rate=D(rate))])
    return make_item(session, shop, "LAMP", price="10", tax_class="gross")


def amounts(invoice: Invoice) -> tuple[Decimal, Decimal, Decimal]:
    """Net, tax and what is to be paid."""
    return invoice.net_amount, invoice.tax_amount, invoice.total_amount


def bought(session: Session, shop: Shop, item_id: UUID, qty: str, price: str) -> UUID:
    """A received order of one line."""
    line = NewPurchaseLine(item_id, D(qty), unit_price=D(price))
    [made] = create_orders(session, [NewPurchaseOrder(shop.company_id, shop.supplier_id, MONDAY, [line])], at=NOW)
    confirm_orders(session, [made.id], at=NOW)
    receive_orders(session, [NewReceipt(made.id, MONDAY)], at=NOW)
    return made.id


def test_a_sale_is_invoiced_in_parts_before_and_after_the_rate_changes(
    session: Session, shop: Shop, lamp: UUID
) -> None:
    stock_up(session, shop, lamp, "10", "4")
    order = confirmed(session, shop, lamp, "3", freight_amount=D(0))
    deliver_orders(session, [NewDelivery(order.id, MONDAY)], at=NOW)
    line_id = session.scalars(select(SalesOrderLine.id).where(SalesOrderLine.order_id == order.id)).one()
    found = [
        invoice_orders(session, [NewInvoice(order.id, day, lines=[NewInvoiceLine(line_id, D(1))])], at=NOW)[0]
        for day in (MONDAY, LATER, LATER)
    ]
    assert amounts(found[0]) == (D("8.55"), D("1.45"), D(10))
    assert [amounts(each) for each in found[1:]] == [(D("9.26"), D("0.74"), D(10))] * 2
    assert not check_tenant(session)


def test_what_a_supplier_asks_for_after_the_change_is_what_the_price_says(
    session: Session, shop: Shop, lamp: UUID
) -> None:
    order_id = bought(session, shop, lamp, "2", "10")
    [bill] = enter_invoices(session, [NewSupplierInvoice(order_id, "R-1", LATER)], at=NOW)
    assert amounts(bill) == (D("18.52"), D("1.48"), D(20))
    assert not check_tenant(session)


@pytest.mark.parametrize(("price", "net", "tax"), [("9.99", "8.54", "1.45"), ("10.50", "8.97", "1.53")])
def test_a_price_that_contains_its_tax_is_billed_to_the_cent_also_at_another_price(
    session: Session, shop: Shop, lamp: UUID, price: str, net: str, tax: str
) -> None:
    order_id = bought(session, shop, lamp, "1", "9.99")
    line_id = session.scalars(select(PurchaseOrderLine.id).where(PurchaseOrderLine.order_id == order_id)).one()
    line = NewSupplierInvoiceLine(line_id, D(1), unit_price=D(price))
    [bill] = enter_invoices(session, [NewSupplierInvoice(order_id, "R-1", MONDAY, [line])], at=NOW)
    assert amounts(bill) == (D(net), D(tax), D(price))
    assert not check_tenant(session)
