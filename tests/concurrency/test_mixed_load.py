"""Documents of all kinds over the same few items, warehouses and series: nobody is told of a deadlock."""

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from itertools import chain
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.factories.documents import Shop, make_item, stock_up
from tests.rounds import PROVING, rounds
from transactional.checks import check_tenant
from transactional.kernel.principal import Principal

DOCUMENTS = rounds(180, 5_000)
CLIENTS = 12
DAY = "2026-03-16"
EXPECTED = {200, 201, 409}
"""Made, read, or refused by the state: goods are gone, another client was first."""


@pytest.mark.timeout(3600 if PROVING else 300)
def test_a_mixed_load_over_hot_items_sees_no_deadlock(
    http: TestClient, services: Services, shop: Shop, as_admin: Principal
) -> None:
    with services.database.transaction(as_admin) as session:
        items = [make_item(session, shop, f"HOT{number}") for number in range(4)]
        for item in items:
            stock_up(session, shop, item, "400", "10")
    chance = random.Random(20261121)  # noqa: S311  # repeatable, not secret
    stories = [(chance.choice(_STORIES), random.Random(number)) for number in range(DOCUMENTS // 3)]  # noqa: S311
    with ThreadPoolExecutor(CLIENTS) as pool:
        told = list(pool.map(lambda story: story[0](http, shop, items, story[1]), stories))
    seen = Counter(answer.status_code for answer in chain.from_iterable(told))
    odd = [answer.text for answer in chain.from_iterable(told) if answer.status_code not in EXPECTED]
    assert odd == []
    assert seen[201] > DOCUMENTS // 2
    with services.database.transaction(as_admin) as session:
        assert check_tenant(session, ("I1", "I2", "I3", "I4", "I5", "I6", "I7", "I10")) == []


def _lines(items: list[Any], chance: random.Random, **more: Any) -> list[dict[str, Any]]:
    """Some of the items, in any order."""
    chosen = chance.sample(items, chance.randint(2, len(items)))
    return [{"item_id": str(item), "qty": str(chance.randint(1, 3)), **more} for item in chosen]


def _sell(http: TestClient, shop: Shop, items: list[Any], chance: random.Random) -> list[httpx2.Response]:
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


def _buy(http: TestClient, shop: Shop, items: list[Any], chance: random.Random) -> list[httpx2.Response]:
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


def _count(http: TestClient, shop: Shop, items: list[Any], chance: random.Random) -> list[httpx2.Response]:
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


def _look(http: TestClient, shop: Shop, items: list[Any], chance: random.Random) -> list[httpx2.Response]:
    paths = ("/api/sales/orders", "/api/finance/journal-entries", "/api/inventory/stock-moves")
    asked: dict[str, int | str] = {"limit": len(items), "company_id": str(shop.company_id)}
    return [http.get(chance.choice(paths), params=asked) for _ in range(2)]


Story = Callable[[TestClient, Shop, list[Any], random.Random], list[httpx2.Response]]
_STORIES: tuple[Story, ...] = (_sell, _sell, _sell, _buy, _buy, _count, _look)
