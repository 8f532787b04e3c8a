"""`GET /api/metrics/marts`: whole marts for other tools, with the reader's rights."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.calls import Calling
from api.lists import list_body
from api.routers.metrics.door import asker_of, numbers_of, refusals
from api.routing import Router, needs
from api.schemas.metrics import MartsOut
from olap.marts import MEDIA_TYPES, Format, list_marts, stream_mart
from transactional.kernel.audit import note
from transactional.kernel.ids import new_id

router = Router(prefix="/api/metrics/marts", tags=["metrics"])


@router.get(
    "",
    summary="List the published marts you may read",
    responses={200: {"model": MartsOut}},
    openapi_extra=needs("metric.read"),
)
def marts(request: Request) -> Response:
    """Names and columns; hidden columns are absent."""
    with refusals():
        found = list_marts(numbers_of(request), asker_of(request))
    return list_body(
        [
            {"name": mart.name, "columns": [{"name": name, "type": kind} for name, kind in mart.columns]}
            for mart in found
        ]
    )


@router.get(
    "/{mart}",
    summary="Download a mart",
    response_class=StreamingResponse,
    responses={200: {"content": {media: {} for media in MEDIA_TYPES.values()}}},
    openapi_extra=needs("metric.export"),
)
def rows(
    mart: str, request: Request, call: Calling, format_: Annotated[Format, Query(alias="format")] = "parquet"
) -> Response:
    """The rows that the asker may see, all of one published version, streamed."""
    with refusals():
        pieces = stream_mart(numbers_of(request), mart, asker_of(request), format_)
    call.read(lambda session: note(session, "export", "metrics.mart", new_id(), {"format": format_, "mart": mart}))
    name = f'attachment; filename="{mart}.{format_}"'
    return StreamingResponse(pieces, media_type=MEDIA_TYPES[format_], headers={"Content-Disposition": name})
