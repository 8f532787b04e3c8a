"""`/api/monitor/measurements`: what the program has measured of itself, as curves."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.calls import Calling
from api.lists import envelope_of, list_body
from api.rendering import json_response
from api.routing import Router, needs
from runtime.measurements import KEPT_DAYS, ROUND_SECONDS, Measurements
from runtime.technical_metrics import TECHNICAL_METRICS, curves_of, shown
from transactional.kernel.errors import NotFound, invalid

router = Router(prefix="/api/monitor/measurements", tags=["monitor"])
POINTS_MAX = 400


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
    summary="What is measured",
    responses={200: {"model": envelope_of(MeasurementShown)}},
    openapi_extra=needs("status.read"),
)
def listed() -> Response:
    """Every technical metric: what pages draw and alert rules watch."""
    return list_body([_described(name) for name in TECHNICAL_METRICS], next_cursor=None)


@router.get(
    "/{name}",
    summary="A measurement as curves",
    responses={200: {"model": CurvesShown}},
    openapi_extra=needs("status.read"),
)
def one(
    name: Annotated[str, Path(pattern=r"^[a-z0-9_]{1,60}$")],
    call: Calling,
    minutes: Annotated[int, Query(ge=1, le=KEPT_DAYS * 24 * 60)] = 60,
    until: AwareDatetime | None = None,
) -> Response:
    """The points of each member in the last minutes, or in those before a moment; as many as a picture can show."""
    if name not in TECHNICAL_METRICS:
        raise NotFound(kind="measurement", id=name)
    now = call.services.now()
    if until is not None and until > now:
        raise invalid("until", "lies in the future", "future")
    end = until or now
    metric, start = TECHNICAL_METRICS[name], end - timedelta(minutes=minutes)
    since = start - timedelta(seconds=metric.look_back_seconds)
    step = (end - since).total_seconds() / POINTS_MAX
    history = Measurements(call.services.settings.home).read(
        metric.names,
        since,
        end,
        step_seconds=0.0 if step < 2 * ROUND_SECONDS else step,
    )
    edge = start.timestamp()
    curves = [
        {"member": shown(member), "labels": dict(member), "points": kept, "last": kept[-1][1]}
        for member, points in sorted(curves_of(metric, history).items())
        if (kept := [point for point in points if point[0] >= edge])
    ]
    return json_response(_described(name) | {"curves": curves})


def _described(name: str) -> dict[str, Any]:
    metric = TECHNICAL_METRICS[name]
    return {"name": name, "unit": metric.unit, "area": metric.area, "labels": list(metric.labels)}
