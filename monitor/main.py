"""The watch beside the others: `python -m monitor.main` serves `/metrics` and speaks for services that cannot."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException

import psutil
from prometheus_client import CollectorRegistry, Gauge

from monitor.database import DatabaseCollector
from monitor.host import HostCollector, service_of
from monitor.recorder import Recorder
from runtime.exposition import serve_metrics
from runtime.instances import BEAT_SECONDS, Heartbeat, instances
from runtime.log import configure_logging
from runtime.settings import Settings, load_settings
from runtime.version import VERSION

_ANSWER_SECONDS_MAX = 2.0
_SPOKEN_FOR = ("Dashboards", "Dagster", "Dagster daemon", "Dagster code")


class Speaker:
    """Beats for processes that are not ours to change, as long as they live and, if they have an address, answer."""

    def __init__(self, settings: Settings, *, root: psutil.Process | None = None) -> None:
        """Look below `root`, as a rule the supervisor that started us."""
        self._settings = settings
        self._root = root or psutil.Process().parent() or psutil.Process()
        self._beating: dict[int, Heartbeat] = {}

    def look(self) -> None:
        """One round: whoever is there is said to be there; who is not falls silent and is soon shown as down."""
        for process in self._children():
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                service = service_of(" ".join(process.cmdline()))
                if service in _SPOKEN_FOR and process.ppid() == self._root.pid:
                    self._beat(process.pid, service)

    def _beat(self, process: int, service: str) -> None:
        beating = self._beating.get(process)
        if beating is None:
            checks = self._checks_of(service)
            beating = self._beating[process] = Heartbeat(self._settings.home, service, checks=checks, process=process)
        beating.beat()

    def _checks_of(self, service: str) -> Callable[[], dict[str, bool]]:
        ports = {
            "Dashboards": (self._settings.dashboard_port, "/_stcore/health"),
            "Dagster": (self._settings.dagster_port, "/server_info"),
        }
        if service not in ports:
            return dict
        port, path = ports[service]
        return lambda: {"answers": answers(self._settings.local_host, port, path)}

    def _children(self) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            return self._root.children()
        return []

    def stop(self) -> None:
        """An orderly end of all."""
        for beating in self._beating.values():
            beating.stop()


def answers(host: str, port: int, path: str) -> bool:
    """Whether a page is served there."""
    connection = HTTPConnection(host, port, timeout=_ANSWER_SECONDS_MAX)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 400  # noqa: PLR2004  # not refused
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


class Watch:
    """The registry of the monitor, with a series for each instance that was heard of."""

    def __init__(self, settings: Settings) -> None:
        """Collect when scraped."""
        self._home = settings.home
        self.registry = CollectorRegistry()
        self.database = DatabaseCollector(settings)
        self.registry.register(self.database)
        self.registry.register(HostCollector(settings.home))
        Gauge("qooerp_build_info", "Always 1.", ["version"], registry=self.registry).labels(VERSION).set(1)
        self._up = Gauge(
            "qooerp_instances", "Instances of each service by state.", ["service", "state"], registry=self.registry
        )

    def look(self) -> None:
        """Count who is there."""
        now = datetime.now(UTC)
        counted: dict[tuple[str, str], int] = {}
        for each in instances(self._home, now=now):
            for state in ("ready", "not ready", "down"):
                counted.setdefault((each.service, state), 0)
            counted[each.service, each.state(now)] += 1
        for (service, state), count in counted.items():
            self._up.labels(service, state).set(count)


def main() -> None:
    """Watch until a signal comes."""
    settings = load_settings()
    configure_logging("monitor", settings)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    watch, speaker, own = Watch(settings), Speaker(settings), Heartbeat(settings.home, "Monitor")
    server = serve_metrics(settings, watch.registry, port=settings.monitor_port)
    recorder = Recorder(settings, watch.registry)
    own.start()
    recorder.start()
    try:
        while True:
            speaker.look()
            watch.look()
            if stop.wait(BEAT_SECONDS):
                break
    finally:
        recorder.stop()
        recorder.join()
        own.stop()
        speaker.stop()
        if server is not None:
            server.stop()
        watch.database.close()


if __name__ == "__main__":
    main()
