"""Keeps what every service serves: every 15 seconds one round of measurements, read over HTTP as Prometheus would."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families

from runtime.measurements import ROUND_SECONDS, Measurements, Series
from runtime.settings import Settings
from runtime.technical_metrics import DROPPED_LABELS, STORED
from transactional.kernel.clock import utc_now

_log = logging.getLogger("monitor.recorder")
_ANSWER_SECONDS_MAX: Final = 5.0
_SWEEP_EVERY: Final = timedelta(hours=1)


class Recorder(threading.Thread):
    """Reads the measurements of the services of this installation and keeps them, until it is told to stop."""

    def __init__(
        self, settings: Settings, registry: CollectorRegistry, *, now: Callable[[], datetime] = utc_now
    ) -> None:
        """Read our own registry and the ports of API and worker."""
        super().__init__(name="recorder", daemon=True)
        self._settings, self._registry, self._now = settings, registry, now
        self._measurements = Measurements(settings.home)
        self._stop_asked = threading.Event()
        self._swept_at: datetime | None = None
        self._silent: set[int] = set()

    def look(self) -> None:
        """Keep one round: a service that does not answer has no figures in it."""
        now = self._now()
        self._measurements.append(now, self._values())
        if self._swept_at is None or now - self._swept_at >= _SWEEP_EVERY:
            self._measurements.sweep(now)
            self._swept_at = now

    def stop(self) -> None:
        """End after the round at hand."""
        self._stop_asked.set()

    def run(self) -> None:
        """Round after round; what goes wrong is logged, and the next round is tried all the same."""
        while not self._stop_asked.wait(ROUND_SECONDS):
            try:
                self.look()
            except OSError:
                _log.exception("a round of measurements was lost")

    def _values(self) -> Mapping[Series, float]:
        found: dict[Series, float] = {}
        for family in self._families():
            for sample in family.samples:
                if sample.name in STORED:
                    kept = tuple(
                        sorted((name, told) for name, told in sample.labels.items() if name not in DROPPED_LABELS)
                    )
                    series = Series(sample.name, kept)
                    found[series] = found.get(series, 0.0) + float(sample.value)
        return found

    def _families(self) -> Iterator[Metric]:
        yield from self._registry.collect()
        for port in (self._settings.api_port, self._settings.worker_metrics_port):
            yield from text_string_to_metric_families(self._read(port))

    def _read(self, port: int) -> str:
        connection = HTTPConnection(self._settings.local_host, port, timeout=_ANSWER_SECONDS_MAX)
        token = self._settings.metrics_token
        headers = {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}
        try:
            connection.request("GET", "/metrics", headers=headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, HTTPException) as error:
            if port not in self._silent:
                # Once, not every 15 seconds for as long as a service is down.
                _log.warning("no measurements on port %s", port, extra={"reason": type(error).__name__})
            self._silent.add(port)
            return ""
        finally:
            connection.close()
        self._silent.discard(port)
        return text if answer.status == 200 else ""  # noqa: PLR2004  # anything else is no measurement
