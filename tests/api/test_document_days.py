"""The day of a document lies in an open period, and no further ahead than its company allows."""

from datetime import date, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import created, problem
from tests.api.test_order_to_cash import order_body
from tests.factories.documents import Shop
from transactional.checks import check_tenant
from transactional.kernel.clock import day_of
from transactional.kernel.principal import Principal

SALES, QUOTATIONS, PURCHASES = "/api/sales/orders", "/api/sales/quotations", "/api/purchase/orders"
PAYMENTS, ENTRIES, STOCK = "/api/finance/payments", "/api/finance/manual-entries", "/api/inventory/stock-documents"
DAY = "2026-03-16"


def purchase_body(shop: Shop, item_id: str, day: str) -> dict[str, Any]:
    head = {"company_id": str(shop.company_id), "supplier_id": str(shop.supplier_id), "ordered_on": day}
    return {**head, "lines": [{"item_id": item_id, "qty": "10", "unit_price": "12"}]}


def payment_body(shop: Shop, day: str) -> dict[str, Any]:
    head = {"company_id": str(shop.company_id), "kind": "receipt", "party_id": str(shop.customer_id)}
    return {**head, "paid_on": day, "amount": "10"}


def stock_body(shop: Shop, item_id: str, day: str) -> dict[str, Any]:
    head = {"company_id": str(shop.company_id), "kind": "opening", "document_on": day}
    line = {"item_id": item_id, "unit_id": str(shop.unit_id), "qty": "1", "unit_cost": "5"}
    return {**head, "warehouse_id": str(shop.warehouse_id), "lines": [line]}


def set_days(http: TestClient, shop: Shop, days: int | None) -> Any:
    path = f"/api/organization/companies/{shop.company_id}"
    version = http.get(path).json()["version"]
    return http.patch(path, json={"future_days_max": days, "version": version})


@pytest.fixture
def far(http: TestClient, shop: Shop, services: Services) -> date:
    """A day of an open period that is yet to come."""
    year = day_of(services.now()).year + 1
    for each in range(2027, year + 1):
        body = {"company_id": str(shop.company_id), "starts_on": f"{each}-01-01", "period_count": 12}
        created(http.post("/api/finance/fiscal-years", json=body))
    return date(max(year, 2026), 12, 31)


@pytest.mark.feature("FIN-02")
def test_a_document_dated_too_far_ahead_is_refused_and_writes_nothing(
    http: TestClient, shop: Shop, item_id: str, far: date, services: Services, as_admin: Principal
) -> None:
    days = (far - day_of(services.now())).days
    assert set_days(http, shop, days - 1).json()["future_days_max"] == days - 1
    order = created(http.post(SALES, json=order_body(shop, item_id), params={"confirm": "true"}))
    purchase = created(http.post(PURCHASES, json=purchase_body(shop, item_id, DAY), params={"confirm": "true"}))
    stock = created(http.post(STOCK, json=stock_body(shop, item_id, far.isoformat())))
    day = far.isoformat()
    asked = [
        (SALES, order_body(shop, item_id, ordered_on=day)),
        (PURCHASES, purchase_body(shop, item_id, day)),
        (f"{SALES}/{order['id']}/deliver", {"delivered_on": day}),
        (f"{PURCHASES}/{purchase['id']}/receive", {"received_on": day}),
        (PAYMENTS, payment_body(shop, day)),
        (f"{STOCK}/{stock['id']}/post", {}),
    ]
    lists = (
        SALES,
        PURCHASES,
        PAYMENTS,
        "/api/sales/deliveries",
        "/api/purchase/receipts",
        "/api/inventory/stock-moves",
    )
    before = {path: len(http.get(path).json()["items"]) for path in lists}
    for path, body in asked:
        refused = problem(http.post(path, json=body), 409, "day_too_far")
        assert (day in refused["detail"], str(days - 1) in refused["detail"]) == (True, True), path
    assert {path: len(http.get(path).json()["items"]) for path in lists} == before
    # As far as the company allows, or with no bound but open periods, it is booked.
    assert set_days(http, shop, days).status_code == 200
    assert created(http.post(PAYMENTS, json=payment_body(shop, day)))["state"] == "posted"
    assert set_days(http, shop, None).status_code == 200
    assert created(http.post(f"{SALES}/{order['id']}/deliver", json={"delivered_on": day}))["state"] == "posted"
    beyond = (far + timedelta(days=1)).isoformat()
    problem(http.post(PAYMENTS, json=payment_body(shop, beyond)), 409, "period_missing")
    problem(set_days(http, shop, -1), 422)
    with services.database.transaction(as_admin) as session:
        assert check_tenant(session) == []


@pytest.mark.feature("FIN-02")
def test_a_document_of_a_closed_period_or_of_none_is_refused(http: TestClient, shop: Shop, item_id: str) -> None:
    [january] = http.get("/api/finance/periods", params={"starts_on": "2025-01-01"}).json()["items"]
    closed = http.post(f"/api/finance/periods/{january['id']}/close")
    assert closed.json()["state"] == "closed", closed.text
    until = "2026-12-31"
    head = {"company_id": str(shop.company_id), "customer_id": str(shop.customer_id), "valid_until": until}
    lines = order_body(shop, item_id)["lines"]
    for day, code in (("2025-01-20", "period_closed"), ("2019-05-05", "period_missing")):
        problem(http.post(SALES, json=order_body(shop, item_id, ordered_on=day)), 409, code)
        problem(http.post(PURCHASES, json=purchase_body(shop, item_id, day)), 409, code)
        problem(http.post(QUOTATIONS, json={**head, "quoted_on": day, "lines": lines}), 409, code)
        problem(http.post(PAYMENTS, json=payment_body(shop, day)), 409, code)
    assert [http.get(path).json()["items"] for path in (SALES, PURCHASES, QUOTATIONS, PAYMENTS)] == [[], [], [], []]
