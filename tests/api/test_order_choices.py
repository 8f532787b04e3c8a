"""What an order may name besides goods: how they travel, the special offer, why the customer buys."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import created
from tests.api.test_order_to_cash import order_body
from tests.api.test_trade_refusals import wrong
from tests.factories.documents import Shop

ORDERS = "/api/sales/orders"
NOBODY = "00000000-0000-7000-8000-000000000000"
pytestmark = pytest.mark.feature("3.4.3")


def record(http: TestClient, path: str, code: str, **more: Any) -> str:
    return str(created(http.post(f"/api/{path}", json={"code": code, "name": code.title(), **more}))["id"])


@pytest.fixture
def offer_id(http: TestClient) -> str:
    """A fifth off for ten to twenty pieces in March."""
    days = {"starts_on": "2026-03-01", "ends_on": "2026-03-31"}
    return record(http, "sales/offers", "MARCH", discount_share="0.2", min_qty="10", max_qty="20", **days)


def test_an_order_names_ship_method_offer_and_reasons(
    http: TestClient, shop: Shop, item_id: str, offer_id: str
) -> None:
    truck, ship = record(http, "scm/ship-methods", "TRUCK"), record(http, "scm/ship-methods", "SHIP")
    reasons = [record(http, "sales/sales-reasons", code) for code in ("PRICE", "FRIEND")]
    body = order_body(shop, item_id, "10", ship_method_id=truck, reason_ids=reasons)
    body["lines"][0]["offer_id"] = offer_id
    order = created(http.post(f"{ORDERS}?confirm=true", json=body))
    [line] = order["lines"]
    # Ten at 50 less a fifth.
    told = (order["ship_method_id"], line["offer_id"], line["discount_share"], line["net_amount"], order["net_amount"])
    assert told == (truck, offer_id, "0.2", "400.00", "400.00")
    kept = http.get("/api/sales/order-reasons", params={"order_id": order["id"]}).json()["items"]
    assert sorted(each["reason_id"] for each in kept) == sorted(reasons)
    changed = http.post(f"{ORDERS}/{order['id']}/change", json={"version": order["version"], "ship_method_id": ship})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["ship_method_id"], changed.json()["net_amount"]) == (ship, "400.00")
    given = order_body(shop, item_id, "10")
    given["lines"][0] |= {"offer_id": offer_id, "discount_share": "0.1"}
    assert created(http.post(ORDERS, json=given))["net_amount"] == "450.00"


def test_what_does_not_hold_is_named_and_nothing_is_written(
    http: TestClient, shop: Shop, item_id: str, offer_id: str
) -> None:
    reason = record(http, "sales/sales-reasons", "PRICE")

    def tried(qty: str = "10", offer: str = offer_id, **head: Any) -> list[tuple[str, str]]:
        body = order_body(shop, item_id, qty, **head)
        body["lines"][0]["offer_id"] = offer
        return wrong(http.post(ORDERS, json=body))

    assert tried(offer=NOBODY) == [("lines/0/offer_id", "unknown_offer")]
    assert tried(ordered_on="2026-04-01") == [("lines/0/offer_id", "offer_not_running")]
    assert tried("9") == tried("21") == [("lines/0/qty", "offer_quantity")]
    assert tried(reason_ids=[reason, reason]) == [("reason_ids/1", "named_twice")]
    assert [path for path, _ in tried(reason_ids=[NOBODY])] == ["reason_ids/0"]
    assert tried(ship_method_id=NOBODY) == [("ship_method_id", "unknown_reference")]
    assert http.get(ORDERS).json()["items"] == []
    assert http.get("/api/sales/order-reasons").json()["items"] == []


@pytest.mark.feature("3.4.5")
def test_nothing_is_promised_anew_before_it_was_ordered(http: TestClient, shop: Shop, item_id: str) -> None:
    order = created(http.post(ORDERS, json=order_body(shop, item_id, "10")))
    line = {"order_line_id": order["lines"][0]["id"], "qty": "10", "promised_on": "2026-03-14"}
    body = {"version": order["version"], "promised_on": "2026-03-15", "lines": [line]}
    refused = http.post(f"{ORDERS}/{order['id']}/change", json=body)
    assert wrong(refused) == [("promised_on", "too_early"), ("lines/0/promised_on", "too_early")]
    unknown = {"version": order["version"], "ship_method_id": NOBODY}
    assert wrong(http.post(f"{ORDERS}/{order['id']}/change", json=unknown)) == [("ship_method_id", "unknown_reference")]
    assert http.get(f"{ORDERS}/{order['id']}").json()["revision"] == 1
