"""The loop around the batches: what it says while nothing happens."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from pipelines.batches import Pipeline
from pipelines.publish.pointer import read_pointer
from pipelines.report import BatchReport
from pipelines.worker import rest_after, run_forever
from runtime.settings import Settings

WAIT_SECONDS_MAX = 60.0


def test_a_quiet_worker_confirms_what_is_published(
    make_pipeline: Callable[..., Pipeline], installation: Settings
) -> None:
    pipeline = make_pipeline()
    pipeline.run()
    published, confirmed = read_pointer(installation.lake_dir), installation.lake_dir / "confirmed"
    assert not confirmed.exists(), "a batch publishes; only finding nothing confirms"
    stop = threading.Event()
    worker = threading.Thread(target=run_forever, args=(installation, stop, pipeline))
    worker.start()
    end = time.monotonic() + WAIT_SECONDS_MAX
    while not confirmed.exists() and time.monotonic() < end:
        stop.wait(0.05)
    stop.set()
    worker.join()
    assert confirmed.exists()
    assert read_pointer(installation.lake_dir) == published


def test_after_a_batch_others_have_the_processors_as_long_as_figures_stay_fresh() -> None:
    def batch(kind: str, transform: float) -> BatchReport:
        at = datetime(2026, 3, 16, tzinfo=UTC)
        return BatchReport(7, kind, "published", at, {}, {}, [], seconds={"transform": transform, "publish": 0.5})

    assert rest_after(batch("micro", 0.25)) == 1.5, "twice as long"
    assert rest_after(batch("micro", 0.5)) == 1.5, "so that three and a half seconds are enough"
    assert rest_after(batch("micro", 9.0)) == 1.0, "nothing is fresh then: a second for the others"
    assert rest_after(batch("micro", 20.0)) == 20.5
    assert rest_after(batch("micro", 500.0)) == 60
    assert rest_after(batch("rebuild", 500.0)) == 0
