"""The examples of the OpenAPI document mean something: their shapes are right, and one can work by them."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # its types are a package of their own
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from starlette.testclient import TestClient

from api.examples import WORDS
from tests.api.conftest import created
from tests.factories.documents import Shop


def shapes_without_right_example(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    registry = Registry().with_resource("urn:document", DRAFT202012.create_resource(document))
    for name, schema in document["components"]["schemas"].items():
        if "properties" not in schema:
            continue
        if not schema.get("examples"):
            yield name, "has no example"
        checked = Draft202012Validator({"$ref": f"urn:document#/components/schemas/{name}"}, registry=registry)
        for example in schema.get("examples", ()):
            yield from ((name, str(error.message)) for error in checked.iter_errors(example))


def example_of(app: FastAPI, path: str) -> dict[str, Any]:
    """What the document shows to be sent there; {} where all may be left out."""
    operation = app.openapi()["paths"][path]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    named = next(each["$ref"] for each in schema.get("anyOf", [schema]) if "$ref" in each).rpartition("/")[2]
    example: dict[str, Any] = app.openapi()["components"]["schemas"][named]["examples"][0]
    return example


def bodies(app: FastAPI) -> Iterator[APIRoute]:
    for route in app.routes:
        if isinstance(route, APIRoute) and route.body_field is not None:
            method = min(route.methods or ()).lower()
            if "application/json" in app.openapi()["paths"][route.path][method]["requestBody"]["content"]:
                yield route


@pytest.mark.feature("ARCH-32")
def test_every_shape_has_an_example_of_its_own_shape(app: FastAPI) -> None:
    assert list(shapes_without_right_example(app.openapi())) == []


def test_a_wrong_example_is_found() -> None:
    order = {"properties": {"qty": {"type": "string"}}, "required": ["qty"], "examples": [{"qty": 2}]}
    bare = {"properties": {"qty": {"type": "string"}}}
    found = dict(shapes_without_right_example({"components": {"schemas": {"Order": order, "Bare": bare}}}))
    assert found == {"Order": "2 is not of type 'string'", "Bare": "has no example"}


def test_every_example_of_a_body_is_taken_for_one(app: FastAPI) -> None:
    wrong = {}
    schemas = app.openapi()["components"]["schemas"]
    for route in bodies(app):
        method = min(route.methods or ()).lower()
        content = app.openapi()["paths"][route.path][method]["requestBody"]["content"]["application/json"]
        choices = content["schema"].get("anyOf", [content["schema"]])
        for named in (each["$ref"].rpartition("/")[2] for each in choices if "$ref" in each):
            assert route.body_field is not None
            _, errors = route.body_field.validate(schemas[named]["examples"][0], {}, loc=("body",))
            if errors:
                wrong[f"{method} {route.path}"] = errors
    assert wrong == {}


@pytest.mark.feature("ARCH-32")
@pytest.mark.parametrize(
    ("path", "field", "wrong"),
    [
        ("/api/scm/payment-terms", "installments", [{"share": "1"}]),
        ("/api/finance/statement-templates", "rows", [{"key": "A"}]),
        ("/api/permission/roles", "row_rules", {"customer": [{"field": "region_id"}]}),
        ("/api/permission/roles", "field_rules", [{"field": "supplier.tax_number", "access": "sometimes"}]),
        ("/api/scm/customers", "attributes", ["architect"]),
    ],
)
def test_a_field_of_json_has_a_shape_and_an_example_that_is_taken(
    app: FastAPI, http: TestClient, path: str, field: str, wrong: list[Any] | dict[str, Any]
) -> None:
    example = example_of(app, path)
    if field == "rows":
        # A company brings its chart: rows name accounts that there are.
        company = {"code": "EX", "name": "Example", "currency_code": "EUR", "country_code": "AT"}
        created(http.post("/api/organization/companies", json=company))
    assert created(http.post(path, json=example))[field] == example[field]
    named = app.openapi()["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    while "$ref" not in named:
        named = next(each for each in named["anyOf"] if "$ref" in each)
    shape = app.openapi()["components"]["schemas"][named["$ref"].rpartition("/")[2]]["properties"][field]
    assert Draft202012Validator(shape).is_valid(example[field])
    assert not Draft202012Validator(shape).is_valid(wrong)


@pytest.mark.feature("PERM-09")
def test_attributes_of_users_have_a_shape_and_an_example_that_is_taken(app: FastAPI, http: TestClient) -> None:
    shape = app.openapi()["components"]["schemas"]["UserChange"]["properties"]["attributes"]
    [user] = http.get("/api/user/users").json()["items"]
    [example] = shape["examples"]
    change = {"version": user["version"], "attributes": example}
    assert http.patch(f"/api/user/users/{user['id']}", json=change).json()["attributes"] == example
    assert not Draft202012Validator(shape).is_valid({"regions": "EMEA"})


def test_a_sale_is_made_by_the_examples(app: FastAPI, http: TestClient, shop: Shop, item_id: str) -> None:
    order = example_of(app, "/api/sales/orders")
    order |= {"company_id": str(shop.company_id), "customer_id": str(shop.customer_id), "ordered_on": "2026-03-16"}
    order["lines"][0] |= {"item_id": item_id, "qty": "2"}
    made = created(http.post("/api/sales/orders", json=order, params={"confirm": "true"}))
    path = "/api/sales/orders/{id}"
    delivery = example_of(app, f"{path}/deliver")
    delivery["lines"][0] |= {"order_line_id": made["lines"][0]["id"], "qty": "2"}
    created(http.post(f"/api/sales/orders/{made['id']}/deliver", json=delivery))
    invoice = created(http.post(f"/api/sales/orders/{made['id']}/invoice", json={"invoiced_on": "2026-03-16"}))
    payment = example_of(app, "/api/finance/payments")
    payment |= {"company_id": str(shop.company_id), "party_id": str(shop.customer_id), "kind": "receipt"}
    payment |= {"amount": invoice["total_amount"], "paid_on": "2026-03-16"}
    payment["allocations"] = [{"invoice_id": invoice["id"], "amount": invoice["total_amount"]}]
    created(http.post("/api/finance/payments", json=payment))
    assert http.get(f"/api/sales/invoices/{invoice['id']}").json()["open_amount"] == "0.00"


@pytest.mark.feature("ARCH-32")
def test_examples_that_are_told_whole_are_taken_as_they_stand(app: FastAPI, http: TestClient, shop: Shop) -> None:
    shapes = app.openapi()["components"]["schemas"]
    taken = {name: shapes[name]["examples"][0] for name in tomllib.loads(WORDS.read_text(encoding="utf-8"))["shapes"]}
    company = str(shop.company_id)
    rate = created(http.post("/api/finance/exchange-rates", json=taken["NewExchangeRate"]))
    assert rate["rate"] == taken["NewExchangeRate"]["rate"]
    rules = http.put("/api/scm/grading-rules", json=taken["GradingRulesIn"])
    assert rules.status_code == 200, rules.text
    rule = http.post("/api/ai/completion-rules", json=taken["NewCompletionRule"])
    assert rule.status_code == 201, rule.text
    known = http.get("/api/finance/accounts", params={"company_id": company, "is_posting": "true", "limit": 500}).json()
    accounts = [each["id"] for each in known["items"] if not each["is_control"]][:2]
    given = zip(taken["NewManualEntry"]["lines"], accounts, strict=True)
    lines = [line | {"account_id": account} for line, account in given]
    entry = taken["NewManualEntry"] | {"company_id": company, "lines": lines}
    assert created(http.post("/api/finance/manual-entries", json=entry))["lines"]
    series = taken["NewNumberSeries"] | {"company_id": company}
    assert http.post("/api/system/number-series", json=series).status_code in {201, 409}
