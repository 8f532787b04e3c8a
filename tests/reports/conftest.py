"""An office that reads reports: the real application over a published company whose figures are known by heart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from api.app import create_app
from api.context import Services
from olap.engines.duckdb import DuckDBEngine
from olap.service import Numbers
from runtime.postgres import EmbeddedPostgres
from runtime.settings import Settings, load_settings
from tests.olap.company import ACME, TODAY, ZENITH, Row, acme, publish, zenith
from tests.olap.semantics import write_manifest
from transactional.identity.services.create_tenants import NewTenant, create_tenant
from transactional.identity.services.create_users import NewUser, create_users
from transactional.identity.tokens import KeyRing
from transactional.kernel.principal import system_principal
from transactional.kernel.session import Database

PASSWORD = "seven tall cranes at dawn"
ADA, SAM, LIN = (UUID(f"00000000-0000-7000-8000-00000000010{digit}") for digit in "123")
"""The administrator; a salesperson who sees the own invoices only; an analyst who reads Chinese."""


def figures(**more: Any) -> dict[str, list[Row]]:
    """Acme, where Sam wrote the invoices of customer beta and the last one of alpha."""
    company = acme()
    mine = {"line-3-item-bike-300.00", "line-6-item-bike-120.00"}
    lines = [
        line | {"created_by": str(SAM if line["sales_invoice_line_id"] in mine else ADA)}
        for line in company["fct_sales_invoice_lines"]
    ]
    return {**company, "fct_sales_invoice_lines": [*lines, *more.get("lines", [])]}


@dataclass
class Office:
    """The application, its people by name, and the folders behind it."""

    settings: Settings
    services: Services
    numbers: Numbers
    lake: Path
    people: dict[str, TestClient] = field(default_factory=dict)

    def call(self, who: str, method: str, path: str, body: Any = None, *, status: int = 200, **more: Any) -> Any:
        """What a route answers to somebody, and that it answers with the status expected."""
        answer = self.people[who].request(method, path, json=body, **more)
        assert answer.status_code == status, answer.text
        is_json = "json" in answer.headers.get("content-type", "") and answer.content
        return answer.json() if is_json else answer.content

    def load(self, version: int, **more: Any) -> None:
        """Publish the company once more."""
        publish(self.lake, {ACME: figures(**more), ZENITH: zenith()}, version)


@pytest.fixture(scope="module")
def office(server: EmbeddedPostgres, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    home = tmp_path_factory.mktemp("office")
    (home / "lake").mkdir()
    publish(home / "lake", {ACME: figures(), ZENITH: zenith()})
    write_manifest(home / "dbt")
    name = f"t_{uuid4().hex[:12]}"
    server.create_database(name, template)
    settings = load_settings().model_copy(update={"database_name": name})
    services = Services(
        settings, Database(settings.database_url("app")), KeyRing("a key for tests only, and long enough")
    )
    services.hasher = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    numbers = Numbers(DuckDBEngine.over(home / "lake", threads=1), home / "dbt", today=lambda: TODAY)
    app = create_app(settings)
    app.state.services, app.state.numbers = services, (services, numbers)
    made = Office(settings, services, numbers, home / "lake")
    _hire(made)
    with TestClient(app, raise_server_exceptions=False) as anonymous:
        made.people["nobody"] = anonymous
        for person in ("ada", "sam", "lin"):
            token = anonymous.post("/api/auth/token", data={"username": f"{person}@acme.test", "password": PASSWORD})
            client = TestClient(app, raise_server_exceptions=False)
            client.headers["Authorization"] = f"Bearer {token.json()['access_token']}"
            made.people[person] = client
        yield made
    services.close()
    server.drop_database(name)


def _hire(office: Office) -> None:
    at = datetime.now(UTC)
    with office.services.database.transaction(system_principal(UUID(ACME), channel="test")) as session:
        admin = NewUser("ada@acme.test", "Ada", PASSWORD, id=ADA)
        create_tenant(session, NewTenant("acme", "Acme", admin), at=at, hasher=office.services.hasher)
    with office.services.database.transaction(system_principal(UUID(ACME), channel="test")) as session:
        sam = NewUser("sam@acme.test", "Sam", PASSWORD, role_codes=("salesperson",), id=SAM)
        lin = NewUser("lin@acme.test", "Lin", PASSWORD, role_codes=("analyst",), id=LIN, locale="zh")
        create_users(session, [sam, lin], at=at, hasher=office.services.hasher)


@pytest.fixture(scope="module")
def save(office: Office) -> Callable[..., dict[str, Any]]:
    """Saves a report, by default net revenue by customer."""

    def saved(who: str = "ada", name: str = "Revenue", **definition: Any) -> dict[str, Any]:
        body = definition or {
            "question": {
                "metrics": ["net_revenue"],
                "group_by": ["customer"],
                "order_by": ["-net_revenue"],
                "totals": True,
            }
        }
        made: dict[str, Any] = office.call(
            who, "POST", "/api/report/reports", {"name": name, "definition": body}, status=201
        )
        return made

    return saved
