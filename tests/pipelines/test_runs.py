"""Runs launched from Dagster's page do what the worker does, over the small dbt project."""

import warnings
from collections.abc import Callable, Iterator

import dagster as dg
import psycopg
import pytest

from pipelines.batches import Pipeline
from pipelines.checks.assets import mart_checks
from pipelines.dbt.assets import mart_assets, published_marts
from pipelines.dbt.project import DbtProject
from pipelines.dbt.runner import parsed_manifest
from pipelines.keys import PROMISES_CHECK
from pipelines.publish.assets import lake_assets
from pipelines.publish.pointer import read_pointer
from pipelines.raw.erp import landed_tables
from pipelines.resources.pipeline import PipelineResource
from runtime.settings import Settings
from tests.pipelines.conftest import TINY_PROJECT
from tests.pipelines.posting import open_books, post_sales, published_rows, stored_rows
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database

pytestmark = [
    pytest.mark.timeout(600),
    # Dagster asks pydantic in an old way, and announces what it will rename itself.
    pytest.mark.filterwarnings("ignore::pydantic.warnings.PydanticDeprecatedSince20"),
    pytest.mark.filterwarnings("ignore::dagster.BetaWarning"),
    pytest.mark.filterwarnings("ignore::dagster.PreviewWarning"),
]


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture
def small(installation: Settings, make_pipeline: Callable[..., Pipeline]) -> dg.Definitions:
    """The program's assets and checks over the small project, with a resource of the test's installation."""

    class SmallPipeline(PipelineResource):
        def settings(self) -> Settings:
            return installation

        def make(self) -> Pipeline:
            return make_pipeline()

    manifest = parsed_manifest(DbtProject(installation, TINY_PROJECT))
    marts = published_marts(manifest)
    with warnings.catch_warnings():
        # Dagster announces what it will rename; that is for its next major version.
        warnings.simplefilter("ignore")
        return dg.Definitions(
            assets=[landed_tables, mart_assets(manifest), lake_assets(marts)],
            asset_checks=[check for check in mart_checks(marts) if "contracts" not in check.op.name],
            resources={"pipeline": SmallPipeline()},
            jobs=[
                dg.define_asset_job("build", selection=dg.AssetSelection.key_prefixes("staging", "marts")),
                dg.define_asset_job("batch", selection=dg.AssetSelection.key_prefixes("raw")),
                dg.define_asset_job("republish", selection=dg.AssetSelection.key_prefixes("lake")),
            ],
        )


def _run(definitions: dg.Definitions, job: str, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    return definitions.resolve_job_def(job).execute_in_process(instance=instance)


def _materialized(result: dg.ExecuteInProcessResult) -> set[tuple[str, ...]]:
    return {tuple(event.asset_key.path) for event in result.get_asset_materialization_events() if event.asset_key}


def test_build_batch_and_republish_from_the_page(
    small: dg.Definitions,
    instance: dg.DagsterInstance,
    installation: Settings,
    warehouse: psycopg.Connection,
    database: Database,
    principal: Principal,
) -> None:
    books = open_books(database, principal)
    post_sales(database, principal, books, ["10.00"])
    build = _run(small, "build", instance)
    assert ("marts", "fct_journal_lines") in _materialized(build)
    checks = {(tuple(e.asset_key.path), e.check_name): e.passed for e in build.get_asset_check_evaluations()}
    assert all(checks.values())
    assert (("marts", "fct_journal_lines"), PROMISES_CHECK) in checks
    assert (("marts", "fct_journal_lines"), "ledger_by_account") in checks
    assert (("marts", "fct_journal_lines"), "unique_fct_journal_lines_line_id") in checks

    post_sales(database, principal, books, ["20.00"])
    batch = _run(small, "batch", instance)
    assert {("raw", "journal_entries"), ("raw", "journal_lines"), ("raw", "outbox")} <= _materialized(batch)
    assert ("raw", "customers") not in _materialized(batch)

    before = read_pointer(installation.lake_dir)
    republished = _run(small, "republish", instance)
    after = read_pointer(installation.lake_dir)
    assert before is not None
    assert after is not None
    assert after.version == before.version + 1
    assert ("lake", "fct_journal_lines") in _materialized(republished)
    assert published_rows(installation.lake_dir, "fct_journal_lines") == stored_rows(warehouse, "fct_journal_lines")
