"""Refunds over HTTP: from order and invoice to credit note and the money given back, and everything that is refused."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import Login, created, problem
from tests.factories.documents import Shop
from transactional.checks import check_tenant
from transactional.kernel.principal import Principal

pytestmark = [pytest.mark.feature("FIN-15"), pytest.mark.feature("3.4.14")]
PAYMENTS, SETTLEMENTS, DAY, LATER = "/api/finance/payments", "/api/finance/settlements", "2026-03-16", "2026-03-18"
Give = Callable[..., dict[str, Any]]


@pytest.fixture
def give(shop: Shop) -> Give:
    """The body of a payment of the shop's customer."""

    def body(kind: str, amount: str, *allocations: dict[str, Any], **more: Any) -> dict[str, Any]:
        head = {"company_id": str(shop.company_id), "kind": kind, "party_id": str(shop.customer_id), "paid_on": LATER}
        return {**head, "amount": amount, "allocations": list(allocations), **more}

    return body


@pytest.fixture
def note(http: TestClient, shop: Shop, item_id: str, give: Give) -> dict[str, Any]:
    """Two pieces sold for 240 and paid; one came back: a credit of 120."""
    line = {"item_id": item_id, "qty": "2", "unit_price": "100"}
    head = {"company_id": str(shop.company_id), "customer_id": str(shop.customer_id), "ordered_on": DAY}
    order = created(http.post("/api/sales/orders", json={**head, "lines": [line]}, params={"confirm": "true"}))
    delivery = created(http.post(f"/api/sales/orders/{order['id']}/deliver", json={"delivered_on": DAY}))
    invoice = created(http.post(f"/api/sales/orders/{order['id']}/invoice", json={"invoiced_on": DAY}))
    created(http.post(PAYMENTS, json=give("receipt", "240", {"invoice_id": invoice["id"], "amount": "240"})))
    back = [{"delivery_line_id": delivery["lines"][0]["id"], "qty": "1"}]
    asked = {"order_id": order["id"], "requested_on": DAY, "reason": "too small", "lines": back}
    path = f"/api/sales/return-requests/{created(http.post('/api/sales/return-requests', json=asked))['id']}"
    assert http.post(f"{path}/approve", json={"on": LATER}).json()["state"] == "approved"
    assert http.post(f"{path}/receive", json={"received_on": LATER}).json()["state"] == "received"
    found = http.get("/api/sales/invoices", params={"kind": "sales_credit_note"}).json()["items"]
    return dict(found[0])


def test_order_invoice_receipt_credit_note_refund(
    http: TestClient, give: Give, note: dict[str, Any], services: Services, as_admin: Principal
) -> None:
    assert note["open_amount"] == "120.00"
    over = created(http.post(PAYMENTS, json=give("receipt", "30")))
    uses = [{"credit_note_id": note["id"], "amount": "120"}, {"payment_id": over["id"], "amount": "30"}]
    body = give("customer_refund", "150", *uses, bank_reference="OUT-1")
    key = {"Idempotency-Key": "give-it-back"}
    made = created(http.post(PAYMENTS, json=body, headers=key))
    assert created(http.post(PAYMENTS, json=body, headers=key))["id"] == made["id"]
    assert created(http.post(PAYMENTS, json=body))["id"] == made["id"], "once per bank reference"
    problem(http.post(PAYMENTS, json={**body, "amount": "149"}, headers=key), 422, "idempotency_key_reused")
    [posting] = http.get(f"{PAYMENTS}/{made['id']}/postings").json()["items"]
    assert {line["account_code"]: line["amount"] for line in posting["lines"]} == {
        "1100": "-150.00",
        "1200": "120.00",
        "2150": "30.00",
    }
    again = {**body, "bank_reference": "OUT-2"}
    assert "0.00 EUR are open" in problem(http.post(PAYMENTS, json=again), 409, "over_settlement")["detail"]
    rows = http.get(SETTLEMENTS, params={"refund_id": made["id"]}).json()["items"]
    assert {(row["credit_note_id"], row["payment_id"], row["invoice_id"], row["amount"]) for row in rows} == {
        (note["id"], None, None, "120.00"),
        (None, over["id"], None, "30.00"),
    }
    problem(http.post(f"{SETTLEMENTS}/{rows[0]['id']}/undo", json={"on": LATER}), 409, "refund_whole")
    refused = problem(http.post(f"/api/sales/invoices/{note['id']}/cancel", json={"on": LATER}), 409)
    assert refused["code"] in {"document_in_use", "credit_of_return"}
    problem(http.post(f"{PAYMENTS}/{over['id']}/cancel", json={"on": LATER}), 409, "document_in_use")
    cancelled = http.post(f"{PAYMENTS}/{made['id']}/cancel", json={"on": LATER})
    assert cancelled.json()["state"] == "cancelled"
    assert http.get(f"/api/sales/invoices/{note['id']}").json()["open_amount"] == "120.00"
    problem(http.post(f"{PAYMENTS}/{made['id']}/cancel", json={"on": LATER}), 409, "document_cancelled")
    with services.database.transaction(as_admin) as session:
        assert check_tenant(session) == []


