"""An erased person is in no table and no file; figures stay, and a change that was not meant is found."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pyarrow.parquet as pq
import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select
from starlette.testclient import TestClient

from api.app import create_app
from api.context import Services
from pipelines.batches import Pipeline
from pipelines.erasures import Eraser
from pipelines.publish.pointer import read_pointer
from runtime.erased import read_erased
from runtime.settings import Settings
from seals.amending import NotAsSealed
from seals.sealing import seal_new_rows
from seals.verify import verify
from tests.api.conftest import NOW, PASSWORD, Login, created, sign_in
from tests.factories.books import make_books
from tests.pipelines.posting import post_sales
from transactional.assistant.models import Conversation, ConversationTurn, KnowledgeDocument, KnowledgePiece
from transactional.checks import run_checks
from transactional.identity.services.create_tenants import NewTenant, create_tenant
from transactional.identity.services.create_users import NewUser
from transactional.identity.tokens import KeyRing
from transactional.kernel.ids import new_id
from transactional.kernel.outbox import Event, record
from transactional.kernel.principal import Principal, system_principal
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Database
from transactional.ledger.models import AccountRole, JournalLine
from transactional.report.models import Delivery, Notice

CANARY = "kestrel7q9"
USERNAME = f"{CANARY}@acme.test"
NAME, FORMER = f"Quilla {CANARY.title()}", f"{CANARY.title()} Maidenname"
BORN = "1967-08-09"
CUSTOMER, PHONE = f"Peregrine {CANARY.title()}wood", f"+49 30 {CANARY} 55"
PARTY: dict[str, Any] = {
    "code": "C1",
    "name": FORMER + "wood",
    "currency_code": "EUR",
    "email": f"mail@{CANARY}.test",
    "attributes": {"nick": f"{CANARY}chen"},
}
TEXTS = "select table_schema || '.' || table_name from information_schema.tables where table_type = 'BASE TABLE'"


@pytest.fixture
def settings(built_settings: Settings) -> Settings:
    return built_settings


@pytest.fixture
def acme(installation: Settings, database: Database) -> Iterator[Login]:
    """The administrator of a tenant, over the installation's own state folder."""
    services = Services(installation, database, KeyRing("a key for tests only, and long enough"))
    services.hasher = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    app = create_app(installation)
    app.state.services = services
    tenant_id = new_id()
    new = NewTenant("acme", "Acme", NewUser("admin@acme.test", "Ada", PASSWORD))
    with database.transaction(system_principal(tenant_id, channel="test")) as session:
        user = create_tenant(session, new, at=NOW, hasher=services.hasher)
    with TestClient(app, raise_server_exceptions=False) as anonymous:
        yield sign_in(anonymous, tenant_id, user.id, "admin@acme.test")


@pytest.fixture
def superuser_of(installation: Settings) -> Iterator[psycopg.Connection]:
    with psycopg.connect(installation.admin_database_url(), autocommit=True) as connection:
        yield connection


def make_person(acme: Login) -> tuple[UUID, UUID]:
    """A user who is an employee too, and a customer: each renamed once, each in the words of others."""
    user = created(acme.http.post("/api/user/users", json={"username": USERNAME, "name": FORMER, "password": PASSWORD}))
    path = f"/api/user/users/{user['id']}"
    assert acme.http.patch(path, json={"name": NAME, "version": user["version"]}).status_code == 200
    employee = {"number": "E1", "name": NAME, "job_title": f"Head of {CANARY}", "user_id": user["id"]}
    answered = {"Idempotency-Key": "employee"}
    hired = created(acme.http.post("/api/organization/employees", json=employee, headers=answered))
    file = {"employee_id": hired["id"], "born_on": BORN, "marital_status": f"{CANARY}-wed", "gender": "F"}
    created(acme.http.post("/api/hr/employee-files", json=file, headers={"Idempotency-Key": "file"}))
    customer = created(acme.http.post("/api/scm/customers", json=PARTY, headers={"Idempotency-Key": "customer"}))
    changed = {"name": CUSTOMER, "phone": PHONE, "city": f"{CANARY} town", "version": customer["version"]}
    assert acme.http.patch(f"/api/scm/customers/{customer['id']}", json=changed).status_code == 200
    place = {"party_kind": "customer", "party_id": customer["id"], "city": "X", "country_code": "DE"}
    for line in (f"{CANARY} road 1", f"{CANARY} mews"):
        address = created(acme.http.post("/api/scm/addresses", json=place | {"line1": line}))
    # Where one lived before is in the past alone.
    assert acme.http.delete(f"/api/scm/addresses/{address['id']}").is_success
    for name in (f"Care of {NAME}", f"Formerly {CUSTOMER}"):
        created(
            acme.http.post(
                "/api/scm/customers", json={"code": name.split(" ", 1)[0], "name": name, "currency_code": "EUR"}
            )
        )
    wrong = {"username": USERNAME, "password": "not the one at all"}
    assert acme.http.post("/api/auth/token", data=wrong).status_code == 401
    sign_in(acme.http, acme.tenant_id, UUID(user["id"]), USERNAME)
    return UUID(user["id"]), UUID(customer["id"])


