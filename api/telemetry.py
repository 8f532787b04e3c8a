"""Counters and durations of this process in Prometheus' text format."""

import threading
from collections import defaultdict
from collections.abc import Iterator

_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_CLASS = 100


class Telemetry:
    """How many requests of which kind ended how, and how long they took."""

    def __init__(self) -> None:
        """Begin at zero."""
        self._lock = threading.Lock()
        self._requests: defaultdict[tuple[str, str, str], int] = defaultdict(int)
        self._buckets: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(_BOUNDS) + 1))
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self.in_flight = 0
        self.shed = 0

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Note one answered request."""
        with self._lock:
            self._requests[method, route, f"{status // _CLASS}xx"] += 1
            self._seconds[route] += seconds
            position = next((index for index, bound in enumerate(_BOUNDS) if seconds <= bound), len(_BOUNDS))
            self._buckets[route][position] += 1

    def text(self) -> str:
        """Everything counted so far."""
        with self._lock:
            return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield "# HELP qooerp_http_requests_total Requests answered."
        yield "# TYPE qooerp_http_requests_total counter"
        for (method, route, status), count in sorted(self._requests.items()):
            yield f'qooerp_http_requests_total{{method="{method}",route="{route}",status="{status}"}} {count}'
        yield "# HELP qooerp_http_request_seconds Time to answer."
        yield "# TYPE qooerp_http_request_seconds histogram"
        for route, buckets in sorted(self._buckets.items()):
            total = 0
            for bound, count in zip((*map(str, _BOUNDS), "+Inf"), buckets, strict=True):
                total += count
                yield f'qooerp_http_request_seconds_bucket{{route="{route}",le="{bound}"}} {total}'
            yield f'qooerp_http_request_seconds_sum{{route="{route}"}} {self._seconds[route]:.6f}'
            yield f'qooerp_http_request_seconds_count{{route="{route}"}} {total}'
        yield "# TYPE qooerp_http_requests_in_flight gauge"
        yield f"qooerp_http_requests_in_flight {self.in_flight}"
        yield "# TYPE qooerp_http_requests_shed_total counter"
        yield f"qooerp_http_requests_shed_total {self.shed}"
