"""`GET /api/metrics`, the members of dimensions, and how fresh the figures are."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from api.calls import Calling
from api.lists import list_body
from api.rendering import json_response
from api.routers.metrics.door import asker_of, numbers_of, refusals, shown_restated
from api.routing import Router, needs
from api.schemas.metrics import CatalogueOut, HealthOut, MembersOut
from olap.catalogue import VALUES_MAX, catalogue, dimension_values
from olap.health import health, restated_periods
from olap.pivot.query import SHOWS
from transactional.inventory.recosting import count_provisional

router = Router(prefix="/api/metrics", tags=["metrics"])


@router.get(
    "",
    summary="List the metrics and dimensions you may ask for",
    responses={200: {"model": CatalogueOut}},
    openapi_extra=needs("metric.read"),
)
def list_metrics(request: Request) -> Response:
    """Metrics with their definitions and the dimensions each can be grouped by, in the reader's language."""
    with refusals():
        found = catalogue(numbers_of(request), asker_of(request))
    return json_response(
        {
            "metrics": list(found.metrics),
            "dimensions": list(found.dimensions),
            "grains": list(found.grains),
            "hierarchies": {name: list(levels) for name, levels in found.hierarchies.items()},
            "shows": list(SHOWS),
            "data_version": found.data_version,
        }
    )


@router.get(
    "/dimension-values",
    summary="List the members of a dimension",
    responses={200: {"model": MembersOut}},
    openapi_extra=needs("metric.read"),
)
def members(
    request: Request,
    dimension: str,
    q: str | None = None,
    limit: Annotated[int, Query(ge=1, le=VALUES_MAX)] = 100,
) -> Response:
    """Members among the rows that the asker may see, in order."""
    with refusals():
        found = dimension_values(numbers_of(request), asker_of(request), dimension, search=q, limit=limit)
    return list_body(list(found))


@router.get(
    "/health",
    summary="How fresh the figures are",
    responses={200: {"model": HealthOut}},
    openapi_extra=needs("metric.read"),
)
def freshness(request: Request, call: Calling) -> Response:
    """The published version, when it was loaded, up to which change, and whether its checks passed.

    Values of items that are valued anew in the background are provisional until that is done.
    """
    found = health(numbers_of(request), now=call.services.now())
    items, since = call.read(count_provisional)
    restated = restated_periods(numbers_of(request), asker_of(request))
    return json_response(
        {
            "status": found.status,
            "data_version": found.data_version,
            "loaded_at": found.loaded_at,
            "watermark": found.watermark,
            "age_seconds": found.age_seconds,
            "checks": found.checks,
            "marts": found.marts,
            "reason": found.reason,
            "restated": [shown_restated(each) for each in restated],
            "provisional_items": items,
            "provisional_from": since,
        }
    )
