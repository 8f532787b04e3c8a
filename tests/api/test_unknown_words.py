"""Ids, countries, currencies and classes that there are not are refused where they are entered, by their place."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import created, problem
from tests.factories.documents import Shop

NOWHERE = "00000000-0000-7000-8000-000000000000"
DAY = "2026-03-16"


def wrong(answer: Any, status: int = 422) -> list[tuple[str, str]]:
    return [(error["path"], error["code"]) for error in problem(answer, status)["errors"]]


@pytest.mark.feature("2.1.14")
def test_a_record_that_is_not_there_is_named_by_its_place(http: TestClient, shop: Shop, item_id: str) -> None:
    company, line = str(shop.company_id), {"item_id": item_id, "qty": "1"}
    back = {"order_id": NOWHERE, "reason": "bent", "lines": [{"delivery_line_id": NOWHERE, "qty": "1"}]}
    assert wrong(http.post("/api/sales/return-requests", json=back), 404) == [("order_id", "unknown_reference")]
    payment: dict[str, Any] = {"company_id": company, "kind": "receipt", "party_id": str(shop.customer_id)}
    payment |= {"amount": "10"}
    payment["allocations"] = [{"invoice_id": NOWHERE, "amount": "1"}]
    assert wrong(http.post("/api/finance/payments", json=payment), 404) == [
        ("allocations/0/invoice_id", "unknown_reference")
    ]
    need = {"company_id": company, "needed_on": "2030-01-01", "lines": [line, {**line, "item_id": NOWHERE}]}
    requisitions = "/api/purchase/requisitions"
    assert wrong(http.post(requisitions, json=need)) == [("lines/1/item_id", "unknown_reference")]
    assert http.get(requisitions).json()["items"] == []
    # An id in the path is no field of the body.
    assert wrong(http.post(f"/api/sales/orders/{NOWHERE}/confirm", json={}), 404) == []
    assert wrong(http.request("GET", f"/api/sales/orders/{NOWHERE}", content=b"{not json"), 404) == []


@pytest.mark.feature("3.3.1")
@pytest.mark.feature("3.3.5")
def test_parties_live_in_countries_and_classes_that_there_are(http: TestClient, shop: Shop) -> None:
    for path in ("/api/scm/customers", "/api/scm/suppliers"):
        party = {"code": "X", "name": "Xenon", "currency_code": "EUR"}
        wrong_party = {**party, "country_code": "QQ", "currency_code": "EUR"}
        assert wrong(http.post(path, json=wrong_party)) == [("country_code", "unknown_country")]
        answer = problem(http.post(path, json={**party, "tax_class": "martian"}), 422)
        [error] = answer["errors"]
        assert (error["path"], error["code"]) == ("tax_class", "unknown_choice")
        assert "standard" in error["reason"]
        made = created(http.post(path, json={**party, "country_code": "DE", "tax_class": "standard"}))
        change = {"tax_class": "martian", "version": made["version"]}
        assert wrong(http.patch(f"{path}/{made['id']}", json=change)) == [("tax_class", "unknown_choice")]
    address = {"party_kind": "supplier", "party_id": str(shop.supplier_id), "line1": "Way 1", "city": "Ulm"}
    address |= {"purpose": "billing", "country_code": "ZZ"}
    assert ("country_code", "unknown_country") in wrong(http.post("/api/scm/addresses", json=address))
    told = http.post("/api/scm/customers", json=wrong_party, headers={"Accept-Language": "zh-CN"}).json()
    assert told["errors"][0]["reason"].startswith("不是国家")


@pytest.mark.feature("3.5.1")
def test_items_are_taxed_by_classes_that_there_are(http: TestClient, shop: Shop) -> None:
    unit = http.get("/api/inventory/units-of-measure?limit=1").json()["items"][0]["id"]
    category = http.get("/api/inventory/item-categories?limit=1").json()["items"][0]["id"]
    item = {"code": "X", "name": "Xenon", "unit_id": unit, "category_id": category, "tax_class": "martian"}
    assert wrong(http.post("/api/inventory/items", json=item)) == [("tax_class", "unknown_choice")]
    created(http.post("/api/inventory/items", json={**item, "tax_class": "standard"}))
    group = {"code": "G", "name": "Gases", "tax_class": "martian"}
    assert wrong(http.post("/api/inventory/item-categories", json=group)) == [("tax_class", "unknown_choice")]


@pytest.mark.feature("FIN-22")
def test_a_manual_entry_takes_no_unknown_currency(http: TestClient, shop: Shop) -> None:
    accounts = [row["id"] for row in http.get("/api/finance/accounts?is_posting=true&limit=2").json()["items"]]
    lines = [
        {"account_id": accounts[0], "currency_code": "EUR", "debit_amount": "5"},
        {"account_id": accounts[1], "currency_code": "XQX", "credit_amount": "5"},
    ]
    entry = {"company_id": str(shop.company_id), "entry_on": DAY, "description": "x", "lines": lines}
    path = "/api/finance/manual-entries"
    assert wrong(http.post(path, json=entry)) == [("lines/1/currency_code", "unknown_currency")]
    assert http.get(path).json()["items"] == []
    lines[1] = {**lines[1], "currency_code": "EUR", "credit_amount": "-5"}
    assert wrong(http.post(path, json=entry)) == [("lines/1/credit_amount", "greater_than_equal")]
    lines[1]["credit_amount"] = "5"
    created(http.post(path, json=entry))


@pytest.mark.feature("2.1.3")
def test_a_field_that_there_is_not_is_told_beside_those_alike(http: TestClient, shop: Shop) -> None:
    order = {"company_id": str(shop.company_id), "custmer_id": NOWHERE, "lines": [{"item": NOWHERE, "qty": "1"}]}
    errors = {each["path"]: each for each in problem(http.post("/api/sales/orders", json=order), 422)["errors"]}
    assert errors["custmer_id"]["code"] == "extra_forbidden"
    assert errors["custmer_id"]["reason"] == "is no field of this input; it has customer_id"
    assert errors["lines/0/item"]["reason"].endswith("it has item_id")
    rows = http.post("/api/scm/customers", json={"code": "X", "zzzz": 1}, headers={"Accept-Language": "zh"})
    [unknown] = [each for each in problem(rows, 422)["errors"] if each["path"] == "zzzz"]
    assert "可用字段" in unknown["reason"]
    assert "payment_term_id" in unknown["reason"]


@pytest.mark.feature("3.3.5")
@pytest.mark.parametrize("attributes", [[1], "red", 3, {"employees": {"now": 5}}, {"employees": [5]}, {"a": 1.5}])
def test_attributes_of_a_customer_are_names_with_plain_values(http: TestClient, attributes: Any) -> None:
    party = {"code": "X", "name": "Xenon", "currency_code": "EUR"}
    refused = problem(http.post("/api/scm/customers", json={**party, "attributes": attributes}), 422)
    assert [error["path"] for error in refused["errors"]] == ["attributes"]
    assert http.get("/api/scm/customers", params={"code": "X"}).json()["items"] == []
    plain = {"employees": 12, "specialty": "Road", "is_chain": True}
    assert created(http.post("/api/scm/customers", json={**party, "attributes": plain}))["attributes"] == plain
    blank = {**party, "code": "Y", "attributes": {"specialty": "a\x00b"}}
    assert problem(http.post("/api/scm/customers", json=blank), 422)["errors"]
