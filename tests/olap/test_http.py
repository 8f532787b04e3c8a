"""The routes of figures, over HTTP, with the tokens of three people."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from starlette.types import ASGIApp, Receive, Scope, Send

from api.context import RightsCache
from api.errors import install_handlers
from api.routers.metrics import catalogue, marts, pivot, questions, statements
from api.telemetry import Telemetry
from olap.service import Numbers
from tests.olap.company import ACME
from transactional.kernel.models import AuditRecord
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database

FAR = 3600.0


class _Edge:
    """The little that the outermost layer of the application leaves with each request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["state"] = {"trace_id": "trace", "host": ""}
        await self.app(scope, receive, send)


@pytest.fixture
def client(numbers: Numbers, published: Path, database: Database) -> Iterator[TestClient]:
    rights = RightsCache(clock=lambda: 0.0)
    rights.keep("boss", _person({"*"}), FAR)
    rights.keep(
        "seller",
        _person({"metric.read", "metric.sales.read", "invoice.read"}, hidden_fields=frozenset({"item.cost"})),
        FAR,
    )
    rights.keep("nobody", _person(set()), FAR)
    app = FastAPI()
    app.state.services = SimpleNamespace(
        rights=rights,
        telemetry=Telemetry(),
        hosts=SimpleNamespace(tenant_of=lambda _: None),
        settings=SimpleNamespace(lake_dir=published / "lake", dbt_target_dir=published / "dbt"),
        now=lambda: datetime(2026, 3, 16, 9, 31, tzinfo=UTC),
        database=database,
    )
    app.state.numbers = (app.state.services, numbers)
    install_handlers(app)
    for module in (questions, catalogue, marts, pivot, statements):
        app.include_router(module.router)
    app.add_middleware(_Edge)
    with TestClient(app) as opened:
        yield opened


def _person(rights: set[str], hidden_fields: frozenset[str] = frozenset()) -> Principal:
    return Principal(UUID(ACME), UUID(int=1), permissions=frozenset(rights), hidden_fields=hidden_fields)


def call(client: TestClient, method: str, path: str, *, by: str = "boss", status: int = 200, **more: Any) -> Any:
    """What a route answers, and that it answers with the status expected."""
    answer = client.request(method, f"/api/metrics{path}", headers={"authorization": f"Bearer {by}"}, **more)
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.mark.feature("3.4.15")
def test_figures_come_as_text_with_columns_totals_and_evidence(client: TestClient) -> None:
    body = {
        "metrics": ["net_revenue", "order_count", "discount_rate"],
        "group_by": ["customer"],
        "time": {"start": "2026-01-01", "end": "2026-01-31", "grain": "month"},
        "totals": True,
    }
    answer = call(client, "POST", "/query", json=body)
    assert [column["name"] for column in answer["columns"]][:2] == ["month", "customer"]
    assert answer["columns"][2] == {
        "name": "net_revenue",
        "label": "Net revenue",
        "type": "money",
        "unit": "currency",
        "role": "metric",
        "currency": "EUR",
    }
    assert answer["rows"][0] == {
        "month": "2026-01-01",
        "customer": "Alpha GmbH",
        "net_revenue": "210.00",
        "order_count": 1,
        "discount_rate": "0.192307692307692",
    }
    assert answer["totals"]["net_revenue"] == "510.00"
    assert answer["evidence"]["loaded_at"] == "2026-03-16T09:30:00+00:00"


@pytest.mark.feature("3.4.15")
@pytest.mark.feature("5.2.14")
def test_a_question_that_means_nothing_gets_422_with_its_wrong_parts(client: TestClient) -> None:
    body = {"metrics": ["net_revenue"], "group_by": ["weather"], "where": [{"field": "region", "value": "Mars"}]}
    problem = call(client, "POST", "/query", json=body, status=422)
    assert problem["code"] == "invalid_query"
    assert [(each["path"], each["code"]) for each in problem["errors"]] == [("group_by/0", "unknown_dimension")]
    member = call(client, "POST", "/query", json=body | {"group_by": []}, status=422)
    assert member["errors"][0]["code"] == "unknown_member"
    assert call(client, "POST", "/query", json={"metrics": [], "sql": "select 1"}, status=422)["errors"]


