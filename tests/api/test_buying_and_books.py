"""Buying, stock by hand and the books, over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import Login, created, problem
from tests.factories.documents import Shop, balance, make_item, stock_up
from transactional.checks import check_tenant
from transactional.kernel.principal import Principal


@pytest.fixture
def purchase_order(http: TestClient, shop: Shop, item_id: str) -> dict[str, Any]:
    body = {
        "company_id": str(shop.company_id),
        "supplier_id": str(shop.supplier_id),
        "ordered_on": "2026-03-16",
        "lines": [{"item_id": item_id, "qty": "10", "unit_price": "12"}],
    }
    return created(http.post("/api/purchase/orders", json=body, params={"confirm": "true"}))


@pytest.mark.feature("3.6.6")
@pytest.mark.feature("3.6.8")
def test_a_purchase_is_received_invoiced_and_paid(http: TestClient, shop: Shop, purchase_order: dict[str, Any]) -> None:
    path = f"/api/purchase/orders/{purchase_order['id']}"
    receipt = created(http.post(f"{path}/receive", json={"received_on": "2026-03-17"}))
    assert [line["accepted_qty"] for line in receipt["lines"]] == ["10"]
    bill = {"external_number": "R-77", "invoiced_on": "2026-03-18"}
    invoice = created(http.post(f"{path}/invoice", json=bill))
    assert (invoice["net_amount"], invoice["is_payment_blocked"]) == ("120.00", False)
    assert [posting["journal"] for posting in http.get(f"{path}/postings").json()["items"]] == ["inventory", "purchase"]
    payment = {
        "company_id": str(shop.company_id),
        "kind": "disbursement",
        "party_id": str(shop.supplier_id),
        "paid_on": "2026-03-20",
        "amount": invoice["total_amount"],
        "allocations": [{"invoice_id": invoice["id"], "amount": invoice["total_amount"]}],
    }
    refused = http.post("/api/finance/payments", json=payment)
    if refused.status_code == 409:
        problem(refused, 409, "bank_account_not_approved")
    assert http.get("/api/sales/invoices").json()["items"] == []
    problem(http.get(f"/api/sales/invoices/{invoice['id']}"), 404)


@pytest.mark.feature("3.6.6")
def test_goods_go_back_to_their_supplier(http: TestClient, purchase_order: dict[str, Any]) -> None:
    path = f"/api/purchase/orders/{purchase_order['id']}"
    receipt = created(http.post(f"{path}/receive", json={"received_on": "2026-03-17"}))
    body = {
        "order_id": purchase_order["id"],
        "returned_on": "2026-03-18",
        "lines": [{"receipt_line_id": receipt["lines"][0]["id"], "qty": "4"}],
    }
    assert created(http.post("/api/purchase/receipts/return", json=body))["kind"] == "return"
    body["lines"][0]["qty"] = "7"
    problem(http.post("/api/purchase/receipts/return", json=body), 409, "over_supplier_return")


@pytest.mark.feature("3.3.1")
def test_a_second_user_approves_where_a_supplier_is_paid(
    http: TestClient, shop: Shop, make_user: Callable[..., Login]
) -> None:
    body = {"supplier_id": str(shop.supplier_id), "iban": "DE89370400440532013000"}
    account = created(http.post("/api/scm/supplier-bank-accounts", json=body))
    path = f"/api/scm/supplier-bank-accounts/{account['id']}/approve"
    problem(http.post(path), 403, "same_user")
    second = make_user("bo", "accountant")
    assert second.http.post(path).json()["state"] == "approved"


@pytest.mark.feature("3.3.5")
def test_likely_duplicates_are_listed_and_two_customers_merged(http: TestClient) -> None:
    body = {"name": "Crane & Company Ltd", "currency_code": "EUR", "city": "Delft"}
    kept = created(http.post("/api/scm/customers", json={**body, "code": "A", "tax_number": "DE123"}))
    gone = created(http.post("/api/scm/customers", json={**body, "code": "B", "name": "Company Crane Ltd."}))
    found = http.get("/api/scm/customers/duplicates", params={"name": "crane company ltd", "city": "delft"}).json()
    assert {row["code"] for row in found["items"]} == {"A", "B"}
    by_number = http.get("/api/scm/customers/duplicates", params={"name": "Other", "tax_number": "DE123"}).json()
    assert [(row["code"], row["reason"]) for row in by_number["items"]] == [("A", "tax number")]
    merged = http.post(f"/api/scm/customers/{gone['id']}/merge", json={"into_id": kept["id"]}).json()
    assert (merged["merged_into_id"], merged["is_active"]) == (kept["id"], False)
    problem(http.post(f"/api/scm/customers/{gone['id']}/merge", json={"into_id": kept["id"]}), 409, "already_merged")


@pytest.mark.feature("3.3.5")
def test_numbers_of_a_house_follow_it_when_it_is_merged(http: TestClient) -> None:
    path = "/api/scm/customers"

    def made(code: str, head: str | None = None) -> str:
        body = {"code": code, "name": f"House {code}", "currency_code": "EUR", "head_id": head}
        return str(created(http.post(path, json=body))["id"])

    def heads(*ids: str) -> list[str | None]:
        return [http.get(f"{path}/{each}").json()["head_id"] for each in ids]

    def merged(gone: str, kept: str) -> None:
        answer = http.post(f"{path}/{gone}/merge", json={"into_id": kept})
        assert answer.status_code == 200, answer.text

    old, new = made("OLD"), made("NEW")
    first, second, branch = made("OLD-1", old), made("OLD-2", old), made("NEW-1", new)
    merged(old, branch)
    assert heads(old, first, second, branch, new) == [new, new, new, new, None]
    # A number of the house takes it over.
    merged(new, first)
    assert heads(new, first, second, branch, old) == [first, None, first, first, first]


@pytest.mark.feature("FIN-03")
@pytest.mark.feature("FIN-04")
@pytest.mark.feature("FIN-33")
def test_an_entry_by_hand_is_balanced_posted_once_and_taken_back(http: TestClient, shop: Shop) -> None:
    params = {"is_posting": "true", "is_control": "false", "type": "expense", "limit": "2"}
    one, two = http.get("/api/finance/accounts", params=params).json()["items"]
    line = {"account_id": one["id"], "debit_amount": "100", "currency_code": "EUR"}
    other = {"account_id": two["id"], "credit_amount": "99.99", "currency_code": "EUR"}
    body = {"company_id": str(shop.company_id), "entry_on": "2026-03-16", "lines": [line, other]}
    draft = created(http.post("/api/finance/manual-entries", json=body))
    path = f"/api/finance/manual-entries/{draft['id']}"
    refused = problem(http.post(f"{path}/post"), 422)
    assert "0.01" in refused["errors"][0]["reason"]
    other["credit_amount"] = "100"
    fixed = http.patch(path, json={"lines": [line, other], "version": 1})
    assert fixed.status_code == 200, fixed.text
    assert http.post(f"{path}/post").json()["state"] == "posted"
    problem(http.patch(path, json={"description": "x", "version": 3}), 409)
    problem(http.delete(path), 409, "not_editable")
    [posting] = http.get(f"{path}/postings").json()["items"]
    reverse = f"/api/finance/journal-entries/{posting['entry_id']}/reverse"
    assert created(http.post(reverse, json={"on": "2026-03-17"}))["reverses_id"] == posting["entry_id"]
    problem(http.post(reverse, json={"on": "2026-03-17"}), 409, "already_reversed")


@pytest.mark.feature("FIN-33")
def test_a_closed_period_takes_nothing_until_it_is_reopened(http: TestClient, shop: Shop) -> None:
    [period] = http.get("/api/finance/periods", params={"starts_on": "2025-01-01"}).json()["items"]
    path = f"/api/finance/periods/{period['id']}"
    assert http.post(f"{path}/close").json()["state"] == "closed"
    problem(http.post(f"{path}/close"), 409, "period_state")
    problem(http.post(f"{path}/reopen", json={"reason": ""}), 422)
    assert http.post(f"{path}/reopen", json={"reason": "late invoice"}).json()["state"] == "open"
    assert str(shop.company_id) == period["company_id"]


@pytest.mark.feature("3.5.7")
def test_stock_is_adjusted_with_a_reason(http: TestClient, shop: Shop, item_id: str) -> None:
    body = {
        "company_id": str(shop.company_id),
        "kind": "adjustment",
        "document_on": "2026-03-17",
        "warehouse_id": str(shop.warehouse_id),
        "lines": [{"item_id": item_id, "unit_id": str(shop.unit_id), "qty": "-5"}],
    }
    draft = created(http.post("/api/inventory/stock-documents", json=body))
    path = f"/api/inventory/stock-documents/{draft['id']}"
    problem(http.post(f"{path}/post"), 422)
    http.patch(path, json={"reason": "broken", "version": 1})
    assert http.post(f"{path}/post").json()["state"] == "posted"
    [level] = http.get("/api/inventory/stock", params={"item_id": item_id}).json()["items"]
    assert level["on_hand_qty"] == "995"


@pytest.mark.feature("ORG-01")
def test_a_company_is_installed_ready_to_trade(http: TestClient) -> None:
    body = {"code": "NEW", "name": "New", "currency_code": "CNY", "country_code": "CN", "years": [2026]}
    company = created(http.post("/api/organization/companies", json=body))
    counts = {
        path: http.get(path, params={"company_id": company["id"], "include_total": "true"}).json()["total"]
        for path in ("/api/finance/accounts", "/api/finance/periods", "/api/system/number-series")
    }
    assert all(counts.values())
    assert counts["/api/finance/periods"] == 12
    problem(http.post("/api/organization/companies", json={**body, "code": "N2", "currency_code": "ZZZ"}), 422)
    problem(http.post("/api/organization/companies", json=body), 409, "already_used")
    year = {"company_id": company["id"], "starts_on": "2027-01-01"}
    assert created(http.post("/api/finance/fiscal-years", json=year))["company_id"] == company["id"]
    problem(http.post("/api/finance/fiscal-years", json=year), 409)


@pytest.mark.feature("ORG-01")
def test_documents_use_warehouses_and_accounts_of_their_own_company(http: TestClient, shop: Shop, item_id: str) -> None:
    body = {"code": "NEW", "name": "New", "currency_code": "EUR", "country_code": "DE", "years": [2026]}
    other = created(http.post("/api/organization/companies", json=body))
    [foreign, *_] = http.get("/api/inventory/warehouses", params={"company_id": other["id"]}).json()["items"]
    order = {"company_id": str(shop.company_id), "customer_id": str(shop.customer_id), "warehouse_id": foreign["id"]}
    refused = problem(http.post("/api/sales/orders", json=order | {"lines": [{"item_id": item_id, "qty": "1"}]}), 422)
    assert [error["path"] for error in refused["errors"]] == ["warehouse_id"]
    [account, another, *_] = http.get(
        "/api/finance/accounts", params={"company_id": other["id"], "is_posting": "true", "is_control": "false"}
    ).json()["items"]
    lines = [
        {"account_id": account["id"], "debit_amount": "1", "currency_code": "EUR"},
        {"account_id": another["id"], "credit_amount": "1", "currency_code": "EUR"},
    ]
    entry = {"company_id": str(shop.company_id), "entry_on": "2026-03-16", "lines": lines}
    drafted = http.post("/api/finance/manual-entries", json=entry)
    if drafted.status_code == 201:
        drafted = http.post(f"/api/finance/manual-entries/{drafted.json()['id']}/post")
    assert [error["path"] for error in problem(drafted, 422)["errors"]] == ["lines/0/account_id", "lines/1/account_id"]


@pytest.mark.feature("ORG-01")
def test_the_currency_of_a_company_stays_after_its_first_posting(http: TestClient, shop: Shop, item_id: str) -> None:
    company = http.get(f"/api/organization/companies/{shop.company_id}").json()
    body = {"currency_code": "USD", "version": company["version"]}
    problem(http.patch(f"/api/organization/companies/{shop.company_id}", json=body), 409, "field_fixed")
    assert item_id


@pytest.mark.feature("3.5.1")
def test_costing_changes_only_by_the_verb_that_values_stock_anew(
    http: TestClient, shop: Shop, services: Services, as_admin: Principal
) -> None:
    with services.database.transaction(as_admin) as session:
        item = make_item(session, shop, "STD", costing_method="standard")
    path = f"/api/inventory/items/{item}"
    fresh = http.patch(path, json={"standard_cost": "8", "version": 1})
    assert fresh.status_code == 200, fresh.text
    with services.database.transaction(as_admin) as session:
        stock_up(session, shop, item, "10", "8")
    for change in ({"standard_cost": "9"}, {"costing_method": "fifo"}):
        problem(http.patch(path, json={**change, "version": 2}), 409, "field_fixed")
    cost = {"item_id": str(item), "company_id": str(shop.company_id), "valid_from": "2026-03-20", "unit_cost": "9"}
    made = created(http.post("/api/inventory/item-costs", json=cost))
    assert (made["unit_cost"], made["valid_from"]) == ("9", "2026-03-20")
    assert http.get(path).json()["standard_cost"] == "9"
    problem(http.patch(f"/api/inventory/item-costs/{made['id']}", json={"unit_cost": "1", "version": 1}), 405)
    problem(http.post("/api/inventory/item-costs", json={**cost, "unit_cost": "-1"}), 422)
    file = "item,company,valid_from,unit_cost\nSTD,SHOP,2026-03-21,9.50\nNONE,SHOP,2026-03-21,1\n"
    refused = http.post("/api/inventory/item-costs/import", files={"file": ("c.csv", file)})
    assert [(row["line"], row["column"]) for row in problem(refused, 422)["rows"]] == [(3, "item")]
    good = http.post("/api/inventory/item-costs/import", files={"file": ("c.csv", file)}, params={"only_good": "true"})
    assert good.json()["created"] == 1, good.text
    with services.database.transaction(as_admin) as session:
        assert balance(session, "1300") == 95
        assert balance(session, "5210") == -15
        assert check_tenant(session) == []
