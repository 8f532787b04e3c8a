"""Stories in one call: a company from nothing, sales over the counter, goods that come with their invoice."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.factories.documents import MONDAY, NOW, balance, make_item, make_shop, stock_up
from transactional.checks import check_tenant
from transactional.finance.models import BankAccount, TaxCode, TaxRate
from transactional.finance.taxes import TaxPlace, TaxTable
from transactional.flows.install_company import NewCompany, install_company
from transactional.flows.order_to_cash import deliver_and_invoice, sell
from transactional.flows.procure_to_pay import Arrival, order, receive_and_invoice
from transactional.kernel.errors import Invalid
from transactional.kernel.principal import Principal
from transactional.kernel.rows import read
from transactional.kernel.session import Database
from transactional.purchase.specs import NewPurchaseLine, NewPurchaseOrder
from transactional.sales.services.confirm_orders import confirm_orders
from transactional.sales.services.create_orders import create_orders
from transactional.sales.specs import NewOrder, NewOrderLine
from transactional.scm.models import PaymentTerm

D = Decimal


def test_a_second_company_shares_taxes_and_terms_and_has_its_own_bank(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        for code, currency in (("ONE", "EUR"), ("TWO", "USD")):
            new = NewCompany(code, code.title(), currency, "DE", years=[2026], standard_tax_rate=D("0.19"))
            installed = install_company(session, new)
            assert installed.price_list.currency_code == currency
        for model, count in ((TaxCode, 4), (PaymentTerm, 5), (BankAccount, 2)):
            assert session.scalar(select(func.count()).select_from(model)) == count
        with pytest.raises(Invalid):
            install_company(session, NewCompany("THREE", "Three", "EUR", "DE", years=[]))


def test_a_further_company_taxes_by_the_rate_of_its_own_country(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        for code, country, rate in (
            ("DE1", "DE", D("0.19")),
            ("DE2", "DE", None),
            ("KW1", "KW", D("0.05")),
            ("KW2", "KW", D("0.05")),
            ("LU1", "LU", None),
            ("AT1", "AT", D("0.19")),
        ):
            install_company(session, NewCompany(code, code, "EUR", country, [2026], standard_tax_rate=rate))
        table = TaxTable(read(session, select(TaxCode)), read(session, select(TaxRate)))
        rates = {
            country: table.choose("standard", TaxPlace("standard", country, date(2026, 7, 1))).factor
            for country in ("DE", "KW", "LU", "AT")
        }
        assert rates == {"DE": D("0.19"), "KW": D("0.05"), "LU": D("0.19"), "AT": D("0.19")}
        for country in ("DE", "KW"):
            with pytest.raises(Invalid) as refused:
                install_company(session, NewCompany("NO", "No", "EUR", country, [2026], standard_tax_rate=D("0.07")))
            assert [problem.code for problem in refused.value.problems] == ["tax_rate_taken"]


def test_goods_are_bought_and_sold_in_single_calls(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        shop = make_shop(session)
        desk = make_item(session, shop, "DESK")
        wanted = NewPurchaseOrder(
            shop.company_id, shop.supplier_id, MONDAY, [NewPurchaseLine(desk, D(10), unit_price=D(40))]
        )
        [bought] = order(session, [wanted], at=NOW)
        receive_and_invoice(session, [Arrival(bought.id, MONDAY, "R-1")], at=NOW)
        [sale] = sell(
            session, [NewOrder(shop.company_id, shop.customer_id, MONDAY, [NewOrderLine(desk, D(2))])], at=NOW
        )
        assert sale.invoice.total_amount == D(240)
        assert (balance(session, "1300"), balance(session, "5000")) == (D(320), D(80))
        assert check_tenant(session) == []


def test_orders_are_delivered_and_invoiced_together(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        shop = make_shop(session)
        desk = make_item(session, shop, "DESK")
        stock_up(session, shop, desk, "10", "40")
        new = NewOrder(shop.company_id, shop.customer_id, MONDAY, [NewOrderLine(desk, D(1))])
        ids = [row.id for row in create_orders(session, [new, new], at=NOW)]
        confirm_orders(session, ids, at=NOW)
        pairs = deliver_and_invoice(session, ids, on=MONDAY, at=NOW)
        assert [(delivery.order_id, invoice.origin_id) for delivery, invoice in pairs] == [(key, key) for key in ids]
