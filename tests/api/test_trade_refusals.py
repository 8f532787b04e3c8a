"""Input nobody named: each gets a sentence that says where and what, and nothing is written."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import created, problem
from tests.api.test_order_to_cash import order_body
from tests.factories.documents import Shop
from transactional.checks import check_tenant
from transactional.kernel.principal import Principal

ORDERS, RETURNS, PAYMENTS = "/api/sales/orders", "/api/sales/return-requests", "/api/finance/payments"
DAY = "2026-03-16"


@pytest.fixture
def order(http: TestClient, shop: Shop, item_id: str) -> dict[str, Any]:
    """Ten at 50, confirmed."""
    return created(http.post(f"{ORDERS}?confirm=true", json=order_body(shop, item_id, "10")))


def wrong(answer: Any) -> list[tuple[str, str]]:
    return [(error["path"], error["code"]) for error in problem(answer, 422, "invalid_input")["errors"]]


@pytest.mark.feature("3.4.3")
def test_nothing_is_promised_before_it_is_ordered(http: TestClient, shop: Shop, item_id: str) -> None:
    body = order_body(shop, item_id, promised_on="2026-03-15")
    body["lines"][0]["promised_on"] = "2026-03-14"
    paths = [("promised_on", "too_early"), ("lines/0/promised_on", "too_early")]
    assert wrong(http.post(ORDERS, json=body)) == paths
    assert http.get(ORDERS).json()["items"] == []


@pytest.mark.feature("3.4.5")
def test_a_line_is_changed_once_a_change(http: TestClient, order: dict[str, Any]) -> None:
    line = {"order_line_id": order["lines"][0]["id"]}
    body = {"version": order["version"], "lines": [{**line, "qty": "6"}, {**line, "qty": "7"}]}
    assert wrong(http.post(f"{ORDERS}/{order['id']}/change", json=body)) == [("lines/1/order_line_id", "named_twice")]
    nothing = {"version": order["version"]}
    assert wrong(http.post(f"{ORDERS}/{order['id']}/change", json=nothing)) == [("lines", "changes_nothing")]
    assert http.get(f"{ORDERS}/{order['id']}").json()["revision"] == 1


@pytest.mark.feature("FIN-15")
def test_what_is_wrong_with_an_allocation_is_named_by_its_place(
    http: TestClient, shop: Shop, order: dict[str, Any]
) -> None:
    created(http.post(f"{ORDERS}/{order['id']}/deliver", json={"delivered_on": DAY}))
    invoice = created(http.post(f"{ORDERS}/{order['id']}/invoice", json={"invoiced_on": DAY}))["id"]
    part = {"invoice_id": invoice, "amount": "1"}
    body: dict[str, Any] = {"company_id": str(shop.company_id), "kind": "receipt", "paid_on": DAY}
    body["party_id"] = str(shop.customer_id)
    body |= {"amount": "9000", "allocations": [part, {**part, "amount": "1.001"}]}
    assert [path for path, _ in wrong(http.post(PAYMENTS, json=body))] == ["allocations/1/amount"]
    assert http.get(PAYMENTS).json()["items"] == []


@pytest.mark.feature("3.4.6")
@pytest.mark.feature("3.4.9")
@pytest.mark.feature("3.4.11")
def test_pieces_are_delivered_invoiced_and_returned_whole(
    http: TestClient, order: dict[str, Any], services: Services, as_admin: Principal
) -> None:
    path, line_id = f"{ORDERS}/{order['id']}", order["lines"][0]["id"]

    def deliver(**line: Any) -> Any:
        lines = [{"order_line_id": line_id, "qty": "4", **line}]
        return http.post(f"{path}/deliver", json={"delivered_on": DAY, "lines": lines})

    assert wrong(deliver(qty="0.5")) == [("lines/0/qty", "unit_refused")]
    unknown = "00000000-0000-7000-8000-000000000000"
    assert wrong(deliver(location_id=unknown)) == [("lines/0/location_id", "unknown_location")]
    delivery = created(deliver())

    def invoice(**more: Any) -> Any:
        return http.post(f"{path}/invoice", json={"invoiced_on": DAY, **more})

    half = [{"order_line_id": line_id, "qty": "0.5"}]
    assert wrong(invoice(lines=half)) == [("lines/0/qty", "unit_refused")]
    assert wrong(invoice(exchange_rate="2")) == [("exchange_rate", "same_currency")]
    too_much = [{"order_line_id": line_id, "qty": "5"}]
    assert " 4 are delivered" in problem(invoice(lines=too_much), 409, "over_invoicing")["detail"]
    created(invoice())

    def back(on: str, qty: str) -> Any:
        lines = [{"delivery_line_id": delivery["lines"][0]["id"], "qty": qty}]
        return http.post(RETURNS, json={"order_id": order["id"], "requested_on": on, "reason": "bent", "lines": lines})

    assert wrong(back("2026-03-18", "0.5")) == [("lines/0/qty", "unit_refused")]
    assert "2026-03-16" in problem(back("2026-03-01", "1"), 409, "return_before_delivery")["detail"]
    created(back(DAY, "1"))
    with services.database.transaction(as_admin) as session:
        assert check_tenant(session) == []


@pytest.mark.feature("3.4.13")
def test_one_bank_reference_is_one_payment(http: TestClient, shop: Shop) -> None:
    head = {"company_id": str(shop.company_id), "kind": "receipt", "party_id": str(shop.customer_id), "paid_on": DAY}
    first = created(http.post(PAYMENTS, json={**head, "amount": "10", "bank_reference": "B-1"}))
    again = http.post(PAYMENTS, json={**head, "amount": "10", "bank_reference": "B-1"}).json()
    assert again["id"] == first["id"]
    other = problem(http.post(PAYMENTS, json={**head, "amount": "11", "bank_reference": "B-1"}), 409)
    assert (other["code"], first["number"] in other["detail"]) == ("bank_reference_used", True)
    assert len(http.get(PAYMENTS).json()["items"]) == 1


@pytest.mark.feature("3.6.5")
@pytest.mark.feature("3.6.6")
@pytest.mark.feature("3.6.8")
def test_buying_goes_forward_in_time_and_in_whole_pieces(http: TestClient, shop: Shop, item_id: str) -> None:
    line = {"item_id": item_id, "qty": "10", "unit_price": "12"}
    head = {"company_id": str(shop.company_id), "supplier_id": str(shop.supplier_id), "ordered_on": DAY}
    orders = "/api/purchase/orders"
    early = http.post(orders, json={**head, "lines": [{**line, "promised_on": "2026-03-15"}]})
    assert wrong(early) == [("lines/0/promised_on", "too_early")]
    order = created(http.post(f"{orders}?confirm=true", json={**head, "lines": [line]}))
    path, line_id = f"{orders}/{order['id']}", order["lines"][0]["id"]

    def receive(on: str) -> Any:
        lines = [{"order_line_id": line_id, "arrived_qty": "10", "quarantined_qty": "4"}]
        return http.post(f"{path}/receive", json={"received_on": on, "lines": lines})

    assert wrong(receive("2026-03-15")) == [("received_on", "too_early")]
    [arrived] = created(receive("2026-03-18"))["lines"]
    decided = {"order_id": order["id"], "lines": [{"receipt_line_id": arrived["id"], "accepted_qty": "4"}]}
    inspect = "/api/purchase/receipts/inspect"
    assert wrong(http.post(inspect, json={**decided, "on": "2026-03-17"})) == [("on", "too_early")]
    created(http.post(inspect, json={**decided, "on": "2026-03-19"}))
    bill = {"external_number": "R-1", "invoiced_on": "2026-03-20"}
    half = [{"order_line_id": line_id, "qty": "0.5"}]
    assert wrong(http.post(f"{path}/invoice", json={**bill, "lines": half})) == [("lines/0/qty", "unit_refused")]
    assert created(http.post(f"{path}/invoice", json=bill))["net_amount"] == "120.00"


@pytest.mark.feature("2.1.4")
def test_a_draft_takes_no_amount_finer_than_its_currency(http: TestClient, shop: Shop) -> None:
    path, company = "/api/finance/manual-entries", str(shop.company_id)
    [account] = http.get("/api/finance/accounts", params={"company_id": company, "code": "6200"}).json()["items"]
    entry = {"company_id": company, "entry_on": "2026-03-16", "description": "Rent"}

    def wrong(amount: str, currency: str) -> list[tuple[str, str]]:
        line = {"account_id": account["id"], "currency_code": currency}
        lines = [{**line, "debit_amount": amount}, {**line, "credit_amount": amount}]
        refused = problem(http.post(path, json={**entry, "lines": lines}), 422)
        return [(each["path"], each["code"]) for each in refused["errors"]]

    sides = ("lines/0/debit_amount", "lines/1/credit_amount")
    assert wrong("0.001", "EUR") == [(side, "too_many_decimals") for side in sides]
    assert wrong("1.5", "JPY") == [(side, "too_many_decimals") for side in sides]
    assert wrong("1_000", "EUR") == [(side, "decimal_parsing") for side in sides]
