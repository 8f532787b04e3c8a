"""The micro-batch loop: `python -m pipelines.worker`."""

from __future__ import annotations

import logging
import signal
import threading
import time

import psycopg

from pipelines.batches import BatchReport, Pipeline
from runtime.log import configure_logging
from runtime.progress import Progress
from runtime.settings import Settings, load_settings
from runtime.telemetry import switch_telemetry_off

log = logging.getLogger("pipelines.worker")

IDLE_SECONDS = 0.2
RETRY_SECONDS_FIRST = 1.0
RETRY_SECONDS_MAX = 30.0


def run_once(settings: Settings, progress: Progress | None = None, *, rebuild: bool = False) -> str:
    """What one batch did, in words, after everything committed so far is published."""
    pipeline = Pipeline(settings)
    try:
        report = pipeline.run(progress, rebuild=rebuild)
    finally:
        pipeline.close()
    return "Nothing has changed since the last batch." if report is None else str(report)


def run_forever(settings: Settings, stop: threading.Event, pipeline: Pipeline | None = None) -> None:
    """Batch after batch until asked to stop. What goes wrong is logged and tried again, later each time in a row."""
    working = pipeline or Pipeline(settings)
    pause = RETRY_SECONDS_FIRST
    try:
        while not stop.is_set():
            try:
                report = working.run()
            except psycopg.OperationalError as error:
                log.warning("database unreachable", extra={"reason": str(error), "retry_seconds": pause})
            except Exception:
                log.exception("batch failed", extra={"retry_seconds": pause})
            else:
                wait = _after(report, pause)
                pause = RETRY_SECONDS_FIRST if wait <= IDLE_SECONDS else min(pause * 2, RETRY_SECONDS_MAX)
                stop.wait(wait)
                continue
            stop.wait(pause)
            pause = min(pause * 2, RETRY_SECONDS_MAX)
    finally:
        working.close()


def _after(report: BatchReport | None, pause: float) -> float:
    """Seconds to wait before the next batch: none while there is work, longer after a blocked one."""
    if report is None:
        return IDLE_SECONDS
    if report.state == "published":
        log.info(
            "batch published",
            extra={
                "batch_id": report.batch_id,
                "version": report.version,
                "rows_loaded": sum(report.rows_loaded.values()),
                "marts": dict(report.rows_written),
                "seconds": {name: round(value, 3) for name, value in report.seconds.items()},
                "behind_seconds": round(time.time() - report.watermark.timestamp(), 3),
            },
        )
        return 0.0
    log.error("batch %s", report.state, extra={"batch_id": report.batch_id, "reason": report.error})
    return pause


def main() -> None:
    """Run the worker of the installation that the environment describes, until a signal ends it."""
    switch_telemetry_off()
    settings = load_settings()
    configure_logging("worker", settings)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    run_forever(settings, stop)


if __name__ == "__main__":
    main()
