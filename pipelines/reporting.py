"""What the worker did, told to Dagster as runless events, so that its page shows the truth without launching runs."""

from __future__ import annotations

import logging
import os
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pipelines.keys import PROMISES_CHECK, lake_key, model_key, raw_key

if TYPE_CHECKING:
    import dagster as dg

    from pipelines.checks.result import CheckResult
    from pipelines.report import BatchReport

log = logging.getLogger(__name__)
# An event costs ten milliseconds; at full load a batch would bring forty of them every second.
FLUSH_SECONDS = 30.0


def report_batch(instance: dg.DagsterInstance, report: BatchReport, *, with_raw: bool = True) -> None:
    """Tell Dagster what a batch landed, wrote, published and checked."""
    for event in _events(report, with_raw=with_raw):
        instance.report_runless_asset_event(event)


@dataclass(slots=True)
class _Pending:
    """Batches added up until they are told."""

    report: BatchReport | None = None
    wake: threading.Event = field(default_factory=threading.Event)


class Reporter:
    """Tells Dagster about batches from a thread of its own, many batches as one; a failed check at once.

    Without DAGSTER_HOME there is nobody to tell.
    """

    def __init__(self) -> None:
        self._pending = _Pending()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def tell(self, report: BatchReport) -> None:
        """Take note of a batch; comes back at once."""
        if not os.environ.get("DAGSTER_HOME"):
            return
        with self._lock:
            before = self._pending.report
            self._pending.report = report if before is None else _added(before, report)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="dagster reports", daemon=True)
            self._thread.start()
        if report.state != "published":
            self._pending.wake.set()

    def close(self) -> None:
        """Tell what is left and stop."""
        if self._thread is not None:
            self._stop.set()
            self._pending.wake.set()
            self._thread.join(FLUSH_SECONDS)

    def _run(self) -> None:
        import dagster as dg  # noqa: PLC0415  # seconds to import, so in this thread

        while True:
            with self._lock:
                report, self._pending.report = self._pending.report, None
            if report is not None:
                try:
                    with dg.DagsterInstance.get() as instance:
                        report_batch(instance, report)
                except Exception:
                    # Dagster's page falls behind; the numbers do not.
                    log.exception("Dagster could not be told about batch %s", report.batch_id)
            if self._stop.is_set() and self._pending.report is None:
                return
            self._pending.wake.wait(FLUSH_SECONDS)
            self._pending.wake.clear()


def _added(first: BatchReport, second: BatchReport) -> BatchReport:
    """Two batches as one: rows added up, the later one's outcome."""
    names = {(check.mart, check.name) for check in second.checks}
    return replace(
        second,
        rows_loaded=_sums(first.rows_loaded, second.rows_loaded),
        rows_written=_sums(first.rows_written, second.rows_written),
        checks=[*(check for check in first.checks if (check.mart, check.name) not in names), *second.checks],
    )


def _sums(first: Mapping[str, int], second: Mapping[str, int]) -> dict[str, int]:
    return dict(Counter(first) + Counter(second))


def _events(report: BatchReport, *, with_raw: bool) -> Iterator[dg.AssetMaterialization | dg.AssetCheckEvaluation]:
    import dagster as dg  # noqa: PLC0415

    batch: dict[str, Any] = {
        "batch_id": report.batch_id,
        "run_id": str(report.run_id),
        "watermark": report.watermark.isoformat(),
    }
    if with_raw:
        for table, rows in report.rows_loaded.items():
            yield dg.AssetMaterialization(list(raw_key(table)), metadata={"rows": rows, **batch})
    for mart, rows in report.rows_written.items():
        yield dg.AssetMaterialization(list(model_key("marts", mart)), metadata={"rows": rows, **batch})
        if report.version is not None:
            yield dg.AssetMaterialization(list(lake_key(mart)), metadata={"version": report.version, **batch})
    for mart, name, passed, figures in _evaluations(report.checks):
        yield dg.AssetCheckEvaluation(
            asset_key=dg.AssetKey(list(model_key("marts", mart))),
            check_name=name,
            passed=passed,
            metadata={**{key: str(value) for key, value in figures.items()}, **batch},
            severity=dg.AssetCheckSeverity.ERROR,
        )


def _evaluations(checks: Iterable[CheckResult]) -> Iterator[tuple[str, str, bool, dict[str, object]]]:
    """Reconciliations by name; the promises of a mart as one check that names those broken."""
    promises: dict[str, list[CheckResult]] = {}
    for check in checks:
        if "differing_keys" in check.figures:
            yield check.mart, check.name, check.passed, dict(check.figures)
        else:
            promises.setdefault(check.mart, []).append(check)
    for mart, those in promises.items():
        broken = {check.name: check.figures.get("broken_rows", "contract") for check in those if not check.passed}
        yield mart, PROMISES_CHECK, not broken, {"checked": len(those), **broken}
