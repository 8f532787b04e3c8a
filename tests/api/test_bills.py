"""Suppliers' invoices without an order."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import created, problem
from tests.factories.documents import Shop, balance, make_item
from transactional.checks import check_tenant
from transactional.kernel.principal import Principal

PATH = "/api/purchase/invoices"


@pytest.fixture
def accounts(http: TestClient, shop: Shop) -> dict[str, str]:
    in_company: dict[str, str | int] = {"limit": 500, "company_id": str(shop.company_id)}
    found: list[dict[str, Any]] = http.get("/api/finance/accounts", params=in_company).json()["items"]
    return {row["code"]: row["id"] for row in found}


def bill(shop: Shop, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "company_id": str(shop.company_id),
        "supplier_id": str(shop.supplier_id),
        "external_number": "RENT-03",
        "invoiced_on": "2026-03-16",
        "lines": list(lines),
        **more,
    }


@pytest.mark.feature("3.6.8")
def test_rent_and_a_service_are_billed_without_an_order(
    http: TestClient, shop: Shop, accounts: dict[str, str], services: Services, as_admin: Principal
) -> None:
    with services.database.transaction(as_admin) as session:
        service = make_item(session, shop, "CLEANING", kind="service", price=None)
    codes: list[dict[str, Any]] = http.get("/api/finance/tax-codes").json()["items"]
    standard = next(code["id"] for code in codes if code["item_tax_class"] == code["party_tax_class"] == "standard")
    given = bill(
        shop,
        {"account_id": accounts["6200"], "unit_price": "800", "description": "Rent of March"},
        {"item_id": str(service), "qty": "3", "unit_price": "33.33"},
        {"account_id": accounts["6320"], "unit_price": "100", "tax_code_id": standard, "tax_amount": "19.99"},
    )
    made = created(http.post(PATH, json=given))
    assert (made["net_amount"], made["tax_amount"], made["total_amount"]) == ("999.99", "39.99", "1039.98")
    assert [line["tax_amount"] for line in made["lines"]] == ["0.00", "20.00", "19.99"]
    with services.database.transaction(as_admin) as session:
        found = {code: balance(session, code) for code in ("6200", "6000", "6320", "1260", "2100")}
        assert {code: str(round(amount, 2)) for code, amount in found.items()} == {
            "6200": "800.00",
            "6000": "99.99",
            "6320": "100.00",
            "1260": "39.99",
            "2100": "-1039.98",
        }
        assert check_tenant(session) == []
    for same in ("RENT-03", " Rent-03 "):
        twice = {**given, "external_number": same}
        problem(http.post(PATH, json=twice), 409, "duplicate_supplier_invoice")
    payment = {
        "company_id": str(shop.company_id),
        "kind": "disbursement",
        "party_id": str(shop.supplier_id),
        "amount": "1039.98",
        "allocations": [{"invoice_id": made["id"], "amount": "1039.98"}],
    }
    created(http.post("/api/finance/payments", json=payment))


@pytest.mark.feature("3.6.8")
@pytest.mark.feature("2.1.14")
def test_every_wrong_line_of_a_bill_is_named(
    http: TestClient, shop: Shop, accounts: dict[str, str], item_id: str, make_role: Any, make_user: Any
) -> None:
    given = bill(
        shop,
        {"unit_price": "1"},
        {"account_id": accounts["6200"], "item_id": item_id, "unit_price": "1"},
        {"item_id": item_id, "unit_price": "1"},
        {"account_id": accounts["2100"], "unit_price": "1"},
        {"account_id": accounts["6"], "unit_price": "1"},
        {"account_id": item_id, "unit_price": "1"},
        {"account_id": accounts["6200"], "unit_price": "1", "tax_amount": "0.001"},
        {"account_id": accounts["6200"], "unit_price": "1", "tax_code_id": item_id},
    )
    answer = http.post(PATH, json=given, headers={"Accept-Language": "zh"})
    refused = problem(answer, 422, "invalid_input")
    assert {(error["path"], error["code"]) for error in refused["errors"]} == {
        ("lines/0/account_id", "account_or_item"),
        ("lines/1/account_id", "account_or_item"),
        ("lines/2/item_id", "stock_item"),
        ("lines/3/account_id", "account_control"),
        ("lines/4/account_id", "account_group"),
        ("lines/5/account_id", "account_unknown"),
        ("lines/6/tax_amount", "too_many_decimals"),
        ("lines/7/tax_code_id", "unknown_reference"),
    }
    assert not any(error["reason"].isascii() for error in refused["errors"])
    assert http.get(PATH).json()["items"] == []
    problem(http.post(PATH, json=bill(shop, {"account_id": accounts["6200"], "unit_price": "-1"})), 422)
    problem(http.post(PATH, json=bill(shop)), 422)
    unknown = bill(shop, {"account_id": accounts["6200"], "unit_price": "1"}, supplier_id=item_id)
    problem(http.post(PATH, json=unknown), 422, "invalid_input")
    make_role("reader", "purchase_invoice.read")
    problem(make_user("bo", "reader").http.post(PATH, json=given), 403, "not_allowed")
