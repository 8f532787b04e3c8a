"""`POST /api/metrics/sql`: the statement of a question, for who checks it or runs it elsewhere."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from api.rendering import json_response
from api.routers.metrics.door import asker_of, numbers_of, refusals, shown_evidence
from api.routing import Router, needs
from api.schemas.metrics import EvidenceOut, QueryBody
from olap.compiled import compiled
from olap.query import MetricQuery

router = Router(prefix="/api/metrics", tags=["metrics"])


@router.post(
    "/sql",
    summary="Show the SQL of a question",
    responses={200: {"model": EvidenceOut}},
    openapi_extra=needs("metric.read"),
)
def show_sql(body: QueryBody, request: Request) -> Response:
    """The statement that would be run, with the asker's rights in it; nothing is run."""
    with refusals():
        evidence = compiled(numbers_of(request), MetricQuery.from_data(body.as_data()), asker_of(request))
    return json_response(shown_evidence(evidence))
