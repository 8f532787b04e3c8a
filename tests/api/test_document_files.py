"""Many documents in from a file: orders, receipts, invoices, payments, entries, stock."""

import io
from typing import Any
from uuid import UUID

import httpx2
import openpyxl
import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import created, problem
from tests.factories.documents import Shop, balance, make_item, on_hand
from transactional.kernel.principal import Principal

pytestmark = pytest.mark.feature("INT-02")
ORDERS = "/api/sales/orders"


def upload(http: TestClient, path: str, content: str | bytes, **params: str) -> httpx2.Response:
    answer: httpx2.Response = http.post(f"{path}/import", files={"file": ("file.csv", content)}, params=params)
    return answer


def taken(answer: httpx2.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    assert body["errors"] == [], body
    return body


def rows_of(answer: httpx2.Response) -> set[tuple[int, str, str]]:
    refused = problem(answer, 422, "rows_refused")
    return {(row["line"], row["column"], row["code"]) for row in refused["rows"]}


def items(http: TestClient, path: str, **params: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = http.get(path, params=params).json()["items"]
    return found


HEADER = "document,company,customer,external_ref,item,qty,unit_price\n"


def test_rows_of_one_document_become_one_order(http: TestClient, shop: Shop, item_id: str) -> None:
    file = HEADER + ("1,SHOP,C-SHOP,W-1,CHAIR,2,\n1,,,,CHAIR,3,90.50\n2,SHOP,C-SHOP,W-2,CHAIR,1,100\n")
    dry = taken(upload(http, ORDERS, file, dry_run="true", act="confirm"))
    assert (dry["created"], dry["rows"], dry["dry_run"]) == (2, 3, True)
    assert items(http, ORDERS) == []
    assert taken(upload(http, ORDERS, file, act="confirm"))["created"] == 2
    second, first = items(http, ORDERS)
    assert (first["external_ref"], first["net_amount"], first["state"]) == ("W-1", "471.50", "confirmed")
    assert (second["external_ref"], second["net_amount"]) == ("W-2", "100.00")
    lines = http.get(f"{ORDERS}/{first['id']}").json()["lines"]
    assert [(line["item_id"], line["qty"]) for line in lines] == [(item_id, "2"), (item_id, "3")]
    assert first["company_id"] == str(shop.company_id)
    again = taken(upload(http, ORDERS, file, act="confirm"))
    assert (again["created"], again["unchanged"]) == (0, 2)
    assert len(items(http, ORDERS)) == 2


@pytest.mark.usefixtures("shop", "item_id")
def test_every_bad_cell_is_named_and_no_document_is_half_written(http: TestClient) -> None:
    file = HEADER + (
        "1,SHOP,C-SHOP,W-1,CHAIR,2,\n"
        "1,,,,TABLE,many,\n"
        "2,SHOP,NOBODY,W-2,CHAIR,1,\n"
        "3,SHOP,C-SHOP,W-3,CHAIR,1,\n"
        "3,SHOP,C-SHOP,W-4,CHAIR,1,\n"
        "4,SHOP,C-SHOP,W-5,CHAIR,0,-1\n"
        "5,SHOP,C-SHOP,W-6,CHAIR,0.5,\n"
        "6,SHOP,C-SHOP,W-7,CHAIR,4,\n"
    )
    expected = {
        (3, "item", "unknown_reference"),
        (4, "customer", "unknown_reference"),
        (6, "external_ref", "document_differs"),
        (7, "qty", "greater_than"),
        (7, "unit_price", "greater_than_equal"),
        (8, "qty", "unit_refused"),
    }
    assert rows_of(upload(http, ORDERS, file)) == expected
    assert items(http, ORDERS) == []
    partly = upload(http, ORDERS, file, only_good="true").json()
    assert (partly["created"], partly["failed"]) == (1, 5)
    assert [order["external_ref"] for order in items(http, ORDERS)] == ["W-7"]
    problem(upload(http, ORDERS, "document,colour\n1,red\n"), 422, "invalid_input")
    problem(upload(http, ORDERS, "qty,qty\n1,1\n"), 422, "invalid_input")


@pytest.mark.usefixtures("shop", "item_id")
def test_a_refusal_of_the_service_is_laid_at_its_document(http: TestClient) -> None:
    """Nothing names the document that exceeds the credit limit but the refusal itself."""
    body = {"code": "POOR", "name": "Poor", "currency_code": "EUR", "country_code": "DE", "credit_limit_amount": "150"}
    created(http.post("/api/scm/customers", json=body))
    lines = [f"{n},SHOP,{'POOR' if n in {3, 6} else 'C-SHOP'},R-{n},CHAIR,2,100" for n in range(1, 9)]
    file = HEADER + "\n".join(lines)
    refused = upload(http, ORDERS, file, act="confirm")
    assert rows_of(refused) == {(4, "", "credit_limit_exceeded"), (7, "", "credit_limit_exceeded")}
    assert "150" in refused.json()["rows"][0]["reason"]
    assert items(http, ORDERS) == []
    partly = upload(http, ORDERS, file, act="confirm", only_good="true").json()
    assert (partly["created"], partly["failed"]) == (6, 2)
    assert {order["external_ref"] for order in items(http, ORDERS)} == {f"R-{n}" for n in (1, 2, 4, 5, 7, 8)}
    assert {order["state"] for order in items(http, ORDERS)} == {"confirmed"}


@pytest.mark.usefixtures("shop")
@pytest.mark.usefixtures("shop", "item_id")
def test_after_too_many_refusals_the_rest_is_named_as_not_tried(
    http: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transactional.kernel.importing_documents.REFUSED_MAX", 1)
    file = HEADER + "".join(f"{n},SHOP,C-SHOP,T-{n},CHAIR,{qty},1\n" for n, qty in ((1, "1"), (2, "0.5"), (3, "1")))
    found = upload(http, ORDERS, file, only_good="true").json()
    named = [(row["line"], row["code"]) for row in found["errors"]]
    assert named == [(2, "not_tried"), (3, "unit_refused"), (4, "not_tried")]
    assert (found["created"], found["failed"]) == (0, 3)
    assert items(http, ORDERS) == []


def test_order_to_cash_and_purchase_to_pay_from_files(
    http: TestClient, item_id: str, services: Services, as_admin: Principal
) -> None:
    taken(upload(http, ORDERS, HEADER + "1,SHOP,C-SHOP,W-1,CHAIR,10,100\n", act="confirm"))
    number = items(http, ORDERS)[0]["number"]
    file = f"order_number,order_line,qty\n{number},1,4\n"
    taken(upload(http, "/api/sales/deliveries", file))
    taken(upload(http, "/api/sales/deliveries", f"order_number\n{number}\n"))
    assert taken(upload(http, "/api/sales/invoices", f"order_number\n{number}\n"))["created"] == 1
    [invoice] = items(http, "/api/sales/invoices")
    assert invoice["total_amount"] == "1200.00"
    paid = (
        "company,kind,party,amount,bank_reference,invoice,allocations.amount\n"
        f"SHOP,receipt,C-SHOP,700,B-1,{invoice['number']},700\n"
        "SHOP,receipt,C-SHOP,50,B-2,,\n"
    )
    taken(upload(http, "/api/finance/payments", paid))
    orders = "document,company,supplier,item,qty,unit_price\n1,SHOP,S-SHOP,CHAIR,5,20\n"
    taken(upload(http, "/api/purchase/orders", orders, act="confirm"))
    bought = items(http, "/api/purchase/orders")[0]["number"]
    taken(upload(http, "/api/purchase/receipts", f"order_number\n{bought}\n"))
    bills = (
        "document,order_number,external_number,company,supplier,account,qty,unit_price\n"
        f"1,{bought},F-1,,,,,\n"
        "2,,F-2,SHOP,S-SHOP,6200,1,80\n"
    )
    assert taken(upload(http, "/api/purchase/invoices", bills))["created"] == 2
    with services.database.transaction(as_admin) as session:
        assert on_hand(session, UUID(item_id))[0] == 1000 - 10 + 5
        assert balance(session, "1200") == 1200 - 700
    refused = upload(http, "/api/purchase/invoices", bills.replace("F-1", "F-3"))
    assert rows_of(refused) == {
        (2, "", "nothing_to_invoice"),
        (3, "", "duplicate_supplier_invoice"),
    }


@pytest.mark.usefixtures("shop")
def test_entries_and_stock_from_files_of_a_spreadsheet(
    http: TestClient, item_id: str, services: Services, as_admin: Principal
) -> None:
    entries = "document,company,entry_on,description,account,debit_amount,credit_amount,currency_code\n"
    good = "1,SHOP,2026-03-16,Rent,6200,80,0,EUR\n1,,,,1290,0,80,EUR\n"
    bad = "2,SHOP,2026-03-16,Rent,6200,80,0,EUR\n2,,,,1290,0,79.99,EUR\n"
    refused = upload(http, "/api/finance/manual-entries", entries + good + bad, act="post")
    assert rows_of(refused) == {(4, "lines", "out_of_balance")}
    assert items(http, "/api/finance/manual-entries") == []
    taken(upload(http, "/api/finance/manual-entries", entries + good, act="post"))
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(
        ["company", "kind", "document_on", "warehouse", "item", "unit", "qty", "unit_cost", "external_ref", "reason"]
    )
    warehouse = items(http, "/api/inventory/warehouses")[0]["code"]
    sheet.append(["SHOP", "adjustment", "2026-03-16", warehouse, "CHAIR", "EA-SHOP", 3, 12.5, 7001, "found"])
    buffer = io.BytesIO()
    book.save(buffer)
    taken(upload(http, "/api/inventory/stock-documents", buffer.getvalue(), act="post"))
    assert taken(upload(http, "/api/inventory/stock-documents", buffer.getvalue(), act="post"))["unchanged"] == 1
    with services.database.transaction(as_admin) as session:
        assert on_hand(session, UUID(item_id))[0] == 1003
        assert balance(session, "6200") == 80


def test_importing_documents_needs_the_right_and_sees_what_one_sees(
    http: TestClient, shop: Shop, services: Services, as_admin: Principal, make_role: Any, make_user: Any
) -> None:
    with services.database.transaction(as_admin) as session:
        make_item(session, shop)
    rules = {"customer": [{"field": "code", "values": ["C-OTHER"]}]}
    make_role("taker", "order.*", "customer.read", row_rules=rules)
    make_role("maker", "order.import", "order.create")
    file = HEADER + "1,SHOP,C-SHOP,W-1,CHAIR,1,\n"
    reader = make_user("bo", "salesperson")
    problem(upload(reader.http, ORDERS, file), 403, "not_allowed")
    maker = make_user("mo", "maker")
    problem(upload(maker.http, ORDERS, file, act="confirm"), 403, "not_allowed")
    # A customer whom a row rule hides is unknown.
    assert rows_of(upload(make_user("to", "taker").http, ORDERS, file)) == {(2, "customer", "unknown_reference")}
    assert taken(upload(maker.http, ORDERS, file))["created"] == 1
    assert items(http, ORDERS)[0]["state"] == "draft"
