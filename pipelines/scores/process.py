"""Looks that are taken beside the micro-batch loop: a process of its own, when the figures have come to rest."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

from pipelines.publish.pointer import read_pointer
from pipelines.scores.run import score_installation
from runtime.log import configure_logging
from runtime.paths import PROJECT_FOLDER
from runtime.processes import die_with_parent
from runtime.settings import Settings, load_settings
from runtime.telemetry import NO_TELEMETRY, switch_telemetry_off

log = logging.getLogger(__name__)

QUIET_SECONDS = 20.0
"""A look begins when nothing was published for so long."""
EVERY_SECONDS = 600.0
"""And no sooner than this after the last one."""
OVERDUE_SECONDS = 3_600.0
"""Where there is never a quiet moment, one is taken all the same after an hour."""
_NICE = 15


class ScoreWatch:
    """Starts a look when it is due; it never waits for one. To be used by the loop's own thread only."""

    def __init__(self, settings: Settings, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Nothing is started before something was published."""
        self._settings = settings
        self._monotonic = monotonic
        self._looked_at = float("-inf")
        self._changed_at = monotonic() if read_pointer(settings.lake_dir) else None
        self._waiting_since = self._changed_at
        self._process: subprocess.Popen[bytes] | None = None

    def look(self, *, changed: bool) -> None:
        """Take note of a batch, and start a look if it is time; comes back at once."""
        now = self._monotonic()
        if changed:
            self._changed_at = now
            self._waiting_since = self._waiting_since or now
        if self._process is not None:
            if self._process.poll() is None:
                return
            if self._process.returncode:
                log.error("a look at the figures failed", extra={"exit_code": self._process.returncode})
            self._process = None
        if self._is_due(now):
            self._looked_at, self._waiting_since = now, None
            self._process = self._start()

    def close(self) -> None:
        """End a look that is under way: what it found is handed in as a whole, or not at all."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait()

    def _is_due(self, now: float) -> bool:
        if self._changed_at is None or self._waiting_since is None or now - self._looked_at < EVERY_SECONDS:
            return False
        return now - self._changed_at >= QUIET_SECONDS or now - self._waiting_since >= OVERDUE_SECONDS

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            **NO_TELEMETRY,
            "QOOERP_HOME": str(self._settings.home),
            "QOOERP_DATABASE_NAME": self._settings.database_name,
            "PYTHONPATH": str(PROJECT_FOLDER),
        }
        return subprocess.Popen(
            [sys.executable, "-m", "pipelines.scores.process"],
            cwd=PROJECT_FOLDER,
            env=environment,
            stdin=subprocess.DEVNULL,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509  # one system call, nothing else
        )


def main() -> None:
    """One look at every tenant, behind everything else that wants the processor."""
    switch_telemetry_off()
    os.nice(_NICE)
    settings = load_settings()
    configure_logging("scores", settings)
    for done in score_installation(settings):
        log.info(
            "looked at the figures",
            extra={
                "tenant_id": str(done.tenant_id),
                "series": done.series,
                "incidents": done.kept.incidents,
                "fresh": done.kept.fresh,
                "muted": done.kept.muted,
                "gone": done.kept.gone,
                "seconds": round(done.seconds, 1),
            },
        )


if __name__ == "__main__":
    main()
