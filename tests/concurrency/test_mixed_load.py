"""Documents of all kinds over the same few items, warehouses and series: nobody is told of a deadlock."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from itertools import chain
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from api.context import Services
from tests.factories.documents import Shop, make_item, stock_up
from tests.rounds import PROVING, rounds
from transactional.checks import check_tenant
from transactional.kernel.principal import Principal

DOCUMENTS = rounds(180, 5_000)
CLIENTS = 12
DAY = "2026-03-16"
TRY_AGAIN, TRIES_MAX = 503, 60
EXPECTED = {200, 201, 409}
"""Made, read, or refused by the state: goods are gone, another client was first."""


class Patient:
    """A client that comes back when it is told to, with the key of its request."""

    def __init__(self, http: TestClient) -> None:
        self._http, self._counting, self.told_to_wait = http, threading.Lock(), 0

    def post(self, path: str, **given: Any) -> httpx2.Response:
        return self._ask("POST", path, headers={"Idempotency-Key": uuid4().hex}, **given)

    def get(self, path: str, **given: Any) -> httpx2.Response:
        return self._ask("GET", path, **given)

    def _ask(self, method: str, path: str, **given: Any) -> httpx2.Response:
        for _ in range(TRIES_MAX):
            answer: httpx2.Response = self._http.request(method, path, **given)
            if answer.status_code != TRY_AGAIN:
                break
            with self._counting:
                self.told_to_wait += 1
            time.sleep(int(answer.headers["Retry-After"]))
        return answer


@pytest.mark.timeout(3600 if PROVING else 300)
def test_a_mixed_load_over_hot_items_sees_no_deadlock(
    http: TestClient, services: Services, shop: Shop, as_admin: Principal
) -> None:
    with services.database.transaction(as_admin) as session:
        items = [make_item(session, shop, f"HOT{number}") for number in range(4)]
        for item in items:
            stock_up(session, shop, item, "400", "10")
    client = Patient(http)
    chance = random.Random(20261121)  # noqa: S311  # repeatable, not secret
    stories = [(chance.choice(_STORIES), random.Random(number)) for number in range(DOCUMENTS // 3)]  # noqa: S311
    with ThreadPoolExecutor(CLIENTS) as pool:
        told = list(pool.map(lambda story: story[0](client, shop, items, story[1]), stories))
    seen = Counter(answer.status_code for answer in chain.from_iterable(told))
    odd = [answer.text for answer in chain.from_iterable(told) if answer.status_code not in EXPECTED]
    assert odd == []
    assert seen[201] > DOCUMENTS // 2
    # Who was told to come back was told so at the door, never by a lock or a deadlock; not even one that was retried.
    assert client.told_to_wait == sum(services.gate.refused.values())
    with services.database.outside_tenants() as session:
        assert session.scalar(text("select deadlocks from pg_stat_database where datname = current_database()")) == 0
    with services.database.transaction(as_admin) as session:
        assert check_tenant(session, ("I1", "I2", "I3", "I4", "I5", "I6", "I7", "I10")) == []


def _lines(items: list[Any], chance: random.Random, **more: Any) -> list[dict[str, Any]]:
    """Some of the items, in any order."""
    chosen = chance.sample(items, chance.randint(2, len(items)))
    return [{"item_id": str(item), "qty": str(chance.randint(1, 3)), **more} for item in chosen]


def _sell(http: Patient, shop: Shop, items: list[Any], chance: random.Random) -> list[httpx2.Response]:
    body = {
        "company_id": str(shop.company_id),
        "customer_id": str(shop.customer_id),
        "ordered_on": DAY,
        "lines": _lines(items, chance, unit_price="50"),
    }
    answers = [http.post("/api/sales/orders", json=body, params={"confirm": "true"})]
    if answers[0].status_code == 201:
        path = f"/api/sales/orders/{answers[0].json()['id']}"
        answers.append(http.post(f"{path}/deliver", json={"delivered_on": DAY}))
        answers.append(http.post(f"{path}/invoice", json={"invoiced_on": DAY}))
    if answers[-1].status_code == 201:
        invoice = answers[-1].json()
        paid = {"invoice_id": invoice["id"], "amount": str(Decimal(invoice["total_amount"]) / 2)}
        answers.append(
            http.post(
                "/api/finance/payments",
                json={
                    "company_id": str(shop.company_id),
                    "kind": "receipt",
                    "party_id": str(shop.customer_id),
                    "paid_on": DAY,
                    "amount": paid["amount"],
                    "allocations": [paid],
                },
            )
        )
    return answers


def _buy(http: Patient, shop: Shop, items: list[Any], chance: random.Random) -> list[httpx2.Response]:
    body = {
        "company_id": str(shop.company_id),
        "supplier_id": str(shop.supplier_id),
        "ordered_on": DAY,
        "lines": _lines(items, chance, unit_price="9"),
    }
    answers = [http.post("/api/purchase/orders", json=body, params={"confirm": "true"})]
    if answers[0].status_code == 201:
        path = f"/api/purchase/orders/{answers[0].json()['id']}"
        answers.append(http.post(f"{path}/receive", json={"received_on": DAY}))
        answers.append(http.post(f"{path}/invoice", json={"invoiced_on": DAY, "external_number": path[-12:]}))
    return answers


def _count(http: Patient, shop: Shop, items: list[Any], chance: random.Random) -> list[httpx2.Response]:
    body = {
        "company_id": str(shop.company_id),
        "warehouse_id": str(shop.warehouse_id),
        "kind": "adjustment",
        "document_on": DAY,
        "reason": "counted",
        "lines": _lines(items, chance, unit_id=str(shop.unit_id)),
    }
    answers = [http.post("/api/inventory/stock-documents", json=body)]
    if answers[0].status_code == 201:
        answers.append(http.post(f"/api/inventory/stock-documents/{answers[0].json()['id']}/post", json={}))
    return answers


def _look(http: Patient, shop: Shop, items: list[Any], chance: random.Random) -> list[httpx2.Response]:
    paths = ("/api/sales/orders", "/api/finance/journal-entries", "/api/inventory/stock-moves")
    asked: dict[str, int | str] = {"limit": len(items), "company_id": str(shop.company_id)}
    return [http.get(chance.choice(paths), params=asked) for _ in range(2)]


Story = Callable[[Patient, Shop, list[Any], random.Random], list[httpx2.Response]]
_STORIES: tuple[Story, ...] = (_sell, _sell, _sell, _buy, _buy, _count, _look)
