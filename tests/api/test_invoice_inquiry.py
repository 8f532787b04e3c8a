"""Invoices are found by everything one may know of them, with what is open, and their sums."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import created, problem
from tests.factories.documents import MONDAY, NOW, Shop, confirmed, make_customer, make_item, stock_up
from transactional.checks import check_tenant
from transactional.finance.resources import INVOICES
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.rows import insert_all
from transactional.sales.services.deliver_orders import deliver_orders
from transactional.sales.services.invoice_orders import invoice_orders
from transactional.sales.specs import NewDelivery, NewInvoice
from transactional.scm.models import Customer

pytestmark = pytest.mark.feature("3.4.12")
PATH = "/api/sales/invoices"


@pytest.fixture
def invoices(services: Services, as_admin: Principal, shop: Shop) -> list[str]:
    """Three invoices of 120, 240 and 360 for one customer and one of 480 for another."""
    with services.database.transaction(as_admin) as session:
        item = make_item(session, shop)
        stock_up(session, shop, item, "100", "10")
        other = make_customer(session, "OTHER")
        made = []
        for qty, customer in ((1, shop.customer_id), (2, shop.customer_id), (3, shop.customer_id), (4, other)):
            order = confirmed(session, shop, item, str(qty), customer_id=customer)
            deliver_orders(session, [NewDelivery(order.id, MONDAY)], at=NOW)
            made += invoice_orders(session, [NewInvoice(order.id, MONDAY.replace(day=15 + qty))], at=NOW)
    return [str(invoice.id) for invoice in made]


def found(http: TestClient, **params: str) -> list[str]:
    return [row["total_amount"] for row in http.get(PATH, params={"sort": "id", **params}).json()["items"]]


@pytest.mark.usefixtures("invoices")
def test_an_invoice_is_found_by_what_one_knows_of_it(http: TestClient, shop: Shop) -> None:
    [second] = [row for row in http.get(PATH).json()["items"] if row["total_amount"] == "240.00"]
    assert found(http, number=second["number"]) == ["240.00"]
    assert found(http, party_id=str(shop.customer_id)) == ["120.00", "240.00", "360.00"]
    assert found(http, invoiced_on__gte="2026-03-17", invoiced_on__lte="2026-03-18") == ["240.00", "360.00"]
    assert found(http, total_amount__gt="240") == ["360.00", "480.00"]
    assert found(http, state="posted", total_amount="120") == ["120.00"]
    assert found(http, state="cancelled") == []
    assert found(http, q="customer other") == ["480.00"]
    assert found(http, q=second["number"][-4:]) == ["240.00"]
    assert found(http, q="nobody") == []
    problem(http.get(PATH, params={"colour": "red"}), 422)
    problem(http.get(f"{PATH}/totals", params={"colour": "red"}), 422)


def test_words_of_very_many_customers_find_the_invoices_of_all(
    http: TestClient, invoices: list[str], services: Services, as_admin: Principal
) -> None:
    with services.database.transaction(as_admin) as session:
        more = [
            Customer(id=new_id(), code=f"M{number}", name=f"Customer M{number}", currency_code="EUR")
            for number in range(501)
        ]
        insert_all(session, more)
    assert len(found(http, q="customer")) == len(invoices)
    assert found(http, q="customer m") == []


def test_paid_and_open_amounts_follow_every_settlement(
    http: TestClient, shop: Shop, invoices: list[str], services: Services, as_admin: Principal
) -> None:
    def amounts(invoice_id: str) -> tuple[str, str]:
        row = http.get(f"{PATH}/{invoice_id}").json()
        return row["settled_amount"], row["open_amount"]

    first, second, *_ = invoices
    body = {
        "company_id": str(shop.company_id),
        "kind": "receipt",
        "party_id": str(shop.customer_id),
        "amount": "200",
        "paid_on": "2026-03-18",
        "allocations": [{"invoice_id": first, "amount": "120"}, {"invoice_id": second, "amount": "30"}],
    }
    payment = created(http.post("/api/finance/payments", json=body))
    assert (amounts(first), amounts(second)) == (("120.00", "0.00"), ("30.00", "210.00"))
    assert found(http, open_amount__gt="0") == ["240.00", "360.00", "480.00"]
    more = {"payment_id": payment["id"], "allocations": [{"invoice_id": second, "amount": "50"}]}
    [settlement] = created(http.post("/api/finance/settlements", json={**more, "settled_on": "2026-03-18"}))["items"]
    assert amounts(second) == ("80.00", "160.00")
    created(http.post(f"/api/finance/settlements/{settlement['id']}/undo", json={"on": "2026-03-19"}))
    assert amounts(second) == ("30.00", "210.00")
    with services.database.transaction(as_admin) as session:
        assert check_tenant(session) == []


@pytest.mark.usefixtures("invoices")
def test_totals_equal_the_sum_of_the_listed_rows(http: TestClient) -> None:
    params = {"total_amount__gte": "240"}
    rows: list[dict[str, Any]] = http.get(PATH, params=params).json()["items"]
    sums: Counter[str] = Counter()
    for row in rows:
        sums.update({name: Decimal(row[name]) for name in ("net_amount", "tax_amount", "total_amount", "open_amount")})
    [total] = http.get(f"{PATH}/totals", params=params).json()["items"]
    assert (total["kind"], total["currency_code"], total["row_count"]) == ("sales_invoice", "EUR", 3)
    assert {name: Decimal(total[name]) for name in sums} == dict(sums)
    assert total["total_amount"] == "1080.00"


def test_the_index_of_sums_carries_all_that_is_summed() -> None:
    [index] = [each for each in INVOICES.table.indexes if each.name == "ix_invoices_sums"]
    summed = {name for name, each in INVOICES.fields.items() if each.is_money and not name.startswith("company_")}
    assert set(index.dialect_options["postgresql"]["include"]) == summed
    assert {"kind", "currency_code"} <= set(index.columns.keys())


def test_outside_the_data_scope_there_is_nothing(
    http: TestClient, invoices: list[str], make_role: Any, make_user: Any
) -> None:
    make_role("own", "invoice.*", data_scope="own")
    other = make_user("bo", "own").http
    assert other.get(PATH, params={"include_total": "true"}).json() == {"items": [], "next_cursor": None, "total": 0}
    assert other.get(f"{PATH}/totals").json()["items"] == []
    problem(other.get(f"{PATH}/{invoices[0]}"), 404, "not_found")
    assert http.get(f"{PATH}/{invoices[0]}").status_code == 200
    make_role("none", "order.read")
    problem(make_user("mo", "none").http.get(f"{PATH}/totals"), 403, "not_allowed")
