"""What a cost centre asks for is held against its budget: planned less posted, ordered and asked for."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import created, problem
from tests.api.test_budgets import BUDGETS, LINES, year_of
from tests.factories.documents import Shop, add_price
from transactional.catalog.models import PriceList
from transactional.checks import check_tenant
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.rows import insert_all
from transactional.ledger.accounts import ACCOUNT_MAP
from transactional.ledger.models import AccountRole

pytestmark = pytest.mark.feature("3.6.2")
REQUISITIONS, ORDERS = "/api/purchase/requisitions", "/api/purchase/orders"
MONTH, DAY = "2026-12-01", "2026-12-15"


@pytest.fixture
def expense(services: Services, as_admin: Principal, shop: Shop) -> str:
    with services.database.transaction(as_admin) as session:
        return str(ACCOUNT_MAP.of(session).resolve(shop.company_id, AccountRole.EXPENSE))


@pytest.fixture
def centre(http: TestClient, shop: Shop) -> str:
    body = {"code": "LAB", "name": "Laboratory", "company_id": str(shop.company_id)}
    return str(created(http.post("/api/organization/cost-centres", json=body))["id"])


@pytest.fixture
def price(services: Services, as_admin: Principal, shop: Shop, item_id: str) -> Decimal:
    """What the company's supplier lists the item for."""
    with services.database.transaction(as_admin) as session:
        row = PriceList(
            id=new_id(), code="P", name="Offers", kind="purchase", currency_code="EUR", supplier_id=shop.supplier_id
        )
        insert_all(session, [row])
        add_price(session, row.id, UUID(item_id), "8")
    return Decimal(8)


def set_budget(http: TestClient, shop: Shop, control: str, *lines: dict[str, Any]) -> dict[str, Any]:
    year = year_of(http, shop)
    head = {"company_id": str(shop.company_id), "fiscal_year_id": year, "name": "Plan", "control": control}
    budget = created(http.post(BUDGETS, json=head))
    for line in lines:
        created(http.post(LINES, json={"budget_id": budget["id"], "month_on": MONTH, **line}))
    answer = http.post(f"{BUDGETS}/{budget['id']}/approve")
    assert answer.status_code == 200, answer.text
    return budget


def ask(http: TestClient, shop: Shop, item_id: str, centre: str | None, qty: str, **line: Any) -> dict[str, Any]:
    body = {"company_id": str(shop.company_id), "needed_on": DAY, "cost_centre_id": centre}
    return created(http.post(REQUISITIONS, json={**body, "lines": [{"item_id": item_id, "qty": qty, **line}]}))


def approve(http: TestClient, need: dict[str, Any]) -> Any:
    return http.post(f"{REQUISITIONS}/{need['id']}/approve")


def test_a_budget_that_blocks_says_what_is_left_and_counts_each_amount_once(
    http: TestClient, shop: Shop, item_id: str, expense: str, centre: str, price: Decimal
) -> None:
    set_budget(http, shop, "block", {"account_id": expense, "cost_centre_id": centre, "amount": "100"})
    first = ask(http, shop, item_id, centre, "6", unit_price="10")
    assert approve(http, first).json()["state"] == "approved"
    over = ask(http, shop, item_id, centre, "5", unit_price="10")
    assert "40.00 are left" in problem(approve(http, over), 409, "budget_exceeded")["detail"]
    assert http.get(f"{REQUISITIONS}/{over['id']}").json()["state"] == "draft"
    # Ordered at another price, the need no longer counts but the order does.
    order = created(http.post(f"{REQUISITIONS}/{first['id']}/order", json={"supplier_id": str(shop.supplier_id)}))
    assert order["lines"][0]["cost_centre_id"] == centre
    assert approve(http, ask(http, shop, item_id, centre, "6", unit_price="10")).status_code == 409
    listed = ask(http, shop, item_id, centre, "7", supplier_id=str(shop.supplier_id))
    told = problem(approve(http, listed), 409, "budget_exceeded")["detail"]
    assert "52.00 are left" in told
    assert f"not {7 * price}.00" in told
    http.post(f"{ORDERS}/{order['id']}/cancel")
    assert "40.00 are left" in problem(approve(http, over), 409, "budget_exceeded")["detail"]
    fits = ask(http, shop, item_id, centre, "4", unit_price="10")
    assert approve(http, fits).json()["state"] == "approved"
    # Another month, another cost centre without a plan, and goods for stock are not of this budget.
    assert approve(http, ask(http, shop, item_id, None, "50", unit_price="10")).json()["state"] == "approved"
    later = ask(http, shop, item_id, centre, "50", unit_price="10", needed_on="2027-01-15")
    assert approve(http, later).json()["state"] == "approved"