@pytest.mark.feature("PERM-10")
@pytest.mark.feature("FIN-10")
def test_figures_without_the_right_get_403(client: TestClient) -> None:
    margin = call(client, "POST", "/query", json={"metrics": ["gross_margin"]}, by="seller", status=403)
    assert margin["code"] == "metric_forbidden"
    assert "item.cost" in margin["detail"]
    call(client, "POST", "/query", json={"metrics": ["account_balance"]}, by="seller", status=403)
    call(client, "POST", "/query", json={"metrics": ["net_revenue"]}, by="nobody", status=403)
    call(client, "GET", "/marts/dim_customers", by="seller", status=403)
    call(client, "GET", "/statements/balance-sheet", params={"as_of": "2026-03-01"}, by="seller", status=403)


@pytest.mark.feature("3.5.16")
def test_the_catalogue_tells_definitions_in_the_readers_language(client: TestClient) -> None:
    answer = call(client, "GET", "")
    turns = next(metric for metric in answer["metrics"] if metric["name"] == "stock_turns")
    assert turns["expression"] == "cogs / nullif(stock_value_average, 0)"
    assert "item_category" in turns["dimensions"]
    assert [grain["name"] for grain in answer["grains"]][-2:] == ["fiscal_period", "fiscal_year"]
    offered = {metric["name"] for metric in call(client, "GET", "", by="seller")["metrics"]}
    assert answer["shows"][0] == "percent_of_row", "what a cross table can show, in one small answer"
    assert offered == {
        "customer_count",
        "net_revenue",
        "discount_given",
        "list_revenue",
        "discount_rate",
        "order_count",
        "average_order_value",
    }


def test_members_are_found_by_a_part_of_their_name(client: TestClient) -> None:
    answer = call(client, "GET", "/dimension-values", params={"dimension": "customer", "q": "a"})
    assert answer["items"][:2] == ["Alpha GmbH", "Beta SARL"]
    call(client, "GET", "/dimension-values", params={"dimension": "weather"}, status=422)


@pytest.mark.feature("5.2.14")
def test_a_cross_table_over_http(client: TestClient) -> None:
    body = {"metrics": ["net_revenue"], "rows": ["region"], "columns": ["year"]}
    answer = call(client, "POST", "/pivot", json=body)
    assert (answer["columns"][-1]["keys"], answer["columns"][-1]["level"]) == ({}, 0)
    assert answer["rows"][-1]["cells"][-1] == {"net_revenue": "777.51"}


@pytest.mark.feature("5.2.16")
def test_one_steps_from_a_cell_over_http(client: TestClient) -> None:
    body = {"pivot": {"metrics": ["net_revenue"], "rows": ["region"]}, "cell": {"region": "North"}, "to": "customer"}
    answer = call(client, "POST", "/pivot/step", json=body)
    assert answer["query"]["rows"] == ["customer"]
    assert answer["rows"][-1]["cells"][-1] == {"net_revenue": "430.00"}
    assert call(client, "POST", "/pivot", json=answer["query"])["rows"] == answer["rows"]
    wrong = call(client, "POST", "/pivot/step", json=body | {"to": "planet"}, status=422)
    assert (wrong["errors"][0]["path"], wrong["errors"][0]["code"]) == ("to", "unknown_level")


