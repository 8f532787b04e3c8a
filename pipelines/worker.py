"""The micro-batch loop: `python -m pipelines.worker`."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable

import psycopg

from pipelines.batches import Pipeline
from pipelines.checks.contracts import ContractWatch
from pipelines.erasures import Eraser
from pipelines.item_vectors import ItemVectorKeeper
from pipelines.publish.pointer import confirm_pointer
from pipelines.report import BatchReport
from pipelines.reporting import Reporter
from pipelines.scores.process import ScoreWatch
from pipelines.telemetry import WorkerTelemetry
from runtime.analysts import AnalystWatch
from runtime.exposition import serve_metrics
from runtime.giving_way import BATCHES, give_way
from runtime.instances import Heartbeat
from runtime.log import configure_logging
from runtime.progress import Progress
from runtime.settings import Settings, load_settings
from runtime.telemetry import switch_telemetry_off
from seals.sealing import Sealer

log = logging.getLogger("pipelines.worker")

IDLE_SECONDS = 0.2
LONG_SECONDS = 10.0
RESTS = 2.0
"""A rest is so many times as long as the batch before it, where that leaves figures fresh enough."""
SHORT_REST_SECONDS_MAX = 1.0
"""How long the worker rests after a short batch, though the next should not be that late."""
SEEN_SECONDS = 3.5
"""What is written as a batch begins is seen after that batch, a rest and another batch: all three take so long."""
REST_SECONDS_MAX = 60.0
RETRY_SECONDS_FIRST = 1.0
RETRY_SECONDS_MAX = 30.0
SENDER_SECONDS_MAX = 10.0
"""How long a mail at hand is waited for when the worker ends; one that takes longer is taken over by the next."""


def run_once(settings: Settings, progress: Progress | None = None, *, rebuild: bool = False) -> str:
    """What one batch did, in words, after everything committed so far is published.

    Raises: PublishBlocked when a check failed, what the batch raised when it could not run.
    """
    pipeline, reporter = Pipeline(settings), Reporter()
    try:
        report = pipeline.run(progress, rebuild=rebuild)
        if report is None:
            return "Nothing has changed since the last batch."
        reporter.tell(report)
        report.check_published()
        return str(report)
    finally:
        pipeline.close()
        reporter.close()


def run_forever(
    settings: Settings,
    stop: threading.Event,
    pipeline: Pipeline | None = None,
    *,
    loaded: Callable[[], None] = lambda: None,
    telemetry: WorkerTelemetry | None = None,
) -> None:
    """Batch after batch until asked to stop; `loaded` is called after each that published or failed.

    What goes wrong is logged and tried again, later each time in a row.
    """
    working = pipeline or Pipeline(settings)
    reporter, contracts, scores = Reporter(), ContractWatch(settings), ScoreWatch(settings)
    eraser = Eraser(settings, working)
    telemetry = telemetry or WorkerTelemetry()
    pause = RETRY_SECONDS_FIRST
    try:
        while not stop.is_set():
            report, went_well = _attempt(working)
            telemetry.look()
            if report is not None:
                _log(report)
                telemetry.tell(report)
                reporter.tell(report)
                loaded()
            contracts.look(changed=report is not None)
            scores.look(changed=report is not None)
            eraser.look()
            if went_well and report is None:
                confirm_pointer(settings.lake_dir)
            if went_well:
                pause = RETRY_SECONDS_FIRST
                stop.wait(IDLE_SECONDS if report is None else rest_after(report))
            else:
                if report is None:
                    telemetry.fail()
                stop.wait(pause)
                pause = min(pause * 2, RETRY_SECONDS_MAX)
    finally:
        working.close()
        contracts.close()
        scores.close()
        reporter.close()


def rest_after(report: BatchReport) -> float:
    """Seconds to the next batch: twice what the last one took, so that whoever writes and reads has the processors too.

    Most of a batch is what it costs by itself, so a longer rest costs only time: after a short batch as much as leaves
    figures fresh. After a long one somebody writes in bulk, and the next batch brings more at
    once; that one costs by the row, and rests as long as it took.
    """
    took = sum(report.seconds.values())
    if report.kind == "rebuild":
        return 0.0
    if took > LONG_SECONDS:
        return min(took, REST_SECONDS_MAX)
    return min(took * RESTS, max(SEEN_SECONDS - 2 * took, min(took, SHORT_REST_SECONDS_MAX)))


def _attempt(pipeline: Pipeline) -> tuple[BatchReport | None, bool]:
    """The report of a batch, and whether it went well."""
    try:
        report = pipeline.run()
    except psycopg.OperationalError as error:
        log.warning("database unreachable", extra={"reason": str(error)})
        return None, False
    except Exception:
        # Whatever it was, readers keep the last good version and the next attempt begins from there.
        log.exception("batch failed")
        return None, False
    return report, report is None or report.state == "published"


def _log(report: BatchReport) -> None:
    if report.state != "published":
        log.error("batch %s", report.state, extra={"batch_id": report.batch_id, "reason": report.error})
        return
    log.info(
        "batch published",
        extra={
            "batch_id": report.batch_id,
            "run_id": str(report.run_id),
            "version": report.version,
            "rows_loaded": sum(report.rows_loaded.values()),
            "rows_written": sum(report.rows_written.values()),
            "seconds": {name: round(value, 3) for name, value in report.seconds.items()},
            "behind_seconds": round(time.time() - report.watermark.timestamp(), 3),
        },
    )


def main() -> None:
    """Run the worker of the installation that the environment describes, until a signal ends it."""
    switch_telemetry_off()
    give_way(BATCHES)
    settings = load_settings()
    configure_logging("worker", settings)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    from reports.sender import Sender  # noqa: PLC0415  # the metrics layer is heavy: `run_once` needs none of it

    sender, sealer, telemetry = Sender(settings), Sealer(settings), WorkerTelemetry()
    keeper, watch = ItemVectorKeeper(settings), AnalystWatch(settings)
    heartbeat = Heartbeat(settings.home, "Worker")
    server = serve_metrics(settings, telemetry.registry, port=settings.worker_metrics_port)
    heartbeat.start()
    sender.start()
    sealer.start()
    keeper.start()
    watch.start()
    try:
        run_forever(settings, stop, loaded=sender.look, telemetry=telemetry)
    finally:
        heartbeat.stop()
        if server is not None:
            server.stop()
        sender.stop()
        sealer.stop()
        keeper.stop()
        watch.stop()
        sender.join(SENDER_SECONDS_MAX)
        sealer.join(SENDER_SECONDS_MAX)
        keeper.join(SENDER_SECONDS_MAX)
        watch.join(SENDER_SECONDS_MAX)


if __name__ == "__main__":
    main()
