"""Dagster assets of the dbt models, with their lineage from the manifest and dbt's tests as checks."""

from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets

from pipelines.batches import Pipeline
from pipelines.dbt.runner import NodeResult
from pipelines.keys import lake_key, metric_key, model_key, raw_key
from pipelines.resources.pipeline import PipelineResource

_FAILED = frozenset({"fail", "error", "runtime error"})


class ErpTranslator(DagsterDbtTranslator):
    """Names models by their schema, and sources by the landing table they read."""

    def __init__(self) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_asset_checks=True))

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """`raw/<table>` or `<schema>/<model>`."""
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey(list(raw_key(dbt_resource_props["identifier"])))
        return dg.AssetKey(list(model_key(dbt_resource_props["schema"], dbt_resource_props["alias"])))

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Staging and intermediate as a whole; marts by their area."""
        folders = dbt_resource_props["fqn"][1:-1]
        return f"marts_{folders[1]}" if folders[:1] == ["marts"] and len(folders) > 1 else folders[0]


def mart_assets(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """All models as one build: materialising them rebuilds every mart from scratch and runs dbt's tests."""
    translator = ErpTranslator()

    @dbt_assets(manifest=manifest, dagster_dbt_translator=translator, name="dbt_models", exclude="resource_type:seed")
    def dbt_models(
        context: dg.AssetExecutionContext, pipeline: PipelineResource
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        with pipeline.open() as opened:
            report = opened.run(rebuild=True)
            if report is None or report.error:
                raise dg.Failure(report.error if report and report.error else "The rebuild gave no report.")
            for key in _parents_first(manifest, translator):
                if key in context.selected_asset_keys:
                    yield dg.MaterializeResult(asset_key=key, metadata={"batch_id": report.batch_id})
            yield from _check_results(context, opened, manifest, translator)

    return dbt_models


def metric_specs(manifest: Mapping[str, Any]) -> list[dg.AssetSpec]:
    """Every metric, standing on the published marts that its semantic models read."""
    return [
        dg.AssetSpec(
            list(metric_key(metric["name"])),
            deps=[dg.AssetKey(list(lake_key(mart))) for mart in sorted(_marts_of(manifest, unique_id))],
            group_name="metrics",
            kinds={"metricflow"},
            description=metric.get("description") or metric.get("label"),
        )
        for unique_id, metric in sorted(manifest["metrics"].items())
    ]


def published_marts(manifest: Mapping[str, Any]) -> list[str]:
    """The names of the models that readers see."""
    return sorted(
        node["alias"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and node["schema"] == "marts"
        and node["config"]["materialized"] in {"table", "incremental"}
    )


def _marts_of(manifest: Mapping[str, Any], unique_id: str) -> set[str]:
    """The marts behind a metric, through other metrics and semantic models."""
    found: set[str] = set()
    to_visit, visited = [unique_id], {unique_id}
    while to_visit:
        current = to_visit.pop()
        node = manifest["metrics"].get(current) or manifest["semantic_models"].get(current)
        if node is None:
            model = manifest["nodes"].get(current)
            found.update([model["alias"]] if model and model["schema"] == "marts" else [])
            continue
        parents = [parent for parent in node["depends_on"]["nodes"] if parent not in visited]
        visited.update(parents)
        to_visit += parents
    return found


def _parents_first(manifest: Mapping[str, Any], translator: ErpTranslator) -> list[dg.AssetKey]:
    """The models in an order in which Dagster accepts their results."""
    models = {unique_id: node for unique_id, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    graph = {unique_id: models.keys() & set(node["depends_on"]["nodes"]) for unique_id, node in models.items()}
    return [translator.get_asset_key(models[unique_id]) for unique_id in TopologicalSorter(graph).static_order()]


def _check_results(
    context: dg.AssetExecutionContext, pipeline: Pipeline, manifest: Mapping[str, Any], translator: ErpTranslator
) -> Iterator[dg.AssetCheckResult]:
    """The tests of dbt as the results of the checks that were declared for them."""
    wanted = {(key.asset_key, key.name) for key in context.selected_asset_check_keys}
    for result in pipeline.dbt.run("test"):
        for key, name in _declared_checks(manifest, translator, result):
            if (key, name) in wanted:
                yield dg.AssetCheckResult(
                    asset_key=key,
                    check_name=name,
                    passed=result.status not in _FAILED,
                    metadata={"status": result.status, "message": result.message or ""},
                )


def _declared_checks(
    manifest: Mapping[str, Any], translator: ErpTranslator, result: NodeResult
) -> Iterator[tuple[dg.AssetKey, str]]:
    test = manifest["nodes"].get(result.unique_id, {})
    for parent in test.get("depends_on", {}).get("nodes", []):
        if parent in manifest["nodes"]:
            spec = translator.get_asset_spec(manifest, parent, None)
            declared = translator.get_asset_check_spec(spec, manifest, result.unique_id, None)
            if declared is not None:
                yield declared.asset_key, declared.name
