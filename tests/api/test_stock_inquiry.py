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
    # Sold on the 16th; on the 10th eight were ordered, of which three had come.
    assert ask(milk, as_of="2026-03-10") == [[None, "13", "0", "5", "0", "13"]]
    assert ask(milk, as_of="2026-03-02") == [[None, "0", "0", "18", "0", "0"]]
    assert ask(milk, as_of="2026-03-16") == ask(milk)
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


@pytest.mark.feature("3.5.6")
def test_a_past_day_tells_what_was_promised_and_on_its_way_then(
    http: TestClient, shop: Shop, services: Services, as_admin: Principal
) -> None:
    desk = Desk(http, shop, services, as_admin)

    def ask(**more: Any) -> list[str]:
        rows = http.get(PATH, params={"item_id": item_id, **more}).json()["items"]
        names = ("on_hand_qty", "reserved_qty", "incoming_qty", "outgoing_qty", "available_qty")
        [level] = [[row[name] for name in names] for row in rows]
        return list(level)

    item_id = desk.item("LAMP", "none")
    desk.stock(item_id, "10")
    order = desk.sell(item_id, "6")
    delivery = created(desk.deliver(order, "4", on="2026-03-18"))
    now = ["6", "2", "0", "2", "4"]
    assert (ask(), ask(as_of="2026-03-18")) == (now, now)
    then = ["10", "6", "0", "6", "4"]
    assert (ask(as_of="2026-03-17"), ask(as_of="2026-03-17", by="location")) == (then, then)
    assert ask(as_of="2026-03-15") == ["10", "0", "0", "0", "10"]
    # What comes back is on its way from the day it was asked for until it has come.
    line = {"delivery_line_id": delivery["lines"][0]["id"], "qty": "3"}
    asked = {"order_id": order["id"], "requested_on": "2026-03-19", "reason": "wrong", "lines": [line]}
    request = created(http.post("/api/sales/return-requests", json=asked))
    path = f"/api/sales/return-requests/{request['id']}"
    assert ask() == now
    http.post(f"{path}/approve", json={"on": "2026-03-25"})
    assert (ask(), ask(as_of="2026-03-20"), ask(as_of="2026-03-18")) == (["6", "2", "3", "2", "4"],) * 2 + (now,)
    http.post(f"{path}/receive", json={"received_on": "2026-03-23"})
    assert ask() == ["9", "2", "0", "2", "7"]
    assert ask(as_of="2026-03-20") == ["6", "2", "3", "2", "4"]
    # A delivery that was taken back had left until then; an order called off today waited on all days before.
    cancelled = created(desk.deliver(order, "1", on="2026-03-23"))
    http.post(f"/api/sales/deliveries/{cancelled['id']}/cancel", json={"on": "2026-03-26"})
    assert ask(as_of="2026-03-24") == ["8", "1", "0", "1", "7"]
    assert ask(as_of="2026-03-26") == ask() == ["9", "2", "0", "2", "7"]
    assert http.post(f"/api/sales/orders/{order['id']}/close").status_code == 200
    assert ask() == ["9", "0", "0", "0", "9"]
    assert ask(as_of="2026-03-24")[3] == "1"
    desk.check()
