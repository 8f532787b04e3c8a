"""A sale from the order to the money, over HTTP."""

from decimal import Decimal
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import Login, created, problem
from tests.factories.documents import Shop


def order_body(shop: Shop, item_id: object, qty: str = "2", **more: Any) -> dict[str, Any]:
    return {
        "company_id": str(shop.company_id),
        "customer_id": str(shop.customer_id),
        "ordered_on": "2026-03-16",
        "lines": [{"item_id": str(item_id), "qty": qty, "unit_price": "50"}],
        **more,
    }


@pytest.mark.feature("3.4.3")
@pytest.mark.feature("3.4.6")
@pytest.mark.feature("3.4.11")
def test_an_order_becomes_delivery_invoice_and_money(http: TestClient, shop: Shop, item_id: str) -> None:
    order = created(http.post("/api/sales/orders", json=order_body(shop, item_id), params={"confirm": "true"}))
    assert (order["state"], order["net_amount"], order["tax_amount"], order["total_amount"]) == (
        "confirmed",
        "100.00",
        "20.00",
        "120.00",
    )
    path = f"/api/sales/orders/{order['id']}"
    delivery = created(http.post(f"{path}/deliver", json={"delivered_on": "2026-03-16"}))
    assert [line["qty"] for line in delivery["lines"]] == ["2"]
    invoice = created(http.post(f"{path}/invoice", json={"invoiced_on": "2026-03-16"}))
    assert (invoice["state"], invoice["total_amount"]) == ("posted", "120.00")
    payment = created(
        http.post(
            "/api/finance/payments",
            json={
                "company_id": str(shop.company_id),
                "kind": "receipt",
                "party_id": str(shop.customer_id),
                "paid_on": "2026-03-17",
                "amount": "120",
                "bank_reference": "B-1",
                "allocations": [{"invoice_id": invoice["id"], "amount": "120"}],
            },
        )
    )
    assert payment["amount"] == "120.00"
    postings = http.get(f"{path}/postings").json()["items"]
    assert [posting["journal"] for posting in postings] == ["inventory", "sales"]
    for posting in postings:
        assert sum(Decimal(line["amount"]) for line in posting["lines"]) == 0


@pytest.mark.feature("3.4.6")
def test_delivering_more_than_is_open_gets_409_with_the_open_quantity(
    http: TestClient, shop: Shop, item_id: str
) -> None:
    order = created(http.post("/api/sales/orders", json=order_body(shop, item_id), params={"confirm": "true"}))
    line = {"order_line_id": order["lines"][0]["id"], "qty": "3"}
    path = f"/api/sales/orders/{order['id']}/deliver"
    refused = problem(http.post(path, json={"lines": [line], "delivered_on": "2026-03-16"}), 409, "over_delivery")
    assert "2" in refused["detail"]


@pytest.mark.feature("3.4.3")
@pytest.mark.feature("2.1.14")
def test_a_wrong_order_names_every_wrong_field_and_writes_nothing(http: TestClient, shop: Shop, item_id: str) -> None:
    body = order_body(shop, item_id)
    body["lines"][0] |= {"qty": "-1", "discount_share": "20", "colour": "red"}
    refused = problem(http.post("/api/sales/orders", json=body), 422, "invalid_input")
    assert {error["path"] for error in refused["errors"]} == {
        "lines/0/qty",
        "lines/0/discount_share",
        "lines/0/colour",
    }
    assert http.get("/api/sales/orders").json()["items"] == []


@pytest.mark.feature("3.4.5")
def test_an_order_is_changed_under_its_version_and_cancelled(admin: Login, shop: Shop, item_id: str) -> None:
    order = created(admin.http.post("/api/sales/orders", json=order_body(shop, item_id)))
    path = f"/api/sales/orders/{order['id']}"
    change = {"lines": [{"order_line_id": order["lines"][0]["id"], "qty": "5"}]}
    problem(admin.http.post(f"{path}/change", json=change), 428, "version_missing")
    problem(admin.http.post(f"{path}/change", json=change | {"version": 99}), 409, "stale_version")
    changed = admin.http.post(f"{path}/change", json=change | {"version": order["version"]})
    assert (changed.status_code, changed.json()["lines"][0]["qty"], changed.json()["revision"]) == (200, "5", 2)
    assert admin.http.post(f"{path}/cancel").json()["state"] == "cancelled"
    problem(admin.http.post(f"{path}/confirm"), 409)


