"""A purchase order goes out by amount and category, and again when it is changed beyond tolerance."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from api.context import Services
from reports.sending.office import Load, Office
from reports.sending.send import send_next
from runtime.settings import Settings
from tests.api.conftest import Login, created, problem
from tests.api.test_purchase_limits import ORDERS, order_body
from tests.factories.documents import Shop
from tests.reports.post_office import opened
from transactional.kernel.principal import Principal

pytestmark = pytest.mark.feature("3.6.4")


@pytest.fixture
def buyers(make_role: Any, make_user: Callable[..., Login]) -> list[TestClient]:
    """Three who may order and approve."""
    make_role("orderer", "purchase_order.*", "supplier.read", "item.read", "receipt.*")
    return [make_user(name, "orderer").http for name in ("bo", "mo", "ro")]


def set_on_company(http: TestClient, shop: Shop, **values: Any) -> None:
    path = f"/api/organization/companies/{shop.company_id}"
    answer = http.patch(path, json={"version": http.get(path).json()["version"], **values})
    assert answer.status_code == 200, answer.text


def change(http: TestClient, order: dict[str, Any], *lines: dict[str, Any], **more: Any) -> Any:
    version = http.get(f"{ORDERS}/{order['id']}").json()["version"]
    return http.post(f"{ORDERS}/{order['id']}/change", json={"version": version, "lines": list(lines), **more})


def test_an_order_waits_by_the_worth_of_a_category_in_it(
    http: TestClient, shop: Shop, item_id: str, buyers: list[TestClient]
) -> None:
    above = created(http.post("/api/inventory/item-categories", json={"code": "ALL", "name": "All"}))
    below = {"code": "SPARE", "name": "Spare parts", "parent_id": above["id"]}
    spare = created(http.post("/api/inventory/item-categories", json=below))
    item = http.get(f"/api/inventory/items/{item_id}").json()
    put = {"category_id": spare["id"], "version": item["version"]}
    assert http.patch(f"/api/inventory/items/{item_id}", json=put).status_code == 200
    limits = "/api/purchase/category-limits"
    limit = {"company_id": str(shop.company_id), "item_category_id": above["id"], "limit_amount": "120"}
    for wrong, path in ({"limit_amount": "-1"}, "limit_amount"), ({"limit_amount": "0.001"}, "limit_amount"):
        assert [each["path"] for each in problem(http.post(limits, json={**limit, **wrong}), 422)["errors"]] == [path]
    created(http.post(limits, json=limit))
    problem(http.post(limits, json=limit), 409, "already_used")
    buyer, second, _ = buyers
    small = created(buyer.post(f"{ORDERS}?confirm=true", json=order_body(shop, item_id, "10")))
    large = created(buyer.post(f"{ORDERS}?confirm=true", json=order_body(shop, item_id, "11")))
    assert (small["state"], large["state"]) == ("confirmed", "waiting")
    problem(buyer.post(f"{ORDERS}/{large['id']}/approve"), 403, "own_order")
    assert second.post(f"{ORDERS}/{large['id']}/approve").json()["state"] == "confirmed"


def test_a_changed_order_is_approved_anew_by_who_did_not_change_it(
    http: TestClient, shop: Shop, item_id: str, buyers: list[TestClient]
) -> None:
    set_on_company(http, shop, purchase_limit_amount="120", purchase_change_tolerance_share="0.1")
    buyer, second, third = buyers
    order = created(buyer.post(f"{ORDERS}?confirm=true", json=order_body(shop, item_id, "20")))
    path, line = f"{ORDERS}/{order['id']}", {"order_line_id": order["lines"][0]["id"]}
    assert second.post(f"{path}/approve").json()["state"] == "confirmed"
    within = change(third, order, {**line, "qty": "22"}).json()
    assert (within["state"], within["revision"], within["net_amount"]) == ("confirmed", 2, "264.00")
    # Two changes within the tolerance are one beyond it: both count from what was approved.
    beyond = change(third, order, {**line, "qty": "23"}).json()
    assert (beyond["state"], beyond["lines"][0]["approved_qty"]) == ("waiting", "20")
    problem(second.post(f"{path}/receive", json={}), 409, "purchase_order_not_confirmed")
    problem(third.post(f"{path}/approve"), 403, "own_order")
    problem(buyer.post(f"{path}/approve"), 403, "own_order")
    # Who changes what waits has entered it too, and so has everybody before.
    assert change(second, order, {**line, "qty": "23", "unit_price": "13"}).json()["total_amount"] == "358.80"
    problem(third.post(f"{path}/approve"), 403, "own_order")
    problem(second.post(f"{path}/approve"), 403, "own_order")
    approved = http.post(f"{path}/approve").json()
    assert (approved["state"], approved["lines"][0]["approved_qty"]) == ("confirmed", None)
    # A smaller price is a change, too, also where the order is worth less than the limit afterwards.
    assert change(buyer, order, {**line, "qty": "5"}).json()["state"] == "waiting"


def test_small_orders_change_without_a_second_user(shop: Shop, item_id: str, http: TestClient) -> None:
    set_on_company(http, shop, purchase_limit_amount="150")
    order = created(http.post(f"{ORDERS}?confirm=true", json=order_body(shop, item_id, "10")))
    line = {"order_line_id": order["lines"][0]["id"]}
    assert change(http, order, {**line, "qty": "12"}).json()["state"] == "confirmed"
    added = change(http, order, {"item_id": item_id, "qty": "1", "unit_price": "7"}).json()
    assert (added["state"], added["net_amount"], len(added["lines"])) == ("waiting", "151.00", 2)
    rejected = http.post(f"{ORDERS}/{order['id']}/reject", json={"reason": "too much"}).json()
    assert (rejected["state"], rejected["decision_reason"]) == ("rejected", "too much")
    again = change(http, order, {"order_line_id": added["lines"][1]["id"], "qty": "0"}).json()
    assert (again["state"], again["net_amount"], len(again["lines"])) == ("draft", "144.00", 1)
    assert http.post(f"{ORDERS}/{order['id']}/confirm").json()["state"] == "confirmed"


def test_what_has_arrived_is_not_changed(http: TestClient, shop: Shop, item_id: str) -> None:
    order = created(http.post(f"{ORDERS}?confirm=true", json=order_body(shop, item_id, "10")))
    path, line = f"{ORDERS}/{order['id']}", {"order_line_id": order["lines"][0]["id"]}
    received = {"received_on": "2026-03-17", "lines": [{**line, "arrived_qty": "4"}]}
    created(http.post(f"{path}/receive", json=received))
    assert "4 have arrived" in problem(change(http, order, {**line, "qty": "3"}), 409, "below_received")["detail"]
    problem(change(http, order, {**line, "qty": "0"}), 409, "below_received")
    problem(change(http, order, {**line, "qty": "9", "unit_price": "11"}), 409, "line_received")
    assert change(http, order, {**line, "qty": "4"}).json()["net_amount"] == "48.00"
    set_on_company(http, shop, purchase_limit_amount="40")
    assert change(http, order, {**line, "qty": "5"}).json()["state"] == "waiting"
    problem(http.post(f"{path}/reject", json={"reason": "no"}), 409, "change_not_rejected")


def test_every_wrong_field_of_a_change_is_named_and_nothing_written(http: TestClient, shop: Shop, item_id: str) -> None:
    order = created(http.post(ORDERS, json=order_body(shop, item_id, "10")))
    line = {"order_line_id": order["lines"][0]["id"]}
    nowhere = "00000000-0000-7000-8000-000000000000"
    cases = [
        ({**line, "qty": "2.5"}, "lines/0/qty", "unit_refused"),
        ({"order_line_id": nowhere, "qty": "1"}, "lines/0/order_line_id", "foreign_line"),
        ({"qty": "1"}, "lines/0/item_id", "missing"),
        ({"item_id": item_id, "qty": "0"}, "lines/0/qty", "not_above_zero"),
        ({"item_id": nowhere, "qty": "1"}, "lines/0/item_id", "unknown_item"),
        ({**line, "qty": "1", "item_id": nowhere}, "lines/0/item_id", "line_keeps_item"),
        ({**line, "qty": "1", "promised_on": "2026-03-01"}, "lines/0/promised_on", "too_early"),
        ({**line, "qty": "1", "cost_centre_id": nowhere}, "lines/0/cost_centre_id", "cost_centre_unknown"),
        ({**line, "qty": "0"}, "lines", "no_lines"),
    ]
    for wrong, path, code in cases:
        errors = problem(change(http, order, wrong), 422)["errors"]
        assert (path, code) in [(error["path"], error["code"]) for error in errors]
    twice = problem(change(http, order, {**line, "qty": "6"}, {**line, "qty": "7"}), 422)["errors"]
    assert [(error["path"], error["code"]) for error in twice] == [("lines/1/order_line_id", "named_twice")]
    nothing = problem(change(http, order), 422)["errors"]
    assert [(error["path"], error["code"]) for error in nothing] == [("lines", "changes_nothing")]
    stale = http.post(f"{ORDERS}/{order['id']}/change", json={"version": 99, "lines": [{**line, "qty": "1"}]})
    problem(stale, 409, "stale_version")
    now = http.get(f"{ORDERS}/{order['id']}").json()
    assert (now["revision"], now["net_amount"], now["version"]) == (1, order["net_amount"], order["version"])
    http.post(f"{ORDERS}/{order['id']}/cancel")
    problem(change(http, order, {**line, "qty": "1"}), 409, "purchase_order_not_changeable")


def test_an_order_that_goes_out_is_mailed_to_its_supplier_once(
    http: TestClient, shop: Shop, item_id: str, services: Services, settings: Settings, as_admin: Principal
) -> None:
    post, controller = opened()
    given = settings.model_copy(update={"smtp_url": SecretStr(f"smtp://127.0.0.1:{controller.port}")})
    later = services.now() + timedelta(minutes=1)
    office = replace(Office.open(given), now=lambda: later)
    load = Load(None, None, None, None)

    def mails() -> list[str]:
        before = len(post.taken)
        while send_next(office, as_admin, load):
            pass
        parts = [mail.get_body(("plain",)) for mail in post.taken[before:]]
        return [part.get_content() for part in parts if part is not None]

    try:
        path = f"/api/scm/suppliers/{shop.supplier_id}"
        put = {"email": "orders@supplier.test", "version": http.get(path).json()["version"]}
        assert http.patch(path, json=put).status_code == 200
        set_on_company(http, shop, purchase_limit_amount="1000", purchase_change_tolerance_share="0.5")
        order = created(http.post(f"{ORDERS}?confirm=true", json=order_body(shop, item_id, "10")))
        assert http.post(f"{ORDERS}/{order['id']}/confirm").status_code == 200
        [mail] = mails()
        assert post.taken[0]["To"] == "orders@supplier.test"
        assert order["number"] in post.taken[0]["Subject"]
        assert "10 EA-SHOP x 12 = 120.00 EUR" in mail
        assert mails() == []
        line = {"order_line_id": order["lines"][0]["id"]}
        assert change(http, order, {**line, "qty": "12"}).json()["state"] == "confirmed"
        assert ["12 EA-SHOP x 12 = 144.00 EUR" in mail for mail in mails()] == [True]
        # What waits is sent when it is approved, and what has changed before it went is sent as it is now.
        large = created(http.post(f"{ORDERS}?confirm=true", json=order_body(shop, item_id, "100")))
        assert (large["state"], mails()) == ("waiting", [])
        draft = created(http.post(ORDERS, json=order_body(shop, item_id, "20")))
        http.post(f"{ORDERS}/{draft['id']}/confirm")
        change(http, draft, {"order_line_id": draft["lines"][0]["id"], "qty": "21"})
        assert ["21 EA-SHOP x 12 = 252.00 EUR" in mail for mail in mails()] == [True]
    finally:
        office.close()
        controller.stop()
