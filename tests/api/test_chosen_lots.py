"""Batches and serial numbers promised by name."""

from typing import Any

import pytest

from tests.api.conftest import problem
from tests.api.test_batches_and_serials import CREAM, MILK, Desk, desk

__all__ = ["desk"]
pytestmark = pytest.mark.feature("3.4.6")


def reserve(desk: Desk, order: dict[str, Any], **lots: Any) -> Any:
    line = {"order_line_id": order["lines"][0]["id"], **lots}
    return desk.http.post(f"/api/sales/orders/{order['id']}/reserve", json={"lines": [line]})


def batch(number: str, qty: str) -> dict[str, Any]:
    return {"batches": [{"number": number, "qty": qty}]}


def levels(desk: Desk, item_id: str, by: str = "batch") -> dict[str, tuple[str, str, str]]:
    rows = desk.http.get("/api/inventory/stock/levels", params={"item_id": item_id, "by": by}).json()["items"]
    return {row["lot_number"]: (row["on_hand_qty"], row["reserved_qty"], row["available_qty"]) for row in rows}


@pytest.mark.feature("3.5.6")
def test_a_batch_that_is_promised_goes_to_nobody_else(desk: Desk) -> None:
    milk = desk.item("MILK", "batch")
    desk.stock(milk, "10", batches=[MILK, CREAM])
    order, other = desk.sell(milk, "4"), desk.sell(milk, "3")
    answer = reserve(desk, order, **batch("M-2", "3"))
    assert answer.status_code == 200, answer.text
    assert levels(desk, milk) == {"M-1": ("6", "0", "6"), "M-2": ("4", "3", "1")}
    refused = problem(reserve(desk, other, **batch("M-2", "2")), 409, "lot_not_available")
    assert "Only 1" in refused["detail"]
    refused = problem(desk.deliver(other, "2", **batch("M-2", "2")), 409, "lot_reserved")
    assert "3 are promised" in refused["detail"]
    _, answer = desk.document("issue", milk, "2", batches=[{"number": "M-2", "qty": "2"}])
    problem(answer, 409)
    proposed = desk.http.get(
        "/api/inventory/lot-stock/proposal",
        params={"item_id": milk, "warehouse_id": str(desk.shop.warehouse_id), "qty": "2", "on": "2026-03-16"},
    )
    assert [(one["number"], one["qty"]) for one in proposed.json()["lots"]] == [("M-2", "1"), ("M-1", "1")]
    assert desk.deliver(other, "3", **batch("M-1", "3")).status_code == 201
    assert desk.deliver(order, "3", **batch("M-2", "3")).status_code == 201
    assert levels(desk, milk) == {"M-1": ("3", "0", "3"), "M-2": ("1", "0", "1")}
    desk.check()


def test_what_was_chosen_is_delivered_without_saying_it_again(desk: Desk) -> None:
    bike = desk.item("BIKE", "serial")
    desk.stock(bike, "3", serials=["A", "B", "C"])
    order = desk.sell(bike, "2")
    assert reserve(desk, order, serials=["A"]).status_code == 200
    assert reserve(desk, order, serials=["C", "B"]).status_code == 200
    assert levels(desk, bike, "serial") == {"A": ("1", "0", "1"), "B": ("1", "1", "0"), "C": ("1", "1", "0")}
    path = f"/api/sales/orders/{order['id']}/deliver"
    assert desk.http.post(path, json={"delivered_on": "2026-03-16"}).status_code == 201
    assert list(levels(desk, bike, "serial")) == ["A"]
    desk.check()


def test_promises_by_name_are_given_back(desk: Desk) -> None:
    milk = desk.item("MILK", "batch")
    desk.stock(milk, "10", batches=[MILK, CREAM])
    orders = [desk.sell(milk, "2") for _ in range(3)]
    for order in orders:
        assert reserve(desk, order, **batch("M-1", "2")).status_code == 200
    assert levels(desk, milk)["M-1"] == ("6", "6", "0")
    assert desk.http.post(f"/api/sales/orders/{orders[0]['id']}/cancel").status_code == 200
    assert levels(desk, milk)["M-1"] == ("6", "4", "2")
    assert reserve(desk, orders[1]).status_code == 200
    assert levels(desk, milk)["M-1"] == ("6", "2", "4")
    # Another batch is delivered after all: the promise is used up by the quantity.
    assert desk.deliver(orders[2], "2", **batch("M-2", "2")).status_code == 201
    assert levels(desk, milk)["M-1"] == ("6", "0", "6")


def test_what_cannot_be_promised_is_refused_and_nothing_changes(desk: Desk, make_role: Any, make_user: Any) -> None:
    milk, plain = desk.item("MILK", "batch"), desk.item("SPOON", "none")
    desk.stock(milk, "10", batches=[MILK, CREAM])
    desk.stock(plain, "5")
    order, spoons = desk.sell(milk, "4"), desk.sell(plain, "1")
    before = levels(desk, milk)
    problem(reserve(desk, order, **batch("M-1", "5")), 409, "over_delivery")
    problem(reserve(desk, order, **batch("M-9", "1")), 409, "lot_not_available")
    problem(reserve(desk, order, **batch("M-1", "-1")), 422)
    problem(reserve(desk, order, **batch("M-1", "one")), 422)
    problem(reserve(desk, order, serials=["M-1"]), 422)
    problem(reserve(desk, spoons, **batch("M-1", "1")), 422)
    twice = {"batches": [{"number": "M-1", "qty": "1"}, {"number": "M-1", "qty": "1"}]}
    problem(reserve(desk, order, **twice), 422)
    foreign = {"id": order["id"], "lines": spoons["lines"]}
    wrong = problem(reserve(desk, foreign, **batch("M-1", "1")), 422)
    assert [error["path"] for error in wrong["errors"]] == ["lines/0/order_line_id"]
    lot = desk.lot("M-1")
    held = {"version": lot["version"], "is_held": True}
    assert desk.http.patch(f"/api/inventory/batches/{lot['id']}", json=held).status_code == 200
    problem(reserve(desk, order, **batch("M-1", "1")), 409, "lot_held")
    make_role("reader", "order.read")
    body = {"lines": [{"order_line_id": order["lines"][0]["id"]}]}
    problem(make_user("bo", "reader").http.post(f"/api/sales/orders/{order['id']}/reserve", json=body), 403)
    assert desk.http.post(f"/api/sales/orders/{order['id']}/cancel").status_code == 200
    problem(reserve(desk, order, **batch("M-2", "1")), 409, "order_not_confirmed")
    assert {number: row[0] for number, row in levels(desk, milk).items()} == {k: row[0] for k, row in before.items()}