def test_what_a_refund_must_not_name_is_refused_by_its_field(
    http: TestClient, give: Give, note: dict[str, Any]
) -> None:
    credit = {"credit_note_id": note["id"], "amount": "10"}
    over = {"credit_note_id": note["id"], "amount": "120.01"}
    no_note = {"credit_note_id": note["corrects_id"], "amount": "10"}
    for body, path in (
        (give("customer_refund", "10"), "allocations"),
        (give("customer_refund", "10", {"amount": "10"}), "allocations/0"),
        (give("customer_refund", "10", {**credit, "payment_id": str(uuid4())}), "allocations/0"),
        (give("customer_refund", "10", {**credit, "discount_amount": "1"}), "allocations/0"),
        (give("customer_refund", "10", {"credit_note_id": note["id"]}), "allocations/0/amount"),
        (give("customer_refund", "10", {**credit, "amount": "x"}), "allocations/0/amount"),
        (give("customer_refund", "10", {**credit, "amount": "-10"}), "allocations/0/amount"),
        (give("customer_refund", "11", credit), "allocations"),
        (give("customer_refund", "9", credit), "allocations"),
        (give("customer_refund", "10", credit, origin_id=str(uuid4())), "origin_id"),
        (give("customer_refund", "10", {"invoice_id": note["corrects_id"], "amount": "10"}), "allocations"),
        (
            give("customer_refund", "10", no_note),
            "allocations/0/credit_note_id",
        ),
        (give("receipt", "10", credit), "allocations"),
        (give("refund", "10", credit), "kind"),
    ):
        refused = problem(http.post(PAYMENTS, json=body), 422)
        assert path in {each["path"] for each in refused["errors"]}, (body, refused)
    problem(http.post(PAYMENTS, json=give("customer_refund", "120.01", over)), 409, "over_settlement")
    unknown = {"credit_note_id": str(uuid4()), "amount": "10"}
    problem(http.post(PAYMENTS, json=give("customer_refund", "10", unknown)), 404, "not_found")
    problem(http.post(PAYMENTS, json=give("customer_refund", "10", {"payment_id": str(uuid4()), "amount": "10"})), 404)
    assert http.get(f"/api/sales/invoices/{note['id']}").json()["open_amount"] == "120.00"


def test_who_may_not_gives_nothing_back_and_each_side_sees_its_own(
    http: TestClient,
    give: Give,
    note: dict[str, Any],
    make_role: Callable[..., dict[str, Any]],
    make_user: Callable[..., Login],
    make_tenant: Callable[[str], Login],
) -> None:
    body = give("customer_refund", "10", {"credit_note_id": note["id"], "amount": "10"})
    roles = {
        "sees_sales": ("payment.read", "settlement.read", "invoice.read"),
        "sees_purchases": ("payment.read", "settlement.read", "purchase_invoice.read"),
    }
    users = {}
    for code, rights in roles.items():
        make_role(code, *rights, data_scope="all")
        users[code] = make_user(code, code).http
    problem(users["sees_sales"].post(PAYMENTS, json=body), 403)
    foreign = make_tenant("other").http
    assert foreign.post(PAYMENTS, json=body).status_code in {404, 422}
    made = created(http.post(PAYMENTS, json=body))
    assert foreign.get(f"{PAYMENTS}/{made['id']}").status_code == 404
    assert foreign.post(f"{PAYMENTS}/{made['id']}/cancel", json={"on": LATER}).status_code == 404
    for path, params in ((PAYMENTS, {"kind": "customer_refund"}), (SETTLEMENTS, {"refund_id": made["id"]})):
        assert len(users["sees_sales"].get(path, params=params).json()["items"]) == 1
        assert users["sees_purchases"].get(path, params=params).json()["items"] == []
