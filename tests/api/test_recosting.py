"""Backdated moves whose later ones are valued anew in the background: what is marked until then, and what comes out."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.context import Services
from reports.sender import send_due
from reports.sending.office import Office
from tests.api.conftest import created, problem
from tests.factories.documents import Shop
from transactional.checks import check_tenant
from transactional.inventory.services.recost_items import recost_all
from transactional.kernel.principal import Principal

pytestmark = pytest.mark.feature("3.5.11")
RECOSTINGS = "/api/inventory/recostings"


@pytest.fixture
def set_limit(http: TestClient, shop: Shop) -> Callable[[int], Any]:
    """Says up to how many later moves are valued at once."""

    def set_to(moves: int) -> Any:
        path = f"/api/organization/companies/{shop.company_id}"
        body = {"version": http.get(path).json()["version"], "recost_moves_max": moves}
        return http.patch(path, json=body)

    return set_to


@pytest.fixture
def work(services: Services, as_admin: Principal) -> Callable[[], int]:
    """Does what waits in the background; the books are right before and after."""

    def do() -> int:
        with services.database.transaction(as_admin) as session:
            assert check_tenant(session) == []
            done = recost_all(session, at=services.now())
        with services.database.transaction(as_admin) as session:
            assert check_tenant(session) == []
        return len(done)

    return do


def make_item(http: TestClient, shop: Shop, code: str, method: str) -> str:
    body = {"code": code, "name": code, "unit_id": str(shop.unit_id), "costing_method": method, "list_price": "50"}
    return str(created(http.post("/api/inventory/items", json=body))["id"])


def receive(http: TestClient, shop: Shop, item_id: str, price: str, on: str) -> dict[str, Any]:
    body = {
        "company_id": str(shop.company_id),
        "supplier_id": str(shop.supplier_id),
        "ordered_on": "2026-03-01",
        "lines": [{"item_id": item_id, "qty": "10", "unit_price": price}],
    }
    order = created(http.post("/api/purchase/orders?confirm=true", json=body))
    return created(http.post(f"/api/purchase/orders/{order['id']}/receive", json={"received_on": on}))


def issue(http: TestClient, shop: Shop, item_id: str, qty: str, on: str) -> None:
    line = {"item_id": item_id, "unit_id": str(shop.unit_id), "qty": qty}
    body = {"company_id": str(shop.company_id), "warehouse_id": str(shop.warehouse_id), "kind": "issue"}
    made = created(http.post("/api/inventory/stock-documents", json={**body, "document_on": on, "lines": [line]}))
    assert http.post(f"/api/inventory/stock-documents/{made['id']}/post").json()["state"] == "posted"


def tell(http: TestClient, shop: Shop, item_id: str) -> None:
    """Ten at 10, six of them used, ten at 16 from before."""
    receive(http, shop, item_id, "10", "2026-03-10")
    issue(http, shop, item_id, "6", "2026-03-12")
    receive(http, shop, item_id, "16", "2026-03-05")


def values(http: TestClient, item_id: str) -> dict[str, Decimal]:
    """What left and what is there, corrections included."""
    rows = http.get("/api/inventory/stock-moves", params={"item_id": item_id, "limit": 100}).json()["items"]
    moves = {row["id"]: row for row in rows}
    issued = [row for row in rows if row["kind"] == "issue" or moves.get(row["reverses_id"], {}).get("kind") == "issue"]
    return {
        "issued": sum((Decimal(row["value_amount"]) for row in issued), Decimal(0)),
        "there": sum((Decimal(row["value_amount"]) for row in rows), Decimal(0)),
    }


def told_of_figures(http: TestClient) -> tuple[int, str | None]:
    """Of how many items, and from which day on, it is said beside the figures that values are provisional."""
    told = http.get("/api/metrics/health").json()
    return told["provisional_items"], told["provisional_from"]


def mark(http: TestClient, item_id: str, **more: str) -> str | None:
    [row] = http.get("/api/inventory/stock/levels", params={"item_id": item_id, **more}).json()["items"]
    marked: str | None = row["provisional_from"]
    return marked


@pytest.mark.parametrize("method", ["moving_average", "fifo"])
def test_later_values_are_marked_until_the_background_has_done_what_else_is_done_at_once(
    http: TestClient, shop: Shop, set_limit: Callable[[int], Any], work: Callable[[], int], method: str
) -> None:
    at_once, later = (make_item(http, shop, f"{when}-{method}", method) for when in ("ONCE", "LATER"))
    tell(http, shop, at_once)
    assert mark(http, at_once) is None
    assert set_limit(0).status_code == 200
    tell(http, shop, later)
    assert mark(http, later) == "2026-03-05"
    assert mark(http, later, as_of="2026-03-31") == "2026-03-05"
    [row] = http.get(RECOSTINGS, params={"state": "pending"}).json()["items"]
    assert (row["item_id"], row["from_on"], row["later_moves"]) == (later, "2026-03-05", 2)
    assert told_of_figures(http) == (1, "2026-03-05")
    assert values(http, later)["issued"] == Decimal(-60)
    assert values(http, later) != values(http, at_once)
    assert work() == 1
    assert mark(http, later) is None
    assert values(http, later) == values(http, at_once)
    done = http.get(f"{RECOSTINGS}/{row['id']}").json()
    assert (done["state"], done["done_at"] is not None, Decimal(done["corrected_amount"]) > 0) == ("done", True, True)
    assert work() == 0


def test_two_backdated_moves_wait_together_and_new_ones_go_on_meanwhile(
    http: TestClient, shop: Shop, set_limit: Callable[[int], Any], work: Callable[[], int]
) -> None:
    item_id, same = (make_item(http, shop, code, "moving_average") for code in ("A", "B"))
    for key, limit in ((item_id, 0), (same, 100)):
        assert set_limit(limit).status_code == 200
        tell(http, shop, key)
        receive(http, shop, key, "31", "2026-03-03")
        issue(http, shop, key, "3", "2026-03-20")
    [row] = http.get(RECOSTINGS, params={"state": "pending"}).json()["items"]
    assert (row["item_id"], row["from_on"]) == (item_id, "2026-03-03")
    assert work() == 1
    assert values(http, item_id) == values(http, same)


def test_the_worker_does_what_waits(
    http: TestClient, shop: Shop, set_limit: Callable[[int], Any], services: Services
) -> None:
    assert set_limit(0).status_code == 200
    item_id = make_item(http, shop, "WAITS", "fifo")
    tell(http, shop, item_id)
    assert mark(http, item_id) == "2026-03-05"
    office = Office.open(services.settings)
    try:
        send_due(office)
    finally:
        office.close()
    assert mark(http, item_id) is None
    assert told_of_figures(http) == (0, None)


def test_the_limit_is_a_number_of_moves(http: TestClient, set_limit: Callable[[int], Any]) -> None:
    wrong = problem(set_limit(-1), 422)
    assert [error["path"] for error in wrong["errors"]] == ["recost_moves_max"]
    problem(http.post(RECOSTINGS, json={}), 405)
