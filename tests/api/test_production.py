"""From a bill of materials to finished goods, over HTTP."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import created, problem
from tests.factories.documents import Shop, balance, make_item, on_hand, stock_up
from transactional.checks import check_tenant
from transactional.kernel.principal import Principal

D: Any = Decimal
"""Exact numbers beside plain ones, which mypy calls unequal."""
BILLS, ORDERS = "/api/production/bills", "/api/production/orders"
DAY = "2026-03-17"
Make = Callable[..., str]


@pytest.fixture
def make(services: Services, as_admin: Principal, shop: Shop) -> Make:
    """Makes an item with so much of it in stock at a cost."""

    def made(code: str, qty: str | None = None, cost: str = "1", **options: Any) -> str:
        with services.database.transaction(as_admin) as session:
            item = make_item(session, shop, code, **options)
            if qty is not None:
                stock_up(session, shop, item, qty, cost)
            return str(item)

    return made


def bill(http: TestClient, shop: Shop, item: str, *lines: dict[str, str], **options: Any) -> dict[str, Any]:
    body = {"company_id": str(shop.company_id), "item_id": item, "valid_from": "2026-01-01", "lines": list(lines)}
    return created(http.post(BILLS, json={**body, **options}))


def line(item: str, qty: str, **options: str) -> dict[str, str]:
    return {"item_id": item, "qty": qty, **options}


def order(shop: Shop, item: str, qty: str, **options: Any) -> dict[str, Any]:
    return {"company_id": str(shop.company_id), "item_id": item, "qty": qty, "starts_on": DAY, **options}


@pytest.fixture
def books(services: Services, as_admin: Principal) -> Callable[..., list[str]]:
    """What stands on accounts, after the books were checked."""

    def told(*codes: str) -> list[str]:
        with services.database.transaction(as_admin) as session:
            assert check_tenant(session) == []
            return [str(round(balance(session, code), 2)) for code in codes]

    return told


@pytest.mark.feature("4.1.3")
def test_an_order_runs_from_release_to_a_work_in_progress_of_zero(
    http: TestClient, shop: Shop, make: Make, books: Any, services: Services, as_admin: Principal
) -> None:
    desk, top, leg, waste = make("DESK"), make("TOP", "10", "20"), make("LEG", "100", "3"), make("CHIPS")
    lines = [line(top, "1"), line(leg, "4"), line(waste, "2", kind="by_product", cost_share="0.1")]
    version = bill(http, shop, desk, *lines)
    centre = {"company_id": str(shop.company_id), "code": "SAW", "name": "Saw"}
    saw = created(
        http.post("/api/production/work-centres", json={**centre, "labour_hour_cost": "30", "machine_hour_cost": "12"})
    )
    operation = {"name": "Cut", "work_centre_id": saw["id"], "setup_minutes": "10", "run_minutes": "5"}
    routing = {"company_id": str(shop.company_id), "item_id": desk, "valid_from": "2026-01-01"}
    created(http.post("/api/production/routings", json={**routing, "operations": [operation]}))
    made = created(http.post(ORDERS, json=order(shop, desk, "5"), params={"release": "true"}))
    assert (made["state"], made["number"], made["bill_id"]) == ("released", "MO-2026-00001", version["id"])
    assert [(each["kind"], D(each["qty"])) for each in made["components"]] == [
        ("component", 5),
        ("component", 20),
        ("by_product", 10),
    ]
    assert [D(each["planned_minutes"]) for each in made["operations"]] == [35]
    with services.database.transaction(as_admin) as session:
        held: tuple[Any, Any] = on_hand(session, UUID(leg))
        assert held == (100, 20)
    changed = http.patch(f"{BILLS}/{version['id']}", json={"version": 1, "lines": [line(leg, "9")]})
    assert changed.status_code == 200, changed.text
    assert [D(each["qty"]) for each in http.get(f"{ORDERS}/{made['id']}").json()["components"]] == [5, 20, 10]

    created(http.post(f"{ORDERS}/{made['id']}/issue", json={"issued_on": DAY}))
    assert books("1300", "1360") == ["340.00", "160.00"]
    spent = {"operation_id": made["operations"][0]["id"], "labour_minutes": "40", "machine_minutes": "30"}
    created(http.post(f"{ORDERS}/{made['id']}/report", json={"reported_on": DAY, **spent}))
    assert books("1360", "5400", "5410") == ["186.00", "-20.00", "-6.00"]
    first = created(http.post(f"{ORDERS}/{made['id']}/receive", json={"received_on": DAY, "qty": "2"}))
    assert [(D(each["qty"]), each["value_amount"]) for each in first["lines"]] == [(2, "66.96"), (4, "7.44")]
    assert books("1360", "1300") == ["111.60", "414.40"]
    created(http.post(f"{ORDERS}/{made['id']}/receive", json={"received_on": "2026-03-19"}))
    done = http.get(f"{ORDERS}/{made['id']}").json()
    assert (D(done["produced_qty"]), done["finished_on"]) == (5, "2026-03-19")
    late = {"operation_id": made["operations"][0]["id"], "labour_minutes": "2"}
    created(http.post(f"{ORDERS}/{made['id']}/report", json={"reported_on": "2026-03-20", **late}))
    assert http.get(f"{ORDERS}/{made['id']}/progress").json()["work_in_progress_amount"] == "1.00"
    closed = http.post(f"{ORDERS}/{made['id']}/close", json={"on": "2026-03-20"})
    assert closed.json()["state"] == "closed", closed.text
    assert books("1360", "5420") == ["0.00", "1.00"]
    assert http.get(f"{ORDERS}/{made['id']}/progress").json()["work_in_progress_amount"] == "0.00"


@pytest.mark.feature("4.1.3")
def test_missing_components_are_named_and_the_right_to_force_is_its_own(
    http: TestClient, shop: Shop, make: Make, make_role: Any, make_user: Any, books: Any
) -> None:
    desk, top, leg = make("DESK"), make("TOP", "3"), make("LEG", "7")
    bill(http, shop, desk, line(top, "1"), line(leg, "4"))
    asked = order(shop, desk, "5")
    refused = problem(http.post(ORDERS, json=asked, params={"release": "true"}), 409, "components_missing")
    assert "2 of TOP, 13 of LEG" in refused["detail"]
    assert http.get(ORDERS).json()["items"] == []
    draft = created(http.post(ORDERS, json=asked))
    planner = make_role("planner", "production_order.read", "production_order.release", "production_order.create")
    clerk = make_user("pim", planner["code"]).http
    problem(clerk.post(f"{ORDERS}/{draft['id']}/release"), 409, "components_missing")
    problem(clerk.post(f"{ORDERS}/{draft['id']}/release", json={"force": True}), 403, "not_allowed")
    assert http.get(f"{ORDERS}/{draft['id']}").json()["state"] == "draft"
    manager = make_user("mia", "production_manager").http
    forced = manager.post(f"{ORDERS}/{draft['id']}/release", json={"force": True})
    assert forced.json()["state"] == "released", forced.text
    levels = http.get("/api/inventory/stock", params={"item_id": leg}).json()["items"]
    assert [D(each["reserved_qty"]) for each in levels] == [7]
    problem(http.post(f"{ORDERS}/{draft['id']}/issue"), 409, "stock_not_available")
    cancelled = http.post(f"{ORDERS}/{draft['id']}/cancel")
    assert cancelled.json()["state"] == "cancelled", cancelled.text
    levels = http.get("/api/inventory/stock", params={"item_id": leg}).json()["items"]
    assert [D(each["reserved_qty"]) for each in levels] == [0]
    assert books("1360") == ["0.00"]


@pytest.mark.feature("4.1.3")
def test_orders_without_meaning_get_422_and_lists_filter(http: TestClient, shop: Shop, make: Make) -> None:
    desk, top, service = make("DESK"), make("TOP", "9"), make("ADVICE", kind="service")
    for qty in ("0", "-1", "0.5"):
        wrong = problem(http.post(ORDERS, json=order(shop, desk, qty)), 422)
        assert [each["path"] for each in wrong["errors"]] == ["qty"]
    problem(http.post(ORDERS, json=order(shop, service, "1")), 422)
    problem(http.post(ORDERS, json=order(shop, desk, "1", due_on="2026-03-01")), 422)
    bare = problem(http.post(ORDERS, json=order(shop, desk, "1"), params={"release": "true"}), 422)
    assert bare["errors"][0]["code"] == "bill_missing"
    bill(http, shop, desk, line(top, "1"))
    created(http.post(ORDERS, json=order(shop, desk, "1", due_on="2026-03-20")))
    created(http.post(ORDERS, json=order(shop, desk, "2", due_on="2026-04-02"), params={"release": "true"}))
    created(http.post(ORDERS, json=order(shop, top, "3")))

    def listed(**filters: str) -> list[Decimal]:
        items = http.get(ORDERS, params={"sort": "number", **filters}).json()["items"]
        return [D(each["qty"]) for each in items]

    assert listed() == [1, 2, 3]
    assert listed(state="released") == [2]
    assert listed(item_id=desk) == [1, 2]
    assert listed(due_on__gte="2026-03-20", due_on__lt="2026-04-01") == [1]


@pytest.mark.feature("4.1.14")
def test_ten_levels_explode_to_the_right_quantities(http: TestClient, shop: Shop, make: Make) -> None:
    levels = [make(f"L{number:02}") for number in range(10)]
    screw, glue, chips, other = make("SCREW"), make("GLUE"), make("CHIPS"), make("PAINT")
    for upper, lower in zip(levels, [*levels[1:], screw], strict=True):
        extra = [line(screw, "1")] if upper != levels[-1] else []
        bill(http, shop, upper, line(lower, "2"), *extra)
    first = http.get(BILLS, params={"item_id": levels[0]}).json()["items"][0]
    lines = [
        line(levels[1], "2"),
        line(screw, "1", scrap_share="0.5"),
        line(glue, "3", alternative_group="finish"),
        line(other, "4", alternative_group="finish"),
        line(chips, "5", kind="by_product"),
    ]
    later = bill(http, shop, levels[0], *lines, valid_from="2026-06-01", qty="2")
    asked = {"company_id": str(shop.company_id), "item_id": levels[0], "qty": "3"}

    def exploded(on: str, **more: str) -> dict[str, tuple[Any, int]]:
        told = http.get(f"{BILLS}/explosion", params={**asked, "on": on, **more}).json()
        return {each["code"]: (D(each["qty"]), each["level"]) for each in told["components"]}

    found = exploded(DAY)
    assert first["id"] != later["id"]
    assert found["L09"] == (3 * 2**9, 9)
    assert found["SCREW"] == (sum(3 * 2**level for level in range(9)) + 3 * 2**10, 10)
    june = exploded("2026-06-01")
    assert june["L09"] == (3 * 2**8, 9)
    assert june["SCREW"][0] == D("2.25") + sum(3 * 2**level for level in range(8)) + 3 * 2**9
    assert june["GLUE"] == (D("4.5"), 1)
    assert "PAINT" not in june
    assert exploded("2026-06-01", chosen=other)["PAINT"] == (6, 1)
    told = http.get(f"{BILLS}/explosion", params={**asked, "on": "2026-06-01"}).json()
    assert [(each["code"], D(each["qty"])) for each in told["by_products"]] == [("CHIPS", D("7.5"))]
    used = {"company_id": str(shop.company_id), "item_id": levels[9], "on": DAY}
    parents = http.get(f"{BILLS}/where-used", params=used).json()["items"]
    assert [(each["code"], D(each["qty"])) for each in parents] == [
        (f"L{level:02}", D(2 ** (9 - level))) for level in range(8, -1, -1)
    ]
    nothing = problem(http.get(f"{BILLS}/explosion", params={**asked, "on": "2025-12-31"}), 422)
    assert nothing["errors"][0]["code"] == "bill_missing"


@pytest.mark.feature("4.1.14")
def test_an_item_that_would_go_into_itself_is_refused_with_the_way_there(
    http: TestClient, shop: Shop, make: Make
) -> None:
    bike, frame, tube = make("BIKE"), make("FRAME"), make("TUBE")
    bill(http, shop, bike, line(frame, "1"))
    made = bill(http, shop, frame, line(tube, "3"), valid_to="2026-06-30")
    body = {"company_id": str(shop.company_id), "item_id": tube, "lines": [line(bike, "1")]}
    ring = problem(http.post(BILLS, json={**body, "valid_from": "2026-02-01"}), 409, "bill_cycle")
    assert "TUBE > BIKE > FRAME > TUBE" in ring["detail"]
    assert http.get(BILLS, params={"item_id": tube}).json()["items"] == []
    created(http.post(BILLS, json={**body, "valid_from": "2026-07-01"}))
    problem(http.patch(f"{BILLS}/{made['id']}", json={"version": 1, "lines": [line(frame, "1")]}), 409, "bill_cycle")
    longer = http.patch(f"{BILLS}/{made['id']}", json={"version": 1, "valid_to": "2026-07-01"})
    problem(longer, 409, "bill_cycle")


@pytest.mark.feature("4.1.14")
def test_cost_rolls_up_from_materials_and_operations(
    http: TestClient, shop: Shop, make: Make, make_user: Any, make_role: Any
) -> None:
    bike, frame, tube, bell = make("BIKE"), make("FRAME"), make("TUBE"), make("BELL")
    company = {"company_id": str(shop.company_id)}
    for item, cost in ((tube, "4"), (bell, "2.5")):
        body = {**company, "item_id": item, "unit_cost": cost, "valid_from": "2026-01-01"}
        created(http.post("/api/inventory/item-costs", json=body))
    bill(http, shop, frame, line(tube, "3", scrap_share="0.25"), qty="2")
    bill(http, shop, bike, line(frame, "1"), line(bell, "2"))
    centre = {**company, "code": "WELD", "name": "Weld", "labour_hour_cost": "30", "machine_hour_cost": "30"}
    weld = created(http.post("/api/production/work-centres", json=centre))["id"]
    for item, setup, run in ((frame, "10", "3"), (bike, "0", "6")):
        operation = {"name": "Weld", "work_centre_id": weld, "setup_minutes": setup, "run_minutes": run}
        routing: dict[str, Any] = {**company, "item_id": item, "valid_from": "2026-01-01", "operations": [operation]}
        created(http.post("/api/production/routings", json=routing))
    asked = {**company, "item_id": [bike, frame], "on": DAY}
    told = http.get(f"{BILLS}/costs", params=asked).json()["items"]
    parts = [tuple(D(each[name]) for name in ("material_cost", "operation_cost", "unit_cost")) for each in told]
    assert parts == [(D("20.5"), D(6), D("26.5")), (D("7.5"), D(8), D("15.5"))]
    blind = make_role("blind", "bill_of_materials.read", hidden_fields=["item.cost"])
    problem(make_user("bo", blind["code"]).http.get(f"{BILLS}/costs", params=asked), 403)


@pytest.mark.feature("4.1.3")
def test_papers_are_taken_back_and_limits_hold(http: TestClient, shop: Shop, make: Make, books: Any) -> None:
    desk, top = make("DESK"), make("TOP", "10", "7")
    bill(http, shop, desk, line(top, "1"))
    made = created(http.post(ORDERS, json=order(shop, desk, "4"), params={"release": "true"}))
    path, component = f"{ORDERS}/{made['id']}", made["components"][0]["id"]
    over = {"issued_on": DAY, "lines": [{"component_id": component, "qty": "5"}]}
    problem(http.post(f"{path}/issue", json=over), 409, "over_issue")
    issue = created(http.post(f"{path}/issue", json={"issued_on": DAY}))
    problem(http.post(f"{path}/issue", json={"issued_on": DAY}), 409, "nothing_to_issue")
    problem(http.post(f"{path}/receive", json={"received_on": DAY, "qty": "5"}), 409, "over_production")
    reason = created(http.post("/api/production/scrap-reasons", json={"code": "CRACK", "name": "Cracked"}))
    problem(http.post(f"{path}/report", json={"scrapped_qty": "1"}), 422)
    scrapped = {"reported_on": DAY, "scrapped_qty": "1", "scrap_reason_id": reason["id"]}
    created(http.post(f"{path}/report", json=scrapped))
    receipt = created(http.post(f"{path}/receive", json={"received_on": DAY}))
    assert [(D(each["qty"]), each["value_amount"]) for each in receipt["lines"]] == [(3, "28.00")]
    assert http.get(path).json()["finished_on"] == DAY
    problem(http.post(f"/api/production/issues/{issue['id']}/cancel"), 409, "production_received_since")
    problem(http.post(f"{path}/cancel"), 409, "production_order_begun")
    back = http.post(f"/api/production/receipts/{receipt['id']}/cancel", json={"on": DAY})
    assert back.json()["state"] == "cancelled", back.text
    problem(http.post(f"/api/production/receipts/{receipt['id']}/cancel"), 409, "production_paper_cancelled")
    assert books("1300", "1360") == ["42.00", "28.00"]
    assert http.post(f"/api/production/issues/{issue['id']}/cancel", json={"on": DAY}).status_code == 200
    assert books("1300", "1360") == ["70.00", "0.00"]
    open_again = http.get(path).json()
    assert (open_again["finished_on"], D(open_again["produced_qty"])) == (None, 0)
    closed = http.post(f"{path}/close", json={"on": DAY})
    assert (closed.json()["state"], books("1360")) == ("closed", ["0.00"])
    problem(http.post(f"{path}/issue"), 409, "production_order_not_released")


def test_orders_of_a_former_system_are_taken_over_and_post_nothing(
    http: TestClient, shop: Shop, make: Make, books: Callable[..., list[str]]
) -> None:
    chair, path = make("CHAIR2", "5", "10"), f"{ORDERS}/take-over"
    reason = created(http.post("/api/production/scrap-reasons", json={"code": "BENT", "name": "Bent"}))["id"]
    good = {**order(shop, chair, "10"), "due_on": "2026-03-20", "finished_on": "2026-03-21", "produced_qty": "9"}
    good |= {"scrapped_qty": "1", "scrap_reason_id": reason, "number": "OLD-7"}
    before = books("1300")

    def refused(*orders: dict[str, Any]) -> list[tuple[str, str]]:
        errors = problem(http.post(path, json={"orders": list(orders)}), 422)["errors"]
        return [(error["path"], error["code"]) for error in errors]

    assert refused({**good, "finished_on": "2026-03-01"}) == [("orders/0/finished_on", "too_early")]
    assert refused(good, {**good, "scrap_reason_id": None}) == [("orders/1/scrap_reason_id", "reason_missing")]
    assert refused({**good, "item_id": reason}) == [("orders/0/item_id", "unknown_item")]
    assert refused({**good, "produced_qty": "-1"}) == [("orders/0/produced_qty", "greater_than_equal")]
    assert http.get(ORDERS).json()["items"] == []
    made = created(http.post(path, json={"orders": [good, {**good, "number": "OLD-8"}]}))
    assert made["created"] == 2
    found = http.get(f"{ORDERS}/{made['ids'][0]}").json()
    told = [found[name] for name in ("number", "state", "produced_qty", "scrapped_qty", "finished_on", "is_taken_over")]
    assert told == ["OLD-7", "closed", "9", "1", "2026-03-21", True]
    problem(http.post(f"{ORDERS}/{found['id']}/receive", json={"qty": "1"}), 409)
    assert books("1300") == before
    problem(http.post(path, json={"orders": [good]}), 409, "already_used")
