"""On hand, promised, incoming, outgoing and available, told apart as asked."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import created, problem
from tests.api.test_batches_and_serials import CREAM, MILK, Desk
from tests.factories.documents import Shop
from transactional.kernel.principal import Principal

PATH = "/api/inventory/stock/levels"


@pytest.mark.feature("3.5.6")
def test_stock_is_told_by_item_location_and_batch_now_and_then(
    http: TestClient, shop: Shop, services: Services, as_admin: Principal
) -> None:
    desk = Desk(http, shop, services, as_admin)

    def ask(item_id: str, **more: Any) -> list[list[Any]]:
        rows = http.get(PATH, params={"item_id": item_id, **more}).json()["items"]
        names = ("lot_number", "on_hand_qty", "reserved_qty", "incoming_qty", "outgoing_qty", "available_qty")
        return [[row[name] for name in names] for row in rows]

    milk = desk.item("MILK", "batch")
    desk.stock(milk, "10", batches=[MILK, CREAM])
    half = desk.buy(milk, "8")
    created(desk.receive(half, "3", batches=[{"number": "M-1", "qty": "3"}]))
    order = desk.sell(milk, "6")
    created(desk.deliver(order, "2", batches=[{"number": "M-2", "qty": "2"}]))
    assert ask(milk) == [[None, "11", "4", "5", "4", "7"]]
    assert ask(milk, by="location") == ask(milk)
    assert ask(milk, by="batch") == [
        ["M-1", "9", "0", None, None, "9"],
        ["M-2", "2", "0", None, None, "2"],
    ]
    assert ask(milk, as_of="2026-03-10") == [[None, "13", None, None, None, None]]
    assert ask(milk, as_of="2026-03-10", by="batch") == [
        ["M-1", "9", None, None, None, None],
        ["M-2", "4", None, None, None, None],
    ]
    assert ask(milk, as_of="2026-03-01") == []
    bike = desk.item("BIKE", "serial")
    desk.stock(bike, "1", serials=["A"])
    assert ask(bike, by="serial") == [["A", "1", "0", None, None, "1"]]
    ahead = problem(http.get(PATH, params={"item_id": milk, "as_of": "2199-01-01"}), 422)
    assert [(each["path"], each["code"]) for each in ahead["errors"]] == [("as_of", "future")]
    problem(http.get(PATH), 422)
    problem(http.get(PATH, params={"item_id": milk, "by": "colour"}), 422)