@pytest.mark.feature("5.2.14")
@pytest.mark.feature("5.2.15")
@pytest.mark.parametrize(
    ("wrong", "path", "code", "named"),
    [
        ({"metrics": ["net_revenu"]}, "metrics/0", "unknown_metric", "did you mean net_revenue"),
        ({"rows": ["custmer"]}, "rows/0", "unknown_dimension", "did you mean customer"),
        ({"columns": ["weather"]}, "columns/0", "unknown_dimension", "did you mean"),
        ({"rows": ["warehouse"]}, "rows/0", "incompatible", "it has company"),
        ({"time": {"start": "2026-02-01", "end": "2026-01-01"}}, "time/end", "range_reversed", "before it starts"),
        ({"where": [{"field": "region", "value": "Mars"}]}, "where/0/values", "unknown_member", "known are North"),
        ({"rows": ["region"], "sort": [{"by": "profit"}]}, "sort/0/by", "unknown_column", "net_revenue"),
        ({"top": [{"dimension": "item", "count": 3}]}, "top/0/dimension", "unknown_level", "region"),
        ({"collapsed": [{"item": "Bike"}]}, "collapsed/0", "unknown_level", "parents"),
        ({"metrics": [{"metric": "net_revenue", "show": "magic"}]}, "metrics/0/show", "unknown_show", "running_total"),
        (
            {"metrics": [{"metric": "net_revenue", "window": {"to_date": "decade"}}]},
            "metrics/0/window",
            "unknown_grain",
            "year",
        ),
        (
            {"having": [{"dimension": "planet", "metric": "net_revenue", "value": 1}]},
            "having/0/dimension",
            "unknown_dimension",
            "known are",
        ),
        ({"empty": {"colour": "red"}}, "empty/colour", "extra_forbidden", ""),
    ],
)
def test_a_cross_table_that_cannot_be_gets_422_with_what_would_be_valid(
    client: TestClient, wrong: dict[str, Any], path: str, code: str, named: str
) -> None:
    body = {"metrics": ["net_revenue"], "rows": ["region"], **wrong}
    (problem,) = call(client, "POST", "/pivot", json=body, status=422)["errors"]
    assert problem["path"].removeprefix("body/") == path
    assert problem["code"] == code
    assert named in problem["reason"]


@pytest.mark.feature("5.2.15")
def test_more_than_a_hundred_thousand_cells_get_422(client: TestClient) -> None:
    body = {
        "metrics": [{"metric": "net_revenue", "name": f"figure {number}"} for number in range(20)],
        "rows": ["item", "day"],
        "columns": ["region"],
        "time": {"start": "2024-01-01", "end": "2026-03-16"},
        "empty": {"dates": True},
    }
    answer = call(client, "POST", "/pivot", json=body, status=422)
    assert answer["errors"][0]["code"] == "too_many_cells"
    assert "100,000" in answer["errors"][0]["reason"]
    assert len(call(client, "POST", "/pivot", json=body | {"metrics": ["net_revenue"]})["rows"]) > 2_000


@pytest.mark.feature("5.2.14")
def test_members_are_searched_for_by_text_alone(client: TestClient) -> None:
    problem = call(client, "GET", "/dimension-values", params={"dimension": "region", "q": "\x00"}, status=422)
    assert [(each["path"], each["code"]) for each in problem["errors"]] == [("q", "unreadable")]


@pytest.mark.feature("5.2.16")
@pytest.mark.parametrize(
    ("body", "path", "reason"),
    [
        ({"cell": {"month": "2026-01-15"}}, "cell/month", "no month begins on 2026-01-15"),
        ({"cell": {"day": "9999-12-31"}}, "cell/day", "1900 to 2199"),
        ({"offset": 10**30}, "offset", "is above 1000000000"),
    ],
)
def test_a_cell_that_there_cannot_be_is_named(client: TestClient, body: dict[str, Any], path: str, reason: str) -> None:
    problem = call(client, "POST", "/drill", json={"metric": "net_revenue", **body}, status=422)
    assert [each["path"] for each in problem["errors"]] == [path]
    assert reason in problem["errors"][0]["reason"]


