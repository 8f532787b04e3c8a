"""Two records of one customer, merged: what is open of the one that was given up is the other one's from then on."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import created, problem
from tests.factories.documents import Shop
from transactional.checks import check_tenant
from transactional.kernel.principal import Principal

pytestmark = pytest.mark.feature("3.3.5")
PAYMENTS, SETTLEMENTS, DAY = "/api/finance/payments", "/api/finance/settlements", "2026-03-16"
Order = Callable[..., dict[str, Any]]


@pytest.fixture
def make_customer(http: TestClient, shop: Shop) -> Callable[..., str]:
    def make(code: str, **more: Any) -> str:
        body = {"code": code, "name": f"House {code}", "currency_code": "EUR", "country_code": "DE", **more}
        return str(created(http.post("/api/scm/customers", json=body))["id"])

    return make


@pytest.fixture
def order(http: TestClient, shop: Shop, item_id: str) -> Order:
    """A confirmed order of 120 each."""

    def make(customer_id: str, qty: str = "1") -> dict[str, Any]:
        line = {"item_id": item_id, "qty": qty, "unit_price": "100"}
        body = {"company_id": str(shop.company_id), "customer_id": customer_id, "ordered_on": DAY, "lines": [line]}
        return created(http.post("/api/sales/orders", json=body, params={"confirm": "true"}))

    return make


@pytest.fixture
def bill(http: TestClient, order: Order) -> Order:
    """An invoice of 120 each."""

    def make(customer_id: str, qty: str = "1") -> dict[str, Any]:
        made = order(customer_id, qty)
        created(http.post(f"/api/sales/orders/{made['id']}/deliver", json={"delivered_on": DAY}))
        return created(http.post(f"/api/sales/orders/{made['id']}/invoice", json={"invoiced_on": DAY}))

    return make


def merge(http: TestClient, gone: str, kept: str) -> None:
    assert http.post(f"/api/scm/customers/{gone}/merge", json={"into_id": kept}).status_code == 200


def paying(shop: Shop, customer_id: str, amount: str, *allocations: dict[str, Any], **more: Any) -> dict[str, Any]:
    head = {"company_id": str(shop.company_id), "kind": "receipt", "party_id": customer_id, "paid_on": "2026-03-18"}
    return {**head, "amount": amount, "allocations": list(allocations), **more}


def test_the_survivor_pays_what_is_open_of_the_other(
    http: TestClient,
    shop: Shop,
    make_customer: Callable[..., str],
    bill: Order,
    services: Services,
    as_admin: Principal,
) -> None:
    gone, kept, stranger = make_customer("GONE"), make_customer("KEPT"), make_customer("STRANGER")
    old, new = bill(gone), bill(kept)
    advance = created(http.post(PAYMENTS, json=paying(shop, gone, "50")))
    merge(http, gone, kept)
    allocation = {"invoice_id": old["id"], "amount": "80"}
    wrong = problem(http.post(PAYMENTS, json=paying(shop, stranger, "80", allocation)), 422)
    assert [error["code"] for error in wrong["errors"]] == ["another_party"]
    created(http.post(PAYMENTS, json=paying(shop, kept, "80", allocation)))
    used = {"payment_id": advance["id"], "settled_on": "2026-03-19"}
    created(http.post(SETTLEMENTS, json={**used, "allocations": [{"invoice_id": new["id"], "amount": "50"}]}))
    [settled] = http.get(SETTLEMENTS, params={"payment_id": advance["id"]}).json()["items"]
    created(http.post(f"{SETTLEMENTS}/{settled['id']}/undo", json={"on": "2026-03-20"}))
    created(http.post(SETTLEMENTS, json={**used, "allocations": [{"invoice_id": old["id"], "amount": "40"}]}))
    open_amounts = {
        row["id"]: row["open_amount"]
        for row in http.get("/api/sales/invoices", params={"party_id": kept}).json()["items"]
    }
    assert open_amounts == {old["id"]: "0.00", new["id"]: "120.00"}
    # By party too: the receivable went from the old number, the money from the new one.
    with services.database.transaction(as_admin) as session:
        assert check_tenant(session) == []


def test_what_is_open_of_the_other_counts_towards_the_limit(
    http: TestClient, make_customer: Callable[..., str], bill: Order, order: Order
) -> None:
    gone, kept = make_customer("GONE"), make_customer("KEPT", credit_limit_amount="400")
    bill(gone)
    order(gone)
    merge(http, gone, kept)
    mine = order(kept)
    assert mine["state"] == "confirmed"
    line = {"item_id": mine["lines"][0]["item_id"], "qty": "1", "unit_price": "100"}
    body = {"company_id": mine["company_id"], "customer_id": kept, "ordered_on": DAY, "lines": [line]}
    said = problem(http.post("/api/sales/orders", json=body, params={"confirm": "true"}), 409, "credit_limit_exceeded")
    assert "480.00" in said["detail"]


def test_an_order_of_the_other_is_prepaid_by_the_survivor(
    http: TestClient, shop: Shop, make_customer: Callable[..., str], order: Order
) -> None:
    gone, kept = make_customer("GONE"), make_customer("KEPT")
    made = order(gone)
    merge(http, gone, kept)
    created(http.post(PAYMENTS, json=paying(shop, kept, "100", origin_id=made["id"])))
    created(http.post(f"/api/sales/orders/{made['id']}/deliver", json={"delivered_on": "2026-03-19"}))
    body = {"invoiced_on": "2026-03-19"}
    assert created(http.post(f"/api/sales/orders/{made['id']}/invoice", json=body))["open_amount"] == "20.00"


def test_whoever_was_merged_before_is_found_under_the_last_one(
    http: TestClient, make_customer: Callable[..., str], bill: Order
) -> None:
    first, second, third = make_customer("FIRST"), make_customer("SECOND"), make_customer("THIRD")
    invoices = {bill(first)["id"], bill(second)["id"]}
    merge(http, first, second)
    merge(http, second, third)
    assert http.get(f"/api/scm/customers/{first}").json()["merged_into_id"] == third
    for asked in ({"party_id": third}, {"party_id__in": f"{third},{third}"}):
        found = http.get("/api/sales/invoices", params={**asked, "include_total": "true"}).json()
        assert ({row["id"] for row in found["items"]}, found["total"]) == (invoices, 2)
    told = http.get("/api/sales/invoices/export", params={"format": "csv", "party_id": third}).text
    assert all(each in told for each in invoices)
