"""`POST /api/metrics/receipt`: from one figure to everything behind it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from api.calls import Calling
from api.rendering import json_response
from api.routers.metrics.door import asker_of, numbers_of, places_of, refusals, shown
from api.routers.metrics.loads import load_of
from api.routers.metrics.questions import shown_drill
from api.routing import Router, needs
from api.schemas.metrics import DrillBody, ReceiptOut
from olap.drill import DrillQuery
from olap.pivot.writing import written_filter
from olap.query import MetricQuery
from olap.receipt import Proof, Receipt, receipt

router = Router(prefix="/api/metrics/receipt", tags=["metrics"])


@router.post(
    "",
    summary="Show everything behind a figure",
    responses={200: {"model": ReceiptOut}},
    openapi_extra=needs("metric.read"),
)
def prove(body: DrillBody, request: Request, call: Calling) -> Response:
    """Definition and version, filters, SQL, data version and load, the documents, and the proof that they add up."""
    with refusals():
        found = receipt(numbers_of(request), DrillQuery.from_data(body.as_data()), asker_of(request))
    load = call.read(lambda session: load_of(session, found.version.id))
    return json_response({**_shown(found), "load": load})


def _shown(found: Receipt) -> dict[str, object]:
    places = places_of(found.figure.column.type)
    return {
        **shown_drill(found.figure),
        "label": found.figure.column.label,
        "unit": found.figure.column.unit,
        "metric_version": found.metric_version,
        "question": _question(found.question),
        "checks": found.version.checks,
        "proofs": [_proof(each, found) for each in found.proofs],
        "expression": found.expression,
        "recomputed": shown(found.recomputed, places),
        "holds": found.holds,
    }


def _question(asked: MetricQuery) -> dict[str, object]:
    time = {name: getattr(asked.time, name) for name in ("start", "end", "as_of")}
    return {
        "metrics": list(asked.metrics),
        "where": [written_filter(each) for each in asked.where],
        "time": {name: day for name, day in time.items() if day is not None},
    }


def _proof(proof: Proof, found: Receipt) -> dict[str, object]:
    types = {each.metric: each.type for each in found.figure.inputs}
    places = places_of(types.get(proof.metric, "number"))
    return {
        "metric": proof.metric,
        "label": proof.label,
        "value": shown(proof.value, places),
        "from_documents": shown(proof.from_documents, places),
        "documents": proof.documents,
        "difference": shown(proof.difference, places),
        "holds": proof.holds,
    }
