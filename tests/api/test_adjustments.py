"""Adjustments of stock: their reason's account, and the second user above a limit."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import Login, created, problem
from tests.factories.documents import Shop
from transactional.checks import check_tenant
from transactional.kernel.principal import Principal

pytestmark = pytest.mark.feature("3.5.7")
DOCUMENTS = "/api/inventory/stock-documents"
REASONS = "/api/inventory/adjustment-reasons"


@pytest.fixture
def accounts(http: TestClient, shop: Shop) -> dict[str, dict[str, Any]]:
    params: dict[str, str | int] = {"company_id": str(shop.company_id), "limit": 200}
    return {row["code"]: row for row in http.get("/api/finance/accounts", params=params).json()["items"]}


@pytest.fixture
def draft(http: TestClient, shop: Shop, item_id: str) -> Callable[..., dict[str, Any]]:
    """Makes an adjustment; there are a thousand at 10 each."""

    def make(qty: str, client: TestClient = http, *, value: str | None = None, **head: Any) -> dict[str, Any]:
        line = {"item_id": item_id, "unit_id": str(shop.unit_id), "qty": qty, "value_amount": value}
        body = {
            "company_id": str(shop.company_id),
            "kind": "adjustment",
            "document_on": "2026-03-17",
            "warehouse_id": str(shop.warehouse_id),
            "reason": "counted",
            "lines": [line],
        }
        return created(client.post(DOCUMENTS, json=body | head))

    return make


@pytest.fixture
def check_books(services: Services, as_admin: Principal) -> Callable[[], None]:
    """Says whether the books are right."""

    def check() -> None:
        with services.database.transaction(as_admin) as session:
            assert check_tenant(session) == []

    return check


def set_limit(http: TestClient, shop: Shop, amount: str | None) -> None:
    path = f"/api/organization/companies/{shop.company_id}"
    body = {"version": http.get(path).json()["version"], "adjustment_limit_amount": amount}
    answer = http.patch(path, json=body)
    assert answer.status_code == 200, answer.text


def posted_on(http: TestClient, document: dict[str, Any]) -> dict[str, Decimal]:
    [entry] = http.get(f"{DOCUMENTS}/{document['id']}/postings").json()["items"]
    return {line["account_code"]: Decimal(line["amount"]) for line in entry["lines"]}


def on_hand(http: TestClient, item_id: str) -> str:
    [level] = http.get("/api/inventory/stock/levels", params={"item_id": item_id}).json()["items"]
    return str(level["on_hand_qty"])


def test_the_difference_goes_to_the_account_of_its_reason(
    http: TestClient, shop: Shop, accounts: dict[str, dict[str, Any]], draft: Callable[..., dict[str, Any]]
) -> None:
    made = {"company_id": str(shop.company_id), "code": "BROKEN", "name": "Broken"}
    control = next(row for row in accounts.values() if row["is_control"])
    group = next(row for row in accounts.values() if not row["is_posting"])
    for account, code in ((control, "account_control"), (group, "account_group")):
        wrong = problem(http.post(REASONS, json=made | {"account_id": account["id"]}), 422)
        assert [(error["path"], error["code"]) for error in wrong["errors"]] == [("account_id", code)]
    reason = created(http.post(REASONS, json=made | {"account_id": accounts["6000"]["id"]}))
    problem(http.post(REASONS, json=made | {"account_id": accounts["6000"]["id"]}), 409, "already_used")
    document = draft("-5", reason=None, reason_id=reason["id"])
    posted = http.post(f"{DOCUMENTS}/{document['id']}/post").json()
    assert (posted["state"], posted["account_id"]) == ("posted", accounts["6000"]["id"])
    assert posted_on(http, document)["6000"] == Decimal(50)
    problem(http.delete(f"{REASONS}/{reason['id']}"), 409)
    path = f"{REASONS}/{reason['id']}"
    http.patch(path, json={"version": reason["version"], "is_active": False})
    late = draft("-1", reason=None, reason_id=reason["id"])
    wrong = problem(http.post(f"{DOCUMENTS}/{late['id']}/post"), 422)
    assert [error["code"] for error in wrong["errors"]] == ["not_in_use"]
    foreign = draft("-1", account_id=control["id"])
    wrong = problem(http.post(f"{DOCUMENTS}/{foreign['id']}/post"), 422)
    assert [error["code"] for error in wrong["errors"]] == ["account_control"]
    none = draft("-1", reason=" ")
    wrong = problem(http.post(f"{DOCUMENTS}/{none['id']}/post"), 422)
    assert [error["code"] for error in wrong["errors"]] == ["reason_missing"]


def test_above_the_limit_an_adjustment_waits_for_a_second_user(
    http: TestClient,
    shop: Shop,
    item_id: str,
    draft: Callable[..., dict[str, Any]],
    make_role: Any,
    make_user: Callable[..., Login],
    check_books: Callable[[], None],
) -> None:
    make_role("clerk", "stock_document.*", "stock.*", "item.*")
    make_role("poster", "stock_document.read", "stock_document.post")
    clerk, second = make_user("bo", "clerk").http, make_user("mo", "clerk").http
    set_limit(http, shop, "100")
    small = draft("-10", clerk)
    assert clerk.post(f"{DOCUMENTS}/{small['id']}/post").json()["state"] == "posted"
    large = draft("-11", clerk)
    path = f"{DOCUMENTS}/{large['id']}"
    waiting = clerk.post(f"{path}/post").json()
    assert (waiting["state"], waiting["number"], waiting["approved_by"]) == ("waiting", None, None)
    assert clerk.post(f"{path}/post").json()["state"] == "waiting"
    assert on_hand(http, item_id) == "990"
    problem(clerk.post(f"{path}/approve"), 403, "own_adjustment")
    problem(make_user("po", "poster").http.post(f"{path}/approve"), 403, "not_allowed")
    problem(clerk.patch(path, json={"version": waiting["version"], "reason": "other"}), 409)
    done = second.post(f"{path}/approve").json()
    assert (done["state"], done["approved_by"] != done["submitted_by"]) == ("posted", True)
    assert second.post(f"{path}/approve").json()["version"] == done["version"]
    assert on_hand(http, item_id) == "979"
    # Ups and downs do not hide each other, and value alone counts.
    for qty, value in (("11", "110.01"), ("0", "-100.01")):
        assert clerk.post(f"{DOCUMENTS}/{draft(qty, clerk, value=value)['id']}/post").json()["state"] == "waiting"
    check_books()


def test_what_waits_is_refused_or_called_off_like_any_other(
    http: TestClient, shop: Shop, item_id: str, draft: Callable[..., dict[str, Any]], make_role: Any, make_user: Any
) -> None:
    make_role("clerk", "stock_document.*", "stock.*", "item.*")
    second = make_user("mo", "clerk").http
    set_limit(http, shop, "0")
    below = draft("-1001")
    path = f"{DOCUMENTS}/{below['id']}"
    assert http.post(f"{path}/post").json()["state"] == "waiting"
    refused = problem(second.post(f"{path}/approve"), 409, "stock_not_available")
    assert "1000" in refused["detail"]
    assert http.get(path).json()["state"] == "waiting"
    assert http.post(f"{path}/cancel", json={"on": "2026-03-18"}).json()["state"] == "cancelled"
    problem(second.post(f"{path}/approve"), 409, "stock_document_state")
    plain = draft("-1")
    problem(second.post(f"{DOCUMENTS}/{plain['id']}/approve"), 409, "stock_document_state")
    assert on_hand(http, item_id) == "1000"
    wrong = http.patch(
        f"/api/organization/companies/{shop.company_id}", json={"version": 1, "adjustment_limit_amount": "-1"}
    )
    assert [error["path"] for error in problem(wrong, 422)["errors"]] == ["adjustment_limit_amount"]


def test_a_value_that_cannot_fall_further_is_told_as_it_stands(
    http: TestClient, draft: Callable[..., dict[str, Any]], check_books: Callable[[], None]
) -> None:
    document = draft("0", value="-10000.01")
    told = problem(http.post(f"{DOCUMENTS}/{document['id']}/post"), 409, "no_stock_to_revalue")["detail"]
    assert "has 1000 in stock worth 10000.00" in told
    check_books()
