"""Budgets: lines by hand and by file, one approved revision a year, what was approved kept."""

from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import created, problem
from tests.factories.documents import Shop, make_shop
from transactional.kernel.principal import Principal

pytestmark = pytest.mark.feature("FIN-10")
BUDGETS, LINES = "/api/finance/budgets", "/api/finance/budget-lines"


@pytest.fixture
def accounts(http: TestClient, shop: Shop) -> dict[str, str]:
    found = http.get("/api/finance/accounts", params={"limit": 500, "company_id": str(shop.company_id)}).json()
    return {row["code"]: row["id"] for row in found["items"]}


def year_of(http: TestClient, shop: Shop) -> str:
    asked = {"company_id": str(shop.company_id), "code": "2026"}
    return str(http.get("/api/finance/fiscal-years", params=asked).json()["items"][0]["id"])


def test_a_budget_is_approved_and_revised_and_the_earlier_revision_kept(
    http: TestClient, shop: Shop, accounts: dict[str, str]
) -> None:
    body = {"company_id": str(shop.company_id), "fiscal_year_id": year_of(http, shop), "name": "Plan"}
    first = created(http.post(BUDGETS, json=body))
    line = {"budget_id": first["id"], "account_id": accounts["6200"], "month_on": "2026-03-01", "amount": "300"}
    made = created(http.post(LINES, json=line))
    problem(http.post(LINES, json=line), 409)
    assert http.post(f"{BUDGETS}/{first['id']}/approve").json()["state"] == "approved"
    problem(http.post(LINES, json={**line, "month_on": "2026-04-01"}), 409, "budget_not_draft")
    problem(http.patch(f"{LINES}/{made['id']}", json={"version": 1, "amount": "1"}), 409, "budget_not_draft")
    problem(http.delete(f"{LINES}/{made['id']}"), 409, "budget_not_draft")
    problem(http.delete(f"{BUDGETS}/{first['id']}"), 409, "not_editable")
    second = created(http.post(f"{BUDGETS}/{first['id']}/revise"))
    assert (second["revision"], second["state"]) == (2, "draft")
    [copied] = http.get(LINES, params={"budget_id": second["id"]}).json()["items"]
    changed = http.patch(f"{LINES}/{copied['id']}", json={"version": 1, "amount": "350"})
    assert changed.json()["amount"] == "350.00"
    assert http.post(f"{BUDGETS}/{second['id']}/approve").json()["state"] == "approved"
    assert http.get(f"{BUDGETS}/{first['id']}").json()["state"] == "superseded"
    assert http.get(f"{LINES}/{made['id']}").json()["amount"] == "300.00"
    problem(http.post(f"{BUDGETS}/{first['id']}/approve"), 409, "transition_refused")


def test_what_is_wrong_with_a_line_is_named(
    http: TestClient, shop: Shop, accounts: dict[str, str], services: Services, as_admin: Principal
) -> None:
    with services.database.transaction(as_admin) as session:
        other = make_shop(session, code="OTHER")
    body = {"company_id": str(shop.company_id), "fiscal_year_id": year_of(http, other), "name": "Plan"}
    wrong = problem(http.post(BUDGETS, json=body), 422)
    assert [(error["path"], error["code"]) for error in wrong["errors"]] == [("fiscal_year_id", "another_company")]
    budget = created(http.post(BUDGETS, json={**body, "fiscal_year_id": year_of(http, shop)}))
    far = http.get("/api/finance/accounts", params={"company_id": str(other.company_id), "code": "6200"}).json()
    good = {"budget_id": budget["id"], "account_id": accounts["6200"], "month_on": "2026-03-01", "amount": "300"}

    def refused(**change: Any) -> list[tuple[str, str]]:
        errors = problem(http.post(LINES, json={**good, **change}), 422)["errors"]
        return [(error["path"], error["code"]) for error in errors]

    assert refused(account_id=far["items"][0]["id"]) == [("account_id", "another_company")]
    assert refused(account_id=accounts["6"]) == [("account_id", "account_group")]
    assert refused(month_on="2026-03-02") == [("month_on", "no_month_of_year")]
    assert refused(month_on="2027-01-01") == [("month_on", "no_month_of_year")]
    assert refused(budget_id=str(uuid4()), month_on="2026-03-16") == [("month_on", "no_month_of_year")]
    assert refused(amount="0.001") == [("amount", "too_many_decimals")]


def test_a_budget_comes_from_a_file(http: TestClient, shop: Shop, accounts: dict[str, str]) -> None:
    body = {"company_id": str(shop.company_id), "fiscal_year_id": year_of(http, shop), "name": "Plan"}
    budget = created(http.post(BUDGETS, json=body))["id"]
    months = [f"2026-{month:02}-01" for month in range(1, 13)]
    rows = [f"{budget},{accounts[code]},{month},100" for code in ("6200", "6210") for month in months]
    file = "\n".join(["budget_id,account_id,month_on,amount", *rows])
    answer = http.post(f"{LINES}/import", files={"file": ("budget.csv", file)})
    assert answer.status_code == 200, answer.text
    assert http.get(LINES, params={"budget_id": budget, "include_total": "true"}).json()["total"] == 24
    bad = file.replace("2026-05-01", "2026-05-02")
    problem(http.post(f"{LINES}/import", files={"file": ("budget.csv", bad)}), 422)
