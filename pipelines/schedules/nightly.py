"""Every night: all marts from scratch by dbt with its tests, all contracts, the books, and the lake written anew.

What the night builds must equal what the day's micro-batches had; a drift shows as a changed mart in the morning.
"""

from __future__ import annotations

import dagster as dg

nightly_build = dg.define_asset_job(
    "nightly_build",
    selection=dg.AssetSelection.key_prefixes("staging", "intermediate", "marts"),
    description="Rebuild every mart by dbt, run its tests, Great Expectations and the reconciliation, publish.",
)
nightly = dg.ScheduleDefinition(
    name="nightly",
    job=nightly_build,
    cron_schedule="15 2 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)

nightly_look = dg.define_asset_job(
    "nightly_look",
    selection=dg.AssetSelection.key_prefixes("scores"),
    description="Score every metric and test every document once a night, whatever the worker has looked at by day.",
)
nightly_watch = dg.ScheduleDefinition(
    name="nightly_watch",
    job=nightly_look,
    cron_schedule="15 4 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
