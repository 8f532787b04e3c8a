"""`/api/monitor/curves`: what the program has measured of itself, as curves; what is stored is read once for all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.calls import Calling
from api.lists import envelope_of, list_body
from api.routing import Router, needs
from runtime.measurements import KEPT_DAYS, ROUND_SECONDS, History, Measurements, Wanted
from runtime.technical_metrics import TECHNICAL_METRICS, TechnicalMetric, curves_of, shown
from transactional.kernel.errors import FieldProblem, Invalid, invalid

router = Router(prefix="/api/monitor/curves", tags=["monitor"])
POINTS_MAX = 400
NAMES_MAX = len(TECHNICAL_METRICS)
Minutes = Annotated[int, Query(ge=1, le=KEPT_DAYS * 24 * 60)]


class MeasurementShown(BaseModel):
    """A technical metric."""

    model_config = ConfigDict(extra="forbid")

    name: str
    unit: str
    area: str
    labels: list[str] = Field(description="By which labels its members differ.")


class CurveShown(BaseModel):
    """One member's points."""

    member: str
    labels: dict[str, str]
    points: list[tuple[float, float]] = Field(description="Seconds since 1970, and the figure.")
    last: float


class CurvesShown(MeasurementShown):
    """A technical metric with its points."""

    curves: list[CurveShown]


@router.get(
    "",
    summary="Several measurements as curves",
    responses={200: {"model": envelope_of(CurvesShown)}},
    openapi_extra=needs("status.read"),
)
def several(
    call: Calling,
    names: Annotated[list[str], Query(min_length=1, max_length=NAMES_MAX, description="Names of measurements.")],
    minutes: Minutes = 60,
    until: AwareDatetime | None = None,
) -> Response:
    """The points of several measurements by one call, in the order asked for: what is stored is read once for all."""
    unknown = [at for at, name in enumerate(names) if name not in TECHNICAL_METRICS]
    if unknown:
        raise Invalid(
            [
                FieldProblem(f"names/{at}", f"is none of {', '.join(TECHNICAL_METRICS)}", "unknown_choice")
                for at in unknown
            ]
        )
    return list_body(curves_told(names, call, minutes, until))


def curves_told(names: Sequence[str], call: Calling, minutes: int, until: datetime | None) -> list[dict[str, Any]]:
    """Each measurement with its curves.  Raises: Invalid where the end lies in the future."""
    now = call.services.now()
    if until is not None and until > now:
        raise invalid("until", "lies in the future", "future")
    end = until or now
    metrics, start = [TECHNICAL_METRICS[name] for name in names], end - timedelta(minutes=minutes)
    wanted = [_wanted(each, start, end) for each in metrics]
    histories = Measurements(call.services.settings.home).read_each(wanted, end)
    return [
        described(each.name) | {"curves": _curves(each, history, start.timestamp())}
        for each, history in zip(metrics, histories, strict=True)
    ]


def _wanted(metric: TechnicalMetric, start: datetime, end: datetime) -> Wanted:
    since = start - timedelta(seconds=metric.look_back_seconds)
    step = (end - since).total_seconds() / POINTS_MAX
    return Wanted(frozenset(metric.names), since, 0.0 if step < 2 * ROUND_SECONDS else step)


def _curves(metric: TechnicalMetric, history: History, edge: float) -> list[dict[str, Any]]:
    return [
        {"member": shown(member), "labels": dict(member), "points": kept, "last": kept[-1][1]}
        for member, points in sorted(curves_of(metric, history).items())
        if (kept := [point for point in points if point[0] >= edge])
    ]


def described(name: str) -> dict[str, Any]:
    """A technical metric for JSON."""
    metric = TECHNICAL_METRICS[name]
    return {"name": name, "unit": metric.unit, "area": metric.area, "labels": list(metric.labels)}
