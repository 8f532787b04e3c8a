"""`POST /api/metrics/query` and `/drill`."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from api.rendering import json_response
from api.routers.metrics.door import (
    asker_of,
    numbers_of,
    places_of,
    refusals,
    shown,
    shown_column,
    shown_evidence,
    shown_row,
    shown_rows,
)
from api.routing import Router, needs
from api.schemas.metrics import DrillBody, DrillOut, QueryBody, QueryOut
from olap.drill import Documents, DrillQuery, DrillResult, drill
from olap.query import MetricQuery, QueryResult

router = Router(prefix="/api/metrics", tags=["metrics"])


@router.post(
    "/query", summary="Ask for figures", responses={200: {"model": QueryOut}}, openapi_extra=needs("metric.read")
)
def ask(body: QueryBody, request: Request) -> Response:
    """Figures by dimensions and periods, with totals at their own grain, a comparison, and their evidence."""
    with refusals():
        result = numbers_of(request).query(MetricQuery.from_data(body.as_data()), asker_of(request))
    return json_response(shown_result(result))


@router.post(
    "/drill",
    summary="Show the documents behind a figure",
    responses={200: {"model": DrillOut}},
    openapi_extra=needs("metric.read"),
)
def documents(body: DrillBody, request: Request) -> Response:
    """The documents that make up one figure; their sum is the figure."""
    with refusals():
        result = drill(numbers_of(request), DrillQuery.from_data(body.as_data()), asker_of(request))
    return json_response(shown_drill(result))


def shown_drill(result: DrillResult) -> dict[str, object]:
    """A figure with its documents, for JSON."""
    return {
        "metric": result.metric,
        "value": shown(result.value, places_of(result.column.type)),
        "inputs": [_shown_documents(each) for each in result.inputs],
        "evidence": shown_evidence(result.evidence),
    }


def shown_result(result: QueryResult) -> dict[str, object]:
    """An answer for JSON."""
    return {
        "columns": [shown_column(column) for column in result.columns],
        "rows": shown_rows(result.rows, result.columns),
        "totals": shown_row(result.totals, result.columns),
        "others": shown_row(result.others, result.columns),
        "evidence": shown_evidence(result.evidence),
    }


def _shown_documents(found: Documents) -> dict[str, object]:
    places = places_of(found.type)
    return {
        "metric": found.metric,
        "label": found.label,
        "mart": found.mart,
        "columns": list(found.columns),
        "rows": [
            {name: shown(value, places if name == found.metric else 0) for name, value in row.items()}
            for row in found.rows
        ],
        "total": shown(found.total, places),
        "documents": found.documents,
        "adds_up": found.adds_up,
    }
