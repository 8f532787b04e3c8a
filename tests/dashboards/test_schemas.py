"""Forms are read off the program's own OpenAPI document."""

from __future__ import annotations

from typing import Any

from dashboards.data.records import Declaration
from dashboards.data.schemas import Input, inputs_of
from tests.dashboards.fake_records import declared, openapi


def _inputs(thing: str, path: str, method: str = "post") -> dict[str, Input]:
    declaration = Declaration(next(each for each in declared(("*",)) if each["thing"] == thing))
    lines = {str(each["name"]): declaration.fields_of_lines(each["name"]) for each in declaration.raw["lines"]}
    return {each.name: each for each in inputs_of(openapi(), path, method, declaration.fields, lines)}


def test_each_value_gets_the_right_input() -> None:
    found = _inputs("order", "/api/sales/orders")
    kinds = {name: each.kind for name, each in found.items()}
    assert kinds["customer_id"] == "reference"
    assert kinds["ordered_on"] == "date"
    assert kinds["freight_amount"] == "decimal"
    assert kinds["customer_reference"] == "text"
    assert kinds["lines"] == "lines"
    assert found["customer_id"].is_required
    assert not found["ordered_on"].is_required
    assert found["customer_id"].references == "/api/scm/customers"
    assert found["currency_code"].references == "/api/organization/currencies"


def test_lines_know_where_their_references_lead() -> None:
    lines = {each.name: each for each in _inputs("order", "/api/sales/orders")["lines"].lines}
    assert lines["item_id"].references == "/api/inventory/items"
    assert lines["unit_id"].references == "/api/inventory/units-of-measure"
    assert lines["qty"].kind == "decimal"


def test_a_verb_may_choose_among_the_lines_of_its_document() -> None:
    lines = {each.name: each for each in _inputs("order", "/api/sales/orders/{id}/deliver")["lines"].lines}
    assert lines["order_line_id"].of_record


def test_a_verb_without_a_body_asks_for_nothing() -> None:
    assert _inputs("order", "/api/sales/orders/{id}/confirm") == {}


def test_a_choice_offers_what_the_server_accepts() -> None:
    found = _inputs("stock_document", "/api/inventory/stock-documents")
    assert found["kind"].kind == "choice"
    assert "transfer" in found["kind"].choices


def test_the_version_is_never_asked_for() -> None:
    assert "version" not in _inputs("customer", "/api/scm/customers/{id}", "patch")


def test_unknown_structures_are_written_as_they_are() -> None:
    schema: dict[str, Any] = {"type": "object", "properties": {"rules": {}, "names": {"type": "array", "items": {}}}}
    body = {"requestBody": {"content": {"application/json": {"schema": schema}}}}
    found = inputs_of({"paths": {"/x": {"post": body}}}, "/x", "post", {}, {})
    assert [each.kind for each in found] == ["json", "list"]


def test_a_word_that_other_records_use_is_chosen_among_theirs() -> None:
    found = _inputs("customer", "/api/scm/customers")
    assert found["price_list_id"].references == "/api/sales/price-lists"
    assert (found["price_list_id"].kind, found["tax_class"].kind) == ("reference", "word")
    assert found["tax_class"].words_of == ("/api/finance/tax-codes", "party_tax_class")
