"""Goods that are inspected by plan: held back on arrival, accepted when they pass."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import created, problem
from tests.factories.documents import Shop
from transactional.checks import check_tenant
from transactional.kernel.principal import Principal

pytestmark = pytest.mark.feature("3.6.5")
ORDERS, PLANS = "/api/purchase/orders", "/api/purchase/inspection-plans"
INSPECT = "/api/purchase/receipts/inspect"


@pytest.fixture
def plan(http: TestClient, item_id: str) -> dict[str, Any]:
    """A fifth of the pieces, two at least, one defect allowed, and a diameter."""
    checks = [{"name": "diameter", "lower_limit": "9.9", "upper_limit": "10.1"}]
    body = {"code": "P-1", "name": "Bolts", "item_id": item_id, "sample_share": "0.2", "sample_min_qty": "2"}
    return created(http.post(PLANS, json={**body, "defects_max_qty": "1", "checks": checks}))


@pytest.fixture
def arrive(http: TestClient, shop: Shop, item_id: str) -> Callable[..., Any]:
    """Orders twelve and receives them as told."""

    def make(**line: Any) -> Any:
        body = {
            "company_id": str(shop.company_id),
            "supplier_id": str(shop.supplier_id),
            "ordered_on": "2026-03-16",
            "lines": [{"item_id": item_id, "qty": "12", "unit_price": "12"}],
        }
        order = created(http.post(f"{ORDERS}?confirm=true", json=body))
        given = {"order_line_id": order["lines"][0]["id"], "arrived_qty": "12", **line}
        received = {"received_on": "2026-03-17", "lines": [given]} if line else {"received_on": "2026-03-17"}
        return order, http.post(f"{ORDERS}/{order['id']}/receive", json=received)

    return make


def on_hand(http: TestClient, item_id: str) -> str:
    [level] = http.get("/api/inventory/stock/levels", params={"item_id": item_id}).json()["items"]
    return str(level["on_hand_qty"])


def inspect(http: TestClient, order: dict[str, Any], receipt: dict[str, Any], diameter: str | None, **line: Any) -> Any:
    results = [] if diameter is None else [{"check": "diameter", "value": diameter}]
    told = {"receipt_line_id": receipt["lines"][0]["id"], "results": results, **line}
    return http.post(INSPECT, json={"order_id": order["id"], "on": "2026-03-18", "lines": [told]})


def test_what_a_plan_has_inspected_waits_until_it_passes(
    http: TestClient,
    item_id: str,
    plan: dict[str, Any],
    arrive: Callable[..., Any],
    services: Services,
    as_admin: Principal,
) -> None:
    _, refused = arrive(accepted_qty="12")
    problem(refused, 409, "inspection_needed")
    order, answer = arrive()
    receipt = created(answer)
    [line] = receipt["lines"]
    assert (line["accepted_qty"], line["quarantined_qty"], line["inspection_plan_id"]) == ("0", "12", plan["id"])
    assert on_hand(http, item_id) == "1000"

    def paths(answer: Any) -> list[tuple[str, str]]:
        return [(error["path"], error["code"]) for error in problem(answer, 422)["errors"]]

    whole = {"accepted_qty": "11", "rejected_qty": "1"}
    assert paths(inspect(http, order, receipt, None, **whole)) == [
        ("lines/0/sample_qty", "sample_too_small"),
        ("lines/0/results", "result_missing"),
    ]
    small = inspect(http, order, receipt, "10", **whole, sample_qty="2")
    assert paths(small) == [("lines/0/sample_qty", "sample_too_small")]
    assert "3" in small.json()["errors"][0]["reason"]
    odd = inspect(http, order, receipt, "10", **whole, sample_qty="3", defect_qty="4")
    assert paths(odd) == [("lines/0/defect_qty", "not_in_sample")]
    problem(inspect(http, order, receipt, "10.2", **whole, sample_qty="3"), 409, "inspection_failed")
    problem(inspect(http, order, receipt, "10", **whole, sample_qty="3", defect_qty="2"), 409, "inspection_failed")
    assert on_hand(http, item_id) == "1000"
    passed = created(inspect(http, order, receipt, "10", **whole, sample_qty="3", defect_qty="1"))
    assert (passed["lines"][0]["accepted_qty"], passed["lines"][0]["rejected_qty"]) == ("11", "1")
    assert on_hand(http, item_id) == "1011"
    [found] = http.get("/api/purchase/inspections", params={"plan_id": plan["id"]}).json()["items"]
    assert (found["is_passed"], found["sample_qty"], found["results"]) == (True, "3", {"diameter": "10"})
    with services.database.transaction(as_admin) as session:
        assert check_tenant(session) == []


def test_goods_that_fail_are_rejected_or_sorted_piece_by_piece(
    http: TestClient, item_id: str, plan: dict[str, Any], arrive: Callable[..., Any]
) -> None:
    order, answer = arrive(rejected_qty="2", reject_reason="crushed")
    receipt = created(answer)
    assert receipt["lines"][0]["quarantined_qty"] == "10"
    sorted_out = {"accepted_qty": "3", "rejected_qty": "2", "sample_qty": "5", "defect_qty": "2"}
    created(inspect(http, order, receipt, "10", **sorted_out))
    problem(inspect(http, order, receipt, "10", **sorted_out | {"defect_qty": "3"}), 409, "inspection_failed")
    failed = {"rejected_qty": "5", "sample_qty": "2", "defect_qty": "2"}
    created(inspect(http, order, receipt, "10", **failed))
    rows = http.get("/api/purchase/inspections", params={"plan_id": plan["id"]}).json()["items"]
    assert sorted(row["is_passed"] for row in rows) == [False, False]
    assert on_hand(http, item_id) == "1003"
    problem(http.delete(f"{PLANS}/{plan['id']}"), 409, "in_use")


def test_the_nearest_plan_holds_and_only_while_it_is_used(
    http: TestClient, shop: Shop, item_id: str, plan: dict[str, Any], arrive: Callable[..., Any]
) -> None:
    body = {"code": "P-0", "name": "All goods", "item_category_id": str(shop.category_id), "checks": [{"name": "look"}]}
    category = created(http.post(PLANS, json=body))
    own = created(http.post(PLANS, json=body | {"code": "P-2", "supplier_id": str(shop.supplier_id)}))

    def used() -> str | None:
        plan_id: str | None = created(arrive()[1])["lines"][0]["inspection_plan_id"]
        return plan_id

    assert used() == plan["id"]
    for each, then in ((plan, own["id"]), (own, category["id"]), (category, None)):
        off = http.patch(f"{PLANS}/{each['id']}", json={"version": each["version"], "is_active": False})
        assert off.status_code == 200, off.text
        assert used() == then
    for wrong in ({}, {"item_id": item_id, "item_category_id": str(shop.category_id)}):
        refused = problem(
            http.post(PLANS, json={"code": "P-9", "name": "x", "checks": [{"name": "look"}], **wrong}), 422
        )
        assert [error["path"] for error in refused["errors"]] == ["item_id"]
    refused = problem(http.post(PLANS, json=body | {"code": "P-9", "sample_share": "1.1"}), 422)
    assert [error["path"] for error in refused["errors"]] == ["sample_share"]
    order, answer = arrive(accepted_qty="10", quarantined_qty="2")
    loose = inspect(http, order, created(answer), "10", accepted_qty="2")
    assert [error["code"] for error in problem(loose, 422)["errors"]] == ["no_plan"]
