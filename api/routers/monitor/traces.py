"""`/api/monitor/traces`: which requests were traced in a stretch of time or around a breach."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy import select
from starlette.responses import Response

from api.calls import Call, Calling
from api.lists import envelope_of, list_body
from api.routing import Router, needs
from transactional.kernel.errors import NotFound, invalid
from transactional.kernel.rows import find_one
from transactional.kernel.session import Session
from transactional.report.models import AlertBreach
from transactional.report.services.keep_alert_rules import get_rule

router = Router(prefix="/api/monitor/traces", tags=["monitor"])
_BEFORE = timedelta(minutes=2)
"""What broke a rule happened before it was told."""
_STRETCH_MAX = timedelta(days=7)


class TraceListed(BaseModel):
    """One traced request."""

    model_config = ConfigDict(extra="forbid")

    trace_id: str = Field(
        description="With it `/api/system/traces/{trace_id}` tells spans, events, runs and log lines."
    )
    name: str
    service: str
    began_at: datetime
    milliseconds: float
    is_error: bool
    status: int | None
    user_id: UUID | None


@router.get(
    "",
    summary="List traced requests",
    responses={200: {"model": envelope_of(TraceListed)}},
    openapi_extra=needs("trace.read"),
)
def traces(
    call: Calling,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    breach_id: Annotated[UUID | None, Query(description="While a breach lasted, and shortly before.")] = None,
    only_errors: Annotated[bool, Query()] = False,  # noqa: FBT002  # a query parameter, given by name
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """Requests of the tenant that were kept: the errors first, then the slowest; the last hour without a stretch."""
    start, end = _stretch(call, since, until, breach_id)
    found = call.services.tracer.files.recent(str(call.principal.tenant_id), start, end)
    wanted = [each for each in found if each["is_error"] or not only_errors]
    wanted.sort(key=lambda each: (not each["is_error"], -float(each["milliseconds"])))
    return list_body([_shown(each) for each in wanted[:limit]], next_cursor=None)


def _stretch(
    call: Call, since: datetime | None, until: datetime | None, breach_id: UUID | None
) -> tuple[datetime, datetime]:
    now = call.services.now()
    if breach_id is not None:
        if since is not None or until is not None:
            raise invalid("breach_id", "is given without since and until", "not_both")
        return call.read(lambda session: _of_breach(session, call, breach_id, now))
    end = until or now
    start = since or end - timedelta(hours=1)
    if start >= end:
        raise invalid("since", "lies after until", "after_until")
    if end - start > _STRETCH_MAX:
        raise invalid("since", "lies more than seven days before until", "stretch_too_long")
    return start, end


def _of_breach(session: Session, call: Call, breach_id: UUID, now: datetime) -> tuple[datetime, datetime]:
    found = find_one(session, select(AlertBreach).where(AlertBreach.id == breach_id))
    if found is None:
        raise NotFound(kind="breach", id=breach_id)
    rule = get_rule(session, found.rule_id, by=call.principal)
    start = found.opened_at - timedelta(minutes=rule.for_minutes) - _BEFORE
    return start, max(found.closed_at or now, start + _BEFORE)


def _shown(root: dict[str, Any]) -> dict[str, Any]:
    told = {name: root[name] for name in ("trace_id", "name", "service", "began_at", "milliseconds", "is_error")}
    return told | {"status": root["attributes"].get("http.status"), "user_id": root["user_id"]}
