"""Items counted in further units: bought in one, sold in another, nothing left over."""

import json
from uuid import UUID, uuid4

import httpx2
import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import created, problem
from tests.api.test_batches_and_serials import Desk
from tests.api.test_order_to_cash import order_body
from tests.factories.documents import Shop, stock_up
from transactional.catalog.resources import ITEM_UNITS
from transactional.kernel.principal import Principal
from transactional.registry import METADATA


@pytest.mark.feature("3.5.3")
@pytest.mark.feature("3.5.1")
def test_a_box_of_nine_is_bought_and_sold_by_the_piece(
    http: TestClient, shop: Shop, services: Services, as_admin: Principal
) -> None:
    desk = Desk(http, shop, services, as_admin)
    cup = desk.item("CUP", "none")
    box = created(http.post("/api/inventory/units-of-measure", json={"code": "BOX", "name": "box", "is_whole": True}))
    ninth = {"item_id": cup, "unit_id": box["id"], "numerator": 9}
    created(http.post("/api/inventory/item-units", json=ninth))
    problem(http.post("/api/inventory/item-units", json=ninth), 409, "already_used")
    problem(http.post("/api/inventory/item-units", json={**ninth, "numerator": 0}), 422, "invalid_input")
    own = problem(http.post("/api/inventory/item-units", json={**ninth, "unit_id": str(shop.unit_id)}), 422)
    assert [(error["path"], error["code"]) for error in own["errors"]] == [("unit_id", "same_unit")]
    line = {"item_id": cup, "qty": "1", "unit_id": box["id"], "unit_price": "10"}
    head = {"company_id": str(shop.company_id), "ordered_on": "2026-03-02"}
    body = {**head, "supplier_id": str(shop.supplier_id), "lines": [line]}
    half = {**body, "lines": [{**line, "qty": "0.5"}]}
    refused = problem(http.post("/api/purchase/orders", json=half), 422, "invalid_input")
    assert [error["path"] for error in refused["errors"]] == ["lines/0/qty"]
    order = created(http.post("/api/purchase/orders?confirm=true", json=body))
    created(desk.receive(order, "1"))
    [stock] = http.get(f"/api/inventory/stock?item_id={cup}").json()["items"]
    assert stock["on_hand_qty"] == "9"
    created(desk.deliver(desk.sell(cup, "4"), "4"))
    created(desk.deliver(desk.sell(cup, "5"), "5"))
    [stock] = http.get(f"/api/inventory/stock?item_id={cup}").json()["items"]
    assert stock["on_hand_qty"] == "0"
    [value] = {row["value_amount"] for row in http.get("/api/inventory/stock-moves?kind=receipt").json()["items"]}
    moves = http.get(f"/api/inventory/stock-moves?item_id={cup}").json()["items"]
    assert value == "10.00"
    assert sorted(row["value_amount"] for row in moves) == ["-4.44", "-5.56", "10.00"]
    desk.check()


