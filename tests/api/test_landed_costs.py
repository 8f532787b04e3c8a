"""Freight and duty become part of what goods received cost."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import created, problem
from tests.factories.documents import Shop, balance, make_item
from transactional.checks import check_tenant
from transactional.kernel.principal import Principal

pytestmark = pytest.mark.feature("3.6.6")
COSTS = "/api/purchase/landed-costs"


@pytest.fixture
def items(services: Services, as_admin: Principal, shop: Shop) -> list[str]:
    with services.database.transaction(as_admin) as session:
        return [str(make_item(session, shop, code)) for code in ("DESK", "LAMP")]


@pytest.fixture
def receipt(http: TestClient, shop: Shop, items: list[str]) -> dict[str, Any]:
    """Ten desks at 50 and five lamps at 100; four desks are used up since."""
    company = {"company_id": str(shop.company_id)}
    lines = [
        {"item_id": items[0], "qty": "10", "unit_price": "50"},
        {"item_id": items[1], "qty": "5", "unit_price": "100"},
    ]
    body = {**company, "supplier_id": str(shop.supplier_id), "ordered_on": "2026-03-16", "lines": lines}
    order = created(http.post("/api/purchase/orders", json=body, params={"confirm": "true"}))
    made = created(http.post(f"/api/purchase/orders/{order['id']}/receive", json={"received_on": "2026-03-17"}))
    used = {
        **company,
        "kind": "issue",
        "document_on": "2026-03-18",
        "warehouse_id": str(shop.warehouse_id),
        "lines": [{"item_id": items[0], "unit_id": str(shop.unit_id), "qty": "4"}],
    }
    issue = created(http.post("/api/inventory/stock-documents", json=used))
    assert http.post(f"/api/inventory/stock-documents/{issue['id']}/post").json()["state"] == "posted"
    return made


def test_freight_changes_units_on_hand_and_the_cost_of_those_gone(
    http: TestClient, shop: Shop, receipt: dict[str, Any], services: Services, as_admin: Principal
) -> None:
    def balances(*codes: str) -> list[str]:
        with services.database.transaction(as_admin) as session:
            assert check_tenant(session) == []
            return [str(round(balance(session, code), 2)) for code in codes]

    assert balances("1300", "5000", "2120") == ["800.00", "0.00", "0.00"]
    body = {"receipt_ids": [receipt["id"]], "cost_on": "2026-03-20", "amount": "90.01"}
    cost = created(http.post(COSTS, json=body))
    shares = [(line["amount"], line["inventory_amount"], line["expense_amount"]) for line in cost["lines"]]
    assert shares == [("45.00", "27.00", "18.00"), ("45.01", "45.01", "0.00")]
    assert balances("1300", "5000", "2120", "2110") == ["872.01", "18.00", "-90.01", "-1000.00"]
    postings = http.get(f"{COSTS}/{cost['id']}/postings").json()["items"]
    assert {posting["journal"] for posting in postings} == {"inventory"}
    accounts = http.get("/api/finance/accounts", params={"code": "2120", "company_id": str(shop.company_id)}).json()
    bill = {
        "company_id": str(shop.company_id),
        "supplier_id": str(shop.supplier_id),
        "external_number": "FREIGHT-1",
        "invoiced_on": "2026-03-20",
        "lines": [{"account_id": accounts["items"][0]["id"], "unit_price": "90.01"}],
    }
    created(http.post("/api/purchase/invoices", json=bill))
    assert balances("2120") == ["0.00"]
    by_quantity = created(http.post(COSTS, json={**body, "amount": "30", "basis": "quantity"}))
    assert [line["amount"] for line in by_quantity["lines"]] == ["20.00", "10.00"]
    assert balances("1300", "5000") == ["894.01", "26.00"]


def test_what_is_wrong_with_a_landed_cost_is_named(
    http: TestClient, receipt: dict[str, Any], make_role: Any, make_user: Any
) -> None:
    body = {"receipt_ids": [receipt["id"]], "cost_on": "2026-03-20", "amount": "90"}

    def refused(**change: Any) -> set[tuple[str, str]]:
        errors = problem(http.post(COSTS, json={**body, **change}), 422)["errors"]
        return {(error["path"], error["code"]) for error in errors}

    assert refused(amount="0") == {("amount", "not_zero")}
    assert refused(amount="0.001") == {("amount", "not_zero")}
    assert refused(basis="weight") == {("basis", "weight_missing")}
    assert refused(cost_on="2026-03-16") == {("cost_on", "too_early")}
    assert refused(basis="colour", receipt_ids=[]) >= {("receipt_ids", "too_short")}
    problem(http.post(COSTS, json={**body, "receipt_ids": [receipt["order_id"]]}), 404)
    make_role("reader", "landed_cost.read", "receipt.read")
    problem(make_user("bo", "reader").http.post(COSTS, json=body), 403, "not_allowed")
