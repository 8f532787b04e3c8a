"""The documents behind an outlier of a metric, by the metrics layer's own drill."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from ai.anomalies.model import Document, Hit, Incident
from olap.asker import Asker
from olap.drill import Documents, DrillQuery, drill
from olap.errors import MetricsError
from olap.query import TimeRange
from olap.service import Numbers

log = logging.getLogger(__name__)
INCIDENTS_MAX = 40
DOCUMENTS_MAX = 8
_DAYS_BACK = {"metric_pause": 6, "metric_week": 6, "metric_shape": 6, "metric_drift": 27}


def with_documents(incidents: Sequence[Incident], numbers: Numbers, asker: Asker) -> list[Incident]:
    """The incidents, the first ones with the largest documents of their leading finding."""
    told = [_explained(each, numbers, asker) for each in incidents[:INCIDENTS_MAX]]
    return [*told, *incidents[INCIDENTS_MAX:]]


def _explained(incident: Incident, numbers: Numbers, asker: Asker) -> Incident:
    if incident.metric is None or not incident.hits:
        return incident
    lead = _lead(incident)
    start = lead.on - timedelta(days=_DAYS_BACK.get(lead.control, 0))
    cell = {lead.dimension: lead.member or None} if lead.dimension else {}
    query = DrillQuery(incident.metric, cell, time=TimeRange(start, lead.on), limit=200)
    try:
        found = drill(numbers, query, asker)
    except MetricsError as error:
        log.warning("no documents behind an incident", extra={"metric": incident.metric, "reason": str(error)})
        return incident
    return replace(incident, documents=_largest(found.inputs, incident.metric))


def _lead(incident: Incident) -> Hit:
    """The finding the incident is named for."""
    own = [hit for hit in incident.hits if incident.pattern.startswith(f"metric:{_key(hit)}:")]
    return own[0] if own else incident.hits[0]


def _key(hit: Hit) -> str:
    return hit.subject.replace("|", ":")


def _largest(inputs: Sequence[Documents], metric: str) -> tuple[Document, ...]:
    every: dict[str, tuple[float, Document]] = {}
    for given in inputs:
        for row in given.rows:
            made = _document(row, given.mart)
            amount = abs(float(row.get(given.metric) or row.get(metric) or 0))  # type: ignore[arg-type]  # a figure
            if made is not None:
                every[made.id] = max(every.get(made.id, (0.0, made)), (amount, made), key=lambda pair: pair[0])
    ranked = sorted(every.values(), key=lambda pair: (-pair[0], pair[1].number))
    return tuple(document for _, document in ranked[:DOCUMENTS_MAX])


def _document(row: Mapping[str, Any], mart: str) -> Document | None:
    key = next((str(value) for name, value in row.items() if name.endswith("_id") and value), None)
    number = next((str(value) for name, value in row.items() if name.endswith("_number") and value), None)
    kind = next((str(value) for name, value in row.items() if name == "document_type" and value), None)
    if key is None or number is None or isinstance(row.get("number"), date):
        return None
    named = next((name.removesuffix("_id") for name in row if name.endswith("_id")), mart)
    return Document(kind or named, key, number)
