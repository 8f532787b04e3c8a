"""`POST /api/metrics/query`, `/pivot` and `/drill`."""

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
from api.schemas.metrics import DrillBody, DrillOut, PivotBody, PivotOut, QueryBody, QueryOut
from olap.drill import Documents, DrillQuery, drill
from olap.pivot import PivotQuery, PivotResult, pivot
from olap.query import Column, MetricQuery, QueryResult

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
    "/pivot", summary="Ask for a cross table", responses={200: {"model": PivotOut}}, openapi_extra=needs("metric.read")
)
def cross(body: PivotBody, request: Request) -> Response:
    """A cross table of up to six dimensions whose subtotals are right for shares and distinct counts."""
    with refusals():
        result = pivot(numbers_of(request), PivotQuery.from_data(body.as_data()), asker_of(request))
    return json_response(_shown_pivot(result))


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
    return json_response(
        {
            "metric": result.metric,
            "value": shown(result.value, places_of(result.column.type)),
            "inputs": [_shown_documents(each) for each in result.inputs],
            "evidence": shown_evidence(result.evidence),
        }
    )


def shown_result(result: QueryResult) -> dict[str, object]:
    """An answer for JSON."""
    return {
        "columns": [shown_column(column) for column in result.columns],
        "rows": shown_rows(result.rows, result.columns),
        "totals": shown_row(result.totals, result.columns),
        "others": shown_row(result.others, result.columns),
        "evidence": shown_evidence(result.evidence),
    }


def _shown_pivot(result: PivotResult) -> dict[str, object]:
    metrics: tuple[Column, ...] = result.metrics
    return {
        "dimensions": [shown_column(column) for column in result.dimensions],
        "metrics": [shown_column(column) for column in metrics],
        "columns": [{"keys": header.keys, "level": header.level} for header in result.columns],
        "rows": [
            {"keys": row.keys, "level": row.level, "cells": [shown_row(cell, metrics) for cell in row.cells]}
            for row in result.rows
        ],
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
