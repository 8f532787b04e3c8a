"""A person takes what is known about oneself along, and is forgotten once no work waits."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx2
import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import PASSWORD, Login, created, problem
from tests.factories.documents import Shop, balance
from transactional.assistant.models import Conversation, ConversationTurn
from transactional.checks import check_tenant
from transactional.identity.models import Account, Membership
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Session
from transactional.report.models import ReportRun, RunPart

FILE = b"a file of mine"
Asked = Callable[..., Login]


def archive(answer: httpx2.Response) -> dict[str, Any]:
    """What an archive holds, by the names in it."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as opened:
        read = {name: opened.read(name) for name in opened.namelist()}
    return {name: json.loads(each) if name.endswith(".json") else each for name, each in read.items()}


def use(session: Session, user: Login) -> None:
    """A user who has asked the assistant and had a file made."""
    talk = Conversation(id=new_id(), title="About me")
    insert_all(session, [talk])
    turn = {"turn_number": 1, "question": "who am I", "status": "answered", "reply": {}}
    insert_all(session, [ConversationTurn(conversation_id=talk.id, **turn)])
    run = ReportRun(id=new_id(), user_id=user.user_id, name="Mine", definition={}, format="csv", state="done")
    insert_all(session, [run])
    insert_all(session, [RunPart(run_id=run.id, position=1, content=FILE)])


@pytest.mark.feature("USER-08")
def test_the_archive_holds_every_row_about_a_person_and_no_secret(
    services: Services, http: TestClient, make_user: Asked, make_role: Callable[..., Any]
) -> None:
    clerk = make_user("lin", make_role("CLERK", "user.read")["code"])
    own = Principal(clerk.tenant_id, clerk.user_id, permissions=frozenset({"*"}), channel="test")
    with services.database.transaction(own) as session:
        use(session, clerk)
    told = archive(clerk.http.get("/api/auth/me/personal-data"))
    assert told["identity.users.json"][0]["email"] == "lin@acme.test"
    assert told["identity.user_roles.json"][0]["user_id"] == str(clerk.user_id)
    assert told["identity.logins.json"][0]["username"] == "lin@acme.test"
    assert told["assistant.conversation_turns.json"][0]["question"] == "who am I"
    assert [each for name, each in told.items() if name.startswith("files/")] == [FILE]
    contents = told["contents.json"]["contents"]
    assert contents == {
        name: len(rows) if isinstance(rows, list) else 1 for name, rows in told.items() if name != "contents.json"
    }
    written = json.dumps({name: rows for name, rows in told.items() if isinstance(rows, list)})
    for secret in ("argon2", "password_hash", "refresh_hash", "admin@acme.test"):
        assert secret not in written
    # The same for whoever may take it for others, and for nobody else.
    path = f"/api/user/users/{clerk.user_id}/personal-data"
    assert archive(http.get(path)).keys() >= told.keys()
    problem(clerk.http.get(path), 403, "not_allowed")
    problem(http.get(f"/api/user/users/{new_id()}/personal-data"), 404, "not_found")
    log = http.get("/api/system/audit-log", params={"action": "export"}).json()["items"]
    assert {each["row_id"] for each in log if each["table_name"] == "person.user"} == {str(clerk.user_id)}


@pytest.mark.feature("USER-08")
def test_who_has_open_duties_is_not_erased_and_they_are_named(
    http: TestClient, make_user: Asked, shop: Shop, item_id: str
) -> None:
    seller = make_user("sam")
    employee = created(
        http.post("/api/organization/employees", json={"number": "E7", "name": "Sam", "user_id": str(seller.user_id)})
    )
    party = {"code": "C9", "name": "Nine", "currency_code": "EUR", "salesperson_id": employee["id"]}
    customer = created(http.post("/api/scm/customers", json=party))
    order = created(
        http.post(
            "/api/sales/orders",
            json={
                "company_id": str(shop.company_id),
                "customer_id": customer["id"],
                "salesperson_id": employee["id"],
                "lines": [{"item_id": item_id, "qty": "2"}],
            },
        )
    )
    path = f"/api/user/users/{seller.user_id}/erase"
    refused = problem(http.post(path), 409, "open_duties")
    assert f"sales_order {order['number']}" in refused["detail"]
    assert "customer C9" in refused["detail"]
    named = problem(http.post(path, headers={"Accept-Language": "zh"}), 409, "open_duties")
    assert named["detail"] != refused["detail"]
    assert "closed or cancelled" in refused["detail"]
    # Nothing of it was done by halves.
    assert seller.http.get("/api/auth/me").json()["name"] == "sam"
    of_customer = problem(http.post(f"/api/scm/customers/{customer['id']}/erase"), 409, "open_duties")
    assert f"sales_order {order['number']}" in of_customer["detail"]

    assert http.post(f"/api/sales/orders/{order['id']}/cancel", json={}).status_code == 200
    handed_over = {
        "salesperson_id": None,
        "version": http.get(f"/api/scm/customers/{customer['id']}").json()["version"],
    }
    assert http.patch(f"/api/scm/customers/{customer['id']}", json=handed_over).status_code == 200
    assert http.post(path).json()["state"] == "asked"
    assert seller.http.get("/api/auth/me").status_code == 401
    assert http.get(f"/api/organization/employees/{employee['id']}").json()["name"].startswith("erased-")
    erased = http.post(f"/api/scm/customers/{customer['id']}/erase").json()
    assert http.get(f"/api/scm/customers/{customer['id']}").json()["name"] == erased["pseudonym"]
    assert http.get(f"/api/user/erasures/{erased['id']}").json()["subject_id"] == customer["id"]


