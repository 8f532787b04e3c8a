"""Deliveries of more or less than ordered, within a tolerance and beyond it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import created, problem
from tests.api.test_order_to_cash import order_body
from tests.factories.documents import Shop
from transactional.checks import check_tenant
from transactional.kernel.money import ZERO
from transactional.kernel.principal import Principal
from transactional.sales.queries import order_progress

pytestmark = pytest.mark.feature("3.4.6")
OF_ITEM = {"over_delivery_share": "0.1", "under_delivery_share": "0.1"}


@pytest.fixture
def sell(http: TestClient, shop: Shop, item_id: str) -> Callable[..., dict[str, Any]]:
    """Makes a confirmed order of a hundred at 50; `more` is said of its line."""

    def make(**more: Any) -> dict[str, Any]:
        body = order_body(shop, item_id, "100")
        body["lines"][0] |= more
        return created(http.post("/api/sales/orders?confirm=true", json=body))

    return make


def deliver(http: TestClient, order: dict[str, Any], qty: str) -> Any:
    lines = [{"order_line_id": order["lines"][0]["id"], "qty": qty}]
    body = {"delivered_on": "2026-03-16", "lines": lines}
    return http.post(f"/api/sales/orders/{order['id']}/deliver", json=body)


def set_on(http: TestClient, path: str, **values: Any) -> dict[str, Any]:
    version = http.get(path).json()["version"]
    answer = http.patch(path, json={"version": version, **values})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def tolerances(order: dict[str, Any]) -> tuple[str, str]:
    line = order["lines"][0]
    return line["over_delivery_share"], line["under_delivery_share"]


def test_a_line_takes_its_tolerance_from_item_or_customer_where_it_says_none(
    http: TestClient, shop: Shop, item_id: str, sell: Callable[..., dict[str, Any]]
) -> None:
    assert tolerances(sell()) == ("0", "0")
    set_on(http, f"/api/scm/customers/{shop.customer_id}", over_delivery_share="0.2", under_delivery_share="0.3")
    assert tolerances(sell()) == ("0.2", "0.3")
    set_on(http, f"/api/inventory/items/{item_id}", over_delivery_share="0.1")
    assert tolerances(sell()) == ("0.1", "0.3")
    assert tolerances(sell(over_delivery_share="0", under_delivery_share="0.05")) == ("0", "0.05")
    for path in (f"/api/inventory/items/{item_id}", f"/api/scm/customers/{shop.customer_id}"):
        for share in ("-0.1", "1.1"):
            body = {"version": http.get(path).json()["version"], "under_delivery_share": share}
            wrong = problem(http.patch(path, json=body), 422)
            assert [error["path"] for error in wrong["errors"]] == ["under_delivery_share"]
    order = order_body(shop, item_id)
    order["lines"][0]["over_delivery_share"] = "1.5"
    wrong = problem(http.post("/api/sales/orders", json=order), 422)
    assert [error["path"] for error in wrong["errors"]] == ["lines/0/over_delivery_share"]


def test_more_than_ordered_is_delivered_and_invoiced_up_to_the_tolerance(
    http: TestClient, sell: Callable[..., dict[str, Any]], services: Services, as_admin: Principal
) -> None:
    order = sell(**OF_ITEM)
    refused = problem(deliver(http, order, "99.5"), 422)
    assert refused["errors"][0]["path"] == "lines/0/qty"
    refused = problem(deliver(http, order, "111"), 409, "over_delivery")
    assert "110" in refused["detail"]
    created(deliver(http, order, "60"))
    refused = problem(deliver(http, order, "51"), 409, "over_delivery")
    assert "50" in refused["detail"]
    created(deliver(http, order, "50"))
    invoice = created(http.post(f"/api/sales/orders/{order['id']}/invoice", json={"invoiced_on": "2026-03-16"}))
    assert (invoice["net_amount"], invoice["tax_amount"]) == ("5500.00", "1100.00")
    with services.database.transaction(as_admin) as session:
        progress = order_progress(session, [UUID(order["id"])])[UUID(order["id"])]
        assert (progress.delivery_state, progress.lines[0].open_qty) == ("delivered", ZERO)
        assert check_tenant(session) == []


def test_less_than_ordered_within_the_tolerance_closes_the_line(
    http: TestClient, item_id: str, sell: Callable[..., dict[str, Any]], services: Services, as_admin: Principal
) -> None:
    def level(name: str) -> str:
        [row] = http.get("/api/inventory/stock/levels", params={"item_id": item_id}).json()["items"]
        return str(row[name])

    order, path = sell(**OF_ITEM), "/api/sales/orders/"
    created(deliver(http, order, "89"))
    assert http.get(path + order["id"]).json()["lines"][0]["is_closed"] is False
    assert (level("reserved_qty"), level("outgoing_qty")) == ("11", "11")
    first = created(deliver(http, order, "1"))
    assert http.get(path + order["id"]).json()["lines"][0]["is_closed"] is True
    assert (level("reserved_qty"), level("outgoing_qty")) == ("0", "0")
    again = http.post(f"{path}{order['id']}/deliver", json={"delivered_on": "2026-03-16"}).json()
    assert again["id"] == first["id"]
    refused = problem(deliver(http, order, "1"), 409, "over_delivery")
    assert " 0 " in refused["detail"]
    with services.database.transaction(as_admin) as session:
        progress = order_progress(session, [UUID(order["id"])])[UUID(order["id"])]
        assert (progress.delivery_state, progress.lines[0].open_qty) == ("delivered", ZERO)
    # A line that is changed to more waits again.
    order = http.get(path + order["id"]).json()
    change = {"version": order["version"], "lines": [{"order_line_id": order["lines"][0]["id"], "qty": "120"}]}
    changed = http.post(f"{path}{order['id']}/change", json=change).json()
    assert changed["lines"][0]["is_closed"] is False
    assert level("reserved_qty") == "30"


@pytest.mark.feature("3.3.7")
def test_what_a_closed_line_lacks_uses_no_credit(http: TestClient, shop: Shop, item_id: str) -> None:
    body = {"code": "POOR", "name": "Poor", "currency_code": "EUR", "country_code": "DE", "credit_limit_amount": "120"}
    customer = created(http.post("/api/scm/customers", json=body | OF_ITEM))["id"]

    small = order_body(shop, item_id, "1", customer_id=customer)
    small["lines"][0]["unit_price"] = "10"
    first = order_body(shop, item_id, "10", customer_id=customer)
    first["lines"][0]["unit_price"] = "10"
    placed = created(http.post("/api/sales/orders?confirm=true", json=first))
    problem(http.post("/api/sales/orders?confirm=true", json=small), 409, "credit_limit_exceeded")
    created(deliver(http, placed, "9"))
    assert created(http.post("/api/sales/orders?confirm=true", json=small))["state"] == "confirmed"
    problem(http.post("/api/sales/orders?confirm=true", json=small), 409, "credit_limit_exceeded")