def test_a_budget_that_warns_lets_pass_and_one_that_ignores_says_nothing(
    http: TestClient, shop: Shop, item_id: str, expense: str, centre: str
) -> None:
    first = set_budget(http, shop, "warn", {"account_id": expense, "amount": "10"})
    warned = approve(http, ask(http, shop, item_id, centre, "2", unit_price="10")).json()
    assert (warned["state"], "10.00 are left" in warned["budget_warning"]) == ("approved", True)
    second = created(http.post(f"{BUDGETS}/{first['id']}/revise"))
    assert second["control"] == "warn"
    change = {"control": "ignore", "version": second["version"]}
    assert http.patch(f"{BUDGETS}/{second['id']}", json=change).status_code == 200
    http.post(f"{BUDGETS}/{second['id']}/approve")
    assert approve(http, ask(http, shop, item_id, centre, "2", unit_price="10")).json()["budget_warning"] is None
    wrong = problem(http.post(BUDGETS, json={**first, "control": "loud"}), 422)["errors"]
    assert "control" in [error["path"] for error in wrong]


def test_a_line_without_a_price_takes_the_last_one_or_asks_for_it(
    http: TestClient, shop: Shop, item_id: str, expense: str, centre: str
) -> None:
    set_budget(http, shop, "block", {"account_id": expense, "cost_centre_id": centre, "amount": "100"})
    new = {"code": "NEW-1", "name": "New", "unit_id": str(shop.unit_id)}
    unknown = created(http.post("/api/inventory/items", json=new))
    need = ask(http, shop, unknown["id"], centre, "1")
    errors = problem(approve(http, need), 422)["errors"]
    assert [(error["path"], error["code"]) for error in errors] == [("lines/0/unit_price", "price_unknown")]
    line = {"item_id": unknown["id"], "qty": "2", "unit_price": "60"}
    head = {"company_id": str(shop.company_id), "supplier_id": str(shop.supplier_id), "ordered_on": "2026-03-16"}
    created(http.post(f"{ORDERS}?confirm=true", json={**head, "lines": [line]}))
    assert approve(http, need).json()["lines"][0]["unit_price"] == "60"
    problem(approve(http, ask(http, shop, unknown["id"], centre, "1")), 409, "budget_exceeded")


def test_a_line_is_needed_on_a_day_to_come(http: TestClient, shop: Shop, item_id: str) -> None:
    lines = [{"item_id": item_id, "qty": "1"}, {"item_id": item_id, "qty": "1", "needed_on": "2020-01-01"}]
    body = {"company_id": str(shop.company_id), "needed_on": DAY, "lines": lines}
    errors = problem(http.post(REQUISITIONS, json=body), 422)["errors"]
    assert [(error["path"], error["code"]) for error in errors] == [("lines/1/needed_on", "too_early")]
    assert http.get(REQUISITIONS).json()["items"] == []


def entry(http: TestClient, shop: Shop, expense: str, centre: str, amount: str, **more: Any) -> dict[str, Any]:
    """An entry by hand that spends an amount on the budgeted account."""
    found = http.get("/api/finance/accounts", params={"company_id": str(shop.company_id), "code": "1290"}).json()
    line = {"account_id": expense, "cost_centre_id": centre, "currency_code": "EUR", "debit_amount": amount}
    other = {"account_id": found["items"][0]["id"], "currency_code": "EUR", "credit_amount": amount}
    body = {"company_id": str(shop.company_id), "entry_on": DAY, "lines": [line, other], **more}
    return created(http.post("/api/finance/manual-entries", json=body))


@pytest.mark.feature("FIN-27")
def test_orders_entries_and_bills_are_held_against_the_budget_that_blocks(
    http: TestClient, shop: Shop, item_id: str, expense: str, centre: str, services: Services, as_admin: Principal
) -> None:
    set_budget(http, shop, "block", {"account_id": expense, "cost_centre_id": centre, "amount": "100"})
    line = {"item_id": item_id, "qty": "6", "unit_price": "10", "promised_on": DAY, "cost_centre_id": centre}
    body = {"company_id": str(shop.company_id), "supplier_id": str(shop.supplier_id), "ordered_on": "2026-12-02"}
    order = created(http.post(ORDERS, json={**body, "lines": [line]}))
    assert http.post(f"{ORDERS}/{order['id']}/confirm").json()["state"] == "confirmed"
    over = created(http.post(ORDERS, json={**body, "lines": [{**line, "qty": "5"}]}))
    told = problem(http.post(f"{ORDERS}/{over['id']}/confirm"), 409, "budget_exceeded")["detail"]
    assert ("40.00 are left" in told, "not 50.00" in told) == (True, True)
    assert http.get(f"{ORDERS}/{over['id']}").json()["state"] == "draft"
    http.post(f"{ORDERS}/{over['id']}/cancel")
    # What is posted counts beside what is ordered, once.
    fits, beyond = entry(http, shop, expense, centre, "30"), entry(http, shop, expense, centre, "10.01")
    assert http.post(f"/api/finance/manual-entries/{fits['id']}/post").json()["state"] == "posted"
    path = f"/api/finance/manual-entries/{beyond['id']}"
    assert "10.00 are left" in problem(http.post(f"{path}/post"), 409, "budget_exceeded")["detail"]
    assert (http.get(path).json()["state"], http.get(f"{path}/postings").json()["items"]) == ("draft", [])
    bill = {"account_id": expense, "cost_centre_id": centre, "qty": "1", "unit_price": "10.01"}
    head = {"company_id": str(shop.company_id), "supplier_id": str(shop.supplier_id), "external_number": "B-1"}
    posted = {**head, "invoiced_on": DAY, "lines": [bill]}
    problem(http.post("/api/purchase/invoices", json=posted), 409, "budget_exceeded")
    assert http.get("/api/purchase/invoices").json()["items"] == []
    created(http.post("/api/purchase/invoices", json={**posted, "lines": [{**bill, "unit_price": "10"}]}))
    # What is taken back frees what it took.
    assert "0.00 are left" in problem(http.post(f"{path}/post"), 409, "budget_exceeded")["detail"]
    [journal] = http.get("/api/finance/journal-entries", params={"origin_id": fits["id"]}).json()["items"]
    back = http.post(f"/api/finance/journal-entries/{journal['id']}/reverse", json={"on": DAY})
    assert back.status_code == 201, back.text
    assert http.post(f"{path}/post").json()["state"] == "posted"
    with services.database.transaction(as_admin) as session:
        assert check_tenant(session) == []