@pytest.mark.feature("USER-08")
def test_only_who_may_erases_and_somebody_has_to_stay(
    http: TestClient, admin: Login, make_user: Asked, make_role: Callable[..., Any], make_tenant: Callable[[str], Login]
) -> None:
    clerk = make_user("lin", make_role("CLERK", "user.read", "user.update", "person.export")["code"])
    problem(clerk.http.post(f"/api/user/users/{admin.user_id}/erase"), 403, "not_allowed")
    problem(clerk.http.get("/api/user/erasures"), 403, "not_allowed")
    problem(http.post(f"/api/user/users/{admin.user_id}/erase"), 409, "last_admin")
    problem(http.post(f"/api/user/users/{new_id()}/erase"), 404, "not_found")
    stranger = make_tenant("zenith")
    problem(stranger.http.post(f"/api/user/users/{clerk.user_id}/erase"), 404, "not_found")
    problem(stranger.http.get(f"/api/user/users/{clerk.user_id}/personal-data"), 404, "not_found")
    assert clerk.http.get("/api/auth/me").status_code == 200


@pytest.mark.feature("USER-08")
def test_a_way_in_that_leads_elsewhere_too_stays_open_there(
    services: Services, http: TestClient, admin: Login, make_user: Asked, make_tenant: Callable[[str], Login]
) -> None:
    guest, other = make_user("guest"), make_tenant("zenith")
    body = {"username": "second@zenith.test", "name": "Guest", "password": "nine quiet herons by noon"}
    there = created(other.http.post("/api/user/users", json=body))
    with services.database.outside_tenants() as session:
        account_id = session.query(Account.id).filter(Account.username == "guest@acme.test").scalar()
        session.add(Membership(account_id=account_id, tenant_of_user=other.tenant_id, user_id=UUID(there["id"])))
    assert http.post(f"/api/user/users/{guest.user_id}/erase").status_code == 200
    credentials = {"username": "guest@acme.test", "password": PASSWORD}
    assert http.post("/api/auth/token", data=credentials | {"tenant": "zenith"}).json()["tenant"]["slug"] == "zenith"
    problem(http.post("/api/auth/token", data=credentials | {"tenant": "acme"}), 403, "account_disabled")
    assert guest.http.get("/api/auth/me").status_code == 401


@pytest.mark.feature("USER-08")
def test_a_supplier_is_forgotten_once_nothing_waits_and_the_ledger_stays(
    services: Services, as_admin: Principal, http: TestClient, shop: Shop, item_id: str
) -> None:
    body = {"code": "S9", "name": "Ida Canary", "currency_code": "EUR", "email": "ida@canary.test", "phone": "555-0199"}
    supplier = created(http.post("/api/scm/suppliers", json={**body, "country_code": "DE"}))
    path = f"/api/scm/suppliers/{supplier['id']}"
    account = {"supplier_id": supplier["id"], "iban": "DE89370400440532013000"}
    created(http.post("/api/scm/supplier-bank-accounts", json=account))
    order = {
        "company_id": str(shop.company_id),
        "supplier_id": supplier["id"],
        "ordered_on": "2026-03-16",
        "lines": [{"item_id": item_id, "qty": "10", "unit_price": "12"}],
    }
    made = created(http.post("/api/purchase/orders", json=order, params={"confirm": "true"}))
    assert f"purchase_order {made['number']}" in problem(http.post(f"{path}/erase"), 409, "open_duties")["detail"]
    assert http.get(path).json()["name"] == "Ida Canary"
    created(http.post(f"/api/purchase/orders/{made['id']}/receive", json={"received_on": "2026-03-17"}))
    bill = {"external_number": "R-1", "invoiced_on": "2026-03-18"}
    invoice = created(http.post(f"/api/purchase/orders/{made['id']}/invoice", json=bill))
    assert invoice["number"] in problem(http.post(f"{path}/erase"), 409, "open_duties")["detail"]
    left = {"settled_on": "2026-03-20", "allocations": [{"invoice_id": invoice["id"], "write_off_amount": "144"}]}
    created(http.post("/api/finance/settlements", json=left))
    told = archive(http.get(f"{path}/personal-data"))
    assert told["scm.suppliers.json"][0]["email"] == "ida@canary.test"
    assert told["scm.supplier_bank_accounts.json"][0]["iban"] == account["iban"]

    assert http.post(f"/api/purchase/orders/{made['id']}/close").status_code == 200
    with services.database.transaction(as_admin) as session:
        before = {code: balance(session, code) for code in ("1300", "2100", "2110")}
    erased = http.post(f"{path}/erase").json()
    found = http.get(path).json()
    assert (found["name"], found["email"], found["phone"]) == (erased["pseudonym"], None, None)
    kept = http.get("/api/scm/supplier-bank-accounts", params={"supplier_id": supplier["id"]}).json()["items"]
    assert account["iban"] not in json.dumps(kept)
    assert http.get("/api/scm/suppliers", params={"q": "Canary"}).json()["items"] == []
    assert http.get(f"/api/purchase/invoices/{invoice['id']}").json()["party_id"] == supplier["id"]
    with services.database.transaction(as_admin) as session:
        assert {code: balance(session, code) for code in before} == before
        assert check_tenant(session) == []


