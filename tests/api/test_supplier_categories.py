"""A supplier's category: terms and accounts handed down its tree, and what it was when something was bought."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import created, problem
from tests.factories.documents import Shop

pytestmark = pytest.mark.feature("3.3.2")
CATEGORIES = "/api/scm/supplier-categories"


@pytest.fixture
def tree(http: TestClient) -> dict[str, dict[str, Any]]:
    """Services with rent below it, and offices below that."""
    terms = {"code": "T60", "name": "60 days", "installments": [{"share": "1", "days": 60}]}
    term = created(http.post("/api/scm/payment-terms", json=terms))
    found: dict[str, dict[str, Any]] = {"terms": term}
    parent: str | None = None
    for code in ("SERVICES", "RENT", "OFFICES"):
        body = {"code": code, "name": code.title(), "parent_id": parent}
        body |= {"payment_term_id": term["id"]} if code == "SERVICES" else {}
        found[code] = created(http.post(CATEGORIES, json=body))
        parent = found[code]["id"]
    return found


@pytest.fixture
def supplier(http: TestClient, tree: dict[str, dict[str, Any]]) -> dict[str, Any]:
    body = {"code": "LANDLORD", "name": "Landlord", "currency_code": "EUR", "category_id": tree["OFFICES"]["id"]}
    return created(http.post("/api/scm/suppliers", json=body))


def account_id(http: TestClient, shop: Shop, code: str) -> str:
    params = {"company_id": str(shop.company_id), "code": code}
    return str(http.get("/api/finance/accounts", params=params).json()["items"][0]["id"])


def bill(shop: Shop, supplier: dict[str, Any], number: str, **line: Any) -> dict[str, Any]:
    lines = [{"unit_price": "100", **line}]
    head = {"company_id": str(shop.company_id), "supplier_id": supplier["id"], "invoiced_on": "2026-03-16"}
    return {**head, "external_number": number, "lines": lines}


def accounts_of(http: TestClient, invoice: dict[str, Any]) -> list[str]:
    [entry] = http.get(f"/api/purchase/invoices/{invoice['id']}/postings").json()["items"]
    return sorted(line["account_code"] for line in entry["lines"])


def test_terms_and_accounts_are_those_of_the_nearest_category_that_says_them(
    http: TestClient, shop: Shop, tree: dict[str, dict[str, Any]], supplier: dict[str, Any]
) -> None:
    assert supplier["payment_term_id"] == tree["terms"]["id"]
    path = "/api/purchase/invoices"
    wrong = problem(http.post(path, json=bill(shop, supplier, "R-1")), 422)
    assert [(error["path"], error["code"]) for error in wrong["errors"]] == [("lines/0/account_id", "account_or_item")]
    mapping = {
        "company_id": str(shop.company_id),
        "role": "expense",
        "account_id": account_id(http, shop, "6300"),
        "supplier_category_id": tree["RENT"]["id"],
    }
    made = created(http.post("/api/finance/account-mappings", json=mapping))
    problem(http.post("/api/finance/account-mappings", json=mapping), 409, "already_used")
    by_category = created(http.post(path, json=bill(shop, supplier, "R-1")))
    assert by_category["supplier_category_id"] == tree["OFFICES"]["id"]
    assert by_category["payment_term_id"] == tree["terms"]["id"]
    payable, expense = accounts_of(http, by_category)
    assert expense == "6300"
    named = bill(shop, supplier, "R-2", account_id=account_id(http, shop, "6000"))
    assert accounts_of(http, created(http.post(path, json=named))) == [payable, "6000"]
    deleted = http.delete(f"/api/finance/account-mappings/{made['id']}")
    assert deleted.status_code == 204, deleted.text
    problem(http.post(path, json=bill(shop, supplier, "R-3")), 422)


def test_a_category_in_use_stays_and_the_tree_has_no_cycle(
    http: TestClient, tree: dict[str, dict[str, Any]], supplier: dict[str, Any]
) -> None:
    for code in ("SERVICES", "OFFICES"):
        refused = problem(http.delete(f"{CATEGORIES}/{tree[code]['id']}"), 409, "still_needed")
        assert refused["detail"]
    top = tree["SERVICES"]
    for parent in (tree["OFFICES"]["id"], top["id"]):
        cycle = http.patch(f"{CATEGORIES}/{top['id']}", json={"version": top["version"], "parent_id": parent})
        problem(cycle, 409)
    assert http.get(f"{CATEGORIES}/{top['id']}").json()["parent_id"] is None
    free = created(http.post(CATEGORIES, json={"code": "FREE", "name": "Free"}))
    assert http.delete(f"{CATEGORIES}/{free['id']}").status_code == 204
    assert supplier["category_id"] == tree["OFFICES"]["id"]


@pytest.mark.feature("3.3.6")
def test_customer_categories_have_no_cycle_either(http: TestClient) -> None:
    path = "/api/scm/customer-categories"
    trade = created(http.post(path, json={"code": "TRADE", "name": "Trade"}))
    shops = created(http.post(path, json={"code": "SHOPS", "name": "Shops", "parent_id": trade["id"]}))
    for parent in (shops["id"], trade["id"]):
        problem(http.patch(f"{path}/{trade['id']}", json={"version": trade["version"], "parent_id": parent}), 409)
    unknown = "00000000-0000-7000-8000-000000000000"
    wrong = problem(http.patch(f"{path}/{trade['id']}", json={"version": 1, "parent_id": unknown}), 422)
    assert [error["path"] for error in wrong["errors"]] == ["parent_id"]
    problem(http.delete(f"{path}/{trade['id']}"), 409, "still_needed")