@pytest.mark.feature("3.5.3")
def test_what_has_no_exact_quantity_is_refused_and_nothing_is_left_over(
    http: TestClient, shop: Shop, services: Services, as_admin: Principal
) -> None:
    """A dozen that is counted in dozens, and sold by the piece: thirds and twelfths are no quantities."""
    desk = Desk(http, shop, services, as_admin)
    unit = {"code": "DOZ", "name": "dozen", "is_whole": False}
    dozen = created(http.post("/api/inventory/units-of-measure", json=unit))["id"]
    eggs = created(http.post("/api/inventory/items", json={"code": "EGG", "name": "Eggs", "unit_id": dozen}))["id"]
    piece = str(shop.unit_id)
    created(
        http.post(
            "/api/inventory/item-units", json={"item_id": eggs, "unit_id": piece, "numerator": 1, "denominator": 12}
        )
    )
    with services.database.transaction(as_admin) as session:
        stock_up(session, shop, UUID(eggs), "1", "10")
    body = order_body(shop, eggs, "8")
    body["lines"][0]["unit_id"] = piece
    refused = problem(http.post("/api/sales/orders", json=body), 422, "invalid_input")
    assert [(each["path"], each["code"]) for each in refused["errors"]] == [("lines/0/qty", "unit_refused")]
    body["lines"][0] |= {"qty": "12", "unit_id": str(uuid4())}
    refused = problem(http.post("/api/sales/orders", json=body), 422, "invalid_input")
    assert [(each["path"], each["code"]) for each in refused["errors"]] == [("lines/0/unit_id", "unit_refused")]
    body["lines"][0]["unit_id"] = piece
    nowhere = problem(http.post("/api/sales/orders", json={**body, "reason_ids": [str(uuid4())]}), 422)
    assert [(each["path"], each["code"]) for each in nowhere["errors"]] == [("reason_ids/0", "unknown_reference")]
    order = created(http.post("/api/sales/orders?confirm=true", json=body))
    deliver = f"/api/sales/orders/{order['id']}/deliver"

    def part(qty: str) -> httpx2.Response:
        lines = [{"order_line_id": order["lines"][0]["id"], "qty": qty}]
        return http.post(deliver, json={"delivered_on": "2026-03-16", "lines": lines})

    third = problem(part("4"), 422, "invalid_input")["errors"][0]
    assert (third["path"], third["code"]) == ("lines/0/qty", "unit_refused")
    assert [created(part(qty))["lines"][0]["stock_qty"] for qty in ("3", "6", "3")] == ["0.25", "0.5", "0.25"]
    [stock] = http.get(f"/api/inventory/stock?item_id={eggs}").json()["items"]
    assert stock["on_hand_qty"] == "0"
    desk.check()


@pytest.mark.feature("3.5.3")
def test_each_combination_of_attributes_is_one_variant(http: TestClient, shop: Shop) -> None:
    def variant(of: str, attributes: object, code: str = "") -> httpx2.Response:
        codes.append(code or f"V{len(codes)}")
        body = {"code": codes[-1], "name": "Shirt", "unit_id": str(shop.unit_id), "variant_of_id": of}
        return http.post("/api/inventory/items", json={**body, "attributes": attributes})

    def refused(of: str, attributes: object) -> tuple[str, str]:
        [error] = problem(variant(of, attributes), 422)["errors"]
        return error["path"], error["code"]

    codes: list[str] = []
    plain = {"code": "SHIRT", "name": "Shirt", "unit_id": str(shop.unit_id)}
    shirt = created(http.post("/api/inventory/items", json=plain))
    red = created(variant(shirt["id"], {"colour": "red", "size": "M"}))
    assert red["variant_key"] == "colour=red;size=M"
    problem(variant(shirt["id"], {"size": "M", "colour": "red"}), 409, "variant_taken")
    problem(variant(shirt["id"], {"colour": "Red", "Size": "m"}), 409, "variant_taken")
    blue = created(variant(shirt["id"], {"colour": "blue", "size": "M"}))
    path = f"/api/inventory/items/{blue['id']}"
    problem(http.patch(path, json={"version": 1, "attributes": red["attributes"]}), 409, "variant_taken")
    # Two combinations must not be spelt alike, nor one be cut to another's length.
    assert refused(shirt["id"], {"a": "1;b=2"}) == ("attributes", "unfit_attributes")
    assert refused(shirt["id"], {"": "x"}) == ("attributes", "unfit_attributes")
    assert refused(shirt["id"], {"a": "x" * 200}) == ("attributes", "attributes_long")
    assert refused(shirt["id"], {"a": {"b": 1}}) == ("attributes", "no_attributes")
    assert refused(shirt["id"], {"a": 10**40}) == ("attributes", "value_error")
    assert refused(red["id"], {"a": "1"}) == ("variant_of_id", "is_variant")
    top = created(http.post("/api/inventory/items", json={**plain, "code": "TOP"}))
    moved = {"version": 1, "variant_of_id": top["id"], "attributes": {"a": "1"}}
    answer = http.patch(f"/api/inventory/items/{shirt['id']}", json=moved)
    assert [error["code"] for error in problem(answer, 422)["errors"]] == ["has_variants"]
    half = json.dumps({**plain, "code": "H", "attributes": {"a": "\ud800"}})
    answer = http.post("/api/inventory/items", content=half, headers={"content-type": "application/json"})
    assert [error["path"] for error in problem(answer, 422)["errors"]] == ["attributes"]


