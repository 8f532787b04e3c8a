"""Walks over every operation: without a token, without a right, with the other tenant's ids."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.routing import OPEN, PERMISSION, SIGNED_IN
from tests.api.conftest import Login, created
from tests.api.test_order_to_cash import order_body
from tests.factories.documents import Shop


def operations(app: FastAPI) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def filled(path: str, value: str) -> str:
    return re.sub(r"\{[^}]+\}", value, path)


@pytest.mark.feature("AUTH-07")
@pytest.mark.feature("GW-03")
def test_nothing_but_the_allow_list_answers_without_a_token(app: FastAPI, anonymous: TestClient) -> None:
    wrong = [
        (method, path)
        for method, path, operation in operations(app)
        if operation[PERMISSION] != OPEN
        and anonymous.request(method, filled(path, str(uuid4())), json={}).status_code != 401
    ]
    assert wrong == []


@pytest.mark.feature("PERM-07")
def test_a_user_without_roles_gets_403_everywhere_else(app: FastAPI, make_user: Callable[..., Login]) -> None:
    nobody = make_user("bo")
    wrong = [
        (method, path, answer.status_code)
        for method, path, operation in operations(app)
        if operation[PERMISSION] not in {OPEN, SIGNED_IN}
        and (answer := nobody.http.request(method, filled(path, str(uuid4())), json={})).status_code != 403
    ]
    assert wrong == []


@pytest.mark.feature("2.1.12")
@pytest.mark.feature("ARCH-01")
def test_no_operation_shows_or_touches_the_other_tenants_rows(
    app: FastAPI, admin: Login, shop: Shop, item_id: str, make_tenant: Callable[[str], Login]
) -> None:
    order = created(admin.http.post("/api/sales/orders", json=order_body(shop, item_id), params={"confirm": "true"}))
    created(admin.http.post(f"/api/sales/orders/{order['id']}/deliver", json={"delivered_on": "2026-03-16"}))
    created(admin.http.post(f"/api/sales/orders/{order['id']}/invoice", json={"invoiced_on": "2026-03-16"}))
    other = make_tenant("other")
    canaries = {str(admin.tenant_id), str(admin.user_id), order["id"], item_id, order["number"], str(shop.company_id)}
    ids = _ids_by_collection(app, admin)
    assert len(ids) > 15
    for method, path, operation in operations(app):
        if operation[PERMISSION] == OPEN or path == "/api/auth/password":
            continue
        prefix = path.partition("/{")[0]
        if "{" in path:
            known = ids.get(prefix)
            if known is None:
                continue
            answer = other.http.request(
                method, filled(path, known), json={"version": 1}, params={"at": "2030-01-01T00:00:00Z"}
            )
            absent = "999999999" if known.isdecimal() else str(uuid4())
            missing = other.http.request(
                method, filled(path, absent), json={"version": 1}, params={"at": "2030-01-01T00:00:00Z"}
            )
            assert answer.status_code == missing.status_code, (method, path, answer.text)
            assert answer.status_code in {403, 404, 422}, (method, path, answer.text)
        elif method == "get":
            answer = other.http.get(path)
        else:
            continue
        seen = [canary for canary in canaries if canary in answer.text]
        assert seen == [], (method, path, seen)
    assert admin.http.get(f"/api/sales/orders/{order['id']}").json()["version"] >= 1


def _ids_by_collection(app: FastAPI, admin: Login) -> dict[str, str]:
    found = {}
    for method, path, operation in operations(app):
        if method == "get" and "{" not in path and f"{path}/{{id}}" in app.openapi()["paths"]:
            answer = admin.http.get(path)
            items = answer.json().get("items", []) if answer.status_code == 200 else []
            if items and operation[PERMISSION] not in {OPEN, "currency.read"} and "id" in items[0]:
                found[path] = str(items[0]["id"])
    return found


@pytest.mark.feature("2.1.12")
def test_a_reference_to_the_other_tenants_row_is_no_reference(
    admin: Login, make_tenant: Callable[[str], Login]
) -> None:
    region = created(admin.http.post("/api/scm/regions", json={"code": "N", "name": "North"}))
    other = make_tenant("other")
    body = {"code": "C", "name": "C", "currency_code": "EUR", "region_id": region["id"]}
    answer = other.http.post("/api/scm/customers", json=body)
    missing = other.http.post("/api/scm/customers", json=body | {"region_id": str(uuid4())})
    strip = re.compile(r'"trace_id":"[^"]*"')
    assert (answer.status_code, strip.sub("", answer.text)) == (422, strip.sub("", missing.text))
    created(other.http.post("/api/scm/regions", json={"code": "N", "name": "North too"}))
