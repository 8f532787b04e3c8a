"""Contacts: the people one deals with at customers and suppliers."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import Login, created, problem
from tests.factories.documents import Shop

CONTACTS = "/api/scm/contacts"


@pytest.fixture
def ida(shop: Shop) -> dict[str, Any]:
    return {
        "party_kind": "supplier",
        "party_id": str(shop.supplier_id),
        "name": "Ida Canary",
        "role": "Sales",
        "email": "ida.canary@alpine.test",
        "phone": "+43 1 0000",
        "locale": "de",
        "is_first": True,
    }


def mailed(http: TestClient, shop: Shop, item_id: str) -> list[str]:
    """Where a fresh purchase order goes."""
    body = {
        "company_id": str(shop.company_id),
        "supplier_id": str(shop.supplier_id),
        "ordered_on": "2026-03-16",
        "lines": [{"item_id": item_id, "qty": "10", "unit_price": "12"}],
    }
    created(http.post("/api/purchase/orders", json=body, params={"confirm": "true"}))
    return [each["address"] for each in http.get("/api/notify/deliveries").json()["items"]]


@pytest.mark.feature("3.3.1")
@pytest.mark.feature("3.6.5")
def test_orders_go_to_the_first_contact_of_a_supplier(
    http: TestClient, shop: Shop, ida: dict[str, Any], item_id: str
) -> None:
    supplier = http.get(f"/api/scm/suppliers/{shop.supplier_id}").json()
    house = {"email": "office@alpine.test", "version": supplier["version"]}
    assert http.patch(f"/api/scm/suppliers/{shop.supplier_id}", json=house).status_code == 200
    assert mailed(http, shop, item_id) == ["office@alpine.test"]
    first = created(http.post(CONTACTS, json=ida))
    problem(http.post(CONTACTS, json=ida | {"name": "Ben"}), 409, "already_used")
    created(http.post(CONTACTS, json=ida | {"name": "Ben", "email": "ben@alpine.test", "is_first": False}))
    assert sorted(mailed(http, shop, item_id)) == ["ida.canary@alpine.test", "office@alpine.test"]
    left = {"is_active": False, "version": first["version"]}
    assert http.patch(f"{CONTACTS}/{first['id']}", json=left).status_code == 200
    assert sorted(mailed(http, shop, item_id)) == ["ida.canary@alpine.test", "office@alpine.test", "office@alpine.test"]


@pytest.mark.feature("3.3.1")
@pytest.mark.feature("3.3.5")
def test_contacts_are_found_by_party_and_word_and_belong_to_somebody(
    http: TestClient, ida: dict[str, Any], make_user: Callable[..., Login]
) -> None:
    made = created(http.post(CONTACTS, json=ida))
    assert [each["id"] for each in http.get(CONTACTS, params={"party_id": ida["party_id"]}).json()["items"]] == [
        made["id"]
    ]
    assert http.get(CONTACTS, params={"q": "canary"}).json()["items"] == [made]
    for wrong in ({"party_id": str(uuid4())}, {"party_kind": "customer"}, {"party_kind": "friend"}, {"name": ""}):
        problem(http.post(CONTACTS, json=ida | wrong | {"is_first": False}), 422)
    clerk = make_user("cleo", "warehouse_clerk").http
    problem(clerk.get(CONTACTS), 403, "not_allowed")
    problem(clerk.delete(f"{CONTACTS}/{made['id']}"), 403, "not_allowed")
    assert make_user("bo", "buyer").http.delete(f"{CONTACTS}/{made['id']}").status_code == 204


@pytest.mark.feature("USER-08")
def test_a_contact_is_forgotten_alone_or_with_the_party(http: TestClient, ida: dict[str, Any]) -> None:
    alone = created(http.post(CONTACTS, json=ida))
    with_party = created(http.post(CONTACTS, json=ida | {"name": "Ben Canary", "is_first": False}))
    erased = http.post(f"{CONTACTS}/{alone['id']}/erase").json()
    found = http.get(f"{CONTACTS}/{alone['id']}").json()
    assert (erased["subject_kind"], found["is_active"]) == ("contact", False)
    assert (found["name"], found["email"], found["phone"]) == (erased["pseudonym"], None, None)
    assert http.get(f"{CONTACTS}/{with_party['id']}").json()["name"] == "Ben Canary"
    erased = http.post(f"/api/scm/suppliers/{ida['party_id']}/erase").json()
    found = http.get(f"{CONTACTS}/{with_party['id']}").json()
    assert (found["name"], found["email"]) == (erased["pseudonym"], None)
