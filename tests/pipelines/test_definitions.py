"""What Dagster knows: the way from every operational table to every metric, and what the worker tells it."""

import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import dagster as dg
import pytest
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph

from pipelines.checks.result import CheckResult
from pipelines.keys import lake_key, metric_key, model_key, operational_key, raw_key
from pipelines.report import BatchReport
from pipelines.reporting import Reporter, report_batch
from transactional.contract import promised_table, promised_tables

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def graph(home: Path) -> AssetGraph:
    """The assets of the real project; its files are parsed once into the session's state folder."""
    assert home.exists()
    with warnings.catch_warnings():
        # Dagster announces what it will rename; that is for its next major version.
        warnings.simplefilter("ignore")
        from pipelines.definitions import defs  # noqa: PLC0415  # reads the state folder when imported

        return defs.resolve_asset_graph()


def _key(parts: tuple[str, ...]) -> dg.AssetKey:
    return dg.AssetKey(list(parts))


def _all_parents(graph: AssetGraph, key: dg.AssetKey) -> set[dg.AssetKey]:
    found: set[dg.AssetKey] = set()
    to_visit = [key]
    while to_visit:
        parents = graph.get(to_visit.pop()).parent_keys - found
        found |= parents
        to_visit += parents
    return found


def test_every_promised_table_is_an_asset_with_its_origin(graph: AssetGraph) -> None:
    for table in promised_tables():
        assert graph.get(_key(raw_key(table.name))).parent_keys == {_key(operational_key(table))}


def test_a_metric_leads_back_to_the_tables_it_comes_from(graph: AssetGraph) -> None:
    behind = _all_parents(graph, _key(metric_key("net_revenue")))
    assert _key(lake_key("fct_sales_invoice_lines")) in behind
    assert _key(model_key("marts", "fct_sales_invoice_lines")) in behind
    assert _key(raw_key("invoice_lines")) in behind
    assert _key(operational_key(promised_table("invoice_lines"))) in behind


def test_every_metric_stands_on_published_marts(graph: AssetGraph) -> None:
    metrics = [key for key in graph.get_all_asset_keys() if key.path[0] == "metrics"]
    assert len(metrics) >= 40
    for key in metrics:
        parents = graph.get(key).parent_keys
        assert parents, key
        assert {parent.path[0] for parent in parents} == {"lake"}, key


def test_every_published_mart_has_its_checks(graph: AssetGraph) -> None:
    checks = {(key.asset_key, key.name) for key in graph.asset_check_keys}
    marts = [key.path[1] for key in graph.get_all_asset_keys() if key.path[0] == "lake"]
    for mart in marts:
        for name in ("promises", "contract"):
            assert (_key(model_key("marts", mart)), name) in checks
    assert (_key(model_key("marts", "fct_journal_lines")), "ledger_by_account") in checks
    assert (_key(raw_key("outbox")), "fresh") in checks


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


RUN = UUID("018f0000-0000-7000-8000-0000000000f1")


def _report(*, passed: bool) -> BatchReport:
    return BatchReport(
        batch_id=7,
        kind="micro",
        state="published" if passed else "blocked",
        watermark=datetime(2026, 3, 16, 9, 30, tzinfo=UTC),
        rows_loaded={"journal_lines": 4},
        rows_written={"fct_journal_lines": 4} if passed else {},
        checks=[
            CheckResult("not_null:tenant_id", "fct_journal_lines", passed=True, figures={"broken_rows": 0}),
            CheckResult("unique:line_id", "fct_journal_lines", passed=passed, figures={"broken_rows": int(not passed)}),
            CheckResult("ledger_by_account", "fct_journal_lines", passed=True, figures={"differing_keys": 0}),
        ],
        version=3 if passed else None,
        run_id=RUN,
    )


@pytest.mark.feature("ARCH-17")
def test_a_batch_of_the_worker_shows_without_a_run(instance: dg.DagsterInstance) -> None:
    report_batch(instance, _report(passed=True))
    for parts in (raw_key("journal_lines"), model_key("marts", "fct_journal_lines"), lake_key("fct_journal_lines")):
        event = instance.get_latest_materialization_event(_key(parts))
        assert event is not None
        assert event.asset_materialization is not None
        assert event.asset_materialization.metadata["batch_id"].value == 7
        assert event.asset_materialization.metadata["run_id"].value == str(RUN)
    assert _last_check(instance, "promises") is True
    assert _last_check(instance, "ledger_by_account") is True


def test_a_broken_promise_shows_as_a_failed_check(instance: dg.DagsterInstance) -> None:
    report_batch(instance, _report(passed=False))
    assert _last_check(instance, "promises") is False
    assert instance.get_latest_materialization_event(_key(lake_key("fct_journal_lines"))) is None


def _last_check(instance: dg.DagsterInstance, name: str) -> bool:
    key = dg.AssetCheckKey(_key(model_key("marts", "fct_journal_lines")), name)
    record = instance.event_log_storage.get_latest_asset_check_execution_by_key([key])[key]
    assert record.event is not None
    assert record.event.dagster_event is not None
    return record.event.dagster_event.asset_check_evaluation_data.passed


def test_the_reporter_tells_many_batches_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dagster.yaml").write_text("telemetry:\n  enabled: false\n", encoding="utf-8")
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    reporter = Reporter()
    for _ in range(3):
        reporter.tell(_report(passed=True))
    reporter.close()
    with dg.DagsterInstance.get() as instance:
        events = instance.fetch_materializations(_key(raw_key("journal_lines")), limit=10).records
    rows = [event.asset_materialization.metadata["rows"].value for event in events if event.asset_materialization]
    assert sum(row for row in rows if isinstance(row, int)) == 12
    assert len(rows) < 3 or rows == [4, 4, 4]
