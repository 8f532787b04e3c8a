"""Batches and serial numbers over HTTP: in, about, out and back, and where each came from and went."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import created, problem
from tests.factories.documents import Shop
from transactional.checks import check_tenant
from transactional.kernel.principal import Principal

MILK = {"number": "M-1", "qty": "6", "manufactured_on": "2026-03-01", "expires_on": "2026-04-10"}
CREAM = {"number": "M-2", "qty": "4", "manufactured_on": "2026-03-02", "expires_on": "2026-03-31"}


@dataclass(frozen=True, slots=True)
class Desk:
    """What somebody at a desk can do with tracked items."""

    http: TestClient
    shop: Shop
    services: Services
    principal: Principal

    def item(self, code: str, mode: str, **more: Any) -> str:
        body = {"code": code, "name": code, "unit_id": str(self.shop.unit_id), "tracking_mode": mode, **more}
        return str(created(self.http.post("/api/inventory/items", json={"list_price": "50", **body}))["id"])

    def buy(self, item_id: str, qty: str) -> dict[str, Any]:
        body = {
            "company_id": str(self.shop.company_id),
            "supplier_id": str(self.shop.supplier_id),
            "ordered_on": "2026-03-02",
            "lines": [{"item_id": item_id, "qty": qty, "unit_price": "12"}],
        }
        return created(self.http.post("/api/purchase/orders?confirm=true", json=body))

    def receive(self, order: dict[str, Any], qty: str, **lots: Any) -> Any:
        line = {"order_line_id": order["lines"][0]["id"], "arrived_qty": qty, **lots}
        body = {"received_on": "2026-03-03", "lines": [line]}
        return self.http.post(f"/api/purchase/orders/{order['id']}/receive", json=body)

    def stock(self, item_id: str, qty: str, **lots: Any) -> dict[str, Any]:
        return created(self.receive(self.buy(item_id, qty), qty, **lots))

    def sell(self, item_id: str, qty: str) -> dict[str, Any]:
        body = {
            "company_id": str(self.shop.company_id),
            "customer_id": str(self.shop.customer_id),
            "ordered_on": "2026-03-16",
            "lines": [{"item_id": item_id, "qty": qty}],
        }
        return created(self.http.post("/api/sales/orders?confirm=true", json=body))

    def deliver(self, order: dict[str, Any], qty: str, on: str = "2026-03-16", **lots: Any) -> Any:
        line = {"order_line_id": order["lines"][0]["id"], "qty": qty, **lots}
        return self.http.post(f"/api/sales/orders/{order['id']}/deliver", json={"delivered_on": on, "lines": [line]})

    def document(self, kind: str, item_id: str, qty: str, **more: Any) -> Any:
        names = ("batches", "serials", "unit_cost", "location_id", "to_location_id")
        line = {"item_id": item_id, "unit_id": str(self.shop.unit_id), "qty": qty}
        line |= {name: more.pop(name) for name in names if name in more}
        head = {"company_id": str(self.shop.company_id), "warehouse_id": str(self.shop.warehouse_id), "kind": kind}
        body = {**head, "document_on": "2026-03-16", "lines": [line], **more}
        made = created(self.http.post("/api/inventory/stock-documents", json=body))
        return made, self.http.post(f"/api/inventory/stock-documents/{made['id']}/post")

    def lot(self, number: str, kind: str = "batches") -> dict[str, Any]:
        [found] = self.http.get(f"/api/inventory/{kind}?number={number}").json()["items"]
        return dict(found)

    def on_hand(self, item_id: str) -> dict[str, str]:
        rows = self.http.get(f"/api/inventory/lot-stock?item_id={item_id}&limit=500").json()["items"]
        numbers = {row["id"]: row["number"] for kind in ("batches", "serials") for row in self._lots(kind)}
        return {numbers[row["lot_id"]]: row["on_hand_qty"] for row in rows if row["on_hand_qty"] != "0"}

    def _lots(self, kind: str) -> list[dict[str, Any]]:
        return list(self.http.get(f"/api/inventory/{kind}?limit=500").json()["items"])

    def on_hand_of(self, serial: str) -> str:
        lot = self.lot(serial, "serials")
        [row] = self.http.get(f"/api/inventory/lot-stock?lot_id={lot['id']}").json()["items"]
        return str(row["on_hand_qty"])

    def check(self) -> None:
        with self.services.database.transaction(self.principal) as session:
            assert check_tenant(session) == []


@pytest.fixture
def desk(http: TestClient, shop: Shop, services: Services, as_admin: Principal) -> Desk:
    return Desk(http, shop, services, as_admin)


def codes(answer: Any) -> list[tuple[str, str]]:
    return [(error["path"], error["code"]) for error in problem(answer, 422, "invalid_input")["errors"]]


@pytest.mark.feature("3.5.4")
@pytest.mark.feature("3.5.1")
def test_a_batch_item_comes_in_with_batches_that_have_dates(desk: Desk) -> None:
    milk = desk.item("MILK", "batch")
    order = desk.buy(milk, "10")
    assert codes(desk.receive(order, "10")) == [("lines/0/batches", "batches_missing")]
    assert codes(desk.receive(order, "10", batches=[MILK])) == [("lines/0/batches", "lots_do_not_add_up")]
    assert codes(desk.receive(order, "10", serials=["1"] * 10)) == [("lines/0/serials", "not_kept_by_serial")]
    bare = {"number": "M-1", "qty": "10"}
    assert codes(desk.receive(order, "10", batches=[bare])) == [("lines/0/batches/0/expires_on", "batch_dates_missing")]
    reversed_ = {**bare, "manufactured_on": "2026-04-01", "expires_on": "2026-03-01"}
    assert codes(desk.receive(order, "10", batches=[reversed_])) == [("lines/0/batches/0/expires_on", "range_reversed")]
    created(desk.receive(order, "10", batches=[MILK, CREAM]))
    assert desk.on_hand(milk) == {"M-1": "6", "M-2": "4"}
    again = {"number": "M-1", "qty": "1"}
    differs = {**again, "expires_on": "2027-01-01"}
    problem(desk.receive(desk.buy(milk, "1"), "1", batches=[differs]), 409, "lot_dates_differ")
    desk.stock(milk, "1", batches=[again])
    assert desk.on_hand(milk)["M-1"] == "7"
    item = desk.http.get(f"/api/inventory/items/{milk}").json()
    for mode in ("none", "serial"):
        change = {"tracking_mode": mode, "version": item["version"]}
        problem(desk.http.patch(f"/api/inventory/items/{milk}", json=change), 409, "field_fixed")
    yoghurt = desk.item("YOGHURT", "batch", shelf_life_days=21)
    desk.stock(yoghurt, "1", batches=[{"number": "Y", "qty": "1", "manufactured_on": "2026-03-01"}])
    assert desk.lot("Y")["expires_on"] == "2026-03-22"
    plain = desk.item("PLAIN", "none")
    assert codes(desk.receive(desk.buy(plain, "6"), "6", batches=[MILK])) == [("lines/0/batches", "not_kept_by_batch")]
    desk.check()


@pytest.mark.feature("3.5.4")
@pytest.mark.feature("3.4.6")
def test_first_expired_goes_first_and_expired_batches_stay(desk: Desk) -> None:
    milk = desk.item("MILK", "batch")
    desk.stock(milk, "10", batches=[MILK, CREAM])
    where = {"item_id": milk, "warehouse_id": str(desk.shop.warehouse_id), "qty": "7", "on": "2026-03-16"}
    proposed = desk.http.get("/api/inventory/lot-stock/proposal", params=where).json()
    assert [(one["number"], one["qty"]) for one in proposed["lots"]] == [("M-2", "4"), ("M-1", "3")]
    late = desk.http.get("/api/inventory/lot-stock/proposal", params={**where, "on": "2026-04-01"}).json()
    assert ([one["number"] for one in late["lots"]], late["missing_qty"]) == (["M-1"], "1")
    order = desk.sell(milk, "7")
    whole = desk.http.post(f"/api/sales/orders/{order['id']}/deliver", json={"delivered_on": "2026-03-16"})
    assert codes(whole) == [("lines/0/batches", "batches_missing")]
    taken = [{"number": "M-2", "qty": "2"}, {"number": "M-1", "qty": "1"}]
    problem(desk.deliver(order, "3", on="2026-04-01", batches=taken), 409, "lot_expired")
    five = [{"number": "M-2", "qty": "5"}]
    refused = problem(desk.deliver(order, "5", batches=five), 409, "lot_not_available")
    assert "4" in refused["detail"]
    problem(desk.deliver(order, "1", batches=[{"number": "NONE", "qty": "1"}]), 409, "lot_not_available")
    created(desk.deliver(order, "3", batches=taken))
    assert desk.on_hand(milk) == {"M-1": "5", "M-2": "2"}
    [reserved] = desk.http.get(f"/api/inventory/stock?item_id={milk}").json()["items"]
    assert (reserved["on_hand_qty"], reserved["reserved_qty"]) == ("7", "4")
    cream = desk.lot("M-2")
    held = desk.http.patch(f"/api/inventory/batches/{cream['id']}", json={"is_held": True, "version": cream["version"]})
    assert held.json()["is_held"] is True, held.text
    problem(desk.deliver(order, "2", batches=[{"number": "M-2", "qty": "2"}]), 409, "lot_held")
    _, issued = desk.document("issue", milk, "1", batches=[{"number": "M-2", "qty": "1"}])
    problem(issued, 409, "lot_held")
    _, scrapped = desk.document("adjustment", milk, "-1", batches=[{"number": "M-2", "qty": "1"}], reason="sour")
    assert scrapped.status_code == 200, scrapped.text
    _, early = desk.document("issue", milk, "1", batches=[{"number": "M-1", "qty": "1"}], document_on="2026-03-02")
    assert early.status_code == 409, early.text
    desk.check()


@pytest.mark.feature("3.5.4")
@pytest.mark.feature("3.5.13")
def test_a_batch_is_traced_to_its_suppliers_productions_and_customers(
    desk: Desk, make_role: Any, make_user: Any
) -> None:
    milk, cheese = desk.item("MILK", "batch"), desk.item("CHEESE", "batch")
    receipt = desk.stock(milk, "10", batches=[MILK, CREAM])
    used, posted = desk.document("issue", milk, "4", batches=[{"number": "M-1", "qty": "4"}])
    assert posted.status_code == 200, posted.text
    made_of = [desk.lot("M-1")["id"]]
    wheel = {"number": "C-1", "qty": "2", "expires_on": "2026-12-31", "made_of": made_of}
    made, posted = desk.document("production_receipt", cheese, "2", unit_cost="30", batches=[wheel])
    assert posted.status_code == 200, posted.text
    sale = desk.sell(cheese, "1")
    note = created(desk.deliver(sale, "1", batches=[{"number": "C-1", "qty": "1"}]))
    trace = desk.http.get(f"/api/inventory/batches/{made_of[0]}/trace").json()
    assert [move["kind"] for move in trace["moves"]] == ["receipt", "issue"]
    assert [row["id"] for row in trace["backward"]["parties"]] == [str(desk.shop.supplier_id)]
    assert trace["backward"]["documents"][0]["number"] == receipt["number"]
    assert [row["number"] for row in trace["forward"]["lots"]] == ["C-1"]
    assert [row["id"] for row in trace["forward"]["parties"]] == [str(desk.shop.customer_id)]
    assert [row["id"] for row in trace["forward"]["orders"]] == [sale["id"]]
    assert {row["number"] for row in trace["forward"]["documents"]} >= {note["number"], used["number"] or ""} - {""}
    assert trace["forward"]["productions"] == [{"type": "inventory.stock_document", "id": made["id"]}]
    back = desk.http.get(f"/api/inventory/batches/{desk.lot('C-1')['id']}/trace").json()
    assert [row["number"] for row in back["backward"]["lots"]] == ["M-1"]
    assert [row["id"] for row in back["backward"]["parties"]] == [str(desk.shop.supplier_id)]
    assert back["backward"]["orders"][0]["id"] == receipt["order_id"]
    make_role("tracer", "batch.read")
    blind = make_user("bo", "tracer").http.get(f"/api/inventory/batches/{made_of[0]}/trace").json()
    assert (blind["backward"]["parties"], len(blind["moves"])) == ([], 2)
    problem(desk.http.get(f"/api/inventory/serials/{made_of[0]}/trace"), 404)
    unknown = {**wheel, "number": "C-2", "made_of": [str(desk.shop.company_id)]}
    _, refused = desk.document("production_receipt", cheese, "2", unit_cost="30", batches=[unknown])
    assert [code for _, code in codes(refused)] == ["unknown_lot"]
    desk.check()


@pytest.mark.feature("3.5.5")
@pytest.mark.feature("3.4.6")
@pytest.mark.feature("3.4.10")
def test_a_serial_is_in_stock_once_and_comes_back_to_its_order_only(desk: Desk) -> None:
    bike = desk.item("BIKE", "serial", warranty_days=365)
    desk.stock(bike, "3", serials=["A", "B", "C"])
    problem(desk.receive(desk.buy(bike, "1"), "1", serials=["A"]), 409, "serial_in_stock")
    assert codes(desk.receive(desk.buy(bike, "2"), "2", serials=["X", "X"])) == [("lines/0/serials/1", "named_twice")]
    first, second = desk.sell(bike, "2"), desk.sell(bike, "1")
    problem(desk.deliver(first, "1", serials=["Z"]), 409, "lot_not_available")
    note = created(desk.deliver(first, "2", serials=["A", "B"]))
    problem(desk.deliver(second, "1", serials=["A"]), 409, "lot_not_available")
    created(desk.deliver(second, "1", serials=["C"]))
    created(desk.http.post(f"/api/sales/orders/{first['id']}/invoice", json={"invoiced_on": "2026-03-16"}))
    delivered = note["lines"][0]["id"]
    body = {"order_id": first["id"], "requested_on": "2026-03-18", "reason": "squeaks"}
    asked = created(
        desk.http.post(
            "/api/sales/return-requests", json={**body, "lines": [{"delivery_line_id": delivered, "qty": "1"}]}
        )
    )
    path = f"/api/sales/return-requests/{asked['id']}"
    desk.http.post(f"{path}/approve", json={"on": "2026-03-20"})
    back = {"received_on": "2026-03-20", "lines": [{"delivery_line_id": delivered, "serials": ["C"]}]}
    assert codes(desk.http.post(f"{path}/receive", json=back)) == [("lines/0/serials/0", "lot_not_delivered")]
    unnamed = desk.http.post(f"{path}/receive", json={"received_on": "2026-03-20"})
    assert codes(unnamed) == [("lines/0/serials", "serials_missing")]
    back["lines"] = [{"delivery_line_id": delivered, "serials": ["A"]}]
    received = desk.http.post(f"{path}/receive", json=back)
    assert (received.status_code, received.json().get("state")) == (200, "received"), received.text
    assert desk.on_hand(bike) == {"A": "1"}
    trace = desk.http.get(f"/api/inventory/serials/{desk.lot('A', 'serials')['id']}/trace").json()
    assert [move["kind"] for move in trace["moves"]] == ["receipt", "delivery", "sales_return"]
    assert trace["warranty_until"] == "2027-03-16"
    # What came back may be sold again, and what is with a customer cannot be bought.
    created(desk.deliver(desk.sell(bike, "1"), "1", on="2026-03-21", serials=["A"]))
    desk.check()


@pytest.mark.feature("3.5.13")
@pytest.mark.feature("3.6.6")
def test_serials_are_transferred_sent_back_and_taken_back(desk: Desk) -> None:
    bike = desk.item("BIKE", "serial")
    receipt = desk.stock(bike, "4", serials=["A", "B", "C", "D"])
    other = created(
        desk.http.post(
            "/api/inventory/warehouses",
            json={"code": "FAR", "name": "Far", "company_id": str(desk.shop.company_id)},
        )
    )
    place = {"warehouse_id": other["id"], "code": "MAIN", "name": "Main", "is_default": True}
    created(desk.http.post("/api/inventory/locations", json=place))
    target = {"to_warehouse_id": other["id"], "has_transit": True}
    draft, sent = desk.document("transfer", bike, "2", serials=["A", "B"], **target)
    assert sent.json()["state"] == "in_transit", sent.text
    path = f"/api/inventory/stock-documents/{draft['id']}/arrive"
    line = {"line_id": draft["lines"][0]["id"], "qty": "1"}
    short = {"arrived_on": "2026-03-17", "lines": [line], "shortage_reason": "lost"}
    assert codes(desk.http.post(path, json=short)) == [("lines/0/serials", "serials_missing")]
    arrived = desk.http.post(path, json={**short, "lines": [{**line, "serials": ["B"]}]})
    assert arrived.status_code == 200, arrived.text
    assert desk.on_hand(bike) == {"B": "1", "C": "1", "D": "1"}
    again, moved = desk.document("transfer", bike, "1", serials=["C"], to_warehouse_id=other["id"])
    assert moved.status_code == 200, moved.text
    back = desk.http.post(f"/api/inventory/stock-documents/{again['id']}/cancel", json={"on": "2026-03-18"})
    assert back.status_code == 200, back.text
    line = {"receipt_line_id": receipt["lines"][0]["id"], "qty": "1"}
    body = {"order_id": receipt["order_id"], "returned_on": "2026-03-19", "lines": [line]}
    path = "/api/purchase/receipts/return"
    assert codes(desk.http.post(path, json=body)) == [("lines/0/serials", "serials_missing")]
    line["serials"] = ["Z"]
    assert codes(desk.http.post(path, json=body)) == [("lines/0/serials/0", "lot_not_received")]
    line["serials"] = ["B"]
    problem(desk.http.post(path, json=body), 409, "lot_not_available")
    line["serials"] = ["C"]
    created(desk.http.post(path, json=body))
    assert desk.on_hand(bike) == {"B": "1", "D": "1"}
    desk.check()


@pytest.mark.feature("3.5.5")
def test_two_deliveries_of_one_serial_at_once_hand_it_over_once(desk: Desk) -> None:
    bike = desk.item("BIKE", "serial")
    desk.stock(bike, "8", serials=[f"S-{number}" for number in range(8)])
    orders = [desk.sell(bike, "1") for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda order: desk.deliver(order, "1", serials=["S-1"]), orders))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    incoming = [desk.buy(bike, "1") for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda order: desk.receive(order, "1", serials=["NEW"]), incoming))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 3
    desk.check()


@pytest.mark.feature("3.5.5")
def test_ten_thousand_serials_are_received_within_thirty_seconds(desk: Desk) -> None:
    chip = desk.item("CHIP", "serial")
    order = desk.buy(chip, "10000")
    numbers = [f"SN-{number:06}" for number in range(10_000)]
    started = time.monotonic()
    created(desk.receive(order, "10000", serials=numbers))
    assert time.monotonic() - started < 30
    assert desk.http.get("/api/inventory/serials?include_total=true&limit=1").json()["total"] == 10_000
    desk.check()
    assert desk.on_hand_of("SN-009999") == "1"


@pytest.mark.feature("FIN-04")
@pytest.mark.feature("3.5.5")
def test_serials_and_batches_of_what_is_cancelled_are_where_they_were(desk: Desk) -> None:
    bike, paint = desk.item("BIKE", "serial", warranty_days=365), desk.item("PAINT", "batch")
    desk.stock(bike, "2", serials=["A", "B"])
    order = desk.sell(bike, "1")
    note = created(desk.deliver(order, "1", serials=["A"]))
    back = desk.http.post(f"/api/sales/deliveries/{note['id']}/cancel", json={"on": "2026-03-17"})
    assert back.json()["state"] == "cancelled", back.text
    [serial] = desk.http.get("/api/inventory/serials", params={"number": "A"}).json()["items"]
    trace = desk.http.get(f"/api/inventory/serials/{serial['id']}/trace").json()
    assert trace["warranty_until"] is None
    created(desk.deliver(order, "1", on="2026-03-18", serials=["A"]))
    bought = desk.buy(paint, "5")
    receipt = created(desk.receive(bought, "5", batches=[{"number": "P-1", "qty": "5", "expires_on": "2027-01-01"}]))
    created(desk.deliver(desk.sell(paint, "2"), "2", batches=[{"number": "P-1", "qty": "2"}]))
    path = f"/api/purchase/receipts/{receipt['id']}/cancel"
    assert "PAINT" in problem(desk.http.post(path, json={"on": "2026-03-18"}), 409)["detail"]
