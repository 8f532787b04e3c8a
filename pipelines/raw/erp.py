"""Dagster assets of the landing area: one a promised table, landed together by one batch."""

from collections.abc import Iterator

import dagster as dg

from pipelines.keys import operational_key, raw_key
from pipelines.reporting import report_batch
from pipelines.resources.pipeline import PipelineResource
from transactional.contract import PromisedTable, promised_tables


def operational_specs() -> list[dg.AssetSpec]:
    """The tables of the transactional core, which Dagster only observes."""
    return [
        dg.AssetSpec(
            list(operational_key(table)),
            group_name="operational",
            kinds={"postgres"},
            description=f"{table.source}, written by services.",
        )
        for table in promised_tables()
    ]


def _spec(table: PromisedTable) -> dg.AssetSpec:
    return dg.AssetSpec(
        list(raw_key(table.name)),
        deps=[dg.AssetKey(list(operational_key(table)))],
        group_name="raw",
        kinds={"postgres"},
        skippable=True,
        description=f"{table.source} as committed, with the batch that landed it.",
    )


@dg.multi_asset(name="landed_tables", specs=[_spec(table) for table in promised_tables()])
def landed_tables(
    context: dg.AssetExecutionContext, pipeline: PipelineResource
) -> Iterator[dg.MaterializeResult[None]]:
    """One micro-batch: landed, transformed, checked and published together, as the worker does all the time."""
    with pipeline.open() as opened:
        report = opened.run()
    if report is None:
        context.log.info("Nothing has changed since the last batch.")
        return
    report_batch(context.instance, report, with_raw=False)
    if report.error:
        raise dg.Failure(report.error)
    for table, rows in report.rows_loaded.items():
        yield dg.MaterializeResult(asset_key=list(raw_key(table)), metadata={"rows": rows, "batch_id": report.batch_id})
