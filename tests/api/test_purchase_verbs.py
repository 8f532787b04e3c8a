"""What may become of a purchase order beside the plain way: quarantine, rejection, closing, release of invoices."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import Login, created, problem
from tests.factories.documents import Shop, on_hand
from transactional.checks import check_tenant
from transactional.kernel.principal import Principal

ORDERS = "/api/purchase/orders"
INSPECT = "/api/purchase/receipts/inspect"


@pytest.fixture
def make_order(http: TestClient, shop: Shop, item_id: str) -> Callable[..., dict[str, Any]]:
    """Makes a purchase order of ten at 12, confirmed unless told otherwise."""

    def make(*, confirm: bool = True) -> dict[str, Any]:
        body = {
            "company_id": str(shop.company_id),
            "supplier_id": str(shop.supplier_id),
            "ordered_on": "2026-03-16",
            "lines": [{"item_id": item_id, "qty": "10", "unit_price": "12"}],
        }
        return created(http.post(ORDERS, json=body, params={"confirm": str(confirm).lower()}))

    return make


@pytest.fixture
def order(make_order: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    return make_order()


def receive(http: TestClient, order: dict[str, Any], **parts: str) -> dict[str, Any]:
    line = {"order_line_id": order["lines"][0]["id"], "arrived_qty": "10", **parts}
    body = {"received_on": "2026-03-17", "lines": [line]}
    return created(http.post(f"{ORDERS}/{order['id']}/receive", json=body))


@pytest.mark.feature("3.6.5")
def test_quarantined_goods_are_accepted_or_rejected_later(
    http: TestClient, order: dict[str, Any], item_id: str, services: Services, as_admin: Principal
) -> None:
    def stock() -> str:
        with services.database.transaction(as_admin) as session:
            assert check_tenant(session) == []
            return str(on_hand(session, UUID(item_id))[0].normalize())

    [line] = receive(http, order, accepted_qty="6", quarantined_qty="4")["lines"]
    before = stock()
    decided = {"receipt_line_id": line["id"], "accepted_qty": "3", "rejected_qty": "1", "reject_reason": "bent"}
    body = {"order_id": order["id"], "on": "2026-03-18", "lines": [decided]}
    refused = problem(http.post(INSPECT, json={**body, "lines": [{**decided, "accepted_qty": "4"}]}), 409)
    assert refused["code"] == "not_quarantined"
    nothing = {"receipt_line_id": line["id"]}
    wrong = problem(http.post(INSPECT, json={**body, "lines": [nothing]}), 422)
    assert [(error["path"], error["code"]) for error in wrong["errors"]] == [("lines/0/accepted_qty", "not_above_zero")]
    assert stock() == before
    [made] = created(http.post(INSPECT, json=body))["lines"]
    assert (made["accepted_qty"], made["rejected_qty"], made["reject_reason"]) == ("3", "1", "bent")
    assert int(stock()) == int(before) + 3
    assert problem(http.post(INSPECT, json=body), 409)["code"] == "not_quarantined"


@pytest.mark.feature("3.6.5")
def test_one_decides_only_about_goods_of_the_order_one_names(
    http: TestClient,
    make_order: Callable[..., dict[str, Any]],
    make_role: Any,
    make_user: Any,
    make_tenant: Callable[[str], Login],
) -> None:
    order, other = make_order(), make_order()
    [line] = receive(http, order, accepted_qty="0", quarantined_qty="10")["lines"]
    decided = {"receipt_line_id": line["id"], "accepted_qty": "1"}
    wrong = problem(http.post(INSPECT, json={"order_id": other["id"], "lines": [decided]}), 422)
    assert [(error["path"], error["code"]) for error in wrong["errors"]] == [
        ("lines/0/receipt_line_id", "foreign_line")
    ]
    body = {"order_id": order["id"], "lines": [decided]}
    make_role("reader", "receipt.read", "purchase_order.read")
    problem(make_user("bo", "reader").http.post(INSPECT, json=body), 403, "not_allowed")
    make_role("own", "receipt.*", "purchase_order.*", data_scope="own")
    problem(make_user("mo", "own").http.post(INSPECT, json=body), 404, "not_found")
    problem(make_tenant("other").http.post(INSPECT, json=body), 404, "not_found")


@pytest.mark.feature("3.6.3")
def test_a_draft_is_turned_down_and_a_confirmed_order_closed(
    http: TestClient, make_order: Callable[..., dict[str, Any]], make_role: Any, make_user: Any
) -> None:
    draft, confirmed = make_order(confirm=False), make_order()
    make_role("reader", "purchase_order.read")
    reader = make_user("bo", "reader").http
    for verb in ("reject", "close"):
        problem(reader.post(f"{ORDERS}/{draft['id']}/{verb}"), 403, "not_allowed")
        problem(http.post(f"{ORDERS}/{draft['lines'][0]['id']}/{verb}"), 404, "not_found")
    assert http.post(f"{ORDERS}/{draft['id']}/reject").json()["state"] == "rejected"
    for verb in ("confirm", "receive"):
        assert problem(http.post(f"{ORDERS}/{draft['id']}/{verb}"), 409)["detail"]
    assert http.post(f"{ORDERS}/{confirmed['id']}/close").json()["state"] == "closed"
    body = {"received_on": "2026-03-17"}
    problem(http.post(f"{ORDERS}/{confirmed['id']}/receive", json=body), 409, "purchase_order_not_confirmed")


@pytest.mark.feature("3.6.7")
@pytest.mark.feature("3.6.8")
def test_a_held_invoice_is_paid_after_its_release_only(
    http: TestClient, shop: Shop, order: dict[str, Any], make_role: Any, make_user: Any
) -> None:
    receive(http, order)
    line = {"order_line_id": order["lines"][0]["id"], "qty": "10", "unit_price": "15"}
    bill = {"external_number": "R-1", "invoiced_on": "2026-03-18", "lines": [line]}
    invoice = created(http.post(f"{ORDERS}/{order['id']}/invoice", json=bill))
    assert invoice["is_payment_blocked"] is True
    assert "15" in invoice["block_reason"]
    payment = {
        "company_id": str(shop.company_id),
        "kind": "disbursement",
        "party_id": str(shop.supplier_id),
        "paid_on": "2026-03-20",
        "amount": "100",
        "allocations": [{"invoice_id": invoice["id"], "amount": "100"}],
    }
    problem(http.post("/api/finance/payments", json=payment), 409, "payment_blocked")
    path = f"/api/purchase/invoices/{invoice['id']}/release"
    make_role("reader", "purchase_invoice.read")
    problem(make_user("bo", "reader").http.post(path, json={"reason": "agreed"}), 403, "not_allowed")
    problem(http.post(path, json={"reason": ""}), 422, "invalid_input")
    problem(http.post(path, json={}), 422, "invalid_input")
    released = http.post(path, json={"reason": "agreed by phone"}).json()
    assert released["is_payment_blocked"] is False
    assert released["block_reason"].endswith("released: agreed by phone")
    created(http.post("/api/finance/payments", json=payment))
    assert http.get(f"/api/purchase/invoices/{invoice['id']}").json()["settled_amount"] == "100.00"
