"""`POST /api/metrics/pivot` and what one does with a cross table: export it, and step from one of its cells."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from api.calls import Calling
from api.rendering import json_response
from api.routers.metrics.door import (
    asker_of,
    numbers_of,
    places_of,
    refusals,
    shown,
    shown_column,
    shown_evidence,
)
from api.routers.metrics.pivot_files import MEDIA, Kind, file_of
from api.routing import Router, needs
from api.schemas.pivot import PivotBody, PivotOut, StepBody
from olap.pivot import PivotQuery, PivotResult, pivot
from olap.pivot.result import Header
from olap.pivot.stepping import stepped
from olap.pivot.writing import written_filter, written_format
from transactional.kernel.audit import note
from transactional.kernel.ids import new_id

router = Router(prefix="/api/metrics/pivot", tags=["metrics"])

_BINARY = {"type": "string", "format": "binary"}


@router.post(
    "", summary="Ask for a cross table", responses={200: {"model": PivotOut}}, openapi_extra=needs("metric.read")
)
def cross(body: PivotBody, request: Request) -> Response:
    """A cross table of up to six dimensions; every subtotal is asked at its own grain."""
    with refusals():
        result = pivot(numbers_of(request), PivotQuery.from_data(body.as_data()), asker_of(request))
    return json_response(shown_pivot(result))


@router.post(
    "/step",
    summary="Step from a cell of a cross table",
    responses={200: {"model": PivotOut}},
    openapi_extra=needs("metric.read"),
)
def step(body: StepBody, request: Request) -> Response:
    """The cross table one level down, up, or across from a cell; its definition is in `query`."""
    numbers, asker = numbers_of(request), asker_of(request)
    with refusals():
        query = PivotQuery.from_data(body.pivot.as_data())
        query = stepped(numbers, query, asker, cell=body.cell, direction=body.direction, to=body.to)
        result = pivot(numbers, query, asker)
    return json_response(shown_pivot(result))


@router.post(
    "/export",
    summary="Export a cross table",
    response_class=Response,
    responses={200: {"content": {media: {"schema": _BINARY} for media in MEDIA.values()}}},
    openapi_extra=needs("metric.export"),
)
def export(
    body: PivotBody,
    request: Request,
    call: Calling,
    format_: Annotated[Kind, Query(alias="format", description="The kind of file.")] = "xlsx",
) -> Response:
    """What one sees as CSV with exact decimals, or as XLSX with real numbers and a sheet of evidence."""
    asker = asker_of(request)
    with refusals():
        result = pivot(numbers_of(request), PivotQuery.from_data(body.as_data()), asker)
    facts = {"format": format_, "metrics": list(result.query.metrics), "filters": list(result.evidence.filters)}
    call.read(lambda session: note(session, "export", "metrics.pivot", new_id(), facts))
    name = f'attachment; filename="pivot.{format_}"'
    return Response(
        file_of(result, format_, asker.locale), headers={"Content-Disposition": name}, media_type=MEDIA[format_]
    )


def shown_pivot(result: PivotResult) -> dict[str, object]:
    """A cross table for JSON."""
    places = {each.column.name: places_of(each.column.type) for each in result.measures}
    return {
        "query": result.query.as_data(),
        "dimensions": [shown_column(column) for column in result.dimensions],
        "metrics": [
            {
                **shown_column(each.column),
                "metric": each.measure.metric,
                "format": written_format(each.measure.format),
            }
            for each in result.measures
        ],
        "columns": [_header(header) for header in result.columns],
        "rows": [
            {
                **_header(row),
                "measure": row.measure,
                "cells": [
                    cell and {name: shown(value, places[name]) for name, value in cell.items()} for cell in row.cells
                ],
                "styles": list(row.styles),
            }
            for row in result.rows
        ],
        "where": [written_filter(each) for each in result.where],
        "notes": list(result.notes),
        "evidence": shown_evidence(result.evidence),
    }


def _header(header: Header) -> dict[str, Any]:
    return {
        "keys": dict(header.keys),
        "level": header.level,
        "others": header.others,
        "is_collapsed": header.is_collapsed,
        "where": [written_filter(each) for each in header.where],
    }
