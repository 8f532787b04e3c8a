"""Everything Dagster knows of us: assembly only."""

from __future__ import annotations

from runtime.telemetry import switch_telemetry_off

switch_telemetry_off()

import dagster as dg  # noqa: E402

from pipelines.checks.assets import mart_checks  # noqa: E402
from pipelines.dbt.assets import mart_assets, metric_specs, published_marts  # noqa: E402
from pipelines.dbt.project import DbtProject  # noqa: E402
from pipelines.dbt.runner import parsed_manifest  # noqa: E402
from pipelines.publish.assets import lake_assets  # noqa: E402
from pipelines.raw.erp import landed_tables, operational_specs  # noqa: E402
from pipelines.resources.pipeline import PipelineResource  # noqa: E402
from pipelines.schedules.grading import customer_grading, grade_customers  # noqa: E402
from pipelines.schedules.nightly import nightly, nightly_build, nightly_look, nightly_watch  # noqa: E402
from pipelines.scores.assets import score_assets  # noqa: E402
from runtime.settings import load_settings  # noqa: E402

_manifest = parsed_manifest(DbtProject(load_settings()))
_marts = published_marts(_manifest)

defs = dg.Definitions(
    assets=[
        *operational_specs(),
        landed_tables,
        mart_assets(_manifest),
        lake_assets(_marts),
        *metric_specs(_manifest),
        score_assets(_marts),
    ],
    asset_checks=mart_checks(_marts),
    jobs=[nightly_build, nightly_look, grade_customers],
    schedules=[nightly, nightly_watch, customer_grading],
    resources={"pipeline": PipelineResource()},
    # A run holds the pipeline's lead and dbt's globals: its steps take turns in one process.
    executor=dg.in_process_executor,
)
