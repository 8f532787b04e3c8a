"""The real application on a real database: HTTP in, HTTP out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.context import Services
from runtime.settings import Settings
from tests.factories.application import application
from tests.factories.documents import Shop, make_item, make_shop, stock_up
from tests.olap.company import acme, publish
from tests.olap.semantics import write_manifest
from transactional.identity.services.create_tenants import NewTenant, create_tenant
from transactional.identity.services.create_users import NewUser
from transactional.identity.tokens import KeyRing
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal, system_principal
from transactional.kernel.session import Database

PASSWORD = "seven tall cranes at dawn"
NOW = datetime.now().astimezone()


@dataclass(frozen=True, slots=True)
class Login:
    """A user of a tenant with a client that carries the token."""

    tenant_id: UUID
    user_id: UUID
    username: str
    http: TestClient
    tokens: dict[str, Any]


@pytest.fixture(scope="session")
def app(home: Path) -> FastAPI:
    assert home.exists()
    return application()


@pytest.fixture
def services(app: FastAPI, settings: Settings) -> Iterator[Services]:
    database = Database(settings.database_url("app"), pool_size=8, max_overflow=30)
    made = Services(settings, database, KeyRing("a key for tests only, and long enough"))
    made.hasher = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    app.state.services = made
    yield made
    made.close()


@pytest.fixture
def anonymous(app: FastAPI, services: Services) -> Iterator[TestClient]:
    assert app.state.services is services
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def make_tenant(services: Services, anonymous: TestClient) -> Callable[[str], Login]:
    """Makes a tenant and signs its administrator in."""

    def make(slug: str) -> Login:
        tenant_id = new_id()
        principal = system_principal(tenant_id, channel="test")
        with services.database.transaction(principal) as session:
            user = create_tenant(
                session,
                NewTenant(slug, slug.title(), NewUser(f"admin@{slug}.test", "Ada", PASSWORD)),
                at=NOW,
                hasher=services.hasher,
            )
        return sign_in(anonymous, tenant_id, user.id, f"admin@{slug}.test")

    return make


def sign_in(anonymous: TestClient, tenant_id: UUID, user_id: UUID, username: str, password: str = PASSWORD) -> Login:
    answer = anonymous.post("/api/auth/token", data={"username": username, "password": password})
    assert answer.status_code == 200, answer.text
    client = TestClient(anonymous.app, raise_server_exceptions=False)
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return Login(tenant_id, user_id, username, client, answer.json())


@pytest.fixture
def admin(make_tenant: Callable[[str], Login]) -> Login:
    return make_tenant("acme")


@pytest.fixture
def http(admin: Login) -> TestClient:
    """The administrator's client."""
    return admin.http


@pytest.fixture
def make_user(admin: Login, anonymous: TestClient) -> Callable[..., Login]:
    """Makes a user with these roles, and signs in."""

    def make(name: str, *roles: str) -> Login:
        body = {"username": f"{name}@acme.test", "name": name, "password": PASSWORD, "roles": list(roles)}
        made = created(admin.http.post("/api/user/users", json=body))
        return sign_in(anonymous, admin.tenant_id, UUID(made["id"]), f"{name}@acme.test")

    return make


@pytest.fixture
def make_role(admin: Login) -> Callable[..., dict[str, Any]]:
    """Makes a role."""

    def make(code: str, *permissions: str, **more: Any) -> dict[str, Any]:
        body = {"code": code, "name": code, "permissions": list(permissions), **more}
        return created(admin.http.post("/api/permission/roles", json=body))

    return make


@pytest.fixture
def as_admin(admin: Login) -> Principal:
    """The administrator as services see them."""
    return Principal(admin.tenant_id, admin.user_id, permissions=frozenset({"*"}), channel="test")


def created(answer: httpx2.Response) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def problem(answer: httpx2.Response, status: int, code: str | None = None) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    if code:
        assert body["code"] == code, body
    return body


@pytest.fixture
def customer(http: TestClient) -> dict[str, Any]:
    return created(http.post("/api/scm/customers", json={"code": "C1", "name": "Crane & Co", "currency_code": "EUR"}))


@pytest.fixture
def shop(services: Services, as_admin: Principal) -> Shop:
    """A company that trades, in the administrator's tenant."""
    with services.database.transaction(as_admin) as session:
        return make_shop(session)


@pytest.fixture
def item_id(services: Services, as_admin: Principal, shop: Shop) -> str:
    """An item, a thousand of it in stock at 10 each."""
    with services.database.transaction(as_admin) as session:
        item = make_item(session, shop)
        stock_up(session, shop, item, "1000", "10")
        return str(item)


@pytest.fixture
def asked(services: Services, admin: Login) -> Callable[..., dict[str, Any]]:
    """Asks as the tenant's administrator, over the company whose figures are known by heart."""
    services.settings.lake_dir.mkdir(parents=True, exist_ok=True)
    publish(services.settings.lake_dir, {str(admin.tenant_id): acme()})
    write_manifest(services.settings.dbt_target_dir)

    def ask(question: str, status: int = 200, by: TestClient | None = None, **more: Any) -> dict[str, Any]:
        answer = (by or admin.http).post("/api/ai/ask", json={"question": question, **more})
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    return ask