@pytest.mark.feature("3.5.3")
def test_days_are_no_more_than_a_calendar_holds(http: TestClient, shop: Shop) -> None:
    body = {"code": "OLD", "name": "Old", "unit_id": str(shop.unit_id), "tracking_mode": "batch"}
    for name in ("shelf_life_days", "warranty_days", "lead_time_days"):
        refused = problem(http.post("/api/inventory/items", json={**body, name: 36_501}), 422)
        assert [error["path"] for error in refused["errors"]] == [name]
    old = created(http.post("/api/inventory/items", json={**body, "shelf_life_days": 36_500}))
    assert old["shelf_life_days"] == 36_500


@pytest.mark.feature("3.5.3")
def test_the_ratio_of_a_unit_that_documents_count_in_stays(
    http: TestClient, shop: Shop, services: Services, as_admin: Principal
) -> None:
    desk = Desk(http, shop, services, as_admin)
    cup = desk.item("CUP", "none")
    pack = created(http.post("/api/inventory/units-of-measure", json={"code": "PACK", "name": "pack"}))["id"]
    unit = created(http.post("/api/inventory/item-units", json={"item_id": cup, "unit_id": pack, "numerator": 8}))
    path = f"/api/inventory/item-units/{unit['id']}"
    wrong = http.patch(path, json={"version": 1, "numerator": 9})
    assert wrong.json()["numerator"] == 9
    with services.database.transaction(as_admin) as session:
        stock_up(session, shop, UUID(cup), "50", "10")
    body = order_body(shop, cup)
    body["lines"][0]["unit_id"] = pack
    created(http.post("/api/sales/orders?confirm=true", json=body))
    for change in ({"numerator": 10}, {"denominator": 2}):
        fixed = problem(http.patch(path, json={"version": 2, **change}), 409, "field_fixed")
        assert "sales order lines" in fixed["detail"]
    assert http.patch(path, json={"version": 2, "numerator": 9}).status_code == 200
    kept = problem(http.delete(path), 409, "still_needed")
    assert "1 sales order lines" in kept["detail"]
    rows = f"item_id,unit_id,numerator\n{cup},{pack},10\n"
    files = {"file": ("units.csv", rows.encode(), "text/csv")}
    refused = problem(http.post("/api/inventory/item-units/import", files=files), 422, "rows_refused")
    assert [(row["column"], row["code"]) for row in refused["rows"]] == [("numerator", "field_fixed")]
    item = http.get(f"/api/inventory/items/{cup}").json()
    moved = {"version": item["version"], "unit_id": pack}
    problem(http.patch(f"/api/inventory/items/{cup}", json=moved), 409, "field_fixed")


def test_every_table_that_counts_items_in_units_keeps_their_ratios() -> None:
    counted = {
        table.fullname
        for table in METADATA.sorted_tables
        if table is not ITEM_UNITS.table
        and "item_id" in table.c
        and any(
            column.name == "unit_id" and column.info.get("references") == "catalog.units_of_measure"
            for column in table.c
        )
    }
    assert {guard[0] for guard in ITEM_UNITS.kept_by} == counted
    # A price is told anew in the new ratio; nothing was counted by it.
    assert {guard[0] for guard in ITEM_UNITS.frozen_by["numerator"]} == counted - {"catalog.price_list_lines"}
