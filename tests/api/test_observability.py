"""Measurements, traces and the status of services: what operators see, and who may see it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from starlette.testclient import TestClient

from ai.models.endpoint import Endpoint
from api.context import Services
from pipelines.raw import state
from runtime.exposition import may_read_metrics
from runtime.instances import DOWN_SECONDS, Heartbeat, instances
from runtime.otlp import readable
from runtime.settings import Settings
from runtime.trace_store import Kept, TraceFiles, Tracer
from runtime.tracing import Trace, current, span
from tests.api.conftest import Login, created, problem
from tests.api.test_order_to_cash import order_body
from tests.factories.documents import Shop
from tests.factories.model_server import model_server
from transactional.kernel.session import Database

TRACE = "0af7651916cd43dd8448eb211c80319c"
SEEN = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}


@pytest.fixture
def tracer(services: Services) -> Iterator[Tracer]:
    """Tracing that keeps only what has to be kept."""
    services.tracer = Tracer(services.settings.model_copy(update={"trace_share": 1e-9}), "API")
    yield services.tracer
    services.tracer.close()


def _spans(services: Services, trace_id: str) -> list[dict[str, Any]]:
    services.tracer.close()
    return services.tracer.files.find(trace_id)


@pytest.mark.feature("ARCH-14")
def test_measurements_are_read_by_prometheus_from_the_monitoring_network_only(
    app: FastAPI, services: Services, http: TestClient, customer: dict[str, Any]
) -> None:
    http.get(f"/api/scm/customers/{customer['id']}")
    http.get(f"/api/scm/customers/{uuid4()}")
    http.get("/api/nowhere/at/all")
    problem(http.get("/metrics"), 403, "not_monitoring")
    inside = TestClient(app, client=("127.0.0.1", 1))
    answer = inside.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    told = {family.name: family for family in text_string_to_metric_families(answer.text)}
    for name in (
        "qooerp_http_requests",
        "qooerp_http_request_seconds",
        "qooerp_http_errors",
        "qooerp_http_requests_shed",
        "qooerp_http_requests_limited",
        "qooerp_http_requests_waiting",
        "qooerp_database_pool_connections",
        "qooerp_database_pool_waiting",
        "qooerp_cache_lookups",
        "qooerp_documents_written",
        "qooerp_build_info",
    ):
        assert name in told, name
    samples = told["qooerp_http_requests"].samples
    read = [each for each in samples if each.labels["route"] == "/api/scm/customers/{id}"]
    assert {(each.labels["method"], each.labels["status"]): each.value for each in read} == {
        ("GET", "2xx"): 1,
        ("GET", "4xx"): 1,
    }
    # Ids, tenants and addresses that nobody serves are no labels: the number of series is bounded.
    assert customer["id"] not in answer.text
    assert "/api/nowhere" not in answer.text
    [written] = [each for each in told["qooerp_documents_written"].samples if each.labels.get("module") == "scm"][:1]
    assert written.value >= 1


def test_whoever_has_the_monitoring_token_reads_from_anywhere(settings: Settings) -> None:
    given = settings.model_copy(
        update={"metrics_token": SecretStr("a token for monitors"), "metrics_networks": "10.1.0.0/16, ::1/128"}
    )
    assert may_read_metrics(given, "203.0.113.9", "Bearer a token for monitors")
    assert not may_read_metrics(given, "203.0.113.9", "Bearer another")
    assert not may_read_metrics(given, "203.0.113.9", "")
    assert may_read_metrics(given, "10.1.7.7", "")
    assert may_read_metrics(given, "::1", "")
    assert not may_read_metrics(given, "127.0.0.1", "")
    assert not may_read_metrics(settings, None, "")


def test_whichever_process_is_asked_answers_for_all_of_them(tmp_path: Path) -> None:
    counting = (
        "from api.telemetry import Telemetry; telemetry = Telemetry(); telemetry._in_flight.set(5)\n"
        "telemetry.count('GET', '/api/a', 200, 0.1); print(telemetry.text().decode())"
    )
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    texts = [
        subprocess.run([sys.executable, "-c", counting], env=environment, capture_output=True, text=True, check=True)
        for _ in range(2)
    ]
    told = {family.name: family.samples for family in text_string_to_metric_families(texts[1].stdout)}
    assert [each.value for each in told["qooerp_http_requests"]] == [2]
    # The first process has ended: its counts stay, how it stood is told no more.
    assert [each.value for each in told["qooerp_http_requests_in_flight"]] == [5]


@pytest.mark.feature("5.7.7")
@pytest.mark.feature("ARCH-16")
@pytest.mark.feature("ARCH-17")
def test_one_trace_leads_from_the_door_to_sql_event_run_and_log(
    services: Services, admin: Login, tracer: Tracer, shop: Shop, item_id: str, make_tenant: Callable[[str], Login]
) -> None:
    body = order_body(shop, item_id)
    made = created(admin.http.post("/api/sales/orders?confirm=true", json=body, headers=SEEN))
    with psycopg.connect(services.settings.database_url("warehouse"), autocommit=True) as connection:
        run_id = _load(connection)
    services.settings.log_dir.mkdir(parents=True, exist_ok=True)
    line = f'{{"trace_id": "{TRACE}", "message": "request", "tenant_id": "%s"}}\n'
    log = services.settings.log_dir / "api.log"
    log.write_text(line % admin.tenant_id + line % uuid4(), encoding="utf-8")
    tracer.close()
    shown = admin.http.get(f"/api/system/traces/{TRACE}").json()
    log.unlink()
    root, *others = shown["spans"]
    assert root["name"] == "POST /api/sales/orders"
    assert (root["tenant_id"], root["user_id"]) == (str(admin.tenant_id), str(admin.user_id))
    assert root["attributes"]["http.status"] == 201
    named = [each["name"] for each in others]
    chain = {"cache", "service", "sql", "outbox", "pipeline run", "land events and rows", "marts, checks, publish"}
    assert chain <= {*named}
    assert {(each["tenant_id"], each["user_id"]) for each in others} == {(str(admin.tenant_id), str(admin.user_id))}
    ids = {each["span_id"] for each in shown["spans"]}
    assert len(ids) == len(shown["spans"])
    assert {each["parent_id"] for each in others} <= ids
    assert any("insert into sales.sales_orders" in each["attributes"].get("sql", "").lower() for each in others)
    assert "sales.order.confirmed" in {event["topic"] for event in shown["events"]}
    assert {event["run_id"] for event in shown["events"]} == {run_id}
    assert made["id"] in {event["aggregate_id"] for event in shown["events"]}
    assert len(shown["logs"]) == 1
    # Another tenant learns nothing, not even that there is such a trace.
    problem(make_tenant("other").http.get(f"/api/system/traces/{TRACE}"), 404)


def _load(connection: psycopg.Connection) -> str:
    """A batch of the pipeline, as its loader records it."""
    state.ensure_state_tables(connection)
    state.ensure_state_tables(connection)
    row = connection.execute("select pg_current_snapshot()::text, clock_timestamp()").fetchone()
    assert row is not None
    cursor, run_id = state.Cursor(1, row[0], 7, row[1]), uuid4()
    state.open_run(connection, cursor, run_id=run_id, kind="micro", rows_loaded={})
    state.settle_run(connection, 7, state="transformed", rows_written={}, checks=[])
    state.mark_published(connection, 7, 3)
    return str(run_id)


@pytest.mark.feature("ARCH-16")
def test_a_call_of_a_model_is_a_span_of_the_trace() -> None:
    trace = Trace(TRACE, is_drawn=True)
    token = current.set(trace)
    try:
        with model_server("{}") as server:
            Endpoint(server.url, "", "a model").complete([], {}, purpose="test")
    finally:
        current.reset(token)
    [call] = [each for each in trace.spans if each.name == "model call"]
    assert call.attributes["model"] == "a model"
    assert call.parent_id == trace.root_id


@pytest.mark.feature("5.7.7")
def test_errors_are_always_kept_and_the_rest_by_share(
    http: TestClient, services: Services, tracer: Tracer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.calls.to_json", lambda _: 1 / 0)
    failed = http.post("/api/scm/customers", json={"code": "C9", "name": "Nine", "currency_code": "EUR"})
    monkeypatch.undo()
    drawn = http.get("/api/scm/customers", headers=SEEN)
    undrawn = http.get("/api/scm/customers")
    assert tracer.share < 1e-6
    kept = _spans(services, problem(failed, 500)["trace_id"])
    assert kept[0]["is_error"]
    assert kept[0]["name"] == "POST /api/scm/customers"
    assert _spans(services, drawn.headers["X-Correlation-Id"])
    assert not _spans(services, undrawn.headers["X-Correlation-Id"])


@pytest.mark.feature("ARCH-16")
def test_tracing_switched_off_notes_nothing_and_changes_no_answer(
    http: TestClient, services: Services, tracer: Tracer, customer: dict[str, Any]
) -> None:
    traced = http.get("/api/scm/customers", headers=SEEN)
    services.tracer = Tracer(services.settings.model_copy(update={"trace_share": 0.0}), "API")
    assert http.get("/api/scm/customers", headers=SEEN).content == traced.content
    assert customer["code"] in traced.text
    trace_id = uuid4().hex
    answer = http.get("/api/scm/customers", headers={"traceparent": f"00-{trace_id}-b7ad6b7169203331-01"})
    assert answer.status_code == 200
    assert not _spans(services, trace_id)
    assert current.get() is None


def test_a_trace_needs_its_right(http: TestClient, make_user: Callable[..., Login]) -> None:
    seller = make_user("sam", "salesperson")
    problem(seller.http.get(f"/api/system/traces/{TRACE}"), 403)
    problem(seller.http.get("/api/system/status"), 403)
    assert http.get("/api/system/status").status_code == 200


def test_spans_nest_and_a_collector_gets_them_whole(tmp_path: Path) -> None:
    trace = Trace("a-made-up-correlation-id", is_drawn=False)
    token = current.set(trace)
    try:
        with pytest.raises(ZeroDivisionError), span("outer"), span("inner", rows=3):
            raise ZeroDivisionError
    finally:
        current.reset(token)
    spans = trace.finish("GET /x", 0, is_error=False, attributes={"http.status": 200})
    root, inner, outer = spans
    assert (inner.name, outer.name) == ("inner", "outer")
    assert inner.parent_id == outer.span_id
    assert outer.parent_id == root.span_id
    kept = Kept(trace.trace_id, str(uuid4()), str(uuid4()), spans)
    exported = readable(kept, service="API", version="1")
    assert len({each.context.trace_id for each in exported if each.context}) == 1
    assert exported[1].attributes is not None
    assert exported[1].attributes["tenant.id"] == kept.tenant_id
    files = TraceFiles(tmp_path, days=1)
    today = datetime.now(UTC).date()
    files.append(kept, "API", today=today - timedelta(days=3))
    files.append(kept, "API", today=today)
    assert len(files.find(trace.trace_id)) == len(spans)


@pytest.mark.feature("5.7.1")
def test_status_lists_instances_and_a_killed_one_turns_red(
    http: TestClient, services: Services, settings: Settings, tmp_path: Path
) -> None:
    settings = services.settings = settings.model_copy(update={"home": tmp_path})
    program = (
        "import sys; from pathlib import Path; from runtime.instances import Heartbeat\n"
        "beat = Heartbeat(Path(sys.argv[1]), 'Worker', checks=lambda: {'database': True}); beat.beat()\n"
        "print('beating', flush=True); sys.stdin.read()"
    )
    own = Heartbeat(settings.home, "API", checks=lambda: {"published_marts": False})
    own.beat()
    command = [sys.executable, "-c", program, str(settings.home)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"beating\n"
        told = http.get("/api/system/status").json()
        worker.kill()
    by_name = {each["service"]: each for each in told["services"]}
    assert by_name["Worker"]["state"] == "ready"
    [instance] = by_name["Worker"]["instances"]
    assert instance["version"]
    assert instance["uptime_seconds"] >= 0
    assert by_name["API"]["instances"][0]["missing"] == ["published_marts"]
    assert (by_name["API"]["state"], told["state"]) == ("not ready", "not ready")
    assert told["checks"]["database"] is True
    later = datetime.fromisoformat(instance["seen_at"]) + timedelta(seconds=DOWN_SECONDS + 0.1)
    [worker_now] = [each for each in instances(settings.home, now=later) if each.service == "Worker"]
    assert worker_now.state(later) == "down"
    # One that ended in good order is not looked for; one that was replaced a minute ago is history.
    own.stop()
    assert not [each for each in instances(settings.home) if each.process == os.getpid()]
    replacing = Heartbeat(settings.home, "Worker")
    replacing.beat()
    much_later = later + timedelta(seconds=70)
    shown = [each for each in instances(settings.home, now=much_later) if each.service == "Worker"]
    assert [each.process for each in shown] == [os.getpid()]
    replacing.stop()


@pytest.mark.feature("5.7.2")
def test_ready_names_what_is_broken_and_recovers_by_itself(
    anonymous: TestClient, services: Services, settings: Settings
) -> None:
    assert anonymous.get("/health/live").json() == {"status": "alive"}
    settings.lake_dir.mkdir(parents=True, exist_ok=True)
    pointer = settings.lake_dir / "version.json"
    pointer.write_text('{"marts": {"fct": 1}}', encoding="utf-8")
    there, away = services.database, Database("postgresql://nobody:nothing@127.0.0.1:1/none")
    services.database = away
    broken = problem(anonymous.get("/health/ready"), 503, "not_ready")
    assert broken["checks"] == {"database": False, "published_marts": True}
    assert "database" in broken["detail"]
    assert "127.0.0.1" not in str(broken)
    assert anonymous.get("/health/live").status_code == 200
    services.database = there
    ready = anonymous.get("/health/ready")
    assert ready.json() == {"status": "ready", "checks": {"database": True, "published_marts": True}}
    assert not any(sign in ready.text for sign in ("0.1.0", "PostgreSQL", "127.0.0.1"))
    pointer.unlink()
    away.close()
