"""Kept spans as OpenTelemetry knows them, and the way to a collector."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

    from runtime.trace_store import Kept
    from runtime.tracing import Span

_TRACE_ID = re.compile(r"^[0-9a-f]{32}$")
_SECONDS_MAX = 5


def exporter_to(endpoint: str) -> SpanExporter:
    """Sends spans to a collector by OTLP over HTTP."""
    return OTLPSpanExporter(endpoint=endpoint, timeout=_SECONDS_MAX)


def readable(kept: Kept, *, service: str, version: str) -> Sequence[ReadableSpan]:
    """The spans of a trace for the exporter."""
    resource = Resource({"service.name": f"qooerp-{service.lower()}", "service.version": version})
    return [_readable(kept, span, resource) for span in kept.spans]


def _readable(kept: Kept, span: Span, resource: Resource) -> ReadableSpan:
    attributes: dict[str, Any] = {name: _plain(value) for name, value in span.attributes.items() if value is not None}
    attributes |= {"qooerp.trace_id": kept.trace_id}
    if kept.tenant_id:
        attributes["tenant.id"] = kept.tenant_id
    if kept.user_id:
        attributes["enduser.id"] = kept.user_id
    return ReadableSpan(
        name=span.name,
        context=_context(kept.trace_id, span.span_id),
        parent=_context(kept.trace_id, span.parent_id) if span.parent_id else None,
        resource=resource,
        attributes=attributes,
        kind=SpanKind.INTERNAL if span.parent_id else SpanKind.SERVER,
        status=Status(StatusCode.ERROR if span.is_error else StatusCode.UNSET),
        start_time=span.began_ns,
        end_time=span.began_ns + span.took_ns,
    )


def _context(trace_id: str, span_id: str) -> SpanContext:
    # A correlation id that a client made up may be no trace id: then one is worked out of it, always the same.
    told = trace_id if _TRACE_ID.match(trace_id) else hashlib.sha256(trace_id.encode()).hexdigest()[:32]
    return SpanContext(int(told, 16), int(span_id, 16), is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED))


def _plain(value: Any) -> str | bool | int | float:
    return value if isinstance(value, str | bool | int | float) else str(value)
