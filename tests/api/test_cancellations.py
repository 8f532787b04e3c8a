"""Posted documents taken back over HTTP: who may, once, on which day, and what the refusal names."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import Login, created, problem
from tests.factories.documents import Shop
from transactional.checks import check_tenant
from transactional.kernel.principal import Principal
from transactional.ledger.services.reverse_entries import TAKEN_BACK_BY
from transactional.resources import RESOURCES

pytestmark = pytest.mark.feature("FIN-04")
DAY, LATER = "2026-03-16", "2026-03-18"


@pytest.fixture
def invoice(http: TestClient, shop: Shop, item_id: str) -> dict[str, Any]:
    """Two at 100.00 and 20 percent tax, delivered and invoiced."""
    line = {"item_id": item_id, "qty": "2", "unit_price": "100"}
    head = {"company_id": str(shop.company_id), "customer_id": str(shop.customer_id), "ordered_on": DAY}
    order = created(http.post("/api/sales/orders", json={**head, "lines": [line]}, params={"confirm": "true"}))
    created(http.post(f"/api/sales/orders/{order['id']}/deliver", json={"delivered_on": DAY}))
    return created(http.post(f"/api/sales/orders/{order['id']}/invoice", json={"invoiced_on": DAY}))


def _pay(http: TestClient, shop: Shop, invoice: dict[str, Any]) -> dict[str, Any]:
    allocation = {"invoice_id": invoice["id"], "amount": "240"}
    head = {"company_id": str(shop.company_id), "kind": "receipt", "party_id": str(shop.customer_id), "paid_on": DAY}
    return created(http.post("/api/finance/payments", json={**head, "amount": "240", "allocations": [allocation]}))


def test_a_wrong_receipt_then_its_invoice_are_taken_back(
    http: TestClient, shop: Shop, invoice: dict[str, Any], services: Services, as_admin: Principal
) -> None:
    payment = _pay(http, shop, invoice)
    path = f"/api/sales/invoices/{invoice['id']}/cancel"
    refused = problem(http.post(path, json={"on": LATER}), 409, "document_settled")
    assert payment["number"] in refused["detail"]
    key = {"Idempotency-Key": "take-it-back"}
    for _ in range(2):
        cancelled = http.post(f"/api/finance/payments/{payment['id']}/cancel", json={"on": LATER}, headers=key)
        assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled"), "a retry gets the same answer"
    problem(http.post(f"/api/finance/payments/{payment['id']}/cancel", json={"on": LATER}), 409, "document_cancelled")
    problem(http.post(path, json={"on": "2026-03-15"}), 422, "invalid_input")
    cancelled = http.post(path, json={"on": LATER})
    assert (cancelled.status_code, cancelled.json()["state"], cancelled.json()["open_amount"]) == (
        200,
        "cancelled",
        "0.00",
    )
    [mirror] = http.get("/api/sales/invoices", params={"reverses_id": invoice["id"]}).json()["items"]
    assert (mirror["total_amount"], mirror["invoiced_on"]) == ("-240.00", LATER)
    postings = http.get(f"/api/sales/invoices/{invoice['id']}/postings").json()["items"]
    assert [each["posted_on"] for each in postings] == [DAY, LATER]
    assert postings[1]["reverses_id"] == postings[0]["entry_id"]
    problem(http.post(f"/api/sales/invoices/{mirror['id']}/cancel", json={"on": LATER}), 409, "cancellation_final")
    history = http.get(f"/api/sales/invoices/{invoice['id']}/history").json()["items"]
    assert any("cancelled" in str(each) for each in history)
    with services.database.transaction(as_admin) as session:
        assert check_tenant(session) == []


def test_cancelling_is_a_right_of_its_own(
    http: TestClient,
    shop: Shop,
    invoice: dict[str, Any],
    make_role: Callable[..., dict[str, Any]],
    make_user: Callable[..., Login],
) -> None:
    make_role("clerk", "invoice.read", "invoice.create", "payment.read", "payment.create", data_scope="all")
    clerk = make_user("clerk", "clerk").http
    payment = _pay(http, shop, invoice)
    paths = [f"/api/finance/payments/{payment['id']}", f"/api/sales/invoices/{invoice['id']}"]
    before = [http.get(path).json() for path in paths]
    for path in paths:
        assert clerk.get(path).status_code == 200, "reading and making them is another right"
        refused = problem(clerk.post(f"{path}/cancel", json={"on": LATER}), 403, "not_allowed")
        assert ".cancel" in refused["detail"], "the right that is missing is named"
    assert [http.get(path).json() for path in paths] == before
    make_role("canceller", "invoice.read", "payment.read", "payment.cancel", data_scope="all")
    other = make_user("other", "canceller").http
    assert other.post(f"{paths[0]}/cancel", json={"on": LATER}).json()["state"] == "cancelled"
    assert problem(other.post(f"{paths[1]}/cancel", json={"on": LATER}), 403)["detail"].count("invoice.cancel") == 1


def test_nothing_is_taken_back_into_a_closed_period(http: TestClient, shop: Shop, invoice: dict[str, Any]) -> None:
    missing = http.post(f"/api/sales/invoices/{invoice['id']}/cancel", json={"on": "2031-01-05"})
    problem(missing, 409, "period_missing")
    assert http.get(f"/api/sales/invoices/{invoice['id']}").json()["state"] == "posted"
    assert invoice["company_id"] == str(shop.company_id)


def test_an_entry_of_a_document_names_the_verb_that_takes_it_back(
    http: TestClient, shop: Shop, invoice: dict[str, Any]
) -> None:
    payment = _pay(http, shop, invoice)
    rights = {right for resource in RESOURCES for right in resource.rights()}
    assert {word for verb in TAKEN_BACK_BY.values() for word in verb.split(" or ")} <= rights
    [delivery] = http.get("/api/sales/deliveries", params={"customer_id": str(shop.customer_id)}).json()["items"]
    documents = {
        f"sales/deliveries/{delivery['id']}": "delivery.cancel",
        f"sales/invoices/{invoice['id']}": "invoice.cancel",
        f"finance/payments/{payment['id']}": "payment.cancel",
    }
    for document, verb in documents.items():
        [entry, *_] = http.get(f"/api/{document}/postings").json()["items"]
        refused = problem(http.post(f"/api/finance/journal-entries/{entry['entry_id']}/reverse", json={}), 409)
        assert (refused["code"], verb in refused["detail"]) == ("subledger_entry", True)


@pytest.mark.feature("3.4.6")
def test_a_delivery_waits_for_its_invoice_then_its_goods_come_back(
    http: TestClient, shop: Shop, invoice: dict[str, Any], item_id: str, services: Services, as_admin: Principal
) -> None:
    [delivery] = http.get("/api/sales/deliveries", params={"order_id": invoice["origin_id"]}).json()["items"]
    path = f"/api/sales/deliveries/{delivery['id']}/cancel"
    refused = problem(http.post(path, json={"on": LATER}), 409, "document_in_use")
    assert invoice["number"] in refused["detail"]
    assert http.post(f"/api/sales/invoices/{invoice['id']}/cancel", json={"on": LATER}).status_code == 200
    before = _level(http, item_id)
    cancelled = http.post(path, json={"on": LATER})
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    after = _level(http, item_id)
    assert [after[0] - before[0], after[1] - before[1]] == [2, 2], "on hand and promised to the order again"
    [mirror] = http.get("/api/sales/deliveries", params={"reverses_id": delivery["id"]}).json()["items"]
    [line] = http.get(f"/api/sales/deliveries/{mirror['id']}").json()["lines"]
    assert (mirror["delivered_on"], line["qty"]) == (LATER, "-2")
    postings = http.get(f"/api/sales/deliveries/{delivery['id']}/postings").json()["items"]
    assert [each["posted_on"] for each in postings] == [DAY, LATER]
    problem(http.post(path, json={"on": LATER}), 409, "document_cancelled")
    again = created(http.post(f"/api/sales/orders/{invoice['origin_id']}/deliver", json={"delivered_on": LATER}))
    assert again["id"] not in {delivery["id"], mirror["id"]}
    with services.database.transaction(as_admin) as session:
        assert check_tenant(session) == []


def _level(http: TestClient, item_id: str) -> list[float]:
    [level] = http.get("/api/inventory/stock/levels", params={"item_id": item_id}).json()["items"]
    return [float(level["on_hand_qty"]), float(level["reserved_qty"])]


@pytest.mark.feature("3.6.6")
def test_a_goods_receipt_is_taken_back_by_whoever_may(
    http: TestClient,
    shop: Shop,
    item_id: str,
    make_role: Callable[..., dict[str, Any]],
    make_user: Callable[..., Login],
) -> None:
    line = {"item_id": item_id, "qty": "3", "unit_price": "50"}
    head = {"company_id": str(shop.company_id), "supplier_id": str(shop.supplier_id), "ordered_on": DAY}
    order = created(http.post("/api/purchase/orders", json={**head, "lines": [line]}, params={"confirm": "true"}))
    before = _level(http, item_id)
    receipt = created(http.post(f"/api/purchase/orders/{order['id']}/receive", json={"received_on": DAY}))
    path = f"/api/purchase/receipts/{receipt['id']}/cancel"
    make_role("looker", "receipt.read", "receipt.return", data_scope="all")
    refused = problem(make_user("looker", "looker").http.post(path, json={"on": LATER}), 403, "not_allowed")
    assert "receipt.cancel" in refused["detail"]
    freight = {"receipt_ids": [receipt["id"]], "cost_on": DAY, "amount": "6"}
    cost = created(http.post("/api/purchase/landed-costs", json=freight))
    assert cost["number"] in problem(http.post(path, json={"on": LATER}), 409, "document_in_use")["detail"]
    back = http.post(f"/api/purchase/landed-costs/{cost['id']}/cancel", json={"on": LATER})
    assert (back.status_code, back.json()["state"]) == (200, "cancelled")
    cancelled = http.post(path, json={"on": LATER})
    assert (cancelled.status_code, cancelled.json()["state"], _level(http, item_id)) == (200, "cancelled", before)
    problem(http.post(path, json={"on": LATER}), 409, "document_cancelled")
    [entry, *_] = http.get(f"/api/purchase/receipts/{receipt['id']}/postings").json()["items"]
    refused = problem(http.post(f"/api/finance/journal-entries/{entry['entry_id']}/reverse", json={}), 409)
    assert "receipt.cancel" in refused["detail"]


@pytest.mark.feature("3.4.10")
@pytest.mark.parametrize("mode", ["batch", "serial"])
def test_lots_of_returns_that_were_an_error_go_where_they_were(
    http: TestClient,
    shop: Shop,
    services: Services,
    as_admin: Principal,
    mode: str,
    make_role: Callable[..., dict[str, Any]],
    make_user: Callable[..., Login],
) -> None:
    """Two of three are sold, come back by mistake, and one goes back to the supplier by mistake."""
    body = {"code": "DRILL", "name": "Drill", "unit_id": str(shop.unit_id), "tracking_mode": mode, "list_price": "50"}
    item_id = str(created(http.post("/api/inventory/items", json=body))["id"])
    lots: dict[str, Any] = (
        {"serials": ["S1", "S2", "S3"]}
        if mode == "serial"
        else {"batches": [{"number": "B1", "qty": "3", "expires_on": "2027-01-01"}]}
    )
    head = {"company_id": str(shop.company_id), "ordered_on": DAY}
    bought = {
        **head,
        "supplier_id": str(shop.supplier_id),
        "lines": [{"item_id": item_id, "qty": "3", "unit_price": "9"}],
    }
    order = created(http.post("/api/purchase/orders?confirm=true", json=bought))
    arrived = {"received_on": DAY, "lines": [{"order_line_id": order["lines"][0]["id"], "arrived_qty": "3", **lots}]}
    receipt = created(http.post(f"/api/purchase/orders/{order['id']}/receive", json=arrived))
    sold = {**head, "customer_id": str(shop.customer_id), "lines": [{"item_id": item_id, "qty": "2"}]}
    sale = created(http.post("/api/sales/orders?confirm=true", json=sold))
    batch = {"batches": [{"number": "B1", "qty": "2"}]}
    out: dict[str, Any] = {"serials": lots["serials"][:2]} if mode == "serial" else batch
    given = {"delivered_on": DAY, "lines": [{"order_line_id": sale["lines"][0]["id"], "qty": "2", **out}]}
    delivery = created(http.post(f"/api/sales/orders/{sale['id']}/deliver", json=given))
    invoice = created(http.post(f"/api/sales/orders/{sale['id']}/invoice", json={"invoiced_on": DAY}))
    before = _lot_stock(http, item_id)

    asked = {
        "order_id": sale["id"],
        "requested_on": DAY,
        "reason": "wrong",
        "lines": [{"delivery_line_id": delivery["lines"][0]["id"], "qty": "2"}],
    }
    request = created(http.post("/api/sales/return-requests", json=asked))
    path = f"/api/sales/return-requests/{request['id']}"
    assert http.post(f"{path}/approve", json={"on": DAY}).status_code == 200
    [expected] = http.get("/api/sales/deliveries", params={"return_request_id": request["id"]}).json()["items"]
    problem(http.post(f"/api/sales/deliveries/{expected['id']}/cancel"), 409, "document_not_posted")
    assert http.post(f"{path}/receive", json={"received_on": DAY}).json()["state"] == "received"
    assert sum(float(row["on_hand_qty"]) for row in _lot_stock(http, item_id)) == 3
    cancel = f"/api/sales/deliveries/{expected['id']}/cancel"
    make_role("looker", "delivery.read", "return_request.receive", data_scope="all")
    refused = problem(make_user("looker", "looker").http.post(cancel, json={"on": LATER}), 403, "not_allowed")
    assert "delivery.cancel" in refused["detail"]
    problem(http.post(cancel, json={"on": "2026-03-15"}), 422, "invalid_input")
    problem(http.post(cancel, json={"on": "soon"}), 422, "invalid_input")
    key = {"Idempotency-Key": f"never-came-{mode}"}
    for _ in range(2):
        assert http.post(cancel, json={"on": LATER}, headers=key).json()["state"] == "cancelled"
    problem(http.post(cancel, json={"on": DAY}, headers=key), 422)
    problem(http.post(cancel, json={"on": LATER}), 409, "document_cancelled")
    assert (_lot_stock(http, item_id), http.get(path).json()["state"]) == (before, "approved")
    notes = http.get("/api/sales/invoices", params={"corrects_id": invoice["id"]}).json()["items"]
    assert sorted(row["state"] for row in notes) == ["cancelled", "cancelled"]
    assert http.post(f"{path}/receive", json={"received_on": LATER}).json()["state"] == "received"
    assert sum(float(row["on_hand_qty"]) for row in _lot_stock(http, item_id)) == 3

    there = _lot_stock(http, item_id)
    one: dict[str, Any] = {"serials": ["S3"]} if mode == "serial" else {"batches": [{"number": "B1", "qty": "1"}]}
    line = {"receipt_line_id": receipt["lines"][0]["id"], "qty": "1", **one}
    back = {"order_id": order["id"], "returned_on": LATER, "reason": "bent", "lines": [line]}
    for _ in range(2):
        note = created(http.post("/api/purchase/receipts/return", json=back))
        assert (
            http.post(f"/api/purchase/receipts/{note['id']}/cancel", json={"on": LATER}).json()["state"] == "cancelled"
        )
        assert _lot_stock(http, item_id) == there, "and it may go back once more"
    problem(http.post(f"/api/purchase/receipts/{note['id']}/cancel", json={"on": LATER}), 409, "document_cancelled")
    with services.database.transaction(as_admin) as session:
        assert check_tenant(session) == []


def _lot_stock(http: TestClient, item_id: str) -> list[dict[str, Any]]:
    rows = http.get("/api/inventory/lot-stock", params={"item_id": item_id, "limit": 50}).json()["items"]
    kept = [{key: row[key] for key in ("lot_id", "location_id", "on_hand_qty")} for row in rows]
    return sorted((row for row in kept if row["on_hand_qty"] != "0"), key=lambda row: row["lot_id"])
