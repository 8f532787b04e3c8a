"""Fields that a role masks or closes, and rows that attributes of the user decide about."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import Login, created, problem
from tests.api.test_order_to_cash import order_body
from tests.factories.documents import Shop

IBAN = "DE89370400440532013000"
SUPPLIER = {"code": "S1", "name": "Stone & Son", "currency_code": "EUR", "tax_number": "DE136695976"}
MakeRole = Callable[..., dict[str, Any]]
MakeUser = Callable[..., Login]


def rule(field: str, access: str, *states: str) -> dict[str, Any]:
    return {"field": field, "access": access, "states": list(states)}


def changed(client: TestClient, path: str, **values: Any) -> Any:
    """The answer to changing fields of the record as it is now."""
    return client.patch(path, json={**values, "version": client.get(path).json()["version"]})


@pytest.mark.feature("PERM-11")
@pytest.mark.feature("ARCH-07")
def test_a_buyer_edits_a_supplier_but_not_its_bank_account(
    http: TestClient, make_role: MakeRole, make_user: MakeUser
) -> None:
    supplier = created(http.post("/api/scm/suppliers", json=SUPPLIER))
    account = created(
        http.post(
            "/api/scm/supplier-bank-accounts", json={"supplier_id": supplier["id"], "iban": IBAN, "bic": "ABCDDEFF"}
        )
    )
    closed = [rule("supplier_bank_account.iban", "read"), rule("supplier.tax_number", "read")]
    make_role("purchaser", "supplier.*", "supplier_bank_account.*", field_rules=closed)
    buyer = make_user("bo", "purchaser").http
    of_supplier, of_account = f"/api/scm/suppliers/{supplier['id']}", f"/api/scm/supplier-bank-accounts/{account['id']}"
    assert changed(buyer, of_supplier, name="Stone & Daughter").json()["name"] == "Stone & Daughter"
    before = buyer.get(of_account).json()
    assert before["iban"] == IBAN
    refused = problem(changed(buyer, of_account, iban="GB33BUKB20201555555555", bic="XXXXDEFF"), 403, "field_closed")
    assert "iban" in refused["detail"]
    problem(changed(buyer, of_supplier, name="Nobody", tax_number="DE811907980"), 403, "field_closed")
    assert buyer.get(of_account).json() == before
    assert buyer.get(of_supplier).json()["name"] == "Stone & Daughter"
    problem(buyer.post("/api/scm/suppliers", json=SUPPLIER | {"code": "S2"}), 403, "field_closed")
    [fields] = [
        each["fields"] for each in buyer.get("/api/system/resources").json()["items"] if each["thing"] == "supplier"
    ]
    assert {each["name"]: each["on_change"] for each in fields}["tax_number"] is False


@pytest.mark.feature("PERM-11")
def test_a_file_changes_no_closed_field(http: TestClient, make_role: MakeRole, make_user: MakeUser) -> None:
    created(http.post("/api/scm/suppliers", json=SUPPLIER))
    make_role("purchaser", "supplier.*", field_rules=[rule("supplier.tax_number", "read")])
    buyer = make_user("bo", "purchaser").http

    def imported(tax_number: str, name: str) -> Any:
        text = f"code,name,currency_code,tax_number\nS1,{name},EUR,{tax_number}\n"
        return buyer.post("/api/scm/suppliers/import", files={"file": ("s.csv", text.encode(), "text/csv")})

    refused = imported("DE811907980", "Nobody")
    assert refused.status_code == 422
    assert [(row["column"], row["code"]) for row in refused.json()["rows"]] == [("tax_number", "field_closed")]
    assert imported(SUPPLIER["tax_number"], "Renamed").json()["updated"] == 1


@pytest.mark.feature("PERM-11")
@pytest.mark.feature("ARCH-07")
def test_a_masked_field_reads_as_its_end_and_cannot_be_searched(
    http: TestClient, make_role: MakeRole, make_user: MakeUser
) -> None:
    supplier = created(http.post("/api/scm/suppliers", json=SUPPLIER))
    body = {"supplier_id": supplier["id"], "iban": IBAN}
    account = created(http.post("/api/scm/supplier-bank-accounts", json=body))
    path = f"/api/scm/supplier-bank-accounts/{account['id']}"
    assert changed(http, path, bic="ABCDDEFF").status_code == 200
    make_role(
        "clerk", "supplier.*", "supplier_bank_account.*", field_rules=[rule("supplier_bank_account.iban", "masked")]
    )
    clerk = make_user("bo", "clerk").http
    ways = ["", f"/{account['id']}", "/export", f"/{account['id']}/history"]
    ways.append(f"/{account['id']}/as-of?at=2099-01-01T00:00:00Z")
    for way in ways:
        answer = clerk.get(f"/api/scm/supplier-bank-accounts{way}")
        assert answer.status_code == 200, answer.text
        assert "3000" in answer.text
        assert IBAN not in answer.text
    assert clerk.get(path).json()["iban"] == "3000"
    for q in (IBAN, IBAN[:8], "3000"):
        assert clerk.get("/api/scm/supplier-bank-accounts", params={"q": q}).json()["items"] == []
    for params in ({"iban": IBAN}, {"iban__contains": "3000"}, {"iban__in": IBAN}, {"sort": "iban"}):
        problem(clerk.get("/api/scm/supplier-bank-accounts", params=params), 403, "field_hidden")
    problem(changed(clerk, path, iban="3000"), 403, "field_closed")
    file = {"file": ("a.csv", f"supplier_id,iban\n{supplier['id']},{IBAN}\n".encode(), "text/csv")}
    problem(clerk.post("/api/scm/supplier-bank-accounts/import", files=file), 403, "field_closed")
    assert http.get(path).json()["iban"] == IBAN


@pytest.mark.feature("ARCH-07")
def test_the_state_of_a_document_decides_about_a_field(
    http: TestClient, make_role: MakeRole, make_user: MakeUser
) -> None:
    supplier = created(http.post("/api/scm/suppliers", json=SUPPLIER))
    accounts = [
        created(
            http.post("/api/scm/supplier-bank-accounts", json={"supplier_id": supplier["id"], "iban": iban, "bic": bic})
        )
        for iban, bic in ((IBAN, "ABCDDEFF"), ("GB33BUKB20201555555555", "ABCDGB22"))
    ]
    make_role("second", "supplier_bank_account.*")
    second = make_user("di", "second").http
    approved = f"/api/scm/supplier-bank-accounts/{accounts[0]['id']}"
    proposed = f"/api/scm/supplier-bank-accounts/{accounts[1]['id']}"
    assert second.post(f"{approved}/approve").status_code == 200
    rules = [
        rule("supplier_bank_account.iban", "masked", "approved"),
        rule("supplier_bank_account.bic", "read", "approved"),
    ]
    make_role("clerk", "supplier.*", "supplier_bank_account.*", field_rules=rules)
    clerk = make_user("bo", "clerk").http
    assert (clerk.get(approved).json()["iban"], clerk.get(proposed).json()["iban"]) == (
        "3000",
        "GB33BUKB20201555555555",
    )
    problem(changed(clerk, approved, bic="XXXXDEFF"), 403, "field_closed")
    assert changed(clerk, proposed, bic="XXXXGB22").json()["bic"] == "XXXXGB22"


@pytest.mark.feature("ARCH-07")
def test_a_field_of_an_order_closes_when_it_is_confirmed(
    http: TestClient, shop: Shop, item_id: str, make_role: MakeRole, make_user: MakeUser
) -> None:
    order = created(http.post("/api/sales/orders", json=order_body(shop, item_id)))
    path = f"/api/sales/orders/{order['id']}"
    make_role("seller", "order.*", field_rules=[rule("order.promised_on", "read", "confirmed")])
    seller = make_user("bo", "seller").http

    def change(day: str) -> Any:
        body = {"promised_on": day, "customer_reference": day, "version": seller.get(path).json()["version"]}
        return seller.post(f"{path}/change", json=body)

    assert change("2026-04-01").json()["promised_on"] == "2026-04-01"
    assert seller.post(f"{path}/confirm").status_code == 200
    before = seller.get(path).json()
    problem(change("2026-05-01"), 403, "field_closed")
    assert seller.get(path).json() == before


@pytest.mark.feature("ARCH-07")
def test_roles_add_up_field_by_field(http: TestClient, make_role: MakeRole, make_user: MakeUser) -> None:
    supplier = created(http.post("/api/scm/suppliers", json=SUPPLIER))
    path = f"/api/scm/suppliers/{supplier['id']}"
    make_role("masking", "supplier.*", field_rules=[rule("supplier.tax_number", "masked")])
    make_role("reading", "supplier.read")
    make_role("other", "customer.*")
    both = make_user("bo", "masking", "reading").http
    assert both.get(path).json()["tax_number"] == "DE136695976"
    problem(changed(both, path, tax_number="DE1"), 403, "field_closed")
    assert make_user("di", "masking", "other").http.get(path).json()["tax_number"] == "5976"


@pytest.mark.feature("ARCH-07")
@pytest.mark.parametrize(
    ("given", "path", "code"),
    [
        (rule("supplier.colour", "masked"), "field_rules/0/field", "unknown_field"),
        (rule("supplier.tax_number", "eaten"), "field_rules/0/access", "unknown_choice"),
        (rule("item.cost", "masked"), "field_rules/0/access", "cannot_mask"),
        (rule("supplier.tax_number", "read", "posted"), "field_rules/0/states", "no_states"),
        (rule("order.customer_reference", "read", "eaten"), "field_rules/0/states", "no_states"),
        ({"field": 1, "access": [], "states": {}}, "field_rules/0/field", "unknown_field"),
        ("supplier.tax_number", "field_rules/0", "no_field_rule"),
    ],
)
def test_a_field_rule_names_what_there_is(http: TestClient, given: Any, path: str, code: str) -> None:
    body = {"code": "x", "name": "x", "permissions": ["supplier.read"], "field_rules": [given]}
    refused = problem(http.post("/api/permission/roles", json=body), 422)
    assert (path, code) in [(each["path"], each["code"]) for each in refused["errors"]]


def _regional_orders(http: TestClient, shop: Shop, item_id: str) -> dict[str, Any]:
    """A customer of each region with an order each."""
    found: dict[str, Any] = {}
    for code in ("N", "S"):
        region = created(http.post("/api/scm/regions", json={"code": code, "name": f"Region {code}"}))
        body = {
            "code": f"C{code}",
            "name": code,
            "currency_code": "EUR",
            "country_code": "DE",
            "region_id": region["id"],
        }
        customer = created(http.post("/api/scm/customers", json=body))
        order = created(http.post("/api/sales/orders", json=order_body(shop, item_id, customer_id=customer["id"])))
        found[code] = {
            "region": region["id"],
            "customer": customer["id"],
            "order": order["id"],
            "number": order["number"],
        }
    return found


@pytest.mark.feature("PERM-09")
@pytest.mark.feature("ARCH-05")
def test_customer_region_in_user_regions(
    http: TestClient, shop: Shop, item_id: str, make_role: MakeRole, make_user: MakeUser
) -> None:
    orders = _regional_orders(http, shop, item_id)
    rules = {"customer": [{"field": "region", "operator": "in", "values": "user.regions"}]}
    body = {"code": "regional", "name": "x", "permissions": ["customer.read", "order.*", "event.*", "audit_record.*"]}
    unknown = problem(http.post("/api/permission/roles", json=body | {"row_rules": rules}), 422)
    assert [(each["path"], each["code"]) for each in unknown["errors"]] == [
        ("row_rules/customer/0/values", "unknown_attribute")
    ]
    make_role("reader", "order.read")
    ann, bob = make_user("ann", "reader"), make_user("bob", "reader")
    give(http, ann.user_id, regions=[orders["N"]["region"]])
    give(http, bob.user_id, regions=[])
    created(http.post("/api/permission/roles", json=body | {"row_rules": rules}))
    for user in (ann, bob):
        assert (
            http.post(f"/api/user/users/{user.user_id}/assign-roles", json={"roles": ["regional"]}).status_code == 200
        )
    assert seen(ann.http, orders) == {"N"}
    assert seen(bob.http, orders) == set()
    # What is said of the user acts at the next request; what is no region is nobody's.
    give(http, bob.user_id, regions=[orders["S"]["region"], orders["N"]["region"], "nowhere"])
    assert seen(bob.http, orders) == {"N", "S"}
    [role] = http.get("/api/permission/roles", params={"code": "regional"}).json()["items"]
    only_south = {"customer": [{"field": "region", "values": [orders["S"]["region"]]}]}
    assert changed(http, f"/api/permission/roles/{role['id']}", row_rules=only_south).status_code == 200
    assert seen(ann.http, orders) == seen(bob.http, orders) == {"S"}
    # Neither the audit log nor the outbox tells what the rows would.
    for path in ("/api/system/audit-log", "/api/system/events"):
        answer = ann.http.get(path, params={"limit": "500"})
        assert answer.json()["items"]
        assert orders["N"]["number"] not in answer.text


def give(http: TestClient, user_id: UUID, **attributes: Any) -> None:
    """Say something of a user."""
    answer = changed(http, f"/api/user/users/{user_id}", attributes=attributes)
    assert answer.status_code == 200, answer.text


def seen(client: TestClient, orders: dict[str, Any]) -> set[str]:
    """The regions whose orders a user meets: the same by list, total, search, detail and export."""
    page = client.get("/api/sales/orders", params={"include_total": "true"}).json()
    listed = {row["id"] for row in page["items"]}
    assert page["total"] == len(listed)
    by_id = {
        each["order"] for each in orders.values() if client.get(f"/api/sales/orders/{each['order']}").status_code == 200
    }
    found = {
        row["id"]
        for each in orders.values()
        for row in client.get("/api/sales/orders", params={"q": each["number"]}).json()["items"]
    }
    file = client.get("/api/sales/orders/export").text
    exported = {each["order"] for each in orders.values() if each["order"] in file}
    assert listed == by_id == found == exported
    return {code for code, each in orders.items() if each["order"] in listed}


def test_what_is_said_of_a_user_is_names_and_texts(http: TestClient, make_user: MakeUser, make_role: MakeRole) -> None:
    make_role("reader", "order.read")
    user = make_user("ann", "reader")
    cases: tuple[Any, ...] = ([], {"Regions": ["x"]}, {"regions": "x"}, {"regions": [1]}, {"id": ["x"]})
    for wrong in cases:
        refused = problem(changed(http, f"/api/user/users/{user.user_id}", attributes=wrong), 422)
        assert refused["errors"][0]["path"] == "attributes"
