"""Tax codes over HTTP: a line finds one and no more, and an item without a class finds none."""

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import created, problem
from tests.factories.documents import Shop

pytestmark = pytest.mark.feature("FIN-24")
CODES, RATES, ORDERS = "/api/finance/tax-codes", "/api/finance/tax-rates", "/api/sales/orders"


def test_two_codes_for_the_same_line_are_refused(http: TestClient, shop: Shop) -> None:
    def refused(body: dict[str, object]) -> list[tuple[str, str]]:
        errors = problem(http.post(CODES, json={"name": "x", **body}), 422)["errors"]
        return [(error["path"], error["code"]) for error in errors]

    [standard] = http.get(CODES, params={"code": "STANDARD"}).json()["items"]
    # The classes are the usual ones where nothing is said.
    assert refused({"code": "S2"}) == [("item_tax_class", "tax_code_twice")]
    city = created(http.post(CODES, json={"code": "CITY", "name": "City", "compounds_on_id": standard["id"]}))
    assert refused({"code": "S2"}) == [("item_tax_class", "tax_code_twice")]
    alone = http.patch(f"{CODES}/{city['id']}", json={"version": 1, "compounds_on_id": None})
    assert [error["code"] for error in problem(alone, 422)["errors"]] == ["tax_code_twice"]
    created(http.post(CODES, json={"code": "S-FR", "name": "France", "country_code": "FR"}))
    assert refused({"code": "S3", "country_code": "FR"}) == [("item_tax_class", "tax_code_twice")]
    renamed = http.patch(f"{CODES}/{city['id']}", json={"version": 1, "name": "Town"})
    assert renamed.json()["name"] == "Town"


def test_the_rate_of_the_day_and_the_compound_one_are_taken(http: TestClient, shop: Shop, item_id: str) -> None:
    def tax(on: str) -> str:
        line = {"item_id": item_id, "qty": "1", "unit_price": "100"}
        head = {"company_id": str(shop.company_id), "customer_id": str(shop.customer_id), "ordered_on": on}
        return str(created(http.post(ORDERS, json={**head, "lines": [line]}))["tax_amount"])

    [standard] = http.get(CODES, params={"code": "STANDARD"}).json()["items"]
    created(http.post(RATES, json={"tax_code_id": standard["id"], "valid_from": "2026-07-01", "rate": "0.25"}))
    assert (tax("2026-06-30"), tax("2026-07-01")) == ("20.00", "25.00")
    city = created(http.post(CODES, json={"code": "CITY", "name": "City", "compounds_on_id": standard["id"]}))
    created(http.post(RATES, json={"tax_code_id": city["id"], "valid_from": "2026-01-01", "rate": "0.1"}))
    # A tenth of 125 on top of 25.
    assert tax("2026-07-01") == "37.50"


def test_an_item_without_a_tax_class_is_not_sold_or_bought(http: TestClient, shop: Shop, item_id: str) -> None:
    item = http.get(f"/api/inventory/items/{item_id}").json()
    bare = http.patch(f"/api/inventory/items/{item_id}", json={"version": item["version"], "tax_class": None})
    assert bare.json()["tax_class"] is None
    lines = [{"item_id": item_id, "qty": "1", "unit_price": "5"}]
    head = {"company_id": str(shop.company_id), "ordered_on": "2026-03-16", "lines": lines}
    for path, party in (
        (ORDERS, {"customer_id": shop.customer_id}),
        ("/api/purchase/orders", {"supplier_id": shop.supplier_id}),
    ):
        answer = http.post(path, json={**head, **{name: str(key) for name, key in party.items()}})
        assert [(each["path"], each["code"]) for each in problem(answer, 422)["errors"]] == [
            ("lines/0/item_id", "tax_missing")
        ]
