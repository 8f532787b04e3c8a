"""What is earned and spent for a project, over HTTP: each document posts it there, and takes it back from there."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import Login, created, problem
from tests.factories.documents import MONDAY, Shop, make_item, stock_up
from transactional.kernel.principal import Principal

D = Decimal
BILLS, ORDERS, ENTRIES = "/api/purchase/invoices", "/api/sales/orders", "/api/finance/manual-entries"


@pytest.fixture
def project(http: TestClient, shop: Shop) -> dict[str, Any]:
    body = {"code": "HALL", "name": "Town hall", "company_id": str(shop.company_id), "starts_on": "2026-03-01"}
    return created(http.post("/api/project/projects", json={**body, "budget_amount": "1000.00"}))


@pytest.fixture
def accounts(http: TestClient, shop: Shop) -> dict[str, str]:
    found = http.get("/api/finance/accounts", params={"limit": 500, "company_id": str(shop.company_id)}).json()
    return {row["code"]: row["id"] for row in found["items"]}


@pytest.fixture
def posted(http: TestClient, accounts: dict[str, str], project: dict[str, Any]) -> Callable[[str], list[Decimal]]:
    """The amounts of an account that were posted for the project, in order."""

    def of(code: str) -> list[Decimal]:
        path = f"/api/finance/accounts/{accounts[code]}/ledger"
        return [D(line["amount"]) for line in http.get(path, params={"project_id": project["id"]}).json()["items"]]

    return of


@pytest.fixture
def bill(shop: Shop, accounts: dict[str, str], project: dict[str, Any]) -> dict[str, Any]:
    return {
        "company_id": str(shop.company_id),
        "supplier_id": str(shop.supplier_id),
        "external_number": "R-1",
        "invoiced_on": "2026-03-05",
        "lines": [
            {"account_id": accounts["6200"], "unit_price": "120", "project_id": project["id"]},
            {"account_id": accounts["6200"], "unit_price": "30"},
        ],
    }


@pytest.mark.feature("FIN-07")
def test_bills_and_entries_post_their_lines_for_the_project(
    http: TestClient,
    shop: Shop,
    accounts: dict[str, str],
    project: dict[str, Any],
    bill: dict[str, Any],
    posted: Callable[[str], list[Decimal]],
) -> None:
    created(http.post(BILLS, json=bill))
    sides = (("6200", "debit_amount", project["id"]), ("6300", "credit_amount", None))
    lines = [
        {"account_id": accounts[code], side: "40", "currency_code": "EUR", "project_id": of} for code, side, of in sides
    ]
    body = {"company_id": str(shop.company_id), "entry_on": "2026-03-06", "description": "Moved", "lines": lines}
    entry = created(http.post(ENTRIES, json=body))
    assert http.post(f"{ENTRIES}/{entry['id']}/post", json={}).status_code == 200
    # The other lines of both documents are for nothing in particular.
    assert (posted("6200"), posted("6300")) == ([D(120), D(40)], [])


@pytest.mark.feature("3.4.10")
@pytest.mark.feature("3.5.6")
def test_an_order_of_a_project_earns_and_costs_there_and_its_return_takes_both_back(
    http: TestClient,
    services: Services,
    as_admin: Principal,
    shop: Shop,
    project: dict[str, Any],
    posted: Callable[[str], list[Decimal]],
) -> None:
    with services.database.transaction(as_admin) as session:
        chair = make_item(session, shop, "CHAIR", price="100")
        stock_up(session, shop, chair, "10", "60")
    parties = {"company_id": str(shop.company_id), "customer_id": str(shop.customer_id)}
    lines = [{"item_id": str(chair), "qty": "3"}]
    order = created(http.post(ORDERS, json={**parties, "lines": lines, "project_id": project["id"]}))
    assert order["project_id"] == project["id"]
    plain = created(http.post(ORDERS, json={**parties, "lines": lines}))
    for each in (order, plain):
        assert http.post(f"{ORDERS}/{each['id']}/confirm", json={}).status_code == 200
        delivery = created(http.post(f"{ORDERS}/{each['id']}/deliver", json={}))
        created(http.post(f"{ORDERS}/{each['id']}/invoice", json={}))
        if each is order:
            handed = delivery["lines"][0]["id"]
    assert (posted("4000"), posted("5000")) == ([D(-300)], [D(180)])
    asked = {"order_id": order["id"], "reason": "too many", "lines": [{"delivery_line_id": handed, "qty": "1"}]}
    request = created(http.post("/api/sales/return-requests", json=asked))
    assert http.post(f"/api/sales/return-requests/{request['id']}/approve", json={}).status_code == 200
    assert http.post(f"/api/sales/return-requests/{request['id']}/receive", json={}).status_code in {200, 201}
    assert sum(posted("5000")) == D(120)
    assert sum(posted("4000")) + sum(posted("4100")) == D(-200)


@pytest.mark.feature("3.5.7")
def test_goods_issued_to_a_project_cost_it(
    http: TestClient,
    services: Services,
    as_admin: Principal,
    shop: Shop,
    project: dict[str, Any],
    accounts: dict[str, str],
    posted: Callable[[str], list[Decimal]],
) -> None:
    with services.database.transaction(as_admin) as session:
        plank = make_item(session, shop, "PLANK")
        stock_up(session, shop, plank, "10", "7")
    body = {
        "company_id": str(shop.company_id),
        "kind": "issue",
        "warehouse_id": str(shop.warehouse_id),
        "document_on": str(MONDAY),
        "account_id": accounts["6200"],
        "project_id": project["id"],
        "lines": [{"item_id": str(plank), "unit_id": str(shop.unit_id), "qty": "4"}],
    }
    issue = created(http.post("/api/inventory/stock-documents", json=body))
    assert http.post(f"/api/inventory/stock-documents/{issue['id']}/post", json={}).status_code == 200
    assert posted("6200") == [D(28)]


@pytest.mark.feature("2.1.14")
def test_what_is_no_open_project_of_the_company_is_refused_and_nothing_is_written(
    http: TestClient,
    shop: Shop,
    project: dict[str, Any],
    bill: dict[str, Any],
    posted: Callable[[str], list[Decimal]],
    make_tenant: Callable[[str], Login],
    item_id: str,
) -> None:
    order = {
        "company_id": str(shop.company_id),
        "customer_id": str(shop.customer_id),
        "lines": [{"item_id": item_id, "qty": "1"}],
    }

    def refused(given: str) -> list[tuple[str, str]]:
        line = {**bill["lines"][0], "project_id": given}
        answers = [
            http.post(BILLS, json={**bill, "lines": [line]}),
            http.post(ORDERS, json={**order, "project_id": given}),
        ]
        return [(e["path"], e["code"]) for answer in answers for e in problem(answer, 422)["errors"]]

    paths = ("lines/0/project_id", "project_id")
    assert refused("01a202d9-0000-7000-8000-000000000000") == [(path, "project_unknown") for path in paths]
    path = f"/api/project/projects/{project['id']}"
    assert http.patch(path, json={"version": project["version"], "is_active": False}).status_code == 200
    assert refused(project["id"]) == [(path, "project_closed") for path in paths]
    assert posted("6200") == []
    assert make_tenant("elsewhere").http.get(path).status_code == 404


@pytest.mark.feature("2.1.14")
def test_a_project_is_kept_by_what_was_posted_for_it(
    http: TestClient, shop: Shop, project: dict[str, Any], bill: dict[str, Any]
) -> None:
    path = f"/api/project/projects/{project['id']}"
    plain = {"name": "Fair", "company_id": str(shop.company_id), "starts_on": "2026-03-01"}
    for name, value in (("ends_on", "2026-02-01"), ("budget_amount", "-1"), ("budget_amount", "1.005")):
        refused = problem(http.post("/api/project/projects", json={**plain, "code": "F", name: value}), 422)
        assert [error["path"] for error in refused["errors"]] == [name]
    problem(http.post("/api/project/projects", json={**plain, "code": "HALL"}), 409)
    unused = created(http.post("/api/project/projects", json={**plain, "code": "FAIR"}))
    assert http.delete(f"/api/project/projects/{unused['id']}").status_code == 204
    created(http.post(BILLS, json=bill))
    problem(http.delete(path), 409)
    assert http.get(path).json()["code"] == "HALL"
