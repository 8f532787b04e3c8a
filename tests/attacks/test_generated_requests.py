"""A1, A16: requests nobody would write, made from the OpenAPI document, meet no defect."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.api.conftest import Login, created, problem
from tests.attacks.generating import Outcome, ask_generated, generated_operations, pool_of
from tests.factories.documents import Shop
from tests.olap.company import acme, publish
from tests.olap.semantics import write_manifest
from tests.rounds import PROVING, rounds

EXAMPLES = rounds(2, 12)
EVERY = 1 if PROVING else 24
"""In `make test` one operation in so many is asked."""
PIECES = rounds(1, 8)
"""All operations are asked in so many runs, each with books of its own: what one breaks the others do not miss."""
ANSWERED_MIN = 20


@pytest.fixture
def company(http: TestClient, admin: Login, shop: Shop, item_id: str, services: Any) -> Shop:
    """A company with an order delivered and invoiced, one that waits, and published figures."""
    lake: Path = services.settings.lake_dir
    lake.mkdir(parents=True, exist_ok=True)
    publish(lake, {str(admin.tenant_id): acme()})
    write_manifest(services.settings.dbt_target_dir)
    customer = created(http.post("/api/scm/customers", json={"code": "C1", "name": "Crane", "currency_code": "EUR"}))
    for qty in ("3", "4"):
        line = {"item_id": item_id, "qty": qty, "unit_price": "12.50"}
        body = {"company_id": str(shop.company_id), "customer_id": customer["id"], "lines": [line]}
        order = created(http.post("/api/sales/orders", json=body))
    assert http.post(f"/api/sales/orders/{order['id']}/confirm", json={}).status_code == 200
    assert http.post(f"/api/sales/orders/{order['id']}/deliver", json={}).status_code in {200, 201}
    return shop


@pytest.mark.timeout(7200 if PROVING else 300)
@pytest.mark.usefixtures("company")
@pytest.mark.feature("2.1.3")
@pytest.mark.parametrize("piece", range(PIECES))
def test_generated_requests_meet_no_defect_and_no_answer_that_is_not_documented(
    app: FastAPI, http: TestClient, admin: Login, make_tenant: Callable[[str], Login], piece: int
) -> None:
    other = make_tenant("zenith")
    roles = http.get("/api/permission/roles", params={"limit": 100}).json()["items"]
    sessions = http.get("/api/auth/sessions").json()["items"]
    lived_on = {str(admin.user_id), *[each["id"] for each in (*roles, *sessions)]}
    pool, outcome = pool_of(app.openapi(), http, spared=lived_on), Outcome()
    for number, operation in enumerate(generated_operations(app)):
        if number % (EVERY * PIECES) == piece:
            ask_generated(operation, [http, other.http], pool, outcome, examples=EXAMPLES)
            assert http.get("/api/auth/me").status_code == 200, f"{operation.path} has put the asker out"
    assert outcome.failures == {}
    assert outcome.statuses.get(200, 0) >= ANSWERED_MIN
    assert outcome.statuses.get(422, 0) >= ANSWERED_MIN


@pytest.mark.usefixtures("company")
def test_what_generated_requests_have_found_stays_mended(http: TestClient) -> None:
    days = {"start": "0001-01-01", "end": "5418-10-20"}
    problem(http.get("/api/metrics/statements/cash-flow", params=days), 422)
    problem(http.get("/api/search", params={"q": "\x00é"}), 422)
    for url in ("http://¢[\x00", "http://[::1", "http://a:99999/", "http://" + "a" * 70 + ".test/"):
        problem(http.post("/api/notify/endpoints", json={"name": "Hook", "url": url}), 422)
    locale = {"username": "lin@acme.test", "name": "Lin", "password": "nine quiet herons", "locale": "\x00"}
    problem(http.post("/api/user/users", json=locale), 422)
    [order, *_] = http.get("/api/sales/orders", params={"sort": "-number"}).json()["items"]
    found = http.get(f"/api/sales/orders/{order['id']}/as-of", params={"at": "2999-01-01T00:00:00Z"}).json()
    assert (found["net_amount"], found["lines"][0]["unit_price"]) == ("50.00", "12.5")
    history = http.get(f"/api/sales/orders/{order['id']}/history").json()["items"]
    changes = {each["field"]: each["new"] for entry in history for each in entry["changes"]}
    assert changes["unit_price"] == "12.5"
