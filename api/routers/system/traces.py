"""`GET /api/system/traces/{trace_id}`: everything known of one request, from the door to the figures it moved."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path as FilePath
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import text
from starlette.responses import Response

from api.calls import Calling
from api.rendering import json_response
from api.routers.metrics.loads import has_loads
from api.routing import Router, needs
from transactional.kernel.errors import NotFound
from transactional.kernel.principal import Principal
from transactional.kernel.records import get_records
from transactional.kernel.session import Session
from transactional.resources import BY_THING

_LOG_FILES = ("api.log", "worker.log")
_LOG_LINES_MAX = 200
_AROUND = timedelta(seconds=5)
_UNVERSIONED = 0xFFFF_FFFF_FFFF

# Ids are in the order of their time, so the few events around a request are found without reading all of them.
_EVENTS = text(
    """
    select events.id, events.topic, events.aggregate_type, events.aggregate_id, events.occurred_at, events.created_at,
        events.row_xid::text as writer
    from kernel.outbox as events
    where events.trace_id = :trace_id and events.id >= :first and events.id < :beyond
    order by events.id
    limit 200
    """
)
_RUN = text(
    """
    select run_id, batch_id, kind, state, started_at, loaded_at, finished_at, published_version
    from raw.load_runs
    where started_at >= :since and snapshot is not null
        and pg_visible_in_snapshot(cast(:writer as xid8), snapshot)
    order by batch_id
    limit 1
    """
)


class SpanShown(BaseModel):
    """One piece of work."""

    model_config = ConfigDict(extra="forbid")

    trace_id: str
    span_id: str
    parent_id: str | None
    name: str
    service: str
    process: int | None
    began_at: datetime
    milliseconds: float
    is_error: bool
    tenant_id: str | None
    user_id: str | None
    attributes: dict[str, Any]


class TraceShown(BaseModel):
    """A request: its spans, the events it told, the pipeline runs that took them in, its log lines."""

    model_config = ConfigDict(extra="forbid")

    trace_id: str
    spans: list[SpanShown] = Field(description="In the order in which they began; those of pipeline runs come last.")
    events: list[dict[str, Any]]
    logs: list[dict[str, Any]]


def router() -> APIRouter:
    """The route `/api/system/traces/{trace_id}`."""
    routes = Router(prefix="/api/system/traces", tags=["system"])

    @routes.get(
        "/{trace_id}",
        summary="Everything known of one request",
        responses={200: {"model": TraceShown}},
        openapi_extra=needs("trace.read"),
    )
    def trace(trace_id: Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{8,40}$")], call: Calling) -> Response:
        tenant_id = str(call.principal.tenant_id)
        spans = [each for each in call.services.tracer.files.find(trace_id) if each["tenant_id"] == tenant_id]
        if not spans:
            raise NotFound(kind="trace", id=trace_id)
        began = datetime.fromisoformat(str(spans[0]["began_at"]))
        events, runs = call.read(lambda session: _joined(session, trace_id, began, call.principal))
        for run in runs:
            spans += _spans_of(run, spans[0])
        logs = [*_lines(call.services.settings.log_dir, trace_id, tenant_id)][-_LOG_LINES_MAX:]
        return json_response({"trace_id": trace_id, "spans": spans, "events": events, "logs": logs})

    return routes


def _joined(
    session: Session, trace_id: str, began: datetime, by: Principal
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The events a request told that the asker may see, each with the run that took it in, and those runs."""
    window = {"first": _id_at(began - _AROUND), "beyond": _id_at(began + timedelta(hours=1))}
    events = [dict(row) for row in session.execute(_EVENTS, {"trace_id": trace_id, **window}).mappings()]
    told = get_records(session, BY_THING["event"], [event["id"] for event in events], by=by)
    seen = {event["id"] for event in told}
    events = [event for event in events if event["id"] in seen]
    runs: dict[int, dict[str, Any]] = {}
    with_runs = has_loads(session)
    for event in events:
        writer, created_at = event.pop("writer"), event.pop("created_at")
        row = None
        if with_runs:
            asked = {"writer": writer, "since": created_at - _AROUND}
            row = session.execute(_RUN, asked).mappings().first()
        event["run_id"] = row["run_id"] if row else None
        if row:
            runs[row["batch_id"]] = dict(row)
    return events, list(runs.values())


def _id_at(moment: datetime) -> UUID:
    """The least id of a millisecond.  Source: RFC 9562, 5.7."""
    return UUID(int=(int(moment.timestamp() * 1000) & _UNVERSIONED) << 80)


def _spans_of(run: Mapping[str, Any], root: Mapping[str, Any]) -> Sequence[dict[str, Any]]:
    """A run of the pipeline as spans: landing the rows, then marts, checks and publishing."""
    facts = {name: run[name] for name in ("batch_id", "kind", "state", "published_version")} | {
        "run_id": str(run["run_id"])
    }
    own, landing, publishing = (f"{(run['run_id'].int + part) & 0xFFFF_FFFF_FFFF_FFFF:016x}" for part in range(3))
    parts = [("pipeline run", own, root["span_id"], run["started_at"], run["finished_at"])]
    parts.append(("land events and rows", landing, own, run["started_at"], run["loaded_at"]))
    parts.append(("marts, checks, publish", publishing, own, run["loaded_at"], run["finished_at"]))
    return [
        {
            "trace_id": root["trace_id"],
            "span_id": span_id,
            "parent_id": parent,
            "name": name,
            "service": "Worker",
            "process": None,
            "began_at": began,
            "milliseconds": round((ended - began).total_seconds() * 1000, 3),
            "is_error": run["state"] in {"failed", "blocked"},
            # A run takes in what all have written; here it is told of what this request wrote.
            "tenant_id": root["tenant_id"],
            "user_id": root["user_id"],
            "attributes": facts,
        }
        for name, span_id, parent, began, ended in parts
        if began is not None and ended is not None
    ]


def _lines(folder: FilePath, trace_id: str, tenant_id: str) -> Iterator[dict[str, Any]]:
    """The log lines of a trace, as far as they are of this tenant or of none."""
    for name in _LOG_FILES:
        for file in (folder / f"{name}.1", folder / name):
            if not file.is_file():
                continue
            with file.open(encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    told = _line_of(line, trace_id)
                    if told is not None and told.get("tenant_id") in {None, tenant_id}:
                        # What went wrong inside is for the operator, who has the file.
                        yield {key: value for key, value in told.items() if key != "error"}


def _line_of(line: str, trace_id: str) -> dict[str, Any] | None:
    if trace_id not in line:
        return None
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told if isinstance(told, dict) and told.get("trace_id") == trace_id else None
