"""Where the time of a request went: spans of one trace, kept when the trace was drawn, was slow or failed.

Spans are noted as they end and judged together when the request is over, so an error is kept whatever the share that is
sampled. Kept spans go to files of the state folder, found by trace id, and to an OpenTelemetry collector where the
operator named one. While nothing is traced a span costs one look at a variable.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

SLOW_SECONDS: Final = 1.0
SPANS_MAX: Final = 500
"""Of one trace: an import of a million rows says enough by its first statements."""
_chance = Random()  # noqa: S311  # which requests are drawn is no secret
current: ContextVar[Trace | None] = ContextVar("trace", default=None)


@dataclass(slots=True)
class Span:
    """One piece of work.  Units: nanoseconds since 1970 and of duration."""

    name: str
    began_ns: int
    took_ns: int
    span_id: str
    parent_id: str | None
    is_error: bool = False
    attributes: dict[str, Any] = field(default_factory=dict)


class Trace:
    """The spans of one request or batch, while it runs."""

    __slots__ = ("_clock_offset", "_open", "is_drawn", "root_id", "spans", "trace_id")

    def __init__(self, trace_id: str, *, is_drawn: bool) -> None:
        """Begin with the root span open."""
        self.trace_id, self.is_drawn = trace_id, is_drawn
        self.spans: list[Span] = []
        self.root_id = new_span_id()
        self._open = [self.root_id]
        self._clock_offset = time.time_ns() - time.perf_counter_ns()

    def note(self, name: str, began: int, ended: int, *, is_error: bool = False, **attributes: Any) -> None:
        """A piece of work that is over, under whatever is open.  Units: `time.perf_counter_ns()`."""
        if len(self.spans) < SPANS_MAX:
            self.spans.append(
                Span(
                    name,
                    began + self._clock_offset,
                    ended - began,
                    new_span_id(),
                    self._open[-1],
                    is_error,
                    attributes,
                )
            )

    def enter(self) -> str:
        """A span is open from now on: what is noted meanwhile is below it."""
        span_id = new_span_id()
        self._open.append(span_id)
        return span_id

    def leave(self, span_id: str, name: str, began: int, *, is_error: bool, attributes: dict[str, Any]) -> None:
        """The span is over, and so is whatever was left open in it."""
        ended = time.perf_counter_ns()
        if span_id in self._open:
            del self._open[self._open.index(span_id) :]
        parent = self._open[-1] if self._open else self.root_id
        if len(self.spans) < SPANS_MAX:
            at = began + self._clock_offset
            self.spans.append(Span(name, at, ended - began, span_id, parent, is_error, attributes))

    def finish(self, name: str, began: int, *, is_error: bool, attributes: dict[str, Any]) -> list[Span]:
        """All spans where the trace is worth keeping, the root first; none else."""
        ended = time.perf_counter_ns()
        failed = is_error or any(span.is_error for span in self.spans)
        if not (self.is_drawn or failed or ended - began > SLOW_SECONDS * 1e9):
            return []
        at = began + self._clock_offset
        return [Span(name, at, ended - began, self.root_id, None, is_error, attributes), *self.spans]


def draw(share: float) -> bool:
    """Whether the next trace is one of the share that is kept in any case."""
    return share >= 1 or (share > 0 and _chance.random() < share)


@contextmanager
def span(name: str, **attributes: Any) -> Iterator[dict[str, Any]]:
    """A piece of work of the running trace, if there is one; what is put into the result becomes its attributes."""
    trace = current.get()
    if trace is None:
        yield attributes
        return
    began, span_id, failed = time.perf_counter_ns(), trace.enter(), True
    try:
        yield attributes
        failed = False
    finally:
        trace.leave(span_id, name, began, is_error=failed, attributes=attributes)


_ids = threading.local()


def new_span_id() -> str:
    """An id no other span of the trace has: chance once a thread, then counted on."""
    found: int | None = getattr(_ids, "last", None)
    found = int.from_bytes(os.urandom(8)) if found is None else (found + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
    _ids.last = found
    return f"{found or 1:016x}"
