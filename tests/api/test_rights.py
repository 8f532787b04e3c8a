"""Roles grant, limit and hide."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx2
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
@pytest.mark.feature("PERM-08")
@pytest.mark.feature("PERM-10")
@pytest.mark.parametrize(
    ("limits", "wider", "named"),
    [
        ({"data_scope": "own"}, {"data_scope": "all"}, "data_scope: all"),
        ({"data_scope": "subtree"}, {"data_scope": "company"}, "data_scope: company"),
        ({"hidden_fields": ["item.cost"]}, {"hidden_fields": []}, "hidden_fields: item.cost"),
        (
            {"field_rules": [{"field": "supplier.tax_number", "access": "masked"}]},
            {"field_rules": [{"field": "supplier.name", "access": "masked"}]},
            "field_rules: supplier.tax_number",
        ),
        (
            {"row_rules": {"customer": [{"field": "code", "operator": "in", "values": ["A"]}]}},
            {"row_rules": {"customer": [{"field": "code", "operator": "in", "values": ["A", "B"]}]}},
            "row_rules: customer",
        ),
    ],
)
def test_nobody_grants_more_rows_or_fields_than_are_seen_by_the_same_right(  # three cases at once
    http: TestClient,
    make_role: Callable[..., dict[str, Any]],
    make_user: Callable[..., Login],
    limits: dict[str, Any],
    wider: dict[str, Any],
    named: str,
) -> None:
    make_role("keeper", "user.*", "role.*")
    own = make_role("own", "order.read", "item.read", **limits)
    make_role("wide", "order.read", **wider)
    user, other = make_user("bo", "keeper", "own"), make_user("cy", "keeper")

    def refused(answer: httpx2.Response, code: str = "right_not_held") -> str:
        return str(problem(answer, 403, code)["detail"])

    roles = "/api/permission/roles"
    given = {"code": "sa", "name": "SA", "permissions": ["order.read"]}
    assert named in refused(user.http.post(roles, json=given | wider))
    assert named in refused(user.http.patch(f"{roles}/{own['id']}", json=wider | {"version": own["version"]}))
    mine = f"/api/user/users/{user.user_id}/assign-roles"
    assert named in refused(user.http.post(mine, json={"roles": ["keeper", "own", "wide"]}))
    # The same limits and rights without any are handed on.
    assert user.http.post(roles, json=given | limits).status_code == 201
    body = {"code": "k2", "name": "K2", "permissions": ["user.read"]}
    assert user.http.post(roles, json=body).status_code == 201
    others = f"/api/user/users/{other.user_id}/assign-roles"
    assert user.http.post(others, json={"roles": ["keeper", "own", "sa"]}).status_code == 200
    seen = http.post(others, json={"roles": ["keeper", "wide"]})
    assert seen.status_code == 200
    fresh = {"password": "a password nobody has thought of"}
    assert named in refused(
        user.http.post(f"/api/user/users/{other.user_id}/set-password", json=fresh), "rights_beyond"
    )


@pytest.mark.feature("PERM-03")
def test_nobody_changes_a_user_who_may_do_more(
    http: TestClient, admin: Login, make_role: Callable[..., dict[str, Any]], make_user: Callable[..., Login]
) -> None:
    make_role("keeper", "user.*", "role.*")
    user, second = make_user("bo", "keeper"), make_user("cy", "admin")
    for change in ({"is_active": False}, {"email": "evil@x.yy"}):
        version = http.get(f"/api/user/users/{second.user_id}").json()["version"]
        path = f"/api/user/users/{second.user_id}"
        problem(user.http.patch(path, json=change | {"version": version}), 403, "rights_beyond")
    assert http.get(f"/api/user/users/{second.user_id}").json()["is_active"] is True
    itself = http.get(f"/api/user/users/{user.user_id}").json()
    body = {"name": "Bo B.", "version": itself["version"]}
    assert user.http.patch(f"/api/user/users/{user.user_id}", json=body).status_code == 200


@pytest.mark.feature("PERM-09")
@pytest.mark.parametrize("rules", [[], "", 0, False])
def test_row_rules_that_are_no_map_are_refused(http: TestClient, rules: object) -> None:
    body = {"code": "el", "name": "El", "permissions": ["order.read"], "row_rules": rules}
    refused = problem(http.post("/api/permission/roles", json=body), 422)
    assert refused["errors"][0]["path"] == "row_rules"


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