@pytest.mark.feature("3.4.1")
def test_a_quotation_becomes_an_order_at_its_prices(http: TestClient, shop: Shop, item_id: str) -> None:
    body = {
        "company_id": str(shop.company_id),
        "customer_id": str(shop.customer_id),
        "quoted_on": "2026-03-16",
        "valid_until": "2026-03-31",
        "lines": [{"item_id": item_id, "qty": "1", "unit_price": "49.99"}],
    }
    quotation = created(http.post("/api/sales/quotations", json=body))
    path = f"/api/sales/quotations/{quotation['id']}/confirm"
    problem(http.post(path, json={"on": "2026-04-01"}), 409, "quotation_expired")
    # It is over today, whatever day the order is dated by.
    problem(http.post(path, json={"on": "2026-03-20"}), 409, "quotation_expired")
    valid = created(http.post("/api/sales/quotations", json={**body, "valid_until": "2199-12-31"}))
    order = created(http.post(f"/api/sales/quotations/{valid['id']}/confirm", json={"on": "2026-03-20"}))
    assert [line["unit_price"] for line in order["lines"]] == ["49.99"]


@pytest.mark.feature("3.4.9")
@pytest.mark.feature("3.4.10")
def test_goods_come_back_and_are_credited(http: TestClient, shop: Shop, item_id: str) -> None:
    order = created(http.post("/api/sales/orders", json=order_body(shop, item_id), params={"confirm": "true"}))
    delivery = created(http.post(f"/api/sales/orders/{order['id']}/deliver", json={"delivered_on": "2026-03-16"}))
    created(http.post(f"/api/sales/orders/{order['id']}/invoice", json={"invoiced_on": "2026-03-16"}))
    body = {
        "order_id": order["id"],
        "requested_on": "2026-03-18",
        "reason": "too small",
        "lines": [{"delivery_line_id": delivery["lines"][0]["id"], "qty": "1"}],
    }
    asked = created(http.post("/api/sales/return-requests", json=body))
    path = f"/api/sales/return-requests/{asked['id']}"
    assert http.post(f"{path}/approve", json={"on": "2026-03-20"}).json()["state"] == "approved"
    received = http.post(f"{path}/receive", json={"received_on": "2026-03-20"})
    assert (received.status_code, received.json()["state"]) == (200, "received"), received.text
    kinds = {each["kind"] for each in http.get("/api/sales/invoices").json()["items"]}
    assert kinds == {"sales_invoice", "sales_credit_note"}


@pytest.mark.feature("3.3.7")
def test_a_credit_limit_is_told_in_the_currencys_decimals(http: TestClient, shop: Shop, item_id: str) -> None:
    body = {"code": "POOR", "name": "Poor", "currency_code": "EUR", "country_code": "DE", "credit_limit_amount": "150"}
    customer = created(http.post("/api/scm/customers", json=body))
    order = {
        "company_id": str(shop.company_id),
        "customer_id": customer["id"],
        "lines": [{"item_id": item_id, "qty": "3", "unit_price": "66.67"}],
    }
    refused = problem(http.post("/api/sales/orders?confirm=true", json=order), 409, "credit_limit_exceeded")
    assert refused["detail"].endswith("to 240.01 EUR, above the credit limit of 150.00."), refused["detail"]


@pytest.mark.feature("2.1.4")
@pytest.mark.feature("2.1.14")
@pytest.mark.parametrize("price", ["99999999999999", "1000000"])
def test_a_quantity_and_a_price_whose_product_is_no_amount_are_refused_by_their_line(
    http: TestClient, shop: Shop, item_id: str, price: str
) -> None:
    body = order_body(shop, item_id)
    body["lines"] = [*body["lines"], {"item_id": item_id, "qty": "99999999999999", "unit_price": price}]
    [wrong] = problem(http.post("/api/sales/orders", json=body), 422)["errors"]
    assert (wrong["path"], wrong["code"]) == ("lines/1/qty", "too_large_number")