@pytest.mark.feature("FIN-27")
def test_goods_issued_to_a_cost_centre_are_held_against_its_budget(
    http: TestClient, shop: Shop, item_id: str, expense: str, centre: str, services: Services, as_admin: Principal
) -> None:
    documents = "/api/inventory/stock-documents"

    def issue(qty: str) -> dict[str, Any]:
        body = {"company_id": str(shop.company_id), "kind": "issue", "warehouse_id": str(shop.warehouse_id)}
        line = {"item_id": item_id, "unit_id": str(shop.unit_id), "qty": qty}
        more = {"document_on": DAY, "account_id": expense, "cost_centre_id": centre, "lines": [line]}
        return created(http.post(documents, json={**body, **more}))

    def left() -> str:
        [level] = http.get("/api/inventory/stock/levels", params={"item_id": item_id}).json()["items"]
        return str(level["on_hand_qty"])

    # The goods cost 10 each.
    budget = set_budget(http, shop, "block", {"account_id": expense, "cost_centre_id": centre, "amount": "100"})
    assert http.post(f"{documents}/{issue('6')['id']}/post").json()["state"] == "posted"
    over = issue("5")
    refused = problem(http.post(f"{documents}/{over['id']}/post"), 409, "budget_exceeded")
    assert "40.00 are left" in refused["detail"]
    assert (http.get(f"{documents}/{over['id']}").json()["state"], left()) == ("draft", "994")
    head = "document,company_id,kind,warehouse_id,document_on,account_id,cost_centre_id,item_id,unit_id,qty"
    row = f"{shop.company_id},issue,{shop.warehouse_id},{DAY},{expense},{centre},{item_id},{shop.unit_id}"
    file = {"file": ("x.csv", f"{head}\nA,{row},4\nB,{row},1\n")}
    wrong = problem(http.post(f"{documents}/import", files=file, params={"act": "post"}), 422, "rows_refused")
    assert [(each["line"], each["code"]) for each in wrong["rows"]] == [(3, "budget_exceeded")]
    assert left() == "994"
    revised = created(http.post(f"{BUDGETS}/{budget['id']}/revise"))
    warns = http.patch(f"{BUDGETS}/{revised['id']}", json={"version": revised["version"], "control": "warn"})
    assert warns.status_code == 200, warns.text
    assert http.post(f"{BUDGETS}/{revised['id']}/approve").status_code == 200
    posted = http.post(f"{documents}/{over['id']}/post").json()
    assert (posted["state"], "40.00 are left" in posted["budget_warning"], left()) == ("posted", True, "989")
    with services.database.transaction(as_admin) as session:
        assert check_tenant(session) == []


@pytest.mark.feature("FIN-27")
def test_what_exceeds_a_budget_that_warns_is_posted_with_a_warning(
    http: TestClient, shop: Shop, item_id: str, expense: str, centre: str
) -> None:
    set_budget(http, shop, "warn", {"account_id": expense, "amount": "10"})
    posted = http.post(f"/api/finance/manual-entries/{entry(http, shop, expense, centre, '12')['id']}/post").json()
    assert (posted["state"], "10.00 are left" in posted["budget_warning"]) == ("posted", True)
    line = {"item_id": item_id, "qty": "1", "unit_price": "5", "promised_on": DAY, "cost_centre_id": centre}
    body = {"company_id": str(shop.company_id), "supplier_id": str(shop.supplier_id), "ordered_on": "2026-12-02"}
    order = created(http.post(ORDERS, json={**body, "lines": [line]}, params={"confirm": "true"}))
    assert (order["state"], "-2.00 are left" in order["budget_warning"]) == ("confirmed", True)
    bill = {"account_id": expense, "cost_centre_id": centre, "qty": "1", "unit_price": "3"}
    head = {"company_id": str(shop.company_id), "supplier_id": str(shop.supplier_id), "external_number": "B-1"}
    made = created(http.post("/api/purchase/invoices", json={**head, "invoiced_on": DAY, "lines": [bill]}))
    shown = http.get(f"/api/purchase/invoices/{made['id']}").json()
    assert "-7.00 are left" in shown["payment_warning"]
