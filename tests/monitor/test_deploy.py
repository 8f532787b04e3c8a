"""Dashboards and alert rules as they are shipped: of figures that are really served, and firing when they should."""

import json
import os
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import psutil
import psycopg
import pytest
import yaml
from prometheus_client import CollectorRegistry, generate_latest

from api.context import Services
from api.telemetry import Telemetry
from monitor.database import DatabaseCollector
from monitor.host import HostCollector
from monitor.main import Watch
from pipelines.raw import state
from pipelines.report import BatchReport
from pipelines.telemetry import WorkerTelemetry
from runtime.instances import Heartbeat
from runtime.settings import Settings
from tools import grafana
from transactional.identity.tokens import KeyRing
from transactional.kernel.session import Database

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES = DEPLOY / "prometheus" / "alerts.yml"
_NAME = re.compile(r"\bqooerp_[a-z0-9_]+")
_TYPE = re.compile(r"^# TYPE (\S+) (\S+)", re.MULTILINE)


@pytest.fixture
def served(settings: Settings) -> set[str]:
    """The name of every series that API, worker and monitor serve."""
    with psycopg.connect(settings.database_url("warehouse"), autocommit=True) as connection:
        state.ensure_state_tables(connection)
    settings.lake_dir.mkdir(parents=True, exist_ok=True)
    (settings.lake_dir / "confirmed").touch()
    host, database = CollectorRegistry(), CollectorRegistry()
    host.register(HostCollector(settings.home))
    collector = DatabaseCollector(settings)
    database.register(collector)
    watch = Watch(settings)
    told = [Telemetry().registry, WorkerTelemetry().registry, watch.registry, host, database]
    text = "".join(generate_latest(registry).decode() for registry in told)
    collector.close()
    watch.database.close()
    names = set()
    for name, kind in _TYPE.findall(text):
        names |= {name} | ({f"{name}_bucket", f"{name}_sum", f"{name}_count"} if kind == "histogram" else set())
    return names


def _alerts() -> list[str]:
    groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return [rule["expr"] for group in groups for rule in group["rules"]]


def test_every_expression_asks_for_figures_that_are_served(served: set[str]) -> None:
    for expression in (*grafana.expressions(), *_alerts()):
        asked = set(_NAME.findall(expression))
        assert asked or "up{" in expression
        assert asked <= served, (expression, asked - served)


@pytest.mark.feature("ARCH-15")
def test_shipped_dashboards_are_those_declared() -> None:
    shipped = {file.name: file.read_text(encoding="utf-8") for file in grafana.FOLDER.glob("*.json")}
    assert shipped == grafana.texts()
    titles = {json.loads(told)["title"] for told in shipped.values()}
    assert {f"qooerp: {name}" for name in ("Service", "Database", "Queues", "Pipelines", "Business")} <= titles


@pytest.mark.feature("ARCH-15")
def test_the_stack_reads_and_shows_what_is_shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("QOOERP_") and name.endswith("_PORT")]:
        monkeypatch.delenv(name)
    stack = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    mounted = [each for name in ("prometheus", "grafana") for each in stack["services"][name]["volumes"]]
    for source in [each.partition(":")[0] for each in mounted if each.startswith("./")]:
        assert (DEPLOY / source).exists(), source
    scraped = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
    ports = {job["static_configs"][0]["targets"][0].partition(":")[2] for job in scraped["scrape_configs"]}
    defaults = Settings()
    assert ports == {str(each) for each in (defaults.api_port, defaults.worker_metrics_port, defaults.monitor_port)}


@pytest.mark.feature("ARCH-15")
def test_every_panel_has_data_and_every_rule_is_evaluated_over_what_services_serve(
    settings: Settings, tmp_path: Path
) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed: Debian has it in the package prometheus")
    series = [
        {"series": sample, "values": f"{value}+{max(1.0, value)}x90" if is_counter else f"{value}x90"}
        for sample, value, is_counter in _scraped(settings, tmp_path)
    ]
    jobs = ("qooerp-api", "qooerp-worker", "qooerp-monitor")
    series += [{"series": f'up{{job="{job}"}}', "values": "1x90"} for job in jobs]
    # A panel is empty where its expression has no sample; what it says of these figures is known by the cases.
    counted = [
        {"expr": f"count({each}) > bool 0", "eval_time": "1h", "exp_samples": [{"labels": "{}", "value": 1}]}
        for each in grafana.expressions()
    ]
    # A rule has a sample only while it fires; an expression that means nothing is refused by the tool.
    counted += [{**counted[0], "expr": f"(count({each}) or vector(0)) >= bool 0"} for each in _alerts()]
    file = tmp_path / "panels_test.yml"
    cases = {"interval": "1m", "input_series": series, "promql_expr_test": counted}
    file.write_text(yaml.safe_dump({"evaluation_interval": "1m", "tests": [cases]}), encoding="utf-8")
    told = subprocess.run([promtool, "test", "rules", str(file)], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


def _scraped(settings: Settings, home: Path) -> list[tuple[str, float, bool]]:
    """Every sample that API, worker and monitor serve after a request and a load, and whether it only grows."""
    with psycopg.connect(settings.database_url("warehouse"), autocommit=True) as connection:
        state.ensure_state_tables(connection)
    settings.lake_dir.mkdir(parents=True, exist_ok=True)
    (settings.lake_dir / "confirmed").touch()
    database = Database(settings.database_url("app"))
    api, worker, watch, host = Telemetry(), WorkerTelemetry(), Watch(settings), CollectorRegistry()
    api.count("GET", "/api/a", 200, 0.1)
    api.look_up("rights", found=True)
    api.look(Services(settings, database, KeyRing("a key for tests only, and long enough")))
    now = datetime.now(UTC)
    worker.tell(BatchReport(1, "micro", "published", now, {"a": 2}, {"fct": 5}, [], 1, None, {"transform": 0.2}))
    Heartbeat(home, "API").beat()
    watch._home = home
    watch.look()
    host.register(HostCollector(home, root=psutil.Process()))
    marts = CollectorRegistry()
    collector = DatabaseCollector(settings)
    marts.register(collector)
    found = {}
    for registry in (api.registry, worker.registry, watch.registry, host, marts):
        for family in registry.collect():
            for sample in family.samples:
                labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
                is_counter = family.type in {"counter", "histogram"}
                found[f"{sample.name}{{{labels}}}"] = (float(sample.value), is_counter)
    for each in (collector, watch.database, database):
        each.close()
    return [
        (name, value, grows)
        for name, (value, grows) in found.items()
        if not name.partition("{")[0].endswith("_created")
    ]


@pytest.mark.feature("ARCH-15")
def test_alert_rules_pass_their_cases() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed: Debian has it in the package prometheus")
    for arguments in (["check", "rules", str(RULES)], ["test", "rules", str(RULES.with_name("alerts_test.yml"))]):
        done = subprocess.run([promtool, *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_accepts_what_is_served(settings: Settings) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed: Debian has it in the package prometheus")
    telemetry, worker, host = Telemetry(), WorkerTelemetry(), CollectorRegistry()
    telemetry.count("GET", "/api/a", 500, 0.1)
    host.register(HostCollector(settings.home))
    for registry in (telemetry.registry, worker.registry, host):
        told = generate_latest(registry)
        done = subprocess.run([promtool, "check", "metrics"], input=told, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
