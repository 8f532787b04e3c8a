"""Roles grant, limit and hide."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import PASSWORD, Login, created, problem, sign_in
from tests.api.test_order_to_cash import order_body
from tests.factories.documents import Shop
from transactional.kernel.principal import Principal
from transactional.kernel.rows import insert_all
from transactional.organization.models import Employee


@pytest.mark.feature("PERM-01")
def test_role_names_are_unique_used_roles_stay_and_system_roles_are_fixed(
    http: TestClient, make_role: Callable[..., dict[str, Any]], make_user: Callable[..., Login]
) -> None:
    role = make_role("reader", "customer.read")
    problem(http.post("/api/permission/roles", json={"code": "reader", "name": "x"}), 409, "already_used")
    problem(http.post("/api/permission/roles", json={"code": "other", "name": " reader "}), 409, "already_used")
    assert len(http.get("/api/permission/roles", params={"name": "reader"}).json()["items"]) == 1
    make_user("bo", "reader")
    refused = problem(http.delete(f"/api/permission/roles/{role['id']}"), 409, "in_use")
    assert "1" in refused["detail"]
    system = http.get("/api/permission/roles", params={"code": "analyst"}).json()["items"][0]
    path = f"/api/permission/roles/{system['id']}"
    problem(http.patch(path, json={"name": "x", "version": system["version"]}), 403, "system_role_fixed")
    problem(http.delete(path), 403, "system_role_fixed")


@pytest.mark.feature("PERM-02")
def test_a_granted_right_works_with_the_next_request(
    http: TestClient, make_role: Callable[..., dict[str, Any]], make_user: Callable[..., Login]
) -> None:
    role = make_role("clerk", "customer.read")
    user = make_user("bo", "clerk")
    problem(user.http.get("/api/sales/orders"), 403, "not_allowed")
    body = {"permissions": ["customer.read", "order.read"], "version": role["version"]}
    assert http.patch(f"/api/permission/roles/{role['id']}", json=body).status_code == 200
    assert user.http.get("/api/sales/orders").status_code == 200
    problem(user.http.post(f"/api/sales/orders/{role['id']}/confirm"), 403)
    unknown = {"permissions": ["order.fly"], "version": role["version"] + 1}
    refused = problem(http.patch(f"/api/permission/roles/{role['id']}", json=unknown), 422)
    assert refused["errors"][0]["path"] == "permissions/0"


@pytest.mark.feature("PERM-03")
def test_roles_add_up_and_are_taken_away_at_once(
    http: TestClient, make_role: Callable[..., dict[str, Any]], make_user: Callable[..., Login]
) -> None:
    make_role("one", "customer.read")
    make_role("two", "item.read")
    user = make_user("bo", "one", "two")
    assert [user.http.get(path).status_code for path in ("/api/scm/customers", "/api/inventory/items")] == [200, 200]
    answer = http.post(f"/api/user/users/{user.user_id}/assign-roles", json={"roles": ["one"]})
    assert answer.json()["roles"] == ["one"]
    assert [user.http.get(path).status_code for path in ("/api/scm/customers", "/api/inventory/items")] == [200, 403]


@pytest.mark.feature("PERM-03")
def test_nobody_grants_a_right_not_held(
    http: TestClient, make_role: Callable[..., dict[str, Any]], make_user: Callable[..., Login]
) -> None:
    make_role("hr", "role.create", "role.read", "user.assign-roles", "user.read")
    user = make_user("bo", "hr")
    body = {"code": "more", "name": "More", "permissions": ["order.read"]}
    problem(user.http.post("/api/permission/roles", json=body), 403, "right_not_held")
    path = f"/api/user/users/{user.user_id}/assign-roles"
    problem(user.http.post(path, json={"roles": ["hr", "admin"]}), 403, "right_not_held")
    assert http.get("/api/permission/roles?code=more").json()["items"] == []
    problem(user.http.get("/api/sales/orders"), 403, "not_allowed")


@pytest.mark.feature("PERM-03")
def test_nobody_takes_the_place_of_a_user_or_widens_a_role_with_rights_not_held(
    http: TestClient, admin: Login, make_role: Callable[..., dict[str, Any]], make_user: Callable[..., Login]
) -> None:
    wide = make_role("wide", "order.read", data_scope="own")
    make_role("hr", "role.*", "user.*")
    helper, other = make_user("bo", "hr"), make_user("cy", "hr")
    fresh = {"password": "a password nobody has thought of"}
    refused = problem(helper.http.post(f"/api/user/users/{admin.user_id}/set-password", json=fresh), 403)
    assert (refused["code"], "*" in refused["detail"]) == ("rights_beyond", True)
    assert http.get("/api/auth/me").status_code == 200
    body = {"data_scope": "all", "version": wide["version"]}
    problem(helper.http.patch(f"/api/permission/roles/{wide['id']}", json=body), 403, "right_not_held")
    assert http.get(f"/api/permission/roles/{wide['id']}").json()["data_scope"] == "own"
    assert helper.http.post(f"/api/user/users/{other.user_id}/set-password", json=fresh).status_code == 204
    problem(other.http.get("/api/auth/me"), 401, "not_authenticated")


@pytest.mark.feature("PERM-03")
@pytest.mark.parametrize(
    ("limits", "wider"),
    [
        ({"data_scope": "own"}, {"data_scope": "all"}),
        ({"hidden_fields": ["item.cost"]}, {"hidden_fields": []}),
        ({"row_rules": {"customer": [{"field": "code", "values": ["C1"]}]}}, {"row_rules": {}}),
        ({"field_rules": [{"field": "customer.tax_number", "access": "masked"}]}, {"field_rules": []}),
    ],
    ids=["scope", "fields", "rows", "masks"],
)
def test_nobody_lifts_own_limits(
    limits: dict[str, Any],
    wider: dict[str, Any],
    http: TestClient,
    make_role: Callable[..., dict[str, Any]],
    make_user: Callable[..., Login],
) -> None:
    rights = ["user.*", "role.*", "order.read", "customer.read"]
    own, free = make_role("hr", *rights, **limits), make_role("free", "order.read", "customer.read")
    user = make_user("bo", "hr")
    problem(user.http.patch(f"/api/permission/roles/{own['id']}", json={**wider, "version": 1}), 403, "right_not_held")
    for body in ({"name": "Own", "version": 1}, {**limits, "version": 2}):
        assert user.http.patch(f"/api/permission/roles/{own['id']}", json=body).status_code == 200
    problem(user.http.patch(f"/api/permission/roles/{free['id']}", json={**limits, "version": 1}), 403)
    same = {"code": "same", "name": "Same", "permissions": rights, **limits}
    made = created(user.http.post("/api/permission/roles", json=same))
    problem(
        user.http.post("/api/permission/roles", json={**same, "code": "more", "name": "More", **wider}),
        403,
        "right_not_held",
    )
    path = f"/api/user/users/{user.user_id}/assign-roles"
    problem(user.http.post(path, json={"roles": ["hr", "free"]}), 403, "right_not_held")
    assert user.http.post(path, json={"roles": ["hr", made["code"]]}).status_code == 200
    new = {"username": "x@acme.test", "name": "x", "password": PASSWORD}
    problem(user.http.post("/api/user/users", json={**new, "roles": ["free"]}), 403, "right_not_held")
    assert http.get(f"/api/permission/roles/{own['id']}").json().items() >= limits.items()


@pytest.mark.feature("PERM-03")
def test_whom_rights_limit_by_place_moves_nobody_beyond_it(
    http: TestClient, make_role: Callable[..., dict[str, Any]], make_user: Callable[..., Login]
) -> None:
    units = {
        code: created(http.post("/api/organization/units", json={"code": code, "name": code}))["id"] for code in "AB"
    }
    helper = make_user("bo")
    path = f"/api/user/users/{helper.user_id}"
    body = {"attributes": {"regions": ["N"]}, "unit_id": units["A"], "version": http.get(path).json()["version"]}
    assert http.patch(path, json=body).status_code == 200
    rule = {"customer": [{"field": "code", "operator": "in", "values": "user.regions"}]}
    make_role("placed", "user.*", "customer.read", data_scope="unit")
    make_role("ruled", "user.*", "customer.read", row_rules=rule)
    assert http.post(f"{path}/assign-roles", json={"roles": ["placed", "ruled"]}).status_code == 200
    version = http.get(path).json()["version"]
    for wider in ({"attributes": {"regions": ["N", "S"]}}, {"unit_id": units["B"]}):
        problem(helper.http.patch(path, json={**wider, "version": version}), 403, "right_not_held")
    new = {"username": "x@acme.test", "name": "x", "password": PASSWORD}
    problem(helper.http.post("/api/user/users", json={**new, "unit_id": units["B"]}), 403, "right_not_held")
    created(helper.http.post("/api/user/users", json={**new, "unit_id": units["A"]}))
    make_role("staff", "employee.*", data_scope="own")
    assert http.post(f"{path}/assign-roles", json={"roles": ["placed", "ruled", "staff"]}).status_code == 200
    somebody = {"number": "E1", "name": "Somebody", "unit_id": units["B"]}
    employee = created(helper.http.post("/api/organization/employees", json=somebody))
    link = {"user_id": str(helper.user_id), "version": 1}
    problem(helper.http.patch(f"/api/organization/employees/{employee['id']}", json=link), 403, "right_not_held")
    narrower = {"attributes": {"regions": []}, "name": "Bo", "version": version}
    assert helper.http.patch(path, json=narrower).status_code == 200


@pytest.mark.feature("PERM-03")
def test_nobody_shuts_out_a_user_who_may_do_more(
    http: TestClient, admin: Login, make_role: Callable[..., dict[str, Any]], make_user: Callable[..., Login]
) -> None:
    make_role("hr", "role.*", "user.*", "person.erase")
    helper, other = make_user("bo", "hr"), make_user("cy", "hr")
    second = make_user("di", "admin")
    path = f"/api/user/users/{second.user_id}"
    version = http.get(path).json()["version"]
    for body in ({"is_active": False}, {"email": "evil@x.yy"}):
        problem(helper.http.patch(path, json={**body, "version": version}), 403, "rights_beyond")
    problem(helper.http.post(f"{path}/erase"), 403, "rights_beyond")
    problem(helper.http.post(f"{path}/assign-roles", json={"roles": []}), 403, "rights_beyond")
    assert http.get(path).json()["is_active"]
    assert http.get(f"{path}/roles").json()["roles"] == ["admin"]
    theirs = f"/api/user/users/{other.user_id}"
    body = {"is_active": False, "version": http.get(theirs).json()["version"]}
    assert helper.http.patch(theirs, json=body).status_code == 200


@pytest.mark.feature("PERM-09")
@pytest.mark.parametrize("rules", [[], "", {"customer": None}, {"customer": [[]]}])
def test_row_rules_that_are_no_map_are_refused(
    rules: object, http: TestClient, make_role: Callable[..., dict[str, Any]]
) -> None:
    role = make_role("el", "order.read")
    body = {"code": "x", "name": "x", "permissions": ["order.read"], "row_rules": rules}
    path = f"/api/permission/roles/{role['id']}"
    for refused in (
        problem(http.post("/api/permission/roles", json=body), 422),
        problem(http.patch(path, json={"row_rules": rules, "version": role["version"]}), 422),
    ):
        assert {each["path"].split("/")[0] for each in refused["errors"]} == {"row_rules"}
    codes = [each["code"] for each in http.get("/api/permission/roles", params={"limit": 500}).json()["items"]]
    assert "x" not in codes
    assert http.get(path).json() == role


@pytest.mark.feature("PERM-08")
def test_a_salesperson_of_scope_own_sees_own_orders_only(
    http: TestClient,
    shop: Shop,
    item_id: str,
    make_user: Callable[..., Login],
    services: Services,
    as_admin: Principal,
) -> None:
    seller = make_user("sal", "salesperson")
    employee = Employee(number="E1", name="Sal", user_id=seller.user_id)
    with services.database.transaction(as_admin) as session:
        insert_all(session, [employee])
    services.rights.forget()
    theirs = created(http.post("/api/sales/orders", json=order_body(shop, item_id)))
    named = created(http.post("/api/sales/orders", json=order_body(shop, item_id, salesperson_id=str(employee.id))))
    own = created(seller.http.post("/api/sales/orders", json=order_body(shop, item_id)))
    page = seller.http.get("/api/sales/orders", params={"include_total": "true"}).json()
    assert ({row["id"] for row in page["items"]}, page["total"]) == ({named["id"], own["id"]}, 2)
    problem(seller.http.get(f"/api/sales/orders/{theirs['id']}"), 404)
    problem(seller.http.post(f"/api/sales/orders/{theirs['id']}/confirm"), 404)
    problem(seller.http.get(f"/api/sales/orders/{theirs['id']}/history"), 404)


@pytest.mark.feature("PERM-08")
def test_a_scope_of_units_reaches_what_lies_below_and_nothing_beside(
    http: TestClient,
    shop: Shop,
    item_id: str,
    make_role: Callable[..., dict[str, Any]],
    make_user: Callable[..., Login],
    admin: Login,
    anonymous: TestClient,
) -> None:
    make_role("branch", "order.*", data_scope="subtree")

    def unit(code: str, **more: str) -> str:
        return str(created(http.post("/api/organization/units", json={"code": code, "name": code, **more}))["id"])

    def user(name: str, unit_id: str) -> TestClient:
        body = {"username": f"{name}@acme.test", "name": name, "password": PASSWORD, "roles": ["branch"]}
        made = created(http.post("/api/user/users", json={**body, "unit_id": unit_id}))
        return sign_in(anonymous, admin.tenant_id, UUID(made["id"]), f"{name}@acme.test").http

    sales = unit("SALES")
    # The codes of one begin like those of the other, and hold a sign that patterns take for any.
    boss, seller, beside = user("bo", sales), user("sal", unit("A_B", parent_id=sales)), user("pat", unit("SALES_2"))
    order = created(seller.post("/api/sales/orders", json=order_body(shop, item_id)))
    assert [who.get(f"/api/sales/orders/{order['id']}").status_code for who in (boss, seller, beside)] == [
        200,
        200,
        404,
    ]


@pytest.mark.feature("PERM-09")
def test_a_row_rule_holds_for_records_and_documents_of_them(
    http: TestClient,
    shop: Shop,
    item_id: str,
    make_role: Callable[..., dict[str, Any]],
    make_user: Callable[..., Login],
) -> None:
    region = created(http.post("/api/scm/regions", json={"code": "N", "name": "North"}))
    body = {"code": "N1", "name": "North", "currency_code": "EUR", "country_code": "DE", "region_id": region["id"]}
    northern = created(http.post("/api/scm/customers", json=body))
    seen = created(http.post("/api/sales/orders", json=order_body(shop, item_id, customer_id=northern["id"])))
    hidden = created(http.post("/api/sales/orders", json=order_body(shop, item_id)))
    rule = {"customer": [{"field": "region", "operator": "in", "values": [region["id"]]}]}
    make_role("north", "customer.*", "order.*", row_rules=rule)
    user = make_user("bo", "north")
    assert [row["code"] for row in user.http.get("/api/scm/customers").json()["items"]] == ["N1"]
    assert [row["id"] for row in user.http.get("/api/sales/orders").json()["items"]] == [seen["id"]]
    assert hidden["id"] not in user.http.get("/api/sales/orders/export").text
    problem(user.http.get(f"/api/sales/orders/{hidden['id']}"), 404)
    problem(user.http.post("/api/sales/orders", json=order_body(shop, item_id)), 404)
    wrong = {"customer": [{"field": "colour", "values": ["red"]}]}
    problem(http.post("/api/permission/roles", json={"code": "w", "name": "w", "row_rules": wrong}), 422)


@pytest.mark.feature("PERM-08")
def test_who_sees_own_documents_reads_the_names_on_them(
    http: TestClient, shop: Shop, make_role: Callable[..., dict[str, Any]], make_user: Callable[..., Login]
) -> None:
    make_role("own", "order.*", "company.read", "warehouse.read", "payment.read", data_scope="own")
    user = make_user("bo", "own")
    assert [row["id"] for row in user.http.get("/api/organization/companies").json()["items"]] == [str(shop.company_id)]
    assert user.http.get(f"/api/inventory/warehouses/{shop.warehouse_id}").status_code == 200
    # What belongs to a company alone is nobody's own.
    body = {"company_id": str(shop.company_id), "kind": "receipt", "party_id": str(shop.customer_id), "amount": "1"}
    created(http.post("/api/finance/payments", json=body))
    assert user.http.get("/api/finance/payments").json()["items"] == []


@pytest.mark.feature("PERM-10")
@pytest.mark.feature("ARCH-06")
def test_a_hidden_field_is_nowhere(
    http: TestClient, item_id: str, make_role: Callable[..., dict[str, Any]], make_user: Callable[..., Login]
) -> None:
    make_role("blind", "item.*", "stock_move.*", hidden_fields=["item.cost"])
    user = make_user("bo", "blind")
    item = user.http.get(f"/api/inventory/items/{item_id}").json()
    assert "standard_cost" in http.get(f"/api/inventory/items/{item_id}").json()
    assert "standard_cost" not in item
    assert "standard_cost" not in user.http.get("/api/inventory/items/export").text
    assert "standard_cost" not in user.http.get(f"/api/inventory/items/{item_id}/history").text
    moves = user.http.get("/api/inventory/stock-moves")
    assert "qty" in moves.text
    assert "amount" not in moves.text, "an amount beside a quantity is a cost"
    for params in ({"sort": "-contra_amount"}, {"contra_amount__gte": "1"}, {"value_amount__gte": "1"}):
        for path in ("/api/inventory/stock-moves", "/api/inventory/stock-moves/export"):
            problem(user.http.get(path, params=params), 403, "field_hidden")
    for params in ({"standard_cost__gt": "1"}, {"sort": "standard_cost"}, {"sort": "-standard_cost"}):
        for path in ("/api/inventory/items", "/api/inventory/items/export"):
            problem(user.http.get(path, params=params), 403, "field_hidden")
    change = {"name": "Another", "standard_cost": "5", "version": item["version"]}
    problem(user.http.patch(f"/api/inventory/items/{item_id}", json=change), 403, "field_closed")
    assert user.http.get(f"/api/inventory/items/{item_id}").json() == item


@pytest.mark.feature("USER-04")
def test_the_last_administrator_stays(admin: Login) -> None:
    record = admin.http.get(f"/api/user/users/{admin.user_id}").json()
    body = {"is_active": False, "version": record["version"]}
    problem(admin.http.patch(f"/api/user/users/{admin.user_id}", json=body), 409, "last_admin")
    path = f"/api/user/users/{admin.user_id}/assign-roles"
    problem(admin.http.post(path, json={"roles": []}), 409, "last_admin")
    assert admin.http.get(f"/api/user/users/{admin.user_id}").json() == record


@pytest.mark.feature("PERM-01")
def test_who_looks_after_people_sees_their_pay_and_no_books(http: TestClient, make_user: Callable[..., Login]) -> None:
    keeper = make_user("hal", "hr_manager").http
    for path in ("organization/employees", "hr/employee-files", "hr/employee-pays", "hr/shifts"):
        assert keeper.get(f"/api/{path}").status_code == http.get(f"/api/{path}").status_code == 200, path
    for path in ("sales/invoices", "finance/journal-entries", "purchase/orders", "scm/customers"):
        problem(keeper.get(f"/api/{path}"), 403, "not_allowed")
