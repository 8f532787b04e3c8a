"""Dagster assets of the lake: one a published mart."""

from collections.abc import Iterator, Sequence

import dagster as dg

from pipelines.keys import lake_key, model_key
from pipelines.resources.pipeline import PipelineResource


def lake_assets(marts: Sequence[str]) -> dg.AssetsDefinition:
    """All published marts as one consistent set: materialising them writes all of them to the lake again."""
    specs = [
        dg.AssetSpec(
            list(lake_key(mart)),
            deps=[dg.AssetKey(list(model_key("marts", mart)))],
            group_name="lake",
            kinds={"deltalake"},
            skippable=True,
            description=f"{mart} as readers see it: Delta, by tenant, of the version that version.json names.",
        )
        for mart in marts
    ]

    @dg.multi_asset(name="published_marts", specs=specs)
    def published_marts(pipeline: PipelineResource) -> Iterator[dg.MaterializeResult[None]]:
        with pipeline.open() as opened:
            report = opened.run(republish=True)
            now = opened.publisher.published()
        if report is None or report.error or now is None:
            raise dg.Failure(report.error if report and report.error else "Nothing was published.")
        for mart, version in now.marts.items():
            yield dg.MaterializeResult(
                asset_key=list(lake_key(mart)), metadata={"version": now.version, "delta_version": version}
            )

    return published_marts
