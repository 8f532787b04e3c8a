"""`/api/monitor/measurements`: what the program has measured of itself, as curves."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import AwareDatetime
from starlette.responses import Response

from api.calls import Calling
from api.lists import envelope_of, list_body
from api.rendering import json_response
from api.routers.monitor.curves import CurvesShown, MeasurementShown, Minutes, curves_told, described
from api.routing import Router, needs
from runtime.technical_metrics import TECHNICAL_METRICS
from transactional.kernel.errors import NotFound

router = Router(prefix="/api/monitor/measurements", tags=["monitor"])


@router.get(
    "",
    summary="What is measured",
    responses={200: {"model": envelope_of(MeasurementShown)}},
    openapi_extra=needs("status.read"),
)
def listed() -> Response:
    """Every technical metric: what pages draw and alert rules watch."""
    return list_body([described(name) for name in TECHNICAL_METRICS], next_cursor=None)


@router.get(
    "/{name}",
    summary="A measurement as curves",
    responses={200: {"model": CurvesShown}},
    openapi_extra=needs("status.read"),
)
def one(
    name: Annotated[str, Path(pattern=r"^[a-z0-9_]{1,60}$")],
    call: Calling,
    minutes: Minutes = 60,
    until: AwareDatetime | None = None,
) -> Response:
    """The points of each member in the last minutes, or in those before a moment; as many as a picture can show."""
    if name not in TECHNICAL_METRICS:
        raise NotFound(kind="measurement", id=name)
    [found] = curves_told([name], call, minutes, until)
    return json_response(found)
