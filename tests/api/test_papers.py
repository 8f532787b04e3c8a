"""Quotations, confirmations, delivery notes, invoices and purchase orders as PDF, with the names of their day."""

import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import create_engine, text
from starlette.testclient import TestClient

from runtime.settings import Settings
from tests.api.conftest import Login, created, problem
from tests.factories.documents import Shop


def printed(http: TestClient, path: str, **params: str) -> str:
    """The words on the paper of a document."""
    answer = http.get(f"{path}/print", params=params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("inline; ")
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)


@pytest.fixture
def order(http: TestClient, shop: Shop, item_id: str) -> dict[str, Any]:
    """A thousand two hundred chairs and a half, one in ten off."""
    customer = {"code": "K7", "name": "Crane & Co <Ltd>", "currency_code": "EUR", "tax_number": "DE136695976"}
    customer_id = created(http.post("/api/scm/customers", json=customer))["id"]
    address = {"party_kind": "customer", "party_id": customer_id, "country_code": "DE"}
    created(http.post("/api/scm/addresses", json={**address, "line1": "Reed Lane 4", "city": "Kiel"}))
    ship = {**address, "purpose": "shipping", "line1": "Dock 9", "city": "Wedel", "postal_code": "22880"}
    created(http.post("/api/scm/addresses", json=ship))
    line = {"item_id": item_id, "qty": "1000", "unit_price": "12.5", "discount_share": "0.1"}
    body = {"company_id": str(shop.company_id), "customer_id": customer_id, "customer_reference": "PO-88"}
    return created(http.post("/api/sales/orders", json={**body, "lines": [line]}))


@pytest.fixture
def invoice(http: TestClient, order: dict[str, Any]) -> dict[str, Any]:
    path = f"/api/sales/orders/{order['id']}"
    http.post(f"{path}/confirm", json={})
    created(http.post(f"{path}/deliver", json={}))
    return created(http.post(f"{path}/invoice", json={}))


def test_an_invoice_is_printed_with_the_totals_that_the_api_tells(http: TestClient, invoice: dict[str, Any]) -> None:
    words = printed(http, f"/api/sales/invoices/{invoice['id']}")
    assert f"Invoice {invoice['number']}" in words
    for name in ("net_amount", "tax_amount", "total_amount"):
        assert f"{Decimal(invoice[name]):,.2f} EUR" in words
    for told in ("Crane & Co <Ltd>", "Reed Lane 4", "K7", "DE136695976", "CHAIR", "1,000", "12.50", "10 %", "Shop"):
        assert told in words
    for part in invoice["installments"]:
        assert f"Due {part['due_on']}: {Decimal(part['amount']):,.2f} EUR" in words
    assert "12,500.00" not in words, "the discount is forgotten"


def test_each_document_of_a_sale_and_a_purchase_has_its_paper(
    http: TestClient, shop: Shop, order: dict[str, Any], invoice: dict[str, Any], item_id: str
) -> None:
    [delivery] = http.get("/api/sales/deliveries").json()["items"]
    confirmation = printed(http, f"/api/sales/orders/{order['id']}")
    assert f"Order confirmation {order['number']}" in confirmation
    assert "PO-88" in confirmation
    note = printed(http, f"/api/sales/deliveries/{delivery['id']}")
    assert f"Delivery note {delivery['number']}" in note
    assert order["number"] in note
    assert "22880 Wedel" in note, "it goes to where goods are shipped"
    assert "12.50" not in note, "prices are nobody's business at the dock"
    line = {"item_id": item_id, "qty": "3", "unit_price": "7"}
    body = {"company_id": str(shop.company_id), "lines": [line]}
    bought = created(http.post("/api/purchase/orders", json={**body, "supplier_id": str(shop.supplier_id)}))
    draft = printed(http, f"/api/purchase/orders/{bought['id']}")
    assert f"Purchase order {bought['number']}" in draft
    assert "Draft: not valid" in draft
    http.post(f"/api/purchase/orders/{bought['id']}/confirm", json={})
    assert "Draft" not in printed(http, f"/api/purchase/orders/{bought['id']}")
    until = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    body |= {"customer_id": order["customer_id"], "valid_until": until}
    offered = created(http.post("/api/sales/quotations", json=body))
    assert f"Quotation {offered['number']}" in printed(http, f"/api/sales/quotations/{offered['id']}")
    assert invoice["number"]


def test_a_credit_note_is_called_one(http: TestClient, order: dict[str, Any], invoice: dict[str, Any]) -> None:
    [delivery] = http.get("/api/sales/deliveries").json()["items"]
    [line] = http.get(f"/api/sales/deliveries/{delivery['id']}").json()["lines"]
    back = {"order_id": order["id"], "reason": "broken", "lines": [{"delivery_line_id": line["id"], "qty": "1"}]}
    asked = created(http.post("/api/sales/return-requests", json=back))
    http.post(f"/api/sales/return-requests/{asked['id']}/approve", json={})
    assert http.post(f"/api/sales/return-requests/{asked['id']}/receive", json={}).status_code == 200
    [note] = http.get("/api/sales/invoices", params={"kind": "sales_credit_note"}).json()["items"]
    words = printed(http, f"/api/sales/invoices/{note['id']}")
    assert f"Credit note {note['number']}" in words
    assert invoice["number"] in words


