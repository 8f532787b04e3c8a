"""What the monitor serves of host, processes, database, queues and business, and for whom it speaks."""

import subprocess
import sys
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psutil
import psycopg
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from monitor.database import DatabaseCollector
from monitor.host import HostCollector, memory_limit, service_of
from monitor.main import Speaker, Watch, answers
from pipelines.checks.result import CheckResult
from pipelines.raw import state
from pipelines.report import BatchReport
from pipelines.telemetry import WorkerTelemetry
from runtime.exposition import serve_metrics
from runtime.instances import Heartbeat, instances
from runtime.settings import Settings
from transactional.kernel.ids import new_id
from transactional.kernel.outbox import Event, record
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database


def _served(settings: Settings, registry: CollectorRegistry) -> dict[str, dict[tuple[str, ...], float]]:
    """Families by name, each value by its labels, read over HTTP by the library's own parser."""
    server = serve_metrics(settings, registry, port=0)
    assert server is not None
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics") as answer:
            text = answer.read().decode()
    finally:
        server.stop()
    return {
        family.name: {tuple(each.labels.values()): each.value for each in family.samples}
        for family in text_string_to_metric_families(text)
    }


@pytest.mark.feature("ARCH-14")
def test_the_worker_tells_of_its_batches_to_monitors_only(settings: Settings) -> None:
    telemetry = WorkerTelemetry()
    check = CheckResult("row_count", "fct", passed=False, figures={})
    now = datetime.now(UTC) - timedelta(seconds=3)
    told = BatchReport(1, "micro", "published", now, {"a": 2}, {"fct": 5}, [check], 1, None, {"transform": 0.2})
    telemetry.tell(told)
    telemetry.fail()
    found = _served(settings, telemetry.registry)
    assert found["qooerp_pipeline_runs"]["published",] == 1
    assert found["qooerp_pipeline_runs"]["failed",] == 1
    assert found["qooerp_pipeline_runs"]["blocked",] == 0
    assert found["qooerp_pipeline_rows_written"][()] >= 5
    assert found["qooerp_pipeline_failed_checks"][()] == 1
    assert found["qooerp_pipeline_behind_seconds"][()] >= 3
    elsewhere = settings.model_copy(update={"metrics_networks": "10.0.0.0/8"})
    server = serve_metrics(elsewhere, telemetry.registry, port=0)
    assert server is not None
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics")
    assert serve_metrics(elsewhere, telemetry.registry, port=server.port) is None
    server.stop()


def test_host_and_processes_are_measured(settings: Settings) -> None:
    registry = CollectorRegistry()
    registry.register(HostCollector(settings.home, root=psutil.Process()))
    found = _served(settings, registry)
    for name in (
        "qooerp_host_cpu_seconds",
        "qooerp_host_memory_bytes",
        "qooerp_memory_limit_bytes",
        "qooerp_disk_bytes",
        "qooerp_log_bytes",
        "qooerp_host_network_bytes",
        "qooerp_process_cpu_seconds",
        "qooerp_process_memory_bytes",
        "qooerp_process_connections",
    ):
        assert found[name], name
    assert found["qooerp_disk_bytes"]["free",] <= found["qooerp_disk_bytes"]["total",]
    assert 0 < found["qooerp_memory_limit_bytes"][()] == memory_limit()
    assert service_of("/x/python -m cli.serve_api") == "API"
    assert service_of("/x/dagster-daemon run") == "Dagster daemon"
    assert service_of("/bin/sh") == "other"


def test_database_queues_and_business_are_measured(
    settings: Settings, database: Database, principal: Principal, tenant_id: UUID
) -> None:
    collector, registry = DatabaseCollector(settings), CollectorRegistry()
    registry.register(collector)
    with psycopg.connect(settings.database_url("warehouse"), autocommit=True) as connection:
        state.ensure_state_tables(connection)
    first = _served(settings, registry)
    assert first["qooerp_database_up"][()] == 1
    assert first["qooerp_business_events"]["sales.order.confirmed",] == 0
    for _ in range(3):
        with database.transaction(principal) as session:
            record(session, [Event("sales.order.confirmed", "sales.order", new_id(), datetime.now(UTC))])
    second = _served(settings, registry)
    third = _served(settings, registry)
    assert third["qooerp_business_events"]["sales.order.confirmed",] == 3
    assert second["qooerp_business_events"]["sales.order.confirmed",] <= 3
    assert third["qooerp_database_connections_max"][()] > 10
    assert ("deliveries", "waiting") in third["qooerp_queue_length"]
    assert third["qooerp_database_bytes"][()] > 1_000_000
    assert len(third["qooerp_database_table_bytes"]) == 20
    collector.close()
    away = DatabaseCollector(settings.model_copy(update={"database_name": "not_there"}))
    [up, *_] = away.collect()
    assert up.samples[0].value == 0


@pytest.mark.feature("5.7.1")
def test_the_monitor_speaks_for_services_that_cannot_and_counts_the_silent(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    own = settings.model_copy(update={"home": tmp_path_factory.mktemp("spoken_for")})
    sleeping = "import sys; sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", sleeping, "dagster-daemon"], stdin=subprocess.PIPE) as daemon:
        speaker = Speaker(own, root=psutil.Process())
        speaker.look()
        [spoken_for] = instances(own.home)
        assert (spoken_for.service, spoken_for.process) == ("Dagster daemon", daemon.pid)
        daemon.kill()
    speaker.look()
    later = spoken_for.seen_at + timedelta(seconds=9)
    [silent] = instances(own.home, now=later)
    assert silent.state(later) == "down"
    Heartbeat(own.home, "API", checks=lambda: {"database": False}).beat()
    watch = Watch(own)
    watch.look()
    found = {
        (each.labels["service"], each.labels["state"]): each.value
        for family in watch._up.collect()
        for each in family.samples
    }
    assert found["API", "not ready"] == 1
    assert found["API", "down"] == 0
    speaker.stop()
    assert not answers("127.0.0.1", 1, "/")
