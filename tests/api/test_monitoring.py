"""What the program measured of itself, over HTTP: curves, the slowest by release, traces of a breach."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from api.context import Services
from api.latencies import LatencyKeeper
from api.routers.monitor.performance import compared, merged
from runtime.latencies import BUCKETS, Kind, Latencies, LatencyBook, percentile_ms
from runtime.measurements import Measurements, Series
from runtime.settings import Settings
from runtime.trace_store import Tracer
from tests.api.conftest import Login, problem
from transactional.kernel.ids import new_id
from transactional.kernel.principal import system_principal
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Database
from transactional.platform.services.keep_latencies import keep_latencies
from transactional.report.models import AlertBreach, AlertRule

CURVES = "/api/monitor/measurements"
SLOWEST = "/api/monitor/performance"
TRACES = "/api/monitor/traces"


@pytest.fixture
def measured(services: Services, tmp_path: Path) -> Measurements:
    services.settings = services.settings.model_copy(update={"home": tmp_path})
    return Measurements(tmp_path)


@pytest.fixture
def tracer(services: Services, tmp_path: Path) -> Iterator[Tracer]:
    services.tracer = Tracer(services.settings.model_copy(update={"trace_share": 1e-9, "home": tmp_path}), "API")
    yield services.tracer
    services.tracer.close()
    shutil.rmtree(tmp_path / "traces", ignore_errors=True)


def latencies(*milliseconds: float) -> Latencies:
    found = Latencies()
    for each in milliseconds:
        found.add(each)
    return found


@pytest.mark.feature("5.7.5")
def test_curves_are_drawn_from_what_was_stored(http: TestClient, measured: Measurements) -> None:
    now = datetime.now(UTC)
    sizes = [Series.of("qooerp_database_table_bytes", table=name) for name in ("sales.orders", "kernel.audit_log")]
    disk = {state: Series.of("qooerp_disk_bytes", state=state) for state in ("free", "total")}
    logs = Series.of("qooerp_log_bytes")
    for hour in range(24):
        at = now - timedelta(hours=24 - hour)
        values = {sizes[0]: 10.0, sizes[1]: 100.0 + hour, logs: 5.0 * hour}
        # A disk of 1,000 that loses 2 an hour has, with 100 left, two days and a bit.
        measured.append(at, values | {disk["total"]: 1000.0, disk["free"]: 146.0 - 2 * hour})
    told = http.get(f"{CURVES}/table_bytes", params={"minutes": 1500}).json()
    assert (told["unit"], told["labels"], [each["member"] for each in told["curves"]]) == (
        "bytes",
        ["table"],
        ["kernel.audit_log", "sales.orders"],
    )
    assert [value for _, value in told["curves"][0]["points"]] == [100.0 + hour for hour in range(24)]
    [days] = http.get(f"{CURVES}/disk_days_to_full", params={"minutes": 1500}).json()["curves"]
    assert days["last"] == pytest.approx(100 / 48, rel=1e-6)
    [share] = http.get(f"{CURVES}/disk_free_share", params={"minutes": 1500}).json()["curves"]
    assert share["last"] == pytest.approx(0.1)
    [growth] = http.get(f"{CURVES}/log_growth_bytes", params={"minutes": 1500}).json()["curves"]
    assert growth["last"] == 115.0
    assert http.get(f"{CURVES}/disk_free_share", params={"minutes": 5}).json()["curves"] == []
    earlier: dict[str, Any] = {"minutes": 60, "until": (now - timedelta(hours=16, minutes=30)).isoformat()}
    [point] = http.get(f"{CURVES}/log_bytes", params=earlier).json()["curves"]
    assert point["last"] == 35.0
    names = ["log_bytes", "disk_days_to_full", "table_bytes"]
    at_once = http.get("/api/monitor/curves", params={"names": names, **earlier}).json()["items"]
    assert at_once == [http.get(f"{CURVES}/{name}", params=earlier).json() for name in names]
    assert [len(each["curves"]) for each in at_once] == [1, 1, 2]
    refused = problem(http.get("/api/monitor/curves", params={"names": ["log_bytes", "luck"]}), 422)
    assert [each["path"] for each in refused["errors"]] == ["names/1"]
    assert "disk_days_to_full" in refused["errors"][0]["reason"]


@pytest.mark.feature("5.7.3")
@pytest.mark.feature("5.7.4")
@pytest.mark.feature("5.7.6")
def test_processor_memory_and_network_are_told_by_instance(http: TestClient, measured: Measurements) -> None:
    now = datetime.now(UTC)
    one, other = ({"service": "API", "instance_id": number} for number in ("1", "2"))
    for number in range(20):
        # The first takes a third of a processor, and a whole one in the second half: that is a load test.
        busy = 5.0 * number if number < 10 else 50.0 + 15.0 * (number - 10)
        measured.append(
            now - timedelta(seconds=15 * (20 - number)),
            {
                Series.of("qooerp_process_cpu_seconds_total", **one): busy,
                Series.of("qooerp_process_cpu_seconds_total", **other): 1.5 * number,
                Series.of("qooerp_process_memory_bytes", **one): 100.0 + number,
                Series.of("qooerp_memory_limit_bytes"): 1000.0,
                Series.of("qooerp_host_network_bytes_total", direction="sent"): 300.0 * number,
                Series.of("qooerp_host_network_errors_total", direction="sent"): 3.0 * number,
                Series.of("qooerp_process_connections", **one): 7.0,
                Series.of("qooerp_database_pool_connections", state="in_use"): 12.0,
                Series.of("qooerp_database_pool_size"): 16.0,
                Series.of("qooerp_database_pool_waiting"): float(number >= 15) * 4,
            },
        )
    told = {name: http.get(f"{CURVES}/{name}").json()["curves"] for name in _BY_INSTANCE}
    first, second = told["cpu_share"]
    assert (first["member"], second["member"]) == ("API 1", "API 2")
    shares = [round(value, 6) for _, value in first["points"]]
    assert shares[:9] == [0.333333] * 9
    assert shares[-9:] == [1.0] * 9, "the rise under load is seen"
    assert second["last"] == pytest.approx(0.1)
    assert told["memory_growth_share"][0]["last"] == pytest.approx(0.19)
    assert told["memory_share"][0]["last"] == pytest.approx(0.119)
    assert told["network_rate"][0]["last"] == pytest.approx(20.0)
    assert told["network_error_rate"][0]["last"] == pytest.approx(0.2)
    assert told["connection_count"][0]["last"] == 7
    assert told["pool_share"][0]["last"] == 0.75
    assert [value for _, value in told["pool_waiting_count"][0]["points"]] == [0.0] * 15 + [4.0] * 5


_BY_INSTANCE = (
    "cpu_share",
    "memory_growth_share",
    "memory_share",
    "network_rate",
    "network_error_rate",
    "connection_count",
    "pool_share",
    "pool_waiting_count",
)


@pytest.mark.feature("5.7.8")
def test_requests_and_statements_are_kept_by_route_and_day(
    http: TestClient, services: Services, tracer: Tracer, admin: Login
) -> None:
    for _ in range(3):
        http.get("/api/scm/customers")
    http.get(f"/api/scm/customers/{uuid4()}")
    keeper = LatencyKeeper(services.latencies, services.database)
    keeper.keep()
    http.get("/api/scm/customers")
    keeper.keep()
    found = {each["name"]: each for each in http.get(SLOWEST).json()["items"]}
    assert found["GET /api/scm/customers"]["request_count"] == 4, "added to, not written anew"
    assert found["GET /api/scm/customers/{id}"]["request_count"] == 1
    route = found["GET /api/scm/customers"]
    assert 0 < route["p95_ms"] <= route["total_ms"] * 1.1
    assert route["is_slower"] is False
    statements = http.get(SLOWEST, params={"kind": "sql", "order": "total_ms"}).json()["items"]
    assert any("scm.customers" in each["name"] for each in statements)
    totals = [each["total_ms"] for each in statements]
    assert totals == sorted(totals, reverse=True)


@pytest.mark.feature("5.7.8")
def test_a_release_that_is_a_fifth_slower_on_a_route_is_marked(
    http: TestClient, admin: Login, services: Services
) -> None:
    today = datetime.now(UTC).date()
    by = system_principal(admin.tenant_id, channel="test")
    steady, slower, rare = ("GET /api/steady", "GET /api/slower", "GET /api/rare")

    def keep(release: str, on: date, took: dict[str, Latencies]) -> None:
        with services.database.transaction(by) as session:
            routes: dict[tuple[Kind, str], Latencies] = {("route", name): each for name, each in took.items()}
            keep_latencies(session, routes, release=release, on=on)

    plain = latencies(*[100.0] * 50)
    keep("1.0", today - timedelta(days=2), {steady: plain, slower: plain, rare: latencies(*[100.0] * 5)})
    keep("1.1", today - timedelta(days=1), {steady: latencies(*[105.0] * 50), slower: latencies(*[130.0] * 30)})
    keep("1.1", today, {slower: latencies(*[130.0] * 30), rare: latencies(*[900.0] * 5)})
    found = {(each["name"], each["release"]): each for each in http.get(SLOWEST).json()["items"]}
    marked = found[slower, "1.1"]
    assert (marked["is_slower"], marked["release_before"], marked["request_count"]) == (True, "1.0", 60)
    assert marked["change_share"] >= 0.2
    assert (marked["first_on"], marked["last_on"]) == (str(today - timedelta(days=1)), str(today))
    assert not found[steady, "1.1"]["is_slower"]
    assert found[rare, "1.1"]["change_share"] is None, "five requests say nothing"
    ordered = http.get(SLOWEST, params={"order": "change_share", "release": "1.1"}).json()["items"]
    assert ordered[0]["name"] == slower
    assert {each["release"] for each in ordered} == {"1.1"}


def test_what_could_not_be_kept_is_kept_later(settings: Settings) -> None:
    book, tenant = LatencyBook(), new_id()
    book.note(tenant, "route", "GET /api/a", 5.0)
    away = Database("postgresql://nobody:nothing@127.0.0.1:1/none")
    LatencyKeeper(book, away).keep()
    book.note(tenant, "route", "GET /api/a", 7.0)
    [(key, counted)] = book.take().items()
    assert (key, counted.count, counted.total_ms) == ((tenant, "route", "GET /api/a"), 2, 12.0)
    away.close()


def test_percentiles_are_known_to_within_a_bucket() -> None:
    assert percentile_ms([0] * BUCKETS, 0.95) == 0
    assert 95 <= latencies(*map(float, range(1, 101))).p95_ms < 95 * 1.1
    assert latencies(1e9).p95_ms > 50_000
    assert compared(merged([]), []) == []


@pytest.mark.feature("ARCH-17")
def test_from_an_alert_one_comes_to_its_traces_and_from_a_trace_to_its_log_lines(
    http: TestClient, services: Services, tracer: Tracer, admin: Login, make_tenant: Callable[[str], Login],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("api.calls.to_json", lambda _: 1 / 0)
    failed = http.post("/api/scm/customers", json={"code": "C9", "name": "Nine", "currency_code": "EUR"})
    monkeypatch.undo()
    trace_id = problem(failed, 500)["trace_id"]
    tracer.close()
    breach_id = _breach(services, admin, datetime.now(UTC))
    found, *_ = http.get(TRACES, params={"breach_id": str(breach_id)}).json()["items"]
    assert (found["trace_id"], found["is_error"], found["status"]) == (trace_id, True, 500)
    assert found["name"] == "POST /api/scm/customers"
    services.settings.log_dir.mkdir(parents=True, exist_ok=True)
    log = services.settings.log_dir / "api.log"
    log.write_text(f'{{"trace_id": "{trace_id}", "message": "unexpected", "tenant_id": null}}\n', encoding="utf-8")
    shown = http.get(f"/api/system/traces/{trace_id}").json()
    log.unlink()
    assert [each["message"] for each in shown["logs"]] == ["unexpected"]
    # Another breach, of yesterday, has no requests; another tenant sees neither breach nor trace.
    before = _breach(services, admin, datetime.now(UTC) - timedelta(days=1), closed=True)
    assert http.get(TRACES, params={"breach_id": str(before)}).json()["items"] == []
    other = make_tenant("other")
    problem(other.http.get(TRACES, params={"breach_id": str(breach_id)}), 404)
    assert trace_id not in {each["trace_id"] for each in other.http.get(TRACES).json()["items"]}


def _breach(services: Services, admin: Login, at: datetime, *, closed: bool = False) -> UUID:
    rule = AlertRule(
        id=new_id(), name="Pool", kind="measurement", owner_id=admin.user_id, definition={}, channels=["in_app"],
        user_ids=[str(admin.user_id)], muted_until=None,
    )  # fmt: skip
    values: dict[str, Any] = dict.fromkeys(
        ("figure", "data_version", "closing_figure", "acknowledged_at", "acknowledged_by", "escalated_at")
    )
    breach = AlertBreach(
        id=new_id(), rule_id=rule.id, firing_id=new_id(), member="", expected="", opened_at=at,
        closed_at=at + timedelta(minutes=1) if closed else None, **values,
    )  # fmt: skip
    with services.database.transaction(system_principal(admin.tenant_id, channel="test")) as session:
        insert_all(session, [rule])
        insert_all(session, [breach])
    return breach.id


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{CURVES}/warp_speed", 404),
        (f"{CURVES}/Warp-Speed", 422),
        (f"{CURVES}/cpu_share?minutes=0", 422),
        (f"{CURVES}/cpu_share?minutes=many", 422),
        (f"{CURVES}/cpu_share?until=2199-01-01T00:00:00Z", 422),
        (f"{CURVES}/cpu_share?until=yesterday", 422),
        (f"{SLOWEST}?kind=moon", 422),
        (f"{SLOWEST}?days=0", 422),
        (f"{SLOWEST}?order=name", 422),
        (f"{SLOWEST}?limit=501", 422),
        (f"{TRACES}?since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z", 422),
        (f"{TRACES}?since=2026-01-01T00:00:00Z&until=2026-02-01T00:00:00Z", 422),
        (f"{TRACES}?breach_id=7", 422),
        (f"{TRACES}?breach_id=00000000-0000-7000-8000-000000000001&only_errors=maybe", 422),
        (f"{TRACES}?breach_id=00000000-0000-7000-8000-000000000001", 404),
    ],
)
def test_what_means_nothing_is_refused(http: TestClient, path: str, status: int) -> None:
    told = problem(http.get(path), status)
    assert bool(told["errors"]) is (status == 422), told  # what is wrong is named by its field
    assert told["detail"]


def test_only_who_may_see_the_program_sees_it(make_user: Callable[..., Login], http: TestClient) -> None:
    seller = make_user("sam", "salesperson")
    for path in (CURVES, f"{CURVES}/cpu_share", SLOWEST, TRACES):
        problem(seller.http.get(path), 403)
    assert len(http.get(CURVES).json()["items"]) > 20
