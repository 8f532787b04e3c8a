"""The Dagster asset of the watchman: one look at everything that is published."""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg

from pipelines.keys import SCORES_KEY, lake_key
from pipelines.resources.pipeline import PipelineResource
from pipelines.scores.run import score_installation


def score_assets(marts: Sequence[str]) -> dg.AssetsDefinition:
    """Incidents of all tenants, found in the published marts and handed to the watch's desk."""

    @dg.asset(
        key=list(SCORES_KEY),
        deps=[dg.AssetKey(list(lake_key(mart))) for mart in marts],
        group_name="scores",
        description="Series of every metric scored, control points run over documents, findings kept.",
    )
    def incidents(pipeline: PipelineResource) -> dg.MaterializeResult[None]:
        done = score_installation(pipeline.settings())
        return dg.MaterializeResult(
            metadata={
                "tenants": len(done),
                "series": sum(each.series for each in done),
                "incidents": sum(each.kept.incidents for each in done),
                "fresh": sum(each.kept.fresh for each in done),
                "seconds": sum(each.seconds for each in done),
            }
        )

    return incidents
