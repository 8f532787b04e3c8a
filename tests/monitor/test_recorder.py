"""Measurements are stored every round, read by name and time, thinned when they are old, and forgotten at last."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from prometheus_client import CollectorRegistry

from api.telemetry import Telemetry
from monitor.host import HostCollector
from monitor.main import Watch
from monitor.recorder import Recorder
from pipelines.raw import state
from pipelines.telemetry import WorkerTelemetry
from runtime.curves import days_to_full, p95_ms, rate_of, spells
from runtime.exposition import serve_metrics
from runtime.measurements import THIN_SECONDS, Measurements, Series, rates
from runtime.settings import Settings
from runtime.technical_metrics import STORED, TECHNICAL_METRICS, curves_of

NOW = datetime(2026, 3, 16, 9, 59, 50, tzinfo=UTC)
FREE = Series.of("qooerp_disk_bytes", state="free")
TOTAL = Series.of("qooerp_disk_bytes", state="total")


def test_what_is_kept_is_read_by_name_and_time(tmp_path: Path) -> None:
    writer = Measurements(tmp_path)
    for number in range(4):
        # The hour ends in between, and another process goes on after the second round.
        writer = Measurements(tmp_path) if number == 2 else writer
        writer.append(NOW + timedelta(seconds=15 * number), {TOTAL: 9.0, FREE: float(number)})
    [half] = (tmp_path / "measurements" / "2026-03-16").glob("10.jsonl")
    with half.open("a", encoding="utf-8") as file:
        file.write('\n{"t": 1, "v": {"0"')
    writer.append(NOW + timedelta(seconds=60), {FREE: 4.0})
    found = Measurements(tmp_path).read({"qooerp_disk_bytes"}, NOW, NOW + timedelta(minutes=2))
    assert [value for _, value in found[FREE]] == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert len(found[TOTAL]) == 4
    assert found[FREE][0][0] == NOW.timestamp()
    assert writer.read({"qooerp_disk_bytes"}, NOW + timedelta(seconds=16), NOW + timedelta(seconds=31))[FREE] == [
        ((NOW + timedelta(seconds=30)).timestamp(), 2.0)
    ]
    assert writer.read({"qooerp_log_bytes"}, NOW, NOW + timedelta(days=1)) == {}
    assert len(writer.read({"qooerp_disk_bytes"}, NOW, NOW + timedelta(days=1), step_seconds=30)[FREE]) == 3
    assert writer.first_at() == datetime(2026, 3, 16, 9, tzinfo=UTC)
    assert Measurements(tmp_path / "nowhere").first_at() is None


def test_old_rounds_are_thinned_and_then_forgotten(tmp_path: Path) -> None:
    writer = Measurements(tmp_path)
    start = NOW.replace(minute=0, second=0)
    for number in range(240):
        writer.append(start + timedelta(seconds=15 * number), {FREE: float(number)})
    everything = ({"qooerp_disk_bytes"}, start - timedelta(days=1), start + timedelta(days=1))
    writer.sweep(start + timedelta(days=2))
    assert len(writer.read(*everything)[FREE]) == 240
    writer.sweep(start + timedelta(days=3))
    writer.sweep(start + timedelta(days=4))
    thinned = writer.read(*everything)[FREE]
    assert [value for _, value in thinned] == [float(number) for number in range(0, 240, THIN_SECONDS // 15)]
    writer.sweep(start + timedelta(days=91))
    assert writer.read(*everything) == {}


@pytest.mark.feature("5.7.3")
@pytest.mark.feature("5.7.6")
def test_every_round_holds_the_figures_of_all_services(settings: Settings, tmp_path: Path) -> None:
    api, worker = Telemetry(), WorkerTelemetry()
    api.count("GET", "/api/a", 200, 0.02)
    api.count("GET", "/api/b", 500, 0.02)
    api._pool_waiting.set(3)
    servers = [serve_metrics(settings, each.registry, port=0) for each in (api, worker)]
    ports = [each.port for each in servers if each is not None]
    own = settings.model_copy(
        update={"home": tmp_path, "api_port": ports[0], "given_worker_metrics_port": ports[1], "given_monitor_port": 1}
    )
    registry = CollectorRegistry()
    registry.register(HostCollector(settings.home, root=psutil.Process()))
    Recorder(own, registry, now=lambda: NOW).look()
    api.count("GET", "/api/a", 200, 0.02)
    Recorder(own, registry, now=lambda: NOW + timedelta(seconds=15)).look()
    found = Measurements(tmp_path).read(STORED, NOW, NOW + timedelta(minutes=1))
    requests = {series.label("status"): [value for _, value in points] for series, points in found.items()
                if series.name == "qooerp_http_requests_total"}  # fmt: skip
    assert requests == {"2xx": [1.0, 2.0], "5xx": [1.0, 1.0]}, "routes are added up"
    assert [value for _, value in found[Series.of("qooerp_database_pool_waiting")]] == [3.0, 3.0]
    assert Series.of("qooerp_pipeline_failed_checks") in found
    [(_, share)] = curves_of(TECHNICAL_METRICS["host_cpu_share"], found)[()]
    assert 0 <= share <= 1
    assert all(curves_of(TECHNICAL_METRICS[name], found) for name in ("cpu_share", "memory_bytes", "disk_free_share"))
    for server in servers:
        assert server is not None
        server.stop()
    # A service that is down has no figures; the round is kept all the same.
    Recorder(own, registry, now=lambda: NOW + timedelta(seconds=30)).look()
    after = Measurements(tmp_path).read(STORED, NOW + timedelta(seconds=30), NOW + timedelta(minutes=1))
    assert {each.name for each in after} >= {"qooerp_disk_bytes", "qooerp_process_memory_bytes"}
    assert "qooerp_http_requests_total" not in {each.name for each in after}


@pytest.mark.feature("5.7.3")
def test_work_shows_as_processor_time_of_the_instance(settings: Settings, tmp_path: Path) -> None:
    own = settings.model_copy(update={"home": tmp_path, "api_port": 1, "given_worker_metrics_port": 1})
    registry, process = CollectorRegistry(), psutil.Process()
    registry.register(HostCollector(settings.home, root=process))
    for number in range(3):
        Recorder(own, registry, now=lambda at=NOW + timedelta(seconds=15 * number): at).look()  # type: ignore[misc]
        began = process.cpu_times().user
        while number == 1 and process.cpu_times().user < began + 1.5:
            sum(range(10_000))
    found = Measurements(tmp_path).read(STORED, NOW, NOW + timedelta(minutes=1))
    curves = {dict(member)["instance_id"]: points for member, points in curves_of(_CPU, found).items()}
    (_, idle), (_, busy) = curves[str(process.pid)]
    assert busy >= 0.1, "a second and a half of fifteen"
    assert idle < busy / 2


_CPU = TECHNICAL_METRICS["cpu_share"]


def test_each_technical_metric_is_worked_out_of_series_that_are_served(settings: Settings) -> None:
    import psycopg  # noqa: PLC0415  # of this test alone

    with psycopg.connect(settings.database_url("warehouse"), autocommit=True) as connection:
        state.ensure_state_tables(connection)
    settings.lake_dir.mkdir(parents=True, exist_ok=True)
    (settings.lake_dir / "confirmed").touch()
    watch, host, api = Watch(settings), CollectorRegistry(), Telemetry()
    watch._up.labels("API", "down").set(0)
    host.register(HostCollector(settings.home, root=psutil.Process()))
    api.count("GET", "/api/a", 200, 0.1)
    api.refuse("bulk")
    registries = (watch.registry, host, api.registry, WorkerTelemetry().registry)
    served = {sample.name for registry in registries for family in registry.collect() for sample in family.samples}
    watch.database.close()
    # Where no control group tells the container's share there is no such series.
    assert STORED - served <= {"qooerp_container_cpu_seconds_total", "qooerp_database_pool_connections"}


def test_rates_and_forecasts_are_those_known_by_hand() -> None:
    assert rates([(0, 10), (10, 30), (20, 5), (25, 15)]) == [(10, 2.0), (20, 0.5), (25, 2.0)]
    day = 86_400.0
    falling = [(hour * 3_600.0, 240.0 - 10 * hour) for hour in range(13)]
    at, days = days_to_full(falling)[-1]
    assert at == 12 * 3_600.0
    assert days == pytest.approx(0.5)
    assert days_to_full(falling[:6]) == [], "five hours say nothing of days"
    assert days_to_full([(at, 100.0) for at, _ in falling]) == []
    assert days_to_full([]) == []
    # What fell more than a week ago no longer counts.
    steady = [(at * day / 4, 1000.0 - 100 * at if at < 4 else 600.0) for at in range(60)]
    assert days_to_full(steady)[-1][0] < 12 * day
    assert spells([(0, 1), (1, 5), (2, 6), (3, 1), (9, 7)], lambda value: value > 4, gap_seconds=3) == [
        ((1, 5), (2, 6)),
        ((9, 7),),
    ]


def test_p95_lies_in_the_bucket_that_holds_it() -> None:
    name = "qooerp_http_request_seconds_bucket"
    history = {
        Series.of(name, le="0.1"): [(0.0, 0.0), (15.0, 90.0)],
        Series.of(name, le="0.5"): [(0.0, 0.0), (15.0, 100.0)],
        Series.of(name, le="+Inf"): [(0.0, 0.0), (15.0, 100.0)],
    }
    [(at, ms)] = p95_ms(history)[()]
    assert at == 15.0
    assert ms == pytest.approx(300.0)
    assert p95_ms({}) == {}
    assert rate_of(name)({}) == {}