@pytest.mark.feature("5.2.16")
def test_a_step_that_there_is_not_says_so(client: TestClient) -> None:
    step = {"direction": "down", "cell": {"customer": "Alpha GmbH"}}
    body = {"pivot": {"metrics": ["net_revenue"], "rows": ["customer"]}, **step}
    problem = call(client, "POST", "/pivot/step", json=body, status=422)
    assert problem["errors"][0]["reason"] == "customer has no level below it"


@pytest.mark.feature("3.4.15")
def test_a_figure_drills_to_its_invoices(client: TestClient) -> None:
    body = {"metric": "net_revenue", "cell": {"customer": "Alpha GmbH", "month": "2026-01-01"}}
    answer = call(client, "POST", "/drill", json=body)
    (documents,) = answer["inputs"]
    assert answer["value"] == documents["total"] == "210.00"
    assert documents["rows"][0]["invoice_number"] == "SI-2026-00002"


@pytest.mark.feature("5.2.7")
def test_marts_are_downloaded_in_three_formats_and_each_download_is_in_the_audit_log(
    client: TestClient, database: Database
) -> None:
    headers = {"authorization": "Bearer boss"}
    parquet = client.get("/api/metrics/marts/fct_sales_invoice_lines", headers=headers)
    table = pq.read_table(io.BytesIO(parquet.content))
    assert table.num_rows == 7
    assert table.schema.field("revenue_amount").type == pa.decimal128(18, 2)
    arrow = client.get("/api/metrics/marts/dim_items?format=arrow", headers=headers)
    assert pa.ipc.open_stream(arrow.content).read_all().num_rows == 3
    text = client.get("/api/metrics/marts/dim_items?format=csv", headers=headers)
    assert text.text.splitlines()[0] == "tenant_id,item_id,item_name,item_category"
    call(client, "GET", "/marts/dim_secrets", status=404)
    call(client, "GET", "/marts/dim_items", params={"format": "exe"}, status=422)
    with database.transaction(_person({"*"})) as session:
        noted: list[Any] = list(
            session.execute(select(AuditRecord.after).where(AuditRecord.action == "export")).scalars()
        )
    assert sorted((each["mart"], each["format"]) for each in noted if "mart" in each) == [
        ("dim_items", "arrow"),
        ("dim_items", "csv"),
        ("fct_sales_invoice_lines", "parquet"),
    ]
    assert {mart["name"] for mart in call(client, "GET", "/marts")["items"]} >= {"dim_items", "fct_stock_daily"}


@pytest.mark.feature("FIN-08")
@pytest.mark.feature("FIN-09")
def test_statements_balance_over_http(client: TestClient) -> None:
    january = {"start": "2026-01-01", "end": "2026-01-31"}
    trial = call(client, "GET", "/statements/trial-balance", params=january)
    assert trial["is_balanced"]
    assert trial["totals"]["debit_amount"] == trial["totals"]["credit_amount"] == "290.00"
    assert call(client, "GET", "/statements/balance-sheet", params={"as_of": "2026-03-01"})["is_balanced"]
    income = call(client, "GET", "/statements/income-statement", params=january | {"compare": "previous_year"})
    assert income["totals"]["net_revenue_previous"] == "100.00"
    reversed_ = {"start": "2026-02-01", "end": "2026-01-01"}
    call(client, "GET", "/statements/trial-balance", params=reversed_, status=422)
    call(client, "GET", "/statements/trial-balance", params=january | {"group_by": "weather"}, status=422)
    call(client, "GET", "/statements/balance-sheet", params={"as_of": "2026-03-17"}, status=422)
    call(client, "GET", "/statements/balance-sheet", params={"as_of": "2026-03-01", "company": "Other"}, status=403)


def test_health_says_how_fresh_the_figures_are(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    # No database stands behind these routes: what waits to be valued anew is tried in tests/api.
    monkeypatch.setattr("api.calls.Call.read", lambda *_: (3, "2026-03-01"))
    answer = call(client, "GET", "/health")
    assert (answer["provisional_items"], answer["provisional_from"]) == (3, "2026-03-01")
    assert (answer["status"], answer["age_seconds"]) == ("fresh", 60)