def leave_traces(acme: Login, database: Database, user_id: UUID, home: Path) -> None:
    """The person in what was asked, sent and logged."""
    mine = Principal(acme.tenant_id, user_id, permissions=frozenset({"*"}), channel="test")
    with database.transaction(mine) as session:
        talk = Conversation(id=new_id(), title=f"About {NAME}")
        insert_all(session, [talk])
        turn = {"turn_number": 1, "question": f"how is {CANARY}", "status": "answered", "reply": {"text": NAME}}
        insert_all(session, [ConversationTurn(conversation_id=talk.id, **turn)])
        document = KnowledgeDocument(
            id=new_id(), source=f"{NAME}.md", title="Handbook", content_hash="0", state="ready", role_codes=[]
        )
        insert_all(session, [document])
        first, last = NAME.split()
        spelled = f"{first}  {last}, {last.upper()}, {first}; {first}_{last}.txt, {first}\n{last}"
        piece = {"position": 1, "place": "1", "body": f'Ask "{NAME}" or {USERNAME}. {spelled}', "embedding_name": "m"}
        insert_all(session, [KnowledgePiece(document_id=document.id, **piece, embedding=[0.5, 0.25])])
        sent = Delivery(
            id=new_id(), key="k", kind="report", channel="mail", address=USERNAME, next_try_at=NOW, facts={"to": NAME}
        )
        insert_all(session, [sent])
        insert_all(session, [Notice(user_id=user_id, delivery_id=sent.id, title=NAME, body=f"Dear {NAME}")])
        record(session, [Event("crm.person.called", "user", user_id, NOW, {"name": NAME, "phone": PHONE})])
    (home / "logs").mkdir(exist_ok=True)
    line = {"at": str(NOW), "message": f"mail to {NAME}", "address": USERNAME}
    (home / "logs" / "worker.log").write_text(f"{json.dumps(line)}\n{json.dumps({'told': CUSTOMER})}\n")


def sinks(home: Path, connection: psycopg.Connection) -> dict[str, int]:
    """How often the canary or the day of birth stands in each table and in each file of the state folder."""
    found = {}
    for (table,) in connection.execute(
        TEXTS + " and table_schema not in ('pg_catalog', 'information_schema')"
    ).fetchall():
        statement = f"select count(*) from {table} as row_ where row_::text ilike any(%s)"
        [(count,)] = connection.execute(statement.encode(), [[f"%{CANARY}%", f"%{BORN}%"]]).fetchall()
        found[table] = count
    for path in home.rglob("*"):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes().lower()
            if path.suffix == ".parquet":
                content += str(pq.read_table(path, partitioning=None).to_pylist()).lower().encode()
            found[path.relative_to(home).as_posix()] = content.count(CANARY.encode()) + content.count(BORN.encode())
    return {name: count for name, count in found.items() if count}


def totals(database: Database, principal: Principal) -> list[tuple[Any, ...]]:
    statement = select(JournalLine.account_id, func.sum(JournalLine.amount)).group_by(JournalLine.account_id)
    with database.transaction(principal) as session:
        return sorted(map(tuple, session.execute(statement)))


