"""What this process counts for Prometheus: requests, errors, refusals, pool, cache and queues.

Labels are bounded: routes are templates of ours, never paths as they were asked, and nothing is told by tenant or user.
With several API processes the library keeps the figures in files that all of them share, so that whichever process is
asked answers for the service.
"""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from api.admission import Priority
from runtime.request_limits import SCOPES
from runtime.version import VERSION

if TYPE_CHECKING:
    from api.context import Services

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_PROCESS = re.compile(r"_(\d+)\.db$")
_CLASS = 100
_SERVER_ERROR = 500


class Telemetry:
    """The measurements of this process."""

    def __init__(self) -> None:
        """Begin at zero."""
        self.registry = registry = CollectorRegistry()
        self._requests = Counter(
            "qooerp_http_requests", "Requests answered.", ["method", "route", "status"], registry=registry
        )
        self._errors = Counter("qooerp_http_errors", "Requests that failed on our side.", ["route"], registry=registry)
        self._seconds = Histogram(
            "qooerp_http_request_seconds", "Time to answer.", ["route"], buckets=BOUNDS, registry=registry
        )
        self._written = Counter(
            "qooerp_documents_written", "Documents and records written over HTTP.", ["module"], registry=registry
        )
        self._refused = Counter(
            "qooerp_http_requests_shed", "Requests refused because of too many others.", ["priority"], registry=registry
        )
        self._limited = Counter(
            "qooerp_http_requests_limited", "Requests above a rate limit.", ["scope"], registry=registry
        )
        self._lookups = Counter(
            "qooerp_cache_lookups", "Looks into a cache of this process.", ["cache", "result"], registry=registry
        )
        gauge = self._gauge
        self._in_flight = gauge("qooerp_http_requests_in_flight", "Requests being answered, waiting ones included.")
        self._running = gauge("qooerp_http_requests_running", "Requests that have a place.", "priority")
        self._waiting = gauge("qooerp_http_requests_waiting", "Requests that wait for a place.", "priority")
        self._pool = gauge("qooerp_database_pool_connections", "Connections of the pool.", "state")
        self._pool_waiting = gauge("qooerp_database_pool_waiting", "Requests that wait for a connection.")
        self._pool_size = gauge("qooerp_database_pool_size", "Connections the pool may have.")
        self._overloaded = gauge("qooerp_http_overloaded", "Whether low-priority work is refused.")
        # At zero from the beginning: what has no series yet cannot be drawn, and an alert on it would have no data.
        for priority in ("any", *(each.name.lower() for each in Priority)):
            self._refused.labels(priority)
        for scope in SCOPES:
            self._limited.labels(scope)
        info = gauge("qooerp_build_info", "Always 1; the release is in its label.", "version")
        info.labels(VERSION).set(1)
        self._known: dict[tuple[Any, ...], Any] = {}
        self.in_flight = 0

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(name, text, labels, registry=self.registry, multiprocess_mode="livesum")

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Note one answered request."""
        named = method if method in METHODS else "OTHER"
        key = (named, route, status // _CLASS)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = (
                self._requests.labels(named, route, f"{status // _CLASS}xx"),
                self._seconds.labels(route),
            )
        known[0].inc()
        known[1].observe(seconds)
        if status >= _SERVER_ERROR:
            self._errors.labels(route).inc()
        elif named != "GET" and status // _CLASS == 2 and route.startswith("/api/"):  # noqa: PLR2004  # 2xx
            self._written.labels(route.split("/")[2]).inc()

    def look_up(self, cache: str, *, found: bool) -> None:
        """Note one look into a cache."""
        key = ("cache", cache, found)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._lookups.labels(cache, "hit" if found else "miss")
        known.inc()

    def refuse(self, priority: str) -> None:
        """Note a request refused because of overload."""
        self._refused.labels(priority).inc()

    def limit(self, scope: str) -> None:
        """Note a request above a rate limit."""
        key = ("limited", scope)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._limited.labels(scope)
        known.inc()

    def look(self, services: "Services") -> None:
        """Note how things stand now: the pool, the queues."""
        gate, pool = services.gate, services.database.pool_figures()
        self._in_flight.set(self.in_flight)
        self._overloaded.set(float(gate.is_overloaded))
        for priority, running in gate.running.items():
            self._running.labels(priority.name.lower()).set(running)
            self._waiting.labels(priority.name.lower()).set(gate.waiting(priority))
        self._pool.labels("in_use").set(pool.in_use)
        self._pool.labels("idle").set(pool.idle)
        self._pool_waiting.set(pool.waiting)
        self._pool_size.set(pool.size_max)

    def text(self) -> bytes:
        """Everything counted so far, by all processes of the service."""
        return generate_latest(self._told())

    def _told(self) -> CollectorRegistry:
        if SHARED_FOLDER not in os.environ:
            return self.registry
        _forget_dead(Path(os.environ[SHARED_FOLDER]))
        shared = CollectorRegistry()
        MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
        return shared


def _forget_dead(folder: Path) -> None:
    """How things stand is told by living processes only; what a killed one counted stays."""
    for file in folder.glob("gauge_live*.db"):
        found = _PROCESS.search(file.name)
        if found and not psutil.pid_exists(int(found[1])):
            mark_process_dead(int(found[1]), str(folder))  # type: ignore[no-untyped-call]
