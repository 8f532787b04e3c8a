"""What is still to be done by orders, asked of their lists: goods to hand over, goods to come."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import Login, created, problem
from tests.factories.documents import Shop

SALES, PURCHASES = "/api/sales/orders", "/api/purchase/orders"


def numbers(http: TestClient, path: str, part: str, **more: str) -> list[str]:
    answer = http.get(path, params={"part": part, "include_total": "true", **more})
    assert answer.status_code == 200, answer.text
    found = [each["number"] for each in answer.json()["items"]]
    assert answer.json()["total"] == len(found)
    return found


@pytest.mark.feature("3.4.9")
def test_an_order_waits_for_goods_until_all_of_it_is_handed_over(
    http: TestClient, shop: Shop, item_id: str, customer: dict[str, Any]
) -> None:
    body = {
        "company_id": str(shop.company_id),
        "customer_id": customer["id"],
        "ordered_on": "2026-03-16",
        "promised_on": "2026-03-18",
        "lines": [{"item_id": item_id, "qty": "5", "unit_price": "10"}],
    }
    created(http.post(SALES, json=body))
    assert numbers(http, SALES, "to_deliver") == []
    order = created(http.post(SALES, json=body, params={"confirm": "true"}))
    path, line = f"{SALES}/{order['id']}", http.get(f"{SALES}/{order['id']}").json()["lines"][0]["id"]
    assert numbers(http, SALES, "to_deliver") == [order["number"]]
    assert numbers(http, SALES, "to_deliver", promised_on__lte="2026-03-17") == []
    some = {"delivered_on": "2026-03-17", "lines": [{"order_line_id": line, "qty": "2"}]}
    created(http.post(f"{path}/deliver", json=some))
    assert numbers(http, SALES, "to_deliver") == [order["number"]]
    rest = created(http.post(f"{path}/deliver", json={"delivered_on": "2026-03-17"}))
    assert numbers(http, SALES, "to_deliver") == []
    cancelled = http.post(f"/api/sales/deliveries/{rest['id']}/cancel", json={"on": "2026-03-18"})
    assert cancelled.status_code == 200, cancelled.text
    assert numbers(http, SALES, "to_deliver") == [order["number"]]
    assert http.post(f"{path}/close").status_code == 200
    assert numbers(http, SALES, "to_deliver") == []


@pytest.mark.feature("3.6.6")
def test_a_purchase_waits_for_what_has_not_come_or_was_rejected(http: TestClient, shop: Shop, item_id: str) -> None:
    body = {
        "company_id": str(shop.company_id),
        "supplier_id": str(shop.supplier_id),
        "ordered_on": "2026-03-16",
        "lines": [{"item_id": item_id, "qty": "10", "unit_price": "12"}],
    }
    order = created(http.post(PURCHASES, json=body, params={"confirm": "true"}))
    line = http.get(f"{PURCHASES}/{order['id']}").json()["lines"][0]["id"]
    assert numbers(http, PURCHASES, "to_receive") == [order["number"]]
    rejected = {"order_line_id": line, "arrived_qty": "10", "rejected_qty": "1", "reject_reason": "scratched"}
    some = {"received_on": "2026-03-17", "lines": [rejected]}
    created(http.post(f"{PURCHASES}/{order['id']}/receive", json=some))
    assert numbers(http, PURCHASES, "to_receive") == [order["number"]]
    created(http.post(f"{PURCHASES}/{order['id']}/receive", json={"received_on": "2026-03-18"}))
    assert numbers(http, PURCHASES, "to_receive") == []


@pytest.mark.feature("3.4.9")
def test_a_part_that_is_none_is_refused(http: TestClient, make_user: Callable[..., Login]) -> None:
    for path, part in ((SALES, "to_receive"), (SALES, ""), ("/api/scm/customers", "to_deliver")):
        problem(http.get(path, params={"part": part}), 422)
    problem(make_user("hanna", "hr_manager").http.get(SALES, params={"part": "to_deliver"}), 403, "not_allowed")
    declared = {each["thing"]: each["parts"] for each in http.get("/api/system/resources").json()["items"]}
    assert (declared["order"], declared["purchase_order"], declared["customer"]) == (["to_deliver"], ["to_receive"], [])
    clerk = make_user("cleo", "warehouse_clerk").http
    assert clerk.get(f"{SALES}/export", params={"part": "to_deliver", "format": "csv"}).status_code == 403
    assert numbers(clerk, SALES, "to_deliver") == []