def check_the_past(acme: Login, connection: psycopg.Connection, customer_id: UUID) -> None:
    """The past is told without the person, and whoever repeats a request is answered as before, without it too."""
    past = acme.http.get(f"/api/scm/customers/{customer_id}/history")
    assert past.status_code == 200
    assert CANARY not in past.text.lower()
    wrong = {"username": USERNAME, "password": PASSWORD}
    assert acme.http.post("/api/auth/token", data=wrong).status_code == 401
    again = acme.http.post("/api/scm/customers", json=PARTY, headers={"Idempotency-Key": "customer"})
    assert (again.status_code, again.json()["id"], again.json()["code"]) == (201, str(customer_id), "C1")
    assert CANARY not in again.text.lower()
    made = "table_name = 'organization.employee_files' and action = 'insert'"
    [(file,)] = connection.execute(f"select after from kernel.audit_log where {made}".encode()).fetchall()
    assert file["employee_id"] is not None
    assert [file[name] for name in ("born_on", "marital_status", "gender")] == [None] * 3


@pytest.mark.feature("USER-08")
def test_an_erased_person_is_in_no_table_and_no_file_while_totals_stay(
    acme: Login,
    installation: Settings,
    database: Database,
    make_pipeline: Callable[..., Pipeline],
    superuser_of: psycopg.Connection,
) -> None:
    principal = Principal(acme.tenant_id, acme.user_id, permissions=frozenset({"*"}), channel="test")
    with database.transaction(principal) as session:
        books = make_books(session)
    post_sales(database, principal, books, ["10.00", "20.00"], into=AccountRole.EXPENSE)
    user_id, customer_id = make_person(acme)
    leave_traces(acme, database, user_id, installation.home)
    assert seal_new_rows(installation) is not None
    pipeline = make_pipeline()
    pipeline.run()
    before = totals(database, principal)
    planted = sinks(installation.home, superuser_of)
    assert {"raw.audit_log", "raw.customers", "marts.dim_customers", "identity.logins", "kernel.outbox"} <= set(planted)
    assert {"kernel.idempotency_keys", "organization.employee_files"} <= set(planted)
    assert [name for name in planted if name.startswith("lake/dim_customers/") and name.endswith(".parquet")]
    assert [name for name in planted if "_delta_log" in name]

    for path in (f"/api/user/users/{user_id}", f"/api/scm/customers/{customer_id}"):
        answer = acme.http.post(f"{path}/erase")
        assert answer.status_code == 200, answer.text
        assert answer.json()["state"] == "asked"
        assert acme.http.post(f"{path}/erase").json()["id"] == answer.json()["id"]
    eraser = Eraser(installation, pipeline, keep_seconds=0.0)
    assert eraser.erase_waiting() == 2
    assert {each["state"] for each in acme.http.get("/api/user/erasures").json()["items"]} == {"replaced"}
    named = [(each.subject_kind, each.subject_id) for each in read_erased(installation.home)]
    assert sorted(named) == [("customer", customer_id), ("user", user_id)]
    assert eraser.erase_waiting() == 2
    assert eraser.erase_waiting() == 0

    assert sinks(installation.home, superuser_of) == {}
    [of_customer, of_user] = acme.http.get("/api/user/erasures").json()["items"]
    assert (of_user["state"], of_customer["subject_kind"]) == ("done", "customer")
    assert of_user["places"]["logs/worker.log"] == 2
    assert totals(database, principal) == before
    assert run_checks(installation) == []
    found = verify(installation)
    assert found.broken == ()
    assert any(str(of_user["id"]) in amended for amended in found.amended)
    pointer = read_pointer(installation.lake_dir)
    assert pointer is not None
    shown = acme.http.get(f"/api/user/users/{user_id}").json()
    assert (shown["name"], shown["is_active"]) == (of_user["pseudonym"], False)
    listed = acme.http.get("/api/scm/customers", params={"q": CANARY}).json()["items"]
    assert listed == []
    assert acme.http.get(f"/api/user/users/{user_id}/history").status_code == 200
    check_the_past(acme, superuser_of, customer_id)

    superuser_of.execute("set session_replication_role = replica")
    superuser_of.execute("update kernel.audit_log set trace_id = 'x' where id = (select min(id) from kernel.audit_log)")
    assert [broken.what for broken in verify(installation).broken] == ["a row was changed"]
    second = created(
        acme.http.post("/api/user/users", json={"username": "b@acme.test", "name": "Bo Bell", "password": PASSWORD})
    )
    assert acme.http.post(f"/api/user/users/{second['id']}/erase").status_code == 200
    with pytest.raises(NotAsSealed, match="was changed before"):
        eraser.erase_waiting()