def test_a_cancellation_is_called_one_and_names_what_it_cancels(http: TestClient, invoice: dict[str, Any]) -> None:
    assert http.post(f"/api/sales/invoices/{invoice['id']}/cancel", json={}).status_code == 200
    [mirror] = http.get("/api/sales/invoices", params={"reverses_id": invoice["id"]}).json()["items"]
    told = printed(http, f"/api/sales/invoices/{mirror['id']}")
    assert f"Cancellation of invoice {mirror['number']}" in told
    assert f"Cancels {invoice['number']}" in " ".join(told.split())


def test_in_chinese_it_is_chinese_in_either_way_of_asking(http: TestClient, invoice: dict[str, Any]) -> None:
    path = f"/api/sales/invoices/{invoice['id']}"
    asked = printed(http, path, locale="zh")
    assert f"发票 {invoice['number']}" in asked
    assert "净额" in asked
    http.headers["Accept-Language"] = "zh-CN"
    assert f"发票 {invoice['number']}" in printed(http, path)
    problem(http.get(f"{path}/print", params={"locale": "xx"}), 422)


@pytest.mark.feature("3.3.5")
@pytest.mark.feature("2.1.9")
def test_a_paper_is_for_the_first_contact_in_the_language_that_this_person_reads(
    http: TestClient, order: dict[str, Any], invoice: dict[str, Any], make_role: Any, make_user: Any
) -> None:
    path = f"/api/sales/invoices/{invoice['id']}"
    assert "Attn" not in printed(http, path)
    person = {"party_kind": "customer", "party_id": order["customer_id"], "name": "Ida Canary", "locale": "zh-CN"}
    created(http.post("/api/scm/contacts", json=person | {"name": "Ben Canary", "locale": "en"}))
    assert "Canary" not in printed(http, path), "papers go to the first one"
    first = created(http.post("/api/scm/contacts", json=person | {"is_first": True}))
    asked = printed(http, path)
    assert f"发票 {invoice['number']}" in asked
    assert "收件人:Ida Canary" in asked.replace("\uff1a", ":").replace(" ", "").replace("IdaCanary", "Ida Canary")
    assert "Attn: Ida Canary" in printed(http, path, locale="en")
    assert "Attn: Ida Canary" in printed(http, f"/api/sales/orders/{order['id']}", locale="en")
    make_role("biller", "invoice.read", "customer.read")
    assert "Canary" not in printed(make_user("bo", "biller").http, path), "who may not read contacts"
    left = {"is_active": False, "version": first["version"]}
    assert http.patch(f"/api/scm/contacts/{first['id']}", json=left).status_code == 200
    assert f"Invoice {invoice['number']}" in printed(http, path)


@pytest.mark.feature("ORG-03")
def test_a_paper_keeps_the_names_of_its_day(
    http: TestClient, order: dict[str, Any], invoice: dict[str, Any], item_id: str, settings: Settings
) -> None:
    path = f"/api/sales/invoices/{invoice['id']}"
    _make_older(settings)
    before = printed(http, path)
    for changed, body in (
        (f"/api/scm/customers/{order['customer_id']}", {"name": "Heron Group", "tax_number": "DE811569869"}),
        (f"/api/inventory/items/{item_id}", {"name": "Throne"}),
        (f"/api/organization/companies/{order['company_id']}", {"name": "Palace"}),
    ):
        answer = http.patch(changed, json={**body, "version": http.get(changed).json()["version"]})
        assert answer.status_code == 200, answer.text
    assert printed(http, path) == before
    today = printed(http, f"/api/sales/orders/{_order_of_today(http, order, item_id)['id']}")
    assert all(name in today for name in ("Heron Group", "Throne", "Palace", "DE811569869"))


def _make_older(settings: Settings) -> None:
    """All that was written till now, and the days of its documents, are two days ago."""
    engine = create_engine(settings.admin_database_url().replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text("set session_replication_role = replica"))
        connection.execute(text("update kernel.audit_log set at = at - interval '2 days'"))
        connection.execute(text("update finance.invoices set invoiced_on = invoiced_on - 2"))
    engine.dispose()


def _order_of_today(http: TestClient, order: dict[str, Any], item_id: str) -> dict[str, Any]:
    line = {"item_id": item_id, "qty": "1"}
    body = {"company_id": order["company_id"], "customer_id": order["customer_id"], "lines": [line]}
    return created(http.post("/api/sales/orders", json=body))


def test_who_may_not_read_a_document_gets_no_paper_of_it(
    http: TestClient, invoice: dict[str, Any], make_role: Any, make_user: Any, make_tenant: Any
) -> None:
    path = f"/api/sales/invoices/{invoice['id']}/print"
    make_role("none", "order.read")
    problem(make_user("mo", "none").http.get(path), 403, "not_allowed")
    make_role("own", "invoice.*", data_scope="own")
    problem(make_user("bo", "own").http.get(path), 404, "not_found")
    other: Login = make_tenant("zenith")
    problem(other.http.get(path), 404, "not_found")
    assert http.get(path).status_code == 200


def test_what_a_role_hides_or_masks_is_not_on_the_paper(
    invoice: dict[str, Any], make_role: Any, make_user: Any
) -> None:
    hidden = ["invoice.total_amount", "customer.tax_number"]
    make_role("clerk", "invoice.read", "customer.read", hidden_fields=hidden)
    words = printed(make_user("cl", "clerk").http, f"/api/sales/invoices/{invoice['id']}")
    assert invoice["number"] in words
    assert "DE136695976" not in words
    assert f"{Decimal(invoice['net_amount']):,.2f} EUR" in words
    assert "Total" not in words
