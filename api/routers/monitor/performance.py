"""`/api/monitor/performance`: the slowest routes and statements by release, and what a release has made slower."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from starlette.responses import Response

from api.calls import Calling
from api.lists import envelope_of, list_body
from api.routing import Router, needs
from runtime.latencies import Latencies
from transactional.kernel.rows import read
from transactional.kernel.session import Session
from transactional.platform.models import DailyLatency

router = Router(prefix="/api/monitor/performance", tags=["monitor"])
SLOWER_SHARE = 0.2
COMPARED_MIN = 20
"""Of fewer requests a percentile says nothing."""


class PerformanceShown(BaseModel):
    """One route or statement with one release."""

    model_config = ConfigDict(extra="forbid")

    name: str
    release: str
    first_on: date
    last_on: date
    request_count: int
    total_ms: float
    p95_ms: float
    release_before: str | None = Field(description="The release it is compared with: the one before it here.")
    p95_ms_before: float | None
    change_share: float | None = Field(description="0.2 is 20 percent slower.")
    is_slower: bool = Field(description="At least 20 percent slower than with the release before.")


@router.get(
    "",
    summary="The slowest routes or statements by release",
    responses={200: {"model": envelope_of(PerformanceShown)}},
    openapi_extra=needs("status.read"),
)
def performance(
    call: Calling,
    kind: Literal["route", "sql"] = "route",
    days: Annotated[int, Query(ge=1, le=365)] = 30,
    order: Annotated[Literal["p95_ms", "total_ms", "change_share"], Query(description="Highest first.")] = "p95_ms",
    release: Annotated[str | None, Query(max_length=40)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Response:
    """Measured by every process, kept every ten minutes."""
    since = call.services.now().date() - timedelta(days=days - 1)
    rows = call.read(lambda session: _rows(session, kind, since))
    order_of = list(dict.fromkeys(row.release for row in rows))
    shown = [each for each in compared(merged(rows), order_of) if release in {None, each["release"]}]
    shown.sort(key=lambda each: (-(each[order] if each[order] is not None else -1e18), each["name"], each["release"]))
    return list_body(shown[:limit], next_cursor=None)


def _rows(session: Session, kind: str, since: date) -> list[DailyLatency]:
    wanted = select(DailyLatency).where(DailyLatency.kind == kind, DailyLatency.measured_on >= since)
    return read(session, wanted.order_by(DailyLatency.measured_on, DailyLatency.created_at, DailyLatency.id))


Merged = Mapping[str, Mapping[str, tuple[Latencies, date, date]]]


def merged(rows: Iterable[DailyLatency]) -> Merged:
    """Each name's counts by release over all days."""
    found: dict[str, dict[str, tuple[Latencies, date, date]]] = {}
    for row in rows:
        more = Latencies(row.request_count, float(row.total_ms), list(row.buckets))
        known = found.setdefault(row.name, {}).get(row.release)
        first = known[1] if known else row.measured_on
        if known:
            more.merge(known[0])
        found[row.name][row.release] = (more, first, row.measured_on)
    return found


def compared(found: Merged, order: Sequence[str]) -> list[dict[str, Any]]:
    """Each name and release beside the release before it, in this order, that was asked often enough."""
    shown = []
    for name, releases in found.items():
        before: tuple[str, Latencies] | None = None
        for release in sorted(releases, key=order.index):
            counted, first, last = releases[release]
            shown.append(_shown(name, release, counted, before) | {"first_on": first, "last_on": last})
            if counted.count >= COMPARED_MIN:
                before = (release, counted)
    return shown


def _shown(name: str, release: str, counted: Latencies, before: tuple[str, Latencies] | None) -> dict[str, Any]:
    is_comparable = before is not None and counted.count >= COMPARED_MIN and before[1].p95_ms > 0
    change = counted.p95_ms / before[1].p95_ms - 1 if before is not None and is_comparable else None
    return {
        "name": name,
        "release": release,
        "request_count": counted.count,
        "total_ms": round(counted.total_ms, 3),
        "p95_ms": round(counted.p95_ms, 3),
        "release_before": before[0] if before is not None and is_comparable else None,
        "p95_ms_before": round(before[1].p95_ms, 3) if before is not None and is_comparable else None,
        "change_share": None if change is None else round(change, 4),
        "is_slower": change is not None and change >= SLOWER_SHARE - 1e-9,
    }
