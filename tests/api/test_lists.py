"""Lists: one shape, filters on every field, a cursor that misses nothing."""

import threading
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import created, problem
from tests.factories.documents import Shop
from transactional.catalog.models import Item
from transactional.kernel.principal import Principal
from transactional.kernel.rows import insert_all
from transactional.scm.models import Customer


@pytest.fixture
def customers(services: Services, as_admin: Principal) -> int:
    """Fourteen hundred customers, some without a city."""
    count = 1_400
    with services.database.transaction(as_admin) as session:
        insert_all(
            session,
            [
                Customer(
                    code=f"C{number:05}",
                    name=f"Customer {number}",
                    currency_code="EUR",
                    city=None if number % 3 else f"City {number % 7}",
                )
                for number in range(count)
            ],
        )
    return count


def _walk(http: TestClient, between: Any = None, **params: str) -> list[str]:
    codes, cursor = [], None
    while True:
        page = http.get("/api/scm/customers", params=params | ({"cursor": cursor} if cursor else {})).json()
        codes += [item["code"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            return codes
        if between:
            between()


@pytest.mark.feature("2.1.5")
@pytest.mark.parametrize("sort", ["id", "-id", "code", "city", "-city", "-created_at"])
def test_a_walk_returns_every_initial_row_once_while_others_insert(
    http: TestClient, customers: int, services: Services, as_admin: Principal, sort: str
) -> None:
    fresh = iter(range(1_000))
    lock = threading.Lock()

    def insert() -> None:
        with lock, services.database.transaction(as_admin) as session:
            insert_all(session, [Customer(code=f"N{next(fresh):05}", name="new", currency_code="EUR", city="City 3")])

    codes = _walk(http, insert, sort=sort, limit="137")
    initial = [code for code in codes if code.startswith("C")]
    assert len(initial) == len(set(initial)) == customers
    assert len(codes) == len(set(codes))


@pytest.mark.feature("2.1.5")
def test_a_page_has_fifty_rows_and_never_more_than_five_hundred(http: TestClient, customers: int) -> None:
    assert len(http.get("/api/scm/customers").json()["items"]) == 50
    page = http.get("/api/scm/customers", params={"limit": "500", "include_total": "true"}).json()
    assert (len(page["items"]), page["total"]) == (500, customers)
    for limit in ("501", "0", "-1", "x", "1e2", "9" * 30):
        problem(http.get("/api/scm/customers", params={"limit": limit}), 422)


@pytest.mark.feature("2.1.5")
@pytest.mark.usefixtures("customers")
def test_the_number_of_statements_does_not_grow_with_the_page(http: TestClient, services: Services) -> None:
    seen: list[str] = []
    http.get("/api/scm/customers")
    event.listen(services.database.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    counts = []
    for limit in ("1", "500"):
        seen.clear()
        http.get("/api/scm/customers", params={"limit": limit, "include_total": "true"})
        counts.append(len([statement for statement in seen if "scm.customers" in statement]))
    assert counts == [2, 2]


def test_filters_compare_search_and_combine(http: TestClient, customers: int) -> None:
    def total(**params: str) -> int:
        answer = http.get("/api/scm/customers", params={**params, "include_total": "true"})
        assert answer.status_code == 200, answer.text
        count: int = answer.json()["total"]
        return count

    assert total(code="C00007") == 1
    assert total(code__in="C00007,C00008,nope") == 2
    assert total(code__gte="C01390") == 10
    assert total(code__gt="C01390", code__lte="C01395") == 5
    assert total(city__isnull="true") + total(city__isnull="false") == customers
    assert total(city="City 3") + total(city__ne="City 3") == customers
    assert total(name__contains="mer 139") == 11
    assert total(q="c0139") == 10
    assert total(q="100%") == total(q="a_b") == 0
    assert total(created_at__gte="2020-01-01T00:00:00Z", is_active="true") == customers
    assert total(created_at__lt="2020-01-01T00:00:00+02:00") == 0


def test_what_an_address_asks_wrongly_is_named(http: TestClient) -> None:
    wrong = {
        "colour": "red",
        "is_active": "maybe",
        "created_at__gte": "2020-01-01T00:00:00",
        "credit_limit_amount__gt": "NaN",
        "region_id": "1 or 1=1",
        "is_active__gt": "true",
        "code__like": "x",
        "version": "9" * 40,
    }
    refused = problem(http.get("/api/scm/customers", params=wrong), 422)
    assert {error["path"] for error in refused["errors"]} == set(wrong)
    for params in (
        {"sort": "colour"},
        {"sort": "id; drop table x"},
        {"cursor": "abc"},
        {"cursor": "W10"},
        {"q": "x" * 401},
    ):
        problem(http.get("/api/scm/customers", params=params), 422)


@pytest.mark.feature("2.1.5")
@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("direction", ["", "-"])
def test_a_list_is_walked_in_the_order_of_each_of_its_fields(http: TestClient, direction: str) -> None:
    """Yes and no, dates, numbers, empty ones: the second page begins where the first one ended."""
    whole = http.get("/api/finance/accounts", params={"limit": "500"}).json()["items"]
    for field, value in whole[0].items():
        if isinstance(value, list | dict):
            continue
        codes, cursor = [], ""
        while cursor is not None:
            params = {"sort": direction + field, "limit": "20"} | ({"cursor": cursor} if cursor else {})
            page = http.get("/api/finance/accounts", params=params)
            assert page.status_code == 200, (field, page.text)
            codes += [item["code"] for item in page.json()["items"]]
            cursor = page.json()["next_cursor"]
        assert sorted(codes) == sorted(item["code"] for item in whole), field


@pytest.mark.usefixtures("customers")
def test_a_cursor_of_another_order_is_refused(http: TestClient) -> None:
    cursor = http.get("/api/scm/customers", params={"sort": "code"}).json()["next_cursor"]
    refused = problem(http.get("/api/scm/customers", params={"sort": "-code", "cursor": cursor}), 422)
    assert [error["path"] for error in refused["errors"]] == ["cursor"]


@pytest.mark.feature("SYS-06")
def test_history_lists_each_change_and_rebuilds_the_past(http: TestClient, customer: dict[str, Any]) -> None:
    path = f"/api/scm/customers/{customer['id']}"
    before = http.get(path).json()
    http.patch(path, json={"name": "Heron & Co", "city": "Delft", "version": 1})
    entries = http.get(f"{path}/history").json()["items"]
    assert [entry["action"] for entry in entries] == ["insert", "update"]
    assert {change["field"]: (change["old"], change["new"]) for change in entries[1]["changes"]} == {
        "name": ("Crane & Co", "Heron & Co"),
        "city": (None, "Delft"),
    }
    assert entries[1]["user_name"] == "Ada"
    past = http.get(f"{path}/as-of", params={"at": entries[0]["at"]}).json()
    assert (past["name"], past["city"], past["id"]) == (before["name"], None, customer["id"])
    problem(http.get(f"{path}/as-of", params={"at": "2020-01-01T00:00:00Z"}), 404)
    problem(http.get(f"{path}/as-of", params={"at": "2020-01-01T00:00:00"}), 422)


@pytest.mark.feature("ORG-02")
@pytest.mark.feature("ORG-03")
def test_units_form_one_tree_whose_paths_follow(http: TestClient) -> None:
    root = created(http.post("/api/organization/units", json={"code": "HQ", "name": "Head", "kind": "group"}))
    north = created(http.post("/api/organization/units", json={"code": "N", "name": "North", "parent_id": root["id"]}))
    team = created(http.post("/api/organization/units", json={"code": "T", "name": "Team", "parent_id": north["id"]}))
    assert team["path"] == "/HQ/N/T/"
    subtree = http.get("/api/organization/units", params={"path__contains": "/N/", "sort": "path"}).json()["items"]
    assert [unit["code"] for unit in subtree] == ["N", "T"]
    below = {"parent_id": team["id"], "version": 1}
    problem(http.patch(f"/api/organization/units/{north['id']}", json=below), 409, "tree_cycle")
    south = created(http.post("/api/organization/units", json={"code": "S", "name": "South"}))
    moved = http.patch(f"/api/organization/units/{north['id']}", json={"parent_id": south["id"], "version": 1})
    assert moved.json()["path"] == "/S/N/"
    assert http.get(f"/api/organization/units/{team['id']}").json()["path"] == "/S/N/T/"
    body = {"number": "E1", "name": "Bo", "unit_id": team["id"]}
    bo = created(http.post("/api/organization/employees", json=body))
    unit = http.get(f"/api/organization/units/{team['id']}").json()
    nobody = {"version": unit["version"], "manager_employee_id": str(uuid4())}
    refused = problem(http.patch(f"/api/organization/units/{team['id']}", json=nobody), 422)
    assert [error["path"] for error in refused["errors"]] == ["manager_employee_id"]
    led = http.patch(f"/api/organization/units/{team['id']}", json=nobody | {"manager_employee_id": bo["id"]})
    assert led.json()["manager_employee_id"] == bo["id"]
    refused = problem(http.delete(f"/api/organization/units/{team['id']}"), 409, "in_use")
    assert "employees" in refused["detail"]


@pytest.mark.feature("ORG-03")
def test_a_department_with_documents_stays_also_without_employees(
    http: TestClient, shop: Shop, item_id: str, customer: dict[str, Any]
) -> None:
    unit = created(http.post("/api/organization/units", json={"code": "D", "name": "Department"}))
    seller = created(
        http.post("/api/organization/employees", json={"number": "S", "name": "Bo", "unit_id": unit["id"]})
    )
    lines = [{"item_id": item_id, "qty": "1"}]
    body = {"company_id": str(shop.company_id), "customer_id": customer["id"], "salesperson_id": seller["id"]}
    order = created(http.post("/api/sales/orders", json={**body, "lines": lines}))
    assert order["unit_id"] == unit["id"]
    path = f"/api/organization/employees/{seller['id']}"
    assert http.patch(path, json={"unit_id": None, "version": 1}).status_code == 200
    refused = problem(http.delete(f"/api/organization/units/{unit['id']}"), 409, "in_use")
    assert "sales_orders" in refused["detail"] or "sales orders" in refused["detail"]


@pytest.mark.feature("3.3.2")
def test_a_supplier_takes_the_terms_of_its_category(http: TestClient) -> None:
    parts = [{"share": "0.5", "days": 10}, {"share": "0.4", "days": 30}]
    term = {"code": "T", "name": "Two parts", "installments": parts}
    refused = problem(http.post("/api/scm/payment-terms", json=term), 422)
    assert refused["errors"][0]["code"] == "shares_do_not_add_up"
    parts[1]["share"] = "0.5"
    for days in (-10, 4_000):
        refused = problem(http.post("/api/scm/payment-terms", json={**term, "discount_days": days}), 422)
        assert refused["errors"][0]["path"] == "discount_days"
    made = created(http.post("/api/scm/payment-terms", json=term))
    body = {"code": "M", "name": "Metal", "payment_term_id": made["id"]}
    category = created(http.post("/api/scm/supplier-categories", json=body))
    supplier = {"code": "S", "name": "Smith", "currency_code": "EUR", "category_id": category["id"]}
    assert created(http.post("/api/scm/suppliers", json=supplier))["payment_term_id"] == made["id"]
    problem(http.delete(f"/api/scm/supplier-categories/{category['id']}"), 409, "still_needed")


@pytest.mark.feature("3.3.1")
@pytest.mark.feature("3.3.5")
def test_tax_numbers_and_bank_accounts_are_checked(http: TestClient) -> None:
    body = {"code": "S", "name": "Smith", "currency_code": "EUR", "tax_number": "DE136695976"}
    supplier = created(http.post("/api/scm/suppliers", json=body))
    problem(http.post("/api/scm/suppliers", json={**body, "code": "S2"}), 409, "already_used")
    for wrong in ("none", "DE136695977"):
        problem(http.post("/api/scm/suppliers", json={**body, "code": "S3", "tax_number": wrong}), 422)
    account = {"supplier_id": supplier["id"], "iban": "DE89370400440532013001"}
    problem(http.post("/api/scm/supplier-bank-accounts", json=account), 422)
    good = created(http.post("/api/scm/supplier-bank-accounts", json=account | {"iban": "DE89370400440532013000"}))
    assert good["state"] == "proposed"


@pytest.mark.feature("3.5.1")
@pytest.mark.feature("3.5.3")
def test_an_item_with_movements_keeps_its_costing_and_variants_are_unique(http: TestClient, item_id: str) -> None:
    item = http.get(f"/api/inventory/items/{item_id}").json()
    for change in ({"costing_method": "fifo"}, {"kind": "service"}):
        body = change | {"version": item["version"]}
        problem(http.patch(f"/api/inventory/items/{item_id}", json=body), 409, "field_fixed")
    problem(
        http.post("/api/inventory/items", json={"code": item["code"], "name": "x", "unit_id": item["unit_id"]}), 409
    )
    variant = {
        "code": "V1",
        "name": "Red",
        "unit_id": item["unit_id"],
        "variant_of_id": item_id,
        "attributes": {"colour": "red", "size": "M"},
    }
    assert created(http.post("/api/inventory/items", json=variant))["variant_key"] == "colour=red;size=M"
    twin = variant | {"code": "V2", "attributes": {"size": "M", "colour": "red"}}
    refused = problem(http.post("/api/inventory/items", json=twin), 409, "variant_taken")
    assert "Item V1 is the variant" in refused["detail"]
    shouted = twin | {"attributes": {"size": "m", "colour": "RED"}}
    assert "Item V1" in problem(http.post("/api/inventory/items", json=shouted), 409, "variant_taken")["detail"]
    other = created(http.post("/api/inventory/items", json=variant | {"code": "V3", "attributes": {"colour": "blue"}}))
    change = {"attributes": variant["attributes"], "version": other["version"]}
    problem(http.patch(f"/api/inventory/items/{other['id']}", json=change), 409, "variant_taken")


@pytest.mark.feature("3.5.3")
def test_codes_that_differ_in_case_alone_are_one(
    http: TestClient, item_id: str, services: Services, as_admin: Principal
) -> None:
    unit_id = http.get(f"/api/inventory/items/{item_id}").json()["unit_id"]
    first = created(http.post("/api/inventory/items", json={"code": "ab-1", "name": "x", "unit_id": unit_id}))
    twin = {"code": "AB-1", "name": "y", "unit_id": unit_id}
    told = problem(http.post("/api/inventory/items", json=twin), 409, "code_alike")["detail"]
    assert "Item ab-1 is there already" in told
    lines = ["code,name,unit_id", *(f"{code},n,{unit_id}" for code in ("Ab-1", "N-1", "n-1"))]
    file = {"file": ("items.csv", "\n".join(lines), "text/csv")}
    refused = http.post("/api/inventory/items/import", params={"dry_run": "true"}, files=file)
    assert {(each["line"], each["code"]) for each in refused.json()["errors"]} == {(2, "code_alike"), (4, "code_alike")}
    # Who stood side by side before stays, may be changed and may get another spelling of its own.
    with services.database.transaction(as_admin) as session:
        insert_all(session, [Item(id=uuid4(), code="AB-1", name="old", unit_id=UUID(unit_id))])
    changed = http.patch(f"/api/inventory/items/{first['id']}", json={"name": "new", "version": first["version"]})
    assert changed.status_code == 200, changed.text
    [old] = http.get("/api/inventory/items", params={"code": "AB-1"}).json()["items"]
    moved = http.patch(f"/api/inventory/items/{old['id']}", json={"code": "AB-2", "version": old["version"]})
    assert moved.json()["code"] == "AB-2"
    back = {"code": "aB-1", "version": moved.json()["version"]}
    problem(http.patch(f"/api/inventory/items/{old['id']}", json=back), 409, "code_alike")
    own = {"code": "ab-2", "version": moved.json()["version"]}
    assert http.patch(f"/api/inventory/items/{old['id']}", json=own).json()["code"] == "ab-2"


@pytest.mark.feature("SYS-03")
@pytest.mark.usefixtures("shop")
def test_a_number_format_needs_a_counter(http: TestClient) -> None:
    series = http.get("/api/system/number-series").json()["items"][0]
    body = {"format": "SO-{yyyy}", "version": series["version"]}
    refused = problem(http.patch(f"/api/system/number-series/{series['id']}", json=body), 422)
    assert [(error["path"], error["code"]) for error in refused["errors"]] == [("format", "format_counter")]
    assert http.get(f"/api/system/number-series/{series['id']}").json() == series
    again = {name: series[name] for name in ("document_type", "company_id", "format")}
    told = problem(http.post("/api/system/number-series", json=again), 409, "already_used")["detail"]
    assert "Another number series" in told
    unknown = problem(http.post("/api/system/number-series", json={**again, "document_type": "moon"}), 422)
    assert [(error["path"], error["code"]) for error in unknown["errors"]] == [("document_type", "unknown_choice")]


def test_an_unused_record_goes_and_a_used_one_stays(http: TestClient, shop: Any) -> None:
    centre = {"code": "CC", "name": "Centre", "company_id": str(shop.company_id)}
    made = created(http.post("/api/organization/cost-centres", json=centre))
    assert http.delete(f"/api/organization/cost-centres/{made['id']}").status_code == 204
    refused = problem(http.delete(f"/api/inventory/warehouses/{shop.warehouse_id}"), 409, "in_use")
    assert "2" in refused["detail"]


@pytest.mark.feature("2.1.14")
def test_a_price_list_is_one_that_there_is(http: TestClient, shop: Shop) -> None:
    """No foreign key reaches from customers to price lists; a form is told where to choose all the same."""
    body = {"code": "P1", "name": "Pine", "currency_code": "EUR", "country_code": "DE"}
    refused = problem(http.post("/api/scm/customers", json=body | {"price_list_id": str(shop.customer_id)}), 422)
    assert [(each["path"], each["code"]) for each in refused["errors"]] == [("price_list_id", "unknown_reference")]
    [prices, *_] = http.get("/api/sales/price-lists").json()["items"]
    created(http.post("/api/scm/customers", json=body | {"price_list_id": prices["id"]}))
    [declared] = [each for each in http.get("/api/system/resources").json()["items"] if each["thing"] == "customer"]
    fields = {each["name"]: each for each in declared["fields"]}
    assert fields["price_list_id"]["references"] == "/api/sales/price-lists"
    assert fields["tax_class"]["words_of"] == ["/api/finance/tax-codes", "party_tax_class"]


@pytest.mark.feature("3.4.12")
def test_a_filter_by_a_state_that_there_is_none_of_is_named(http: TestClient) -> None:
    for filters in ({"state": "psoted"}, {"state__in": "posted,psoted"}, {"kind__ne": "x"}):
        [error] = problem(http.get("/api/sales/invoices", params=filters), 422)["errors"]
        assert (error["path"], error["code"]) == (next(iter(filters)), "unknown_choice")
    assert http.get("/api/sales/invoices", params={"state__in": "posted"}).json()["items"] == []


@pytest.mark.feature("2.1.5")
def test_parameters_that_would_say_nothing_are_refused(http: TestClient) -> None:
    path = "/api/scm/customers"

    def wrong(address: str) -> list[tuple[str, str]]:
        return [(each["path"], each["code"]) for each in problem(http.get(address), 422)["errors"]]

    assert wrong(f"{path}/export?limit=1") == [("limit", "not_paged")]
    assert wrong(f"{path}?limit=1&limit=2") == [("limit", "given_twice")]
    assert wrong(f"{path}/export?format=csv&format=xlsx") == [("format", "given_twice")]
    [refused] = problem(http.get(f"{path}?is_active__gt=true"), 422)["errors"]
    assert refused["code"] == "unknown_operator"
    assert "gt" not in refused["reason"]
    assert "ne" in refused["reason"]


def test_a_method_that_is_not_there_is_answered_with_all_that_are(http: TestClient) -> None:
    listed = http.put("/api/scm/customers", json={})
    problem(listed, 405, "method_not_allowed")
    assert listed.headers["allow"] == "GET, HEAD, POST"
    one = http.put(f"/api/scm/customers/{uuid4()}", json={})
    assert one.headers["allow"] == "DELETE, GET, HEAD, PATCH"
    posted_only = http.head("/api/metrics/query")
    assert (posted_only.status_code, posted_only.headers["allow"], posted_only.content) == (405, "POST", b"")


@pytest.mark.parametrize("path", ["/api/scm/customers", "/api/scm/customers/export?format=csv", "/health/live"])
def test_the_head_of_an_answer_is_that_of_the_whole(http: TestClient, path: str) -> None:
    whole, head = http.get(path), http.head(path)
    own = {"x-correlation-id", "date"}
    assert (head.status_code, head.content) == (whole.status_code, b"")
    assert {name: value for name, value in head.headers.items() if name not in own} == {
        name: value for name, value in whole.headers.items() if name not in own
    }


def test_the_head_of_what_one_may_not_see_is_as_refused_as_the_whole(http: TestClient) -> None:
    assert http.head("/api/scm/customers", headers={"Authorization": "Bearer none"}).status_code == 401
    assert http.head(f"/api/scm/customers/{uuid4()}").status_code == 404
    assert http.head("/api/scm/customers?nothing=1").status_code == 422
