"""What a company lets pass in buying: orders up to an amount, receipts and invoices within tolerances."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import Login, created, problem
from tests.factories.documents import Shop

ORDERS = "/api/purchase/orders"


@pytest.fixture
def set_on_company(http: TestClient, shop: Shop) -> Callable[..., Any]:
    """Changes settings of the company."""

    def change(**values: Any) -> Any:
        path = f"/api/organization/companies/{shop.company_id}"
        return http.patch(path, json={"version": http.get(path).json()["version"], **values})

    return change


def order_body(shop: Shop, item_id: str, qty: str = "10") -> dict[str, Any]:
    lines = [{"item_id": item_id, "qty": qty, "unit_price": "12"}]
    head = {"company_id": str(shop.company_id), "supplier_id": str(shop.supplier_id), "ordered_on": "2026-03-16"}
    return {**head, "lines": lines}


@pytest.mark.feature("3.6.3")
def test_an_order_above_the_limit_goes_out_when_a_second_user_says_so(
    shop: Shop, item_id: str, set_on_company: Callable[..., Any], make_role: Any, make_user: Callable[..., Login]
) -> None:
    assert set_on_company(purchase_limit_amount="120").status_code == 200
    make_role("orderer", "purchase_order.*", "supplier.read", "item.read", "receipt.*")
    buyer, second = make_user("bo", "orderer").http, make_user("mo", "orderer").http
    small = created(buyer.post(f"{ORDERS}?confirm=true", json=order_body(shop, item_id)))
    assert small["state"] == "confirmed"
    large = created(buyer.post(f"{ORDERS}?confirm=true", json=order_body(shop, item_id, "11")))
    assert large["state"] == "waiting"
    path = f"{ORDERS}/{large['id']}"
    assert buyer.post(f"{path}/confirm").json()["state"] == "waiting"
    problem(second.post(f"{path}/receive", json={"received_on": "2026-03-17"}), 409, "purchase_order_not_confirmed")
    problem(buyer.post(f"{path}/approve"), 403, "own_order")
    make_role("clerk", "purchase_order.read", "purchase_order.confirm")
    problem(make_user("po", "clerk").http.post(f"{path}/approve"), 403, "not_allowed")
    approved = second.post(f"{path}/approve").json()
    assert (approved["state"], approved["decided_by"] != approved["submitted_by"]) == ("confirmed", True)
    assert second.post(f"{path}/approve").json()["version"] == approved["version"]
    assert second.post(f"{path}/receive", json={"received_on": "2026-03-17"}).status_code == 201


@pytest.mark.feature("3.6.3")
def test_an_order_that_waits_is_turned_down_with_a_reason(
    http: TestClient, shop: Shop, item_id: str, set_on_company: Callable[..., Any]
) -> None:
    assert set_on_company(purchase_limit_amount="0").status_code == 200
    order = created(http.post(f"{ORDERS}?confirm=true", json=order_body(shop, item_id)))
    path = f"{ORDERS}/{order['id']}"
    wrong = problem(http.post(f"{path}/reject"), 422)
    assert [(error["path"], error["code"]) for error in wrong["errors"]] == [("reason", "reason_missing")]
    problem(http.post(f"{path}/reject", json={"reason": ""}), 422)
    rejected = http.post(f"{path}/reject", json={"reason": "too dear"}).json()
    assert (rejected["state"], rejected["decision_reason"]) == ("rejected", "too dear")
    problem(http.post(f"{path}/approve"), 409, "transition_refused")
    for name in ("purchase_limit_amount", "receipt_tolerance_share", "invoice_price_tolerance_share"):
        wrong = problem(set_on_company(**{name: "-0.1"}), 422)
        assert [error["path"] for error in wrong["errors"]] == [name]
    wrong = problem(set_on_company(rate_age_days_max=-1), 422)
    assert [error["path"] for error in wrong["errors"]] == ["rate_age_days_max"]


@pytest.mark.feature("3.6.6")
@pytest.mark.feature("3.6.8")
def test_receipts_and_invoices_may_differ_by_what_the_company_lets_pass(
    http: TestClient, shop: Shop, item_id: str, set_on_company: Callable[..., Any]
) -> None:
    tolerances = {"receipt_tolerance_share": "0.1", "invoice_price_tolerance_share": "0.05"}
    assert set_on_company(**tolerances).status_code == 200
    order = created(http.post(f"{ORDERS}?confirm=true", json=order_body(shop, item_id)))
    line_id, path = order["lines"][0]["id"], f"{ORDERS}/{order['id']}"

    def receive(qty: str) -> Any:
        lines = [{"order_line_id": line_id, "arrived_qty": qty}]
        return http.post(f"{path}/receive", json={"received_on": "2026-03-17", "lines": lines})

    refused = problem(receive("12"), 409, "over_receipt")
    assert "11" in refused["detail"]
    wrong = problem(receive("10.5"), 422)
    assert next((error["path"], error["code"]) for error in wrong["errors"]) == ("lines/0/arrived_qty", "unit_refused")
    created(receive("11"))

    def invoice(number: str, qty: str, price: str) -> dict[str, Any]:
        lines = [{"order_line_id": line_id, "qty": qty, "unit_price": price}]
        body = {"external_number": number, "invoiced_on": "2026-03-18", "lines": lines}
        return created(http.post(f"{path}/invoice", json=body))

    assert invoice("R-1", "5", "12.60")["is_payment_blocked"] is False
    assert invoice("R-2", "5", "12.61")["is_payment_blocked"] is True
    assert set_on_company(invoice_price_tolerance_share="0").status_code == 200
    assert invoice("R-3", "1", "12.01")["is_payment_blocked"] is True
