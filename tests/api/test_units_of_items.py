"""Items counted in further units: bought in one, sold in another, nothing left over."""

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import created, problem
from tests.api.test_batches_and_serials import Desk
from tests.factories.documents import Shop
from transactional.kernel.principal import Principal


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
