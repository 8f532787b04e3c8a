"""Dagster checks of the marts: promises, contracts, the books, freshness."""

from collections.abc import Iterator, Sequence

import dagster as dg
import psycopg
from psycopg import sql

from pipelines.checks.contracts import check_contracts
from pipelines.checks.expectations import check_rows
from pipelines.checks.freshness import oldest_waiting_seconds
from pipelines.checks.reconciliation import RECONCILIATIONS, reconcile
from pipelines.checks.result import CheckResult
from pipelines.dbt.plan import MartPlan, stored_marts
from pipelines.keys import CONTRACT_CHECK, FRESHNESS_CHECK, PROMISES_CHECK, model_key, raw_key
from pipelines.raw import state
from pipelines.resources.pipeline import PipelineResource
from runtime.settings import DatabaseRole

WAITING_SECONDS_MAX = 60.0
_OUTBOX = dg.AssetKey(list(raw_key("outbox")))


def mart_checks(marts: Sequence[str]) -> list[dg.AssetChecksDefinition]:
    """Every check of the marts that dbt does not declare itself."""
    return [
        _promises(marts),
        _contracts(marts),
        _books([pair.mart for pair in RECONCILIATIONS if pair.mart in marts]),
        fresh,
    ]


def _key(mart: str) -> dg.AssetKey:
    return dg.AssetKey(list(model_key("marts", mart)))


def _promises(marts: Sequence[str]) -> dg.AssetChecksDefinition:
    specs = [
        dg.AssetCheckSpec(PROMISES_CHECK, asset=_key(mart), description="Every batch: computed rows keep dbt's tests.")
        for mart in marts
    ]

    @dg.multi_asset_check(name="promises_of_marts", specs=specs)
    def promises_of_marts(pipeline: PipelineResource) -> Iterator[dg.AssetCheckResult]:
        with pipeline.reading() as connection:
            for mart in _present(pipeline, marts):
                yield _as_one(PROMISES_CHECK, mart.name, _promised(connection, mart))

    return promises_of_marts


def _contracts(marts: Sequence[str]) -> dg.AssetChecksDefinition:
    specs = [
        dg.AssetCheckSpec(CONTRACT_CHECK, asset=_key(mart), description="The whole mart by Great Expectations.")
        for mart in marts
    ]

    @dg.multi_asset_check(name="contracts_of_marts", specs=specs)
    def contracts_of_marts(pipeline: PipelineResource) -> Iterator[dg.AssetCheckResult]:
        settings, present = pipeline.settings(), _present(pipeline, marts)
        results = check_contracts(settings, present)
        with psycopg.connect(settings.database_url(DatabaseRole.WAREHOUSE), autocommit=True) as connection:
            state.keep_contract_run(connection, [result.as_record() for result in results])
        for mart in present:
            yield _as_one(CONTRACT_CHECK, mart.name, [result for result in results if result.mart == mart.name])

    return contracts_of_marts


def _books(marts: Sequence[str]) -> dg.AssetChecksDefinition:
    pairs = [pair for pair in RECONCILIATIONS if pair.mart in marts]
    specs = [
        dg.AssetCheckSpec(
            pair.name, asset=_key(pair.mart), description="Equal to the books at the batch's cut, to the last digit."
        )
        for pair in pairs
    ]

    @dg.multi_asset_check(name="books_and_marts", specs=specs)
    def books_and_marts(pipeline: PipelineResource) -> Iterator[dg.AssetCheckResult]:
        with pipeline.reading() as connection:
            for result in reconcile(connection, marts, pairs, at_cursor=True):
                yield _as_one(result.name, result.mart, [result])

    return books_and_marts


@dg.asset_check(asset=_OUTBOX, name=FRESHNESS_CHECK, description="Nothing committed waits longer than a minute.")
def fresh(pipeline: PipelineResource) -> dg.AssetCheckResult:
    """Whether the worker keeps up."""
    with pipeline.reading() as connection:
        waiting = oldest_waiting_seconds(connection)
    return dg.AssetCheckResult(passed=waiting <= WAITING_SECONDS_MAX, metadata={"oldest_waiting_seconds": waiting})


def _present(pipeline: PipelineResource, marts: Sequence[str]) -> list[MartPlan]:
    return [mart for mart in stored_marts(pipeline.settings().dbt_target_dir) if mart.name in marts]


def _promised(connection: psycopg.Connection, mart: MartPlan) -> list[CheckResult]:
    return list(check_rows(connection, mart.name, sql.Identifier(mart.schema, mart.name), mart.expectations))


def _as_one(name: str, mart: str, results: Sequence[CheckResult]) -> dg.AssetCheckResult:
    broken = {result.name: str(dict(result.figures)) for result in results if not result.passed}
    figures = {k: str(v) for result in results for k, v in result.figures.items()} if len(results) == 1 else {}
    return dg.AssetCheckResult(
        asset_key=_key(mart),
        check_name=name,
        passed=not broken,
        metadata={"checked": len(results), **figures, **broken},
    )
