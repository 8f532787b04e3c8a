"""No connection is free: who asks is told to come back, soon, and nothing is half done."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
from starlette.testclient import TestClient

from api.context import Services, open_services
from runtime.settings import DatabaseRole, Settings
from tests.api.conftest import created, problem
from tests.api.test_order_to_cash import order_body
from tests.factories.documents import Shop
from transactional.kernel.pool import CountingPool
from transactional.kernel.session import Database

WAIT_SECONDS = 0.3
SECONDS_MAX = 15.0
"""Waiting for a connection at each of the places a request needs one, on a machine with ten times its work."""


@pytest.fixture
def small(services: Services, settings: Settings) -> Iterator[Database]:
    """A pool of two connections."""
    before, url = services.database, settings.database_url(DatabaseRole.APP)
    pool = services.database = Database(url, pool_size=2, max_overflow=0, wait_seconds_max=WAIT_SECONDS)
    yield pool
    services.database = before
    pool.close()


@pytest.mark.feature("ARCH-30")
@pytest.mark.usefixtures("customer")
def test_while_all_connections_are_held_requests_are_refused_and_then_go_on(
    http: TestClient, services: Services, small: Database, shop: Shop, item_id: str
) -> None:
    body, key = order_body(shop, item_id), {"Idempotency-Key": "held"}
    with ExitStack() as holding:
        for _ in range(2):
            holding.enter_context(small.engine.connect())
        began = time.monotonic()
        services.rights.forget()
        for answer in (
            http.post("/api/sales/orders", json=body, headers=key),
            http.get("/api/sales/orders"),
            http.post("/api/auth/token", data={"username": "admin@acme.test", "password": "wrong horses"}),
        ):
            problem(answer, 503, "busy")
            assert int(answer.headers["Retry-After"]) >= 1
        assert time.monotonic() - began < SECONDS_MAX
        assert http.get("/health/live").status_code == 200
        assert problem(http.get("/health/ready"), 503, "not_ready")["checks"]["database"] is False
    created(http.post("/api/sales/orders", json=body, headers=key))
    assert http.get("/api/sales/orders", params={"include_total": "true"}).json()["total"] == 1


@pytest.mark.feature("ARCH-30")
def test_when_the_server_lets_nobody_in_requests_are_refused_and_then_go_on(
    http: TestClient, services: Services, small: Database, settings: Settings, customer: dict[str, Any]
) -> None:
    path = f"/api/scm/customers/{customer['id']}"
    with psycopg.connect(settings.admin_database_url(), autocommit=True) as admin:
        [(limit,)] = admin.execute("select rolconnlimit from pg_roles where rolname = 'qooerp_app'").fetchall()
        admin.execute("alter role qooerp_app connection limit 0")
        try:
            small.engine.dispose()
            services.rights.forget()
            refused = http.patch(path, json={"name": "New", "version": 1})
        finally:
            admin.execute(f"alter role qooerp_app connection limit {limit}")
    problem(refused, 503, "database_down")
    assert int(refused.headers["Retry-After"]) >= 1
    assert http.patch(path, json={"name": "New", "version": 1}).json()["name"] == "New"


def test_a_real_process_waits_no_longer_for_a_connection_than_an_order_for_its_turn(settings: Settings) -> None:
    opened = open_services(settings, connections=1)
    try:
        pool = opened.database.engine.pool
        assert isinstance(pool, CountingPool)
        assert pool.timeout() == pytest.approx(5.0)
    finally:
        opened.close()
