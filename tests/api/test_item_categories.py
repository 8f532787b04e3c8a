"""Categories of items: a tree that gives new items their defaults."""

from uuid import UUID

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import created, problem
from tests.factories.documents import Shop, balance, stock_up
from transactional.kernel.principal import Principal

pytestmark = pytest.mark.feature("3.5.2")
PATH = "/api/inventory/item-categories"


def test_categories_form_a_tree_without_cycles(http: TestClient) -> None:
    root = created(http.post(PATH, json={"code": "ALL", "name": "All"}))
    chairs = created(http.post(PATH, json={"code": "CHAIRS", "name": "Chairs", "parent_id": root["id"]}))
    stools = created(http.post(PATH, json={"code": "STOOLS", "name": "Stools", "parent_id": chairs["id"]}))
    for parent in (stools["id"], chairs["id"], root["id"]):
        problem(http.patch(f"{PATH}/{root['id']}", json={"parent_id": parent, "version": 1}), 409, "tree_cycle")
    assert http.get(f"{PATH}/{root['id']}").json()["parent_id"] is None
    moved = http.patch(f"{PATH}/{stools['id']}", json={"parent_id": root["id"], "version": 1})
    assert moved.json()["parent_id"] == root["id"]
    problem(http.delete(f"{PATH}/{root['id']}"), 409, "still_needed")
    problem(http.post(PATH, json={"code": "ALL", "name": "Again"}), 409, "already_used")
    problem(http.post(PATH, json={"code": "X", "name": "X", "costing_method": "guess"}), 422, "invalid_input")


def test_new_items_take_tax_costing_and_accounts_from_their_category(
    http: TestClient, shop: Shop, services: Services, as_admin: Principal
) -> None:
    reduced = {"code": "REDUCED", "name": "Reduced rate", "kind": "exclusive", "item_tax_class": "reduced"}
    created(http.post("/api/finance/tax-codes", json=reduced))
    given = {"code": "FOOD", "name": "Food", "tax_class": "reduced", "costing_method": "fifo"}
    food = created(http.post(PATH, json=given))
    body = {"code": "RICE", "name": "Rice", "unit_id": str(shop.unit_id), "category_id": food["id"]}
    rice = created(http.post("/api/inventory/items", json=body))
    assert (rice["tax_class"], rice["costing_method"]) == ("reduced", "fifo")
    own = created(http.post("/api/inventory/items", json={**body, "code": "TEA", "costing_method": "standard"}))
    assert (own["tax_class"], own["costing_method"]) == ("reduced", "standard")
    changed = http.patch(f"{PATH}/{food['id']}", json={"costing_method": "moving_average", "version": 1})
    assert changed.status_code == 200, changed.text
    assert http.get(f"/api/inventory/items/{rice['id']}").json()["costing_method"] == "fifo"
    account = {"company_id": str(shop.company_id), "code": "1305", "name": "Food", "type": "asset", "is_control": True}
    inventory = created(http.post("/api/finance/accounts", json=account))
    mapping = {"company_id": str(shop.company_id), "role": "inventory", "account_id": inventory["id"]}
    created(http.post("/api/finance/account-mappings", json={**mapping, "item_category_id": food["id"]}))
    with services.database.transaction(as_admin) as session:
        stock_up(session, shop, UUID(rice["id"]), "10", "2")
        assert balance(session, "1305") == 20
        assert balance(session, "1300") == 0


def test_new_items_take_planning_settings_from_the_nearest_category_that_says_them(
    http: TestClient, shop: Shop
) -> None:
    planning = {"reorder_point_qty": "20", "lead_time_days": 7, "shelf_life_days": 90, "tracking_mode": "batch"}
    food = created(http.post(PATH, json={"code": "FOOD", "name": "Food", "safety_stock_qty": "5", **planning}))
    fresh = {"code": "FRESH", "name": "Fresh", "parent_id": food["id"], "shelf_life_days": 10}
    fresh = created(http.post(PATH, json=fresh))
    body = {"code": "FISH", "name": "Fish", "unit_id": str(shop.unit_id), "category_id": fresh["id"]}
    fish = created(http.post("/api/inventory/items", json={**body, "lead_time_days": 1}))
    inherited = ("reorder_point_qty", "safety_stock_qty", "shelf_life_days", "lead_time_days", "tracking_mode")
    assert [fish[name] for name in inherited] == ["20", "5", 10, 1, "batch"]
    service = created(http.post("/api/inventory/items", json={**body, "code": "TRIP", "kind": "service"}))
    assert [service[name] for name in inherited] == [None, None, None, None, "none"]
    for wrong in ({"safety_stock_qty": "-1"}, {"lead_time_days": -1}, {"tracking_mode": "guess"}):
        problem(http.post(PATH, json={"code": "X", "name": "X", **wrong}), 422, "invalid_input")
    problem(http.post("/api/inventory/items", json={**body, "code": "Y", "shelf_life_days": 0}), 422, "invalid_input")