@pytest.mark.feature("USER-08")
def test_an_employee_without_an_account_takes_the_file_along_and_is_forgotten(http: TestClient) -> None:
    boss = created(http.post("/api/organization/employees", json={"number": "E8", "name": "Bea Boss"}))
    person = {"number": "E9", "name": "Wim Canary", "job_title": "Welder", "manager_id": boss["id"]}
    employee = created(http.post("/api/organization/employees", json=person))
    file = {"employee_id": employee["id"], "born_on": "1967-08-09", "gender": "M"}
    kept = created(http.post("/api/hr/employee-files", json=file))
    pay = {"employee_id": employee["id"], "valid_from": "2026-01-01", "hourly_rate": "31.5"}
    created(http.post("/api/hr/employee-pays", json=pay))
    path = f"/api/organization/employees/{employee['id']}"
    told = archive(http.get(f"{path}/personal-data"))
    assert told["organization.employees.json"][0]["name"] == "Wim Canary"
    assert told["organization.employee_files.json"][0]["born_on"] == "1967-08-09"
    assert told["organization.employee_pays.json"][0]["valid_from"] == "2026-01-01"
    of_boss = problem(http.post(f"/api/organization/employees/{boss['id']}/erase"), 409, "open_duties")
    assert "employee E9" in of_boss["detail"]

    erased = http.post(f"{path}/erase").json()
    assert (erased["subject_kind"], erased["state"]) == ("employee", "asked")
    assert http.post(f"{path}/erase").json()["id"] == erased["id"]
    found = http.get(path).json()
    assert (found["name"], found["job_title"], found["is_active"]) == (erased["pseudonym"], None, False)
    problem(http.get(f"/api/hr/employee-files/{kept['id']}"), 404, "not_found")
    assert http.get("/api/hr/employee-pays", params={"employee_id": employee["id"]}).json()["items"] == []


@pytest.mark.feature("USER-08")
def test_an_employee_with_an_account_is_told_and_forgotten_as_the_user(http: TestClient, make_user: Asked) -> None:
    user = make_user("lin")
    person = {"number": "E9", "name": "Lin Canary", "user_id": str(user.user_id)}
    employee = created(http.post("/api/organization/employees", json=person))
    path = f"/api/organization/employees/{employee['id']}"
    assert archive(http.get(f"{path}/personal-data"))["identity.users.json"][0]["email"] == "lin@acme.test"
    erased = http.post(f"{path}/erase").json()
    assert (erased["subject_kind"], erased["subject_id"]) == ("user", str(user.user_id))
    assert http.get(path).json()["name"] == erased["pseudonym"]
    assert user.http.get("/api/auth/me").status_code == 401


@pytest.mark.feature("USER-08")
def test_orders_handed_over_invoiced_and_paid_hold_nobody_up(http: TestClient, shop: Shop, item_id: str) -> None:
    customer = created(
        http.post("/api/scm/customers", json={"code": "C9", "name": "Ida Canary", "currency_code": "EUR"})
    )
    order = {
        "company_id": str(shop.company_id),
        "customer_id": customer["id"],
        "ordered_on": "2026-03-16",
        "lines": [{"item_id": item_id, "qty": "2", "unit_price": "12"}],
    }
    made = created(http.post("/api/sales/orders", json=order))
    path, erase = f"/api/sales/orders/{made['id']}", f"/api/scm/customers/{customer['id']}/erase"
    assert http.post(f"{path}/confirm").status_code == 200
    assert f"sales_order {made['number']}" in problem(http.post(erase), 409, "open_duties")["detail"]
    created(http.post(f"{path}/deliver", json={"delivered_on": "2026-03-17"}))
    assert f"sales_order {made['number']}" in problem(http.post(erase), 409, "open_duties")["detail"]
    invoice = created(http.post(f"{path}/invoice", json={"invoiced_on": "2026-03-18"}))
    refused = problem(http.post(erase), 409, "open_duties")["detail"]
    assert invoice["number"] in refused
    assert made["number"] not in refused
    left = {"invoice_id": invoice["id"], "write_off_amount": invoice["total_amount"]}
    created(http.post("/api/finance/settlements", json={"settled_on": "2026-03-20", "allocations": [left]}))
    assert http.get(path).json()["state"] == "confirmed"
    assert http.post(erase).json()["state"] == "asked"
