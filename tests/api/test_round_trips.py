"""What was exported is imported again: every collection that takes files says `unchanged`, and nothing is touched."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Table
from starlette.testclient import TestClient

from api.context import Services
from api.documents import DOCUMENT_IMPORTS
from runtime.settings import Settings
from simulator.demo import DemoTenant
from simulator.demo import make_tenant as make_demo
from tests.api.conftest import created, problem
from tests.api.test_document_files import rows_of, upload
from tests.api.test_examples import example_of
from tests.factories.documents import Shop
from transactional.kernel.resource import Field, Resource, fields_of, table_named
from transactional.resources import RESOURCES, resource_of_table

pytestmark = pytest.mark.feature("INT-02")
SMALL = DemoTenant("small", "Small Outdoor GmbH", seed=3, share=1.0)
TUESDAY = date(2026, 3, 17)
TAKEN = [resource for resource in RESOURCES if "import" in resource.actions]
ACCOUNTS = {"account_id": {"code": "6200"}}
FOUND_BY: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "adjustment_reason": ACCOUNTS,
    "asset": ACCOUNTS,
    "budget_line": ACCOUNTS,
    "quotation": {"customer_id": {"currency_code": "EUR"}},
}
"""Which record an example points at, where the first one will not do."""
SAID: Mapping[str, Mapping[str, Any]] = {
    "completion_rule": {"field": "category_id"},
    "purchase_requisition": {"needed_on": "2190-01-01"},
}
"""What an example says otherwise, where what its fields are called does not tell."""


class Company:
    """A company of the demo, and what its example records point at."""

    def __init__(self, app: FastAPI, http: TestClient) -> None:
        """Remember how it is reached."""
        self._app, self.http = app, http
        self._first = cache(self._find)

    def fill(self, resource: Resource) -> None:
        """Nothing: the collection has a record."""
        if not self.http.get(resource.path, params={"limit": 1}).json()["items"]:
            created(self.http.post(resource.path, json=self._body(resource)))

    def _body(self, resource: Resource) -> dict[str, Any]:
        body: dict[str, Any] = {**example_of(self._app, resource.path), **SAID.get(resource.thing, {})}
        body |= self._pointers(resource.thing, resource.fields, resource.points, body)
        for lines in (each for each in resource.lines if each.name in body):
            fields = fields_of(lines.model.__table__)
            body[lines.name] = [line | self._pointers(resource.thing, fields, {}, line) for line in body[lines.name]]
        if resource.thing in {"address", "contact"}:
            body["party_id"] = self._first(table_named("scm.customers"))
        if resource.thing == "item_unit":
            unit = {"code": "CARTON", "name": "Carton"}
            body["unit_id"] = created(self.http.post("/api/inventory/units-of-measure", json=unit))["id"]
        if resource.thing == "landed_cost":
            body["receipt_ids"] = [
                self._first(table_named("purchase.purchase_receipts"), kind="receipt", state="posted")
            ]
        if resource.thing == "budget_line":
            body["month_on"] = self._month(body["budget_id"])
        return body

    def _pointers(
        self, thing: str, fields: Mapping[str, Field], points: Mapping[str, str], body: Mapping[str, Any]
    ) -> dict[str, str]:
        named = {name: (name in fields and fields[name].references) or points.get(name) for name in body}
        asked = FOUND_BY.get(thing, {})
        return {
            name: self._first(table_named(target), **asked.get(name, {})) for name, target in named.items() if target
        }

    def _find(self, table: Table, **asked: str) -> str:
        resource = resource_of_table(table.fullname)
        assert resource is not None
        return str(self.http.get(resource.path, params={"limit": 1, **asked}).json()["items"][0]["id"])

    def _month(self, budget_id: str) -> str:
        year_id = self.http.get(f"/api/finance/budgets/{budget_id}").json()["fiscal_year_id"]
        return str(self.http.get(f"/api/finance/fiscal-years/{year_id}").json()["starts_on"])


@pytest.fixture
def demo(app: FastAPI, settings: Settings, services: Services, anonymous: TestClient) -> Company:
    assert services.settings is settings
    make_demo(settings, SMALL, scale=0.01, today=TUESDAY)
    return Company(app, signed_in(app, settings, anonymous, "admin"))


def signed_in(app: FastAPI, settings: Settings, anonymous: TestClient, role: str) -> TestClient:
    login = {"username": f"{role}@small", "password": settings.secrets.password(f"demo.{role}@small")}
    client = TestClient(app, raise_server_exceptions=False)
    client.headers["Authorization"] = f"Bearer {anonymous.post('/api/auth/token', data=login).json()['access_token']}"
    return client


def export_of(http: TestClient, resource: Resource, kind: str) -> bytes:
    declared = DOCUMENT_IMPORTS.get(resource.thing)
    names = [lines.name for lines in resource.lines]
    shown = declared.lines if declared and declared.lines in names else names[0] if names else None
    answer = http.get(f"{resource.path}/export", params={"format": kind} | ({"lines": shown} if shown else {}))
    assert answer.status_code == 200, answer.text
    return bytes(answer.content)


@pytest.mark.feature("3.3.1")
@pytest.mark.timeout(300)
def test_every_collection_takes_its_own_export_and_nothing_changes(
    app: FastAPI, demo: Company, settings: Settings, anonymous: TestClient
) -> None:
    for resource in TAKEN:
        demo.fill(resource)
    [account] = demo.http.get("/api/scm/supplier-bank-accounts").json()["items"]
    second = signed_in(app, settings, anonymous, "accountant")
    approved = second.post(f"/api/scm/supplier-bank-accounts/{account['id']}/approve")
    assert approved.json()["state"] == "approved", approved.text
    wrong = {}
    for resource in TAKEN:
        before = export_of(demo.http, resource, "csv")
        for kind in ("csv", "parquet", "xlsx") if resource.thing in DOCUMENT_IMPORTS else ("csv",):
            file = {"file": (f"export.{kind}", export_of(demo.http, resource, kind))}
            answer = demo.http.post(f"{resource.path}/import", files=file).json()
            if any(answer.get(count) != 0 for count in ("created", "updated", "failed")) or not answer["unchanged"]:
                wrong[f"{resource.path} {kind}"] = answer
        if export_of(demo.http, resource, "csv") != before:
            wrong[resource.path] = "was touched"
    assert wrong == {}


def test_a_file_that_says_otherwise_of_a_document_is_refused_by_line_and_column(
    http: TestClient, shop: Shop, item_id: str
) -> None:
    path, lines = "/api/sales/orders", [{"item_id": item_id, "qty": qty, "unit_price": "90.5"} for qty in ("2", "3")]
    order = {"company_id": str(shop.company_id), "customer_id": str(shop.customer_id), "ordered_on": "2026-03-16"}
    made = created(http.post(path, json={**order, "lines": lines}))
    text = http.get(f"{path}/export", params={"lines": "lines"}).text
    head, first, second = text.splitlines()
    columns = {name: place for place, name in enumerate(head.split(","))}

    def changed(row: str, column: str, value: str) -> str:
        cells = row.split(",")
        cells[columns[column]] = value
        return ",".join(cells)

    def sent(*rows: str) -> Any:
        return upload(http, path, "\n".join([head, *rows]))

    assert sent(second, first).json()["unchanged"] == 1
    assert rows_of(sent(first, changed(second, "lines.qty", "4"))) == {(3, "lines.qty", "document_kept")}
    other = "2026-03-17"
    moved = sent(changed(first, "ordered_on", other), changed(second, "ordered_on", other))
    assert rows_of(moved) == {(2, "ordered_on", "document_kept")}
    assert rows_of(sent(first)) == {(2, "lines", "document_kept")}
    assert [each["id"] for each in http.get(path).json()["items"]] == [made["id"]]
    # What an export without lines says is known by its id as well.
    assert upload(http, path, http.get(f"{path}/export").text).json()["unchanged"] == 1


@pytest.mark.feature("FIN-10")
def test_each_row_that_the_state_of_things_forbids_is_named(http: TestClient, shop: Shop) -> None:
    path, company = "/api/finance/budget-lines", {"company_id": str(shop.company_id)}
    year = http.get("/api/finance/fiscal-years", params={**company, "code": "2026"}).json()["items"][0]["id"]
    budget = {**company, "fiscal_year_id": year, "name": "Plan"}
    old = created(http.post("/api/finance/budgets", json=budget))["id"]
    assert http.post(f"/api/finance/budgets/{old}/approve").status_code == 200
    new = created(http.post(f"/api/finance/budgets/{old}/revise"))["id"]
    [account] = http.get("/api/finance/accounts", params={**company, "code": "6200"}).json()["items"]
    rows = [(new, "03", "100"), (old, "03", "100"), (new, "04", "0.001"), (new, "05", "100"), (old, "05", "100")]
    file = "budget_id,account_id,month_on,amount\n"
    file += "".join(f"{budget_id},{account['id']},2026-{month}-01,{amount}\n" for budget_id, month, amount in rows)
    told = upload(http, path, file, dry_run="true").json()
    assert [(row["line"], row["column"], row["code"]) for row in told["errors"]] == [
        (3, "", "budget_not_draft"),
        (4, "amount", "too_many_decimals"),
        (6, "", "budget_not_draft"),
    ]
    assert (told["created"], told["failed"]) == (2, 3)
    assert upload(http, path, file, only_good="true").json()["created"] == 2
    # An approved budget is not renamed by a file either.
    renamed = http.get("/api/finance/budgets/export").text.replace(",Plan,", ",Other plan,")
    [line] = [place for place, row in enumerate(renamed.splitlines(), start=1) if row.startswith(old)]
    assert rows_of(upload(http, "/api/finance/budgets", renamed)) == {(line, "", "not_editable")}


@pytest.mark.usefixtures("shop")
def test_a_file_names_what_would_stand_below_itself_and_what_history_depends_on(http: TestClient) -> None:
    units = "code,name,parent\nA,A,\nB,B,A\nC,C,\n"
    assert upload(http, "/api/organization/units", units).json()["created"] == 3
    turned = upload(http, "/api/organization/units", "code,name,parent\nA,A,B\nC,Sea,\n", dry_run="true").json()
    assert [(row["line"], row["column"], row["code"]) for row in turned["errors"]] == [(2, "parent_id", "tree_cycle")]
    assert (turned["updated"], turned["failed"]) == (1, 1)
    assert problem(upload(http, "/api/organization/units", "code,name,parent\nA,A,A\n"), 422, "rows_refused")
