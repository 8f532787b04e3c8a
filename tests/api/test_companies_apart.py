"""What belongs to a company is named by records and documents of that company only."""

from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import created, problem
from tests.factories.documents import Shop, make_item, make_shop
from transactional.kernel.principal import Principal


def account(http: TestClient, shop: Shop, code: str) -> str:
    found = http.get("/api/finance/accounts", params={"company_id": str(shop.company_id), "code": code}).json()
    return str(found["items"][0]["id"])


def foreign(answer: Any) -> list[tuple[str, str]]:
    return [(error["path"], error["code"]) for error in problem(answer, 422, "invalid_input")["errors"]]


@pytest.mark.feature("FIN-01")
@pytest.mark.feature("FIN-03")
@pytest.mark.feature("3.6.8")
def test_accounts_and_cost_centres_of_another_company_are_refused_everywhere(
    http: TestClient, shop: Shop, services: Services, as_admin: Principal
) -> None:
    with services.database.transaction(as_admin) as session:
        other = make_shop(session, code="OTHER")
        item = str(make_item(session, shop, "BOLT"))
    company, warehouse = str(shop.company_id), str(shop.warehouse_id)
    rent, far_rent, far_bank = account(http, shop, "6200"), account(http, other, "6200"), account(http, other, "1100")
    centre = created(
        http.post(
            "/api/organization/cost-centres",
            json={"code": "FAR", "name": "Far", "company_id": str(other.company_id)},
        )
    )["id"]
    bill = {
        "company_id": company,
        "supplier_id": str(shop.supplier_id),
        "external_number": "R-1",
        "lines": [
            {"account_id": far_rent, "unit_price": "1"},
            {"account_id": rent, "unit_price": "1", "cost_centre_id": centre},
        ],
    }
    assert foreign(http.post("/api/purchase/invoices", json=bill)) == [
        ("lines/0/account_id", "account_unknown"),
        ("lines/1/cost_centre_id", "cost_centre_unknown"),
    ]
    entry: dict[str, Any] = {
        "company_id": company,
        "entry_on": "2026-03-16",
        "lines": [
            {"account_id": rent, "debit_amount": "1", "currency_code": "EUR", "cost_centre_id": centre},
            {"account_id": far_rent, "credit_amount": "1", "currency_code": "EUR"},
        ],
    }
    wrong_lines = [("lines/1/account_id", "another_company"), ("lines/0/cost_centre_id", "another_company")]
    assert foreign(http.post("/api/finance/manual-entries", json=entry)) == wrong_lines
    nowhere = {**entry, "lines": [{**line, "cost_centre_id": str(uuid4())} for line in entry["lines"]]}
    assert foreign(http.post("/api/finance/manual-entries", json=nowhere))[1:] == [
        ("lines/0/cost_centre_id", "unknown_reference"),
        ("lines/1/cost_centre_id", "unknown_reference"),
    ]
    right = {"account_id": rent, "currency_code": "EUR"}
    lines = [{**right, "debit_amount": "1"}, {**right, "credit_amount": "1"}]
    made = created(http.post("/api/finance/manual-entries", json={**entry, "lines": lines}))
    change = {"version": made["version"], "lines": entry["lines"]}
    assert foreign(http.patch(f"/api/finance/manual-entries/{made['id']}", json=change)) == wrong_lines
    bank = {"code": "B2", "name": "Bank", "company_id": company, "currency_code": "EUR", "account_id": far_bank}
    assert foreign(http.post("/api/finance/bank-accounts", json=bank)) == [("account_id", "another_company")]
    mapping = {"company_id": company, "role": "revenue", "warehouse_id": warehouse, "account_id": far_rent}
    assert foreign(http.post("/api/finance/account-mappings", json=mapping)) == [("account_id", "another_company")]
    below = {"company_id": company, "code": "62x", "name": "Below", "type": "expense", "parent_id": far_rent}
    assert foreign(http.post("/api/finance/accounts", json=below)) == [("parent_id", "another_company")]
    issue = {
        "company_id": company,
        "kind": "issue",
        "document_on": "2026-03-16",
        "warehouse_id": str(other.warehouse_id),
        "account_id": far_rent,
        "cost_centre_id": centre,
        "lines": [{"item_id": item, "unit_id": str(shop.unit_id), "qty": "1"}],
    }
    assert {path for path, _ in foreign(http.post("/api/inventory/stock-documents", json=issue))} == {
        "warehouse_id",
        "account_id",
        "cost_centre_id",
    }


@pytest.mark.feature("FIN-03")
def test_a_cost_centre_with_postings_stays_with_its_company(
    http: TestClient, shop: Shop, services: Services, as_admin: Principal
) -> None:
    with services.database.transaction(as_admin) as session:
        other = make_shop(session, code="OTHER")
    body = {"code": "SALES", "name": "Sales", "company_id": str(shop.company_id)}
    centre = created(http.post("/api/organization/cost-centres", json=body))
    rent = account(http, shop, "6200")
    bill = {
        "company_id": str(shop.company_id),
        "supplier_id": str(shop.supplier_id),
        "external_number": "R-2",
        "lines": [{"account_id": rent, "unit_price": "5", "cost_centre_id": centre["id"]}],
    }
    invoice = created(http.post("/api/purchase/invoices", json=bill))
    assert invoice["lines"][0]["cost_centre_id"] == centre["id"]
    path = f"/api/organization/cost-centres/{centre['id']}"
    moved = {"version": centre["version"], "company_id": str(other.company_id)}
    problem(http.patch(path, json=moved), 409, "field_fixed")
    problem(http.delete(path), 409, "in_use")
