"""A supplier's least and largest quantity of an item hold for its orders, whichever way an order comes about."""

from datetime import date, timedelta
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from tests.api.conftest import created, problem
from tests.factories.documents import Shop

pytestmark = pytest.mark.feature("3.6.3")
SOON = (date.today() + timedelta(days=20)).isoformat()  # noqa: DTZ011  # requisitions are dated by the database's day
ORDERS = "/api/purchase/orders"


@pytest.fixture
def terms(http: TestClient, shop: Shop, item_id: str) -> dict[str, Any]:
    """From 5 to 100 in one order."""
    body = {"supplier_id": str(shop.supplier_id), "item_id": item_id, "min_qty": "5", "max_qty": "100"}
    return created(http.post("/api/purchase/supplier-items", json=body))


def _order(http: TestClient, shop: Shop, item_id: str, *quantities: str, **params: str) -> httpx2.Response:
    lines = [{"item_id": item_id, "qty": qty, "unit_price": "1"} for qty in quantities]
    head = {"company_id": str(shop.company_id), "supplier_id": str(shop.supplier_id)}
    return http.post(ORDERS, json={**head, "ordered_on": "2026-03-02", "lines": lines}, params=params)


def _codes(response: httpx2.Response) -> list[tuple[str, str]]:
    return [(each["path"], each["code"]) for each in problem(response, 422, "invalid_input")["errors"]]


def test_an_order_keeps_the_least_and_largest_quantity_of_its_supplier(
    http: TestClient, shop: Shop, item_id: str, terms: dict[str, Any]
) -> None:
    assert _codes(_order(http, shop, item_id, "4")) == [("lines/0/qty", "below_minimum")]
    assert _codes(_order(http, shop, item_id, "101")) == [("lines/0/qty", "above_maximum")]
    # Of one order: its lines are added up.
    assert _codes(_order(http, shop, item_id, "60", "41")) == [("lines/0/qty", "above_maximum")]
    assert http.get(ORDERS).json()["items"] == []
    order = created(_order(http, shop, item_id, "3", "2", confirm="true"))
    [first, second] = order["lines"]
    path = f"{ORDERS}/{order['id']}/change"
    fewer = {"version": order["version"], "lines": [{"order_line_id": second["id"], "qty": "1"}]}
    assert _codes(http.post(path, json=fewer)) == [("lines", "below_minimum")]
    more = {"version": order["version"], "lines": [{"order_line_id": first["id"], "qty": "98"}]}
    moved = http.post(path, json=more)
    assert moved.status_code == 200, moved.text
    assert terms["min_qty"] == "5"


def test_a_draft_is_not_confirmed_against_terms_that_came_later(
    http: TestClient, shop: Shop, item_id: str, terms: dict[str, Any]
) -> None:
    order = created(_order(http, shop, item_id, "6"))
    path = f"/api/purchase/supplier-items/{terms['id']}"
    assert http.patch(path, json={"version": 1, "min_qty": "7"}).status_code == 200
    refused = problem(http.post(f"{ORDERS}/{order['id']}/confirm"), 409, "outside_supply_terms")
    assert "asks for 6 of item" in refused["detail"]
    assert "delivers 7 to 100" in refused["detail"]
    assert http.patch(path, json={"version": 2, "min_qty": None}).status_code == 200
    assert http.post(f"{ORDERS}/{order['id']}/confirm").json()["state"] == "confirmed"


def test_an_order_from_a_requisition_keeps_the_terms_too(
    http: TestClient, shop: Shop, item_id: str, terms: dict[str, Any]
) -> None:
    line = {"item_id": item_id, "qty": "4", "supplier_id": str(shop.supplier_id)}
    needs = "/api/purchase/requisitions"
    body = {"company_id": str(shop.company_id), "needed_on": SOON, "lines": [line]}
    need = created(http.post(needs, json=body))
    assert http.post(f"{needs}/{need['id']}/approve").status_code == 200
    asked = {"lines": [{"line_id": need["lines"][0]["id"], "unit_price": "1"}]}
    assert _codes(http.post(f"{needs}/{need['id']}/order", json=asked)) == [("lines/0/qty", "below_minimum")]
    assert terms["max_qty"] == "100"
