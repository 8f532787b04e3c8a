"""What is about to be made may be there already: likely ones are listed, and refused where the sender asks for it."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import Login, created, problem
from tests.factories.documents import Shop

pytestmark = pytest.mark.feature("3.3.5")
CUSTOMERS, SUPPLIERS, ITEMS = "/api/scm/customers", "/api/scm/suppliers", "/api/inventory/items"
ASKED = {"refuse_likely": "true"}
CRANE = {"code": "CR-1", "name": "Crane & Company Ltd", "currency_code": "EUR", "city": "Delft", "tax_number": "NL 123"}


def likely(http: TestClient, path: str, **known: str) -> dict[str, list[str]]:
    """By code the fields that are alike."""
    answer = http.get(f"{path}/duplicates", params=known)
    assert answer.status_code == 200, answer.text
    return {each["code"]: each["fields"] for each in answer.json()["items"]}


def test_a_customer_that_is_likely_there_is_refused_by_name_and_made_when_sent_again(http: TestClient) -> None:
    kept = created(http.post(CUSTOMERS, json=CRANE, params=ASKED))
    twin = {"code": "CR-2", "name": "Company Crane Ltd.", "currency_code": "EUR", "city": "delft"}
    refused = problem(http.post(CUSTOMERS, json=twin, params=ASKED), 409, "likely_duplicate")
    [told] = refused["likely"]
    assert (told["id"], told["fields"], told["city"]) == (kept["id"], ["name", "city"], "Delft")
    assert "CR-1 Crane & Company Ltd (Delft)" in refused["detail"]
    assert http.get(CUSTOMERS, params={"q": "CR-2"}).json()["items"] == []
    # A refusal keeps no key: the same one may send it all the same, and then gets one answer for both.
    once = {"Idempotency-Key": "twin"}
    problem(http.post(CUSTOMERS, json=twin, params=ASKED, headers=once), 409, "likely_duplicate")
    made = created(http.post(CUSTOMERS, json=twin, headers=once))
    again = http.post(CUSTOMERS, json=twin, headers=once)
    assert (again.json()["id"], again.headers["idempotent-replayed"]) == (made["id"], "true")
    problem(http.post(CUSTOMERS, json=twin | {"name": "Other"}, headers=once), 422, "idempotency_key_reused")
    assert (
        "可能已存在"
        in problem(
            http.post(CUSTOMERS, json=twin | {"code": "CR-3"}, params=ASKED, headers={"Accept-Language": "zh-CN"}), 409
        )["detail"]
    )


def test_one_tax_number_is_one_party_however_it_is_called_and_spaced(http: TestClient) -> None:
    created(http.post(CUSTOMERS, json=CRANE))
    assert likely(http, CUSTOMERS, name="Nobody Known", tax_number="nl123") == {"CR-1": ["tax_number"]}
    assert likely(http, CUSTOMERS, name="Nobody Known", tax_number="NL124") == {}
    created(http.post(SUPPLIERS, json={key: CRANE[key] for key in ("code", "name", "currency_code", "tax_number")}))
    assert likely(http, SUPPLIERS, name="Crane and Company Ltd") == {"CR-1": ["name"]}
    # Whether asked or not, the same number is taken once.
    same = CRANE | {"code": "CR-9", "name": "Nobody Known"}
    problem(http.post(CUSTOMERS, json=same, params=ASKED), 409, "likely_duplicate")
    problem(http.post(CUSTOMERS, json=same), 409)


def test_sizes_kinds_and_variants_of_an_item_are_no_duplicates(http: TestClient, shop: Shop, item_id: str) -> None:
    unit = http.get(f"{ITEMS}/{item_id}").json()["unit_id"]

    def body(code: str, name: str, **more: Any) -> dict[str, Any]:
        return {"code": code, "name": name, "unit_id": unit, **more}

    boot = created(http.post(ITEMS, json=body("B-42", "Trail boot Edge 42"), params=ASKED))
    created(http.post(ITEMS, json=body("B-43", "Trail boot Edge 43"), params=ASKED))
    assert likely(http, ITEMS, name="trail boot, edge 42") == {"B-42": ["name"]}
    problem(http.post(ITEMS, json=body("B-42B", "Edge trail boot 42"), params=ASKED), 409, "likely_duplicate")
    red = body("B-42-R", "Trail boot Edge 42 red", variant_of_id=boot["id"], attributes={"colour": "red"})
    created(http.post(ITEMS, json=red))
    blue = red | {"code": "B-42-B", "name": "Trail boot Edge 42 ruby", "attributes": {"colour": "blue"}}
    refused = problem(http.post(ITEMS, json=blue, params=ASKED), 409, "likely_duplicate")
    assert [each["code"] for each in refused["likely"]] == ["B-42"]


def test_only_what_one_may_see_is_told(
    http: TestClient, make_role: Callable[..., dict[str, Any]], make_user: Callable[..., Login]
) -> None:
    created(http.post(CUSTOMERS, json=CRANE))
    rule = [{"field": "city", "operator": "in", "values": ["Rotterdam"]}]
    make_role("rotterdam", "customer.*", row_rules={"customer": rule})
    there = make_user("roos", "rotterdam").http
    assert likely(there, CUSTOMERS, name=CRANE["name"], tax_number=CRANE["tax_number"]) == {}
    hidden = [{"field": "customer.tax_number", "access": "masked"}]
    make_role("blind", "customer.*", field_rules=hidden)
    assert likely(make_user("bo", "blind").http, CUSTOMERS, name="Nobody", tax_number=CRANE["tax_number"]) == {}


def test_what_cannot_be_asked_is_refused(
    http: TestClient, make_user: Callable[..., Login], make_tenant: Callable[[str], Login]
) -> None:
    created(http.post(CUSTOMERS, json=CRANE))
    path = f"{CUSTOMERS}/duplicates"
    for wrong in ({}, {"name": ""}, {"name": "x" * 201}, {"name": "A", "colour": "red"}, {"name": "A\x00"}):
        problem(http.get(path, params=wrong), 422)
    unknown = problem(http.get(f"{ITEMS}/duplicates", params={"name": "A", "variant_of_id": "red"}), 422)
    assert unknown["errors"][0]["path"] == "variant_of_id"
    assert likely(http, ITEMS, name="A", variant_of_id=str(uuid4())) == {}
    problem(http.post(CUSTOMERS, json=CRANE | {"code": "CR-2"}, params={"refuse_likely": "perhaps"}), 422)
    problem(make_user("cleo", "analyst").http.get(path, params={"name": "A"}), 403, "not_allowed")
    assert likely(make_tenant("harbour").http, CUSTOMERS, name=CRANE["name"]) == {}
