"""What the worker counts for Prometheus: batches, rows, how far readers are behind, whether checks passed."""

from __future__ import annotations

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from pipelines.report import BatchReport
from runtime.version import VERSION

_BOUNDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
STATES = ("published", "blocked", "failed")


class WorkerTelemetry:
    """The measurements of the worker."""

    def __init__(self) -> None:
        """Begin at zero, every state with a series of its own: an alert on what never was would have no data."""
        self.registry = registry = CollectorRegistry()
        self._runs = Counter("qooerp_pipeline_runs", "Batches by how they ended.", ["state"], registry=registry)
        for state in STATES:
            self._runs.labels(state)
        self._seconds = Histogram(
            "qooerp_pipeline_run_seconds", "Time a batch took, by part.", ["part"], buckets=_BOUNDS, registry=registry
        )
        self._loaded = Counter("qooerp_pipeline_rows_loaded", "Rows landed.", registry=registry)
        self._written = Counter("qooerp_pipeline_rows_written", "Rows of marts written.", registry=registry)
        self._failed_checks = Gauge(
            "qooerp_pipeline_failed_checks", "Checks that did not pass in the last batch.", registry=registry
        )
        self._behind = Gauge(
            "qooerp_pipeline_behind_seconds", "Between commit and publication, in the last batch.", registry=registry
        )
        self._looked_at = Gauge(
            "qooerp_pipeline_looked_timestamp_seconds", "When the worker last looked for changes.", registry=registry
        )
        Gauge("qooerp_build_info", "Always 1.", ["version"], registry=registry).labels(VERSION).set(1)
        self._looked_at.set_to_current_time()

    def tell(self, report: BatchReport) -> None:
        """Note a batch."""
        self._runs.labels(report.state if report.state in STATES else "failed").inc()
        for part, seconds in report.seconds.items():
            self._seconds.labels(part).observe(seconds)
        self._loaded.inc(sum(report.rows_loaded.values()))
        self._written.inc(sum(report.rows_written.values()))
        self._failed_checks.set(sum(not check.passed for check in report.checks))
        self._behind.set(max(0.0, time.time() - report.watermark.timestamp()))

    def fail(self) -> None:
        """Note a batch that could not run at all."""
        self._runs.labels("failed").inc()

    def look(self) -> None:
        """Note that the worker looked for changes."""
        self._looked_at.set_to_current_time()
