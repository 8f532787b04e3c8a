"""Values proposed for empty fields, from the tenant's own records, saved by somebody or from a set confidence on."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import Login, created, problem
from tests.factories.documents import Shop
from transactional.catalog.resources import ITEM_CATEGORIES
from transactional.catalog.resources import ITEMS as ITEMS_DECLARED
from transactional.kernel.principal import Principal
from transactional.kernel.records import create_records

pytestmark = pytest.mark.feature("5.8.6")
ITEMS = "/api/inventory/items"
RULES = "/api/ai/completion-rules"


@pytest.fixture
def categories(services: Services, as_admin: Principal, shop: Shop) -> dict[str, str]:
    """Twelve boots and twelve tents, each in its category; the ids of the categories."""
    words = {"FOOTWEAR": "boots", "CAMPING": "tent"}
    with services.database.transaction(as_admin) as session:
        shelves = [{"code": code, "name": code.title()} for code in words]
        ids = dict(zip(words, create_records(session, ITEM_CATEGORIES, shelves), strict=True))
        create_records(
            session,
            ITEMS_DECLARED,
            [
                {
                    "code": f"{code[:3]}-{number}",
                    "name": f"Alpine {word} {number}",
                    "unit_id": shop.unit_id,
                    "category_id": ids[code],
                }
                for code, word in words.items()
                for number in range(12)
            ],
        )
    return {code: str(made) for code, made in ids.items()}


def nameless(http: TestClient, shop: Shop, name: str = "Winter boots", code: str = "NEW-1") -> dict[str, Any]:
    return created(http.post(ITEMS, json={"code": code, "name": name, "unit_id": str(shop.unit_id)}))


def test_a_value_is_proposed_with_what_speaks_for_it_and_nothing_is_saved(
    http: TestClient, shop: Shop, categories: dict[str, str]
) -> None:
    made = nameless(http, shop)
    [told] = http.get(f"{ITEMS}/{made['id']}/completions").json()["proposals"]
    assert (told["field"], told["value"], told["label"]) == ("category_id", categories["FOOTWEAR"], "FOOTWEAR Footwear")
    assert (told["sign_field"], told["sign"], told["agreeing"], told["seen"]) == ("name", "boots", 12, 12)
    assert 0.8 < float(told["confidence"]) < 1
    assert http.get(f"{ITEMS}/{made['id']}").json()["category_id"] is None
    draft = {"name": "Family tent", "unit_id": str(shop.unit_id)}
    drafted = {
        each["field"]: each["value"] for each in http.post(f"{ITEMS}/completions", json=draft).json()["proposals"]
    }
    assert drafted["category_id"] == categories["CAMPING"]
    strange = nameless(http, shop, "Xylophone", "ZZZ")
    assert http.get(f"{ITEMS}/{strange['id']}/completions").json() == {"proposals": []}


def test_what_is_accepted_is_saved_and_marked_in_the_audit_log(
    http: TestClient, shop: Shop, categories: dict[str, str], admin: Login
) -> None:
    made = nameless(http, shop)
    path = f"{ITEMS}/{made['id']}/completions"
    right = {"values": {"category_id": categories["FOOTWEAR"]}, "version": 1}
    wrong = {"values": {"category_id": categories["CAMPING"]}, "version": 1}
    problem(http.post(path, json=wrong), 409, "proposal_changed")
    problem(http.post(path, json={**right, "version": 7}), 409, "stale_version")
    problem(http.post(path, json={"values": {}, "version": 1}), 422, "invalid_input")
    problem(http.post(path, json={"values": {"list_price": "3"}, "version": 1}), 422, "invalid_input")
    assert http.get(f"{ITEMS}/{made['id']}").json()["version"] == 1
    taken = http.post(path, json=right)
    assert taken.status_code == 200, taken.text
    assert (taken.json()["category_id"], taken.json()["version"]) == (categories["FOOTWEAR"], 2)
    problem(http.post(path, json={**right, "version": 2}), 409, "proposal_changed")
    history = http.get(f"{ITEMS}/{made['id']}/history").json()["items"]
    [mark] = [entry for entry in history if entry["action"] == "complete"]
    assert mark["user_id"] == str(admin.user_id)
    facts = {change["field"]: change["new"] for change in mark["changes"]}
    assert facts["category_id"]["source"] == "12 of 12 own records: name boots"
    assert facts["accepted_by"] == "user"


def test_a_set_confidence_fills_in_what_is_sure_enough_and_says_so(
    http: TestClient, shop: Shop, categories: dict[str, str]
) -> None:
    rule = created(http.post(RULES, json={"thing": "item", "field": "category_id", "confidence_min": "0.95"}))
    assert nameless(http, shop)["category_id"] is None
    changed = http.patch(f"{RULES}/{rule['id']}", json={"confidence_min": "0.8", "version": 1})
    assert changed.status_code == 200, changed.text
    made = nameless(http, shop, code="NEW-2")
    assert made["category_id"] == categories["FOOTWEAR"]
    history = http.get(f"{ITEMS}/{made['id']}/history").json()["items"]
    [mark] = [entry for entry in history if entry["action"] == "complete"]
    assert {change["field"]: change["new"] for change in mark["changes"]}["accepted_by"] == "threshold"
    own = {"code": "NEW-3", "name": "Rain boots", "unit_id": str(shop.unit_id), "category_id": categories["CAMPING"]}
    assert created(http.post(ITEMS, json=own))["category_id"] == categories["CAMPING"]
    problem(http.post(RULES, json={"thing": "item", "field": "category_id", "confidence_min": "0.9"}), 409)
    for wrong in (
        {"thing": "item", "field": "tax_class", "confidence_min": "0"},
        {"thing": "item", "field": "tax_class", "confidence_min": "1.2"},
        {"thing": "item", "field": "list_price", "confidence_min": "0.9"},
        {"thing": "unicorn", "field": "name", "confidence_min": "0.9"},
    ):
        problem(http.post(RULES, json=wrong), 422)


def test_a_set_confidence_holds_for_files_too_and_each_filled_record_says_so(
    http: TestClient, shop: Shop, categories: dict[str, str], make_role: Callable[..., dict[str, Any]], make_user: Any
) -> None:
    created(http.post(RULES, json={"thing": "item", "field": "category_id", "confidence_min": "0.8"}))
    unit = http.get(f"/api/inventory/units-of-measure/{shop.unit_id}").json()["code"]
    lines = ["code,name,unit,category", f"F-1,Rain boots,{unit},", f"F-2,Big tent,{unit},", f"F-3,Xylophone,{unit},"]
    lines += [f"F-4,Sea boots,{unit},CAMPING", f"CAM-0,Alpine tent 0,{unit},"]

    def send(by: TestClient = http, rows: list[str] = lines, **query: Any) -> dict[str, Any]:
        file = {"file": ("items.csv", "\n".join(rows).encode(), "text/csv")}
        answer = by.post(f"{ITEMS}/import", files=file, params=query)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def found(code: str) -> dict[str, Any]:
        [item] = http.get(ITEMS, params={"code": code}).json()["items"]
        return dict(item)

    assert send(dry_run=True)["created"] == 4
    assert http.get(ITEMS, params={"code": "F-1"}).json()["items"] == []
    told = send(rows=[*lines, "F-5,Ski boots,nothing,"], only_good=True)
    assert (told["created"], told["updated"], told["failed"]) == (4, 1, 1)
    had = {code: found(code)["category_id"] for code in ("F-1", "F-2", "F-3", "F-4", "CAM-0")}
    camping, footwear = categories["CAMPING"], categories["FOOTWEAR"]
    assert had == {"F-1": footwear, "F-2": camping, "F-3": None, "F-4": camping, "CAM-0": None}
    for code, marks in {"F-1": 1, "F-2": 1, "F-3": 0, "F-4": 0, "CAM-0": 0}.items():
        history = http.get(f"{ITEMS}/{found(code)['id']}/history").json()["items"]
        kept = [change for entry in history if entry["action"] == "complete" for change in entry["changes"]]
        assert [each["new"] for each in kept if each["field"] == "accepted_by"] == ["threshold"] * marks
    make_role("loader", "item.import", "item.read", field_rules=[{"field": "item.category_id", "access": "read"}])
    send(make_user("loader", "loader").http, rows=["code,name,unit", f"F-6,Rain boots,{unit}"])
    assert found("F-6")["category_id"] is None


def test_what_a_proposal_points_at_is_named_to_those_who_may_read_it(
    shop: Shop,
    categories: dict[str, str],
    make_role: Callable[..., dict[str, Any]],
    make_user: Callable[..., Login],
) -> None:
    own = ("item.read", "item.create", "item.update")
    make_role("blind", *own)
    make_role("sighted", *own, "item_category.read")
    rule = [{"field": "code", "operator": "in", "values": ["FOOTWEAR"]}]
    make_role("shoes", *own, "item_category.read", row_rules={"item_category": rule})
    # Whoever may not see tents is proposed nothing that only tents speak for.
    shoes = ("FOOTWEAR", "FOOTWEAR Footwear")
    expected = {"blind": ("CAMPING", None), "sighted": ("CAMPING", "CAMPING Camping"), "shoes": shoes}
    for name, (code, label) in expected.items():
        draft = {"name": "Family tent", "unit_id": str(shop.unit_id)}
        told = make_user(name, name).http.post(f"{ITEMS}/completions", json=draft).json()["proposals"]
        [proposed] = [each for each in told if each["field"] == "category_id"]
        assert (proposed["value"], proposed["label"]) == (categories[code], label)


def test_proposals_come_from_the_own_tenant_and_what_the_asker_may_set(
    make_tenant: Callable[[str], Login],
    http: TestClient,
    shop: Shop,
    categories: dict[str, str],
    make_role: Callable[..., dict[str, Any]],
    make_user: Callable[..., Login],
) -> None:
    other = make_tenant("other")
    unit = created(other.http.post("/api/inventory/units-of-measure", json={"code": "pc", "name": "Piece"}))
    boots = {"code": "B", "name": "Winter boots", "unit_id": unit["id"]}
    made = created(other.http.post(ITEMS, json=boots))
    assert other.http.get(f"{ITEMS}/{made['id']}/completions").json() == {"proposals": []}
    problem(other.http.get(f"{ITEMS}/{nameless(http, shop)['id']}/completions"), 404)
    make_role("clerk", "item.read", "item.create", "item.update")
    make_role("reader", "item.read")
    draft = {"name": "Winter boots", "unit_id": str(shop.unit_id)}
    assert make_user("clerk", "clerk").http.post(f"{ITEMS}/completions", json=draft).json()["proposals"]
    problem(make_user("reader", "reader").http.post(f"{ITEMS}/completions", json=draft), 403)


def test_accounts_and_cost_centres_of_lines_are_proposed_from_what_was_booked(http: TestClient, shop: Shop) -> None:
    found = http.get("/api/finance/accounts", params={"limit": 500, "company_id": str(shop.company_id)}).json()["items"]
    account = {row["code"]: row["id"] for row in found}
    for number in range(5):
        for words, code in (("Rent of the hall", "6200"), ("Cleaning of windows", "6320")):
            line = {"account_id": account[code], "unit_price": "100", "description": f"{words} {number}"}
            bill = {
                "company_id": str(shop.company_id),
                "supplier_id": str(shop.supplier_id),
                "external_number": f"{code}-{number}",
                "invoiced_on": "2026-03-16",
                "lines": [line],
            }
            created(http.post("/api/purchase/invoices", json=bill))
    draft = {
        "company_id": str(shop.company_id),
        "lines": [{"description": "Rent, second hall"}, {"description": "Cleaning"}, {"description": "Fuel"}],
    }
    told = http.post("/api/purchase/invoices/completions", json=draft).json()["proposals"]
    assert {each["field"]: each["label"].split()[0] for each in told if each["field"].endswith("account_id")} == {
        "lines/0/account_id": "6200",
        "lines/1/account_id": "6320",
    }
    measured = {each["field"]: each for each in http.get("/api/purchase/invoices/completions").json()["fields"]}
    assert measured["lines/account_id"]["asked"] == 2
    assert measured["lines/account_id"]["agreed"] <= measured["lines/account_id"]["proposed"] <= 2
