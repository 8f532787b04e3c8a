"""Fifty equal requests while the wire to the database is cut: one effect, and everybody gets the same answer."""

import random
import time
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.parse import urlsplit, urlunsplit

import httpx2
import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import problem
from tests.api.test_order_to_cash import order_body
from tests.concurrency.wire import Cut, Proxy
from tests.factories.documents import Shop
from tests.rounds import PROVING, rounds
from transactional.kernel.session import Database

COPIES = 50
ROUNDS = rounds(3, 60)
MADE, TRY_AGAIN = 201, 503
HURRIED = 0.02
"""Clients come back after this share of the time they are told to wait."""


@pytest.fixture
def proxy(services: Services) -> Iterator[Proxy]:
    """The application's way to the database, which the test can cut."""
    address = urlsplit(services.settings.database_url("app"))
    with Proxy((address.hostname or "", address.port or 0)).running() as proxy:
        netloc = f"{address.netloc.rpartition('@')[0]}@127.0.0.1:{proxy.port}"
        direct, services.database = (
            services.database,
            Database(urlunsplit(address._replace(netloc=netloc)), pool_size=8, max_overflow=30),
        )
        yield proxy
        services.database.close()
        services.database = direct


@pytest.mark.timeout(1800 if PROVING else 300)
@pytest.mark.feature("GW-09")
def test_fifty_copies_over_a_cut_wire_have_one_effect(
    http: TestClient, proxy: Proxy, services: Services, shop: Shop, item_id: str
) -> None:
    chance = random.Random(20261121)  # noqa: S311  # repeatable, not secret
    seen = Counter[int]()
    for number in range(1, ROUNDS + 1):
        services.database.engine.dispose()
        proxy.plan = deque(
            Cut(after_commit=True) if chance.random() < 0.5 else Cut(before_message=chance.randint(1, 14))
            for _ in range(8)
        )
        body, headers = order_body(shop, item_id), {"Idempotency-Key": f"order-{number}"}
        send = partial(_sent, http, body, headers, seen)
        with ThreadPoolExecutor(COPIES) as pool:
            answers = [waited.result() for waited in [pool.submit(send) for _ in range(COPIES)]]
        assert len({answer.content for answer in answers}) == 1
        total = http.get("/api/sales/orders", params={"include_total": "true"}).json()["total"]
        assert total == number
        other = order_body(shop, item_id, qty="3")
        problem(http.post("/api/sales/orders", json=other, headers=headers), 422, "idempotency_key_reused")
    assert set(seen) == {MADE, TRY_AGAIN}
    assert proxy.cut_before > 0 < proxy.cut_after_commit


def test_a_commit_whose_answer_was_lost_is_not_called_undone(
    http: TestClient, proxy: Proxy, services: Services, shop: Shop, item_id: str
) -> None:
    body, headers = order_body(shop, item_id), {"Idempotency-Key": "lost"}
    assert http.get("/api/sales/orders").status_code == 200
    services.database.engine.dispose()
    proxy.plan = deque([Cut(after_commit=True)])
    lost = problem(http.post("/api/sales/orders", json=body, headers=headers), TRY_AGAIN, "database_down")
    assert "nothing was changed" not in lost["detail"]
    assert "Idempotency-Key" in lost["detail"]
    again = http.post("/api/sales/orders", json=body, headers=headers)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (MADE, "true")
    assert http.get("/api/sales/orders", params={"include_total": "true"}).json()["total"] == 1


def _sent(http: TestClient, body: object, headers: dict[str, str], seen: Counter[int]) -> httpx2.Response:
    """The answer, the request sent again while the database does not answer, as a client is told to."""
    for _ in range(COPIES):
        answer: httpx2.Response = http.post("/api/sales/orders", json=body, headers=headers)
        seen[answer.status_code] += 1
        if answer.status_code != TRY_AGAIN:
            return answer
        time.sleep(float(answer.headers["Retry-After"]) * HURRIED)
    raise AssertionError("the database never answered again")
