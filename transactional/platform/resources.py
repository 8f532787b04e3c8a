"""The declared records of the services for documents."""

import re
from collections.abc import Iterable

from transactional.kernel.errors import FieldProblem
from transactional.kernel.models import AuditRecord, OutboxEvent
from transactional.kernel.resource import READ_ONLY, Change, Resource
from transactional.platform.models import NumberSeries

_COUNTER = re.compile(r"\{0+\}")
_PLACEHOLDER = re.compile(r"\{[^}]*\}")


def _series_problems(change: Change) -> Iterable[FieldProblem]:
    pattern = change.values.get("format")
    if pattern is None:
        return
    if len(_COUNTER.findall(pattern)) != 1:
        yield FieldProblem("format", "needs exactly one counter such as {00000}", "no_counter")
    unknown = [
        each
        for each in _PLACEHOLDER.findall(pattern)
        if not _COUNTER.fullmatch(each) and each not in {"{yyyy}", "{yy}"}
    ]
    if unknown:
        yield FieldProblem("format", f"has the unknown part {unknown[0]}", "unknown_placeholder")


NUMBER_SERIES = Resource(
    module="system",
    plural="number-series",
    thing="number_series",
    model=NumberSeries,
    label="Number series",
    key=("document_type", "company_id"),
    search=("document_type", "format"),
    create_only=("document_type", "company_id"),
    validate=_series_problems,
)
AUDIT_LOG = Resource(
    module="system",
    plural="audit-log",
    thing="audit_record",
    model=AuditRecord,
    label="Audit record",
    key=("id",),
    search=("table_name", "action"),
    sort="-id",
    actions=READ_ONLY,
)
EVENTS = Resource(
    module="system",
    plural="events",
    thing="event",
    model=OutboxEvent,
    label="Event",
    key=("id",),
    search=("topic",),
    sort="-sequence",
    actions=READ_ONLY,
)
RESOURCES = (NUMBER_SERIES, AUDIT_LOG, EVENTS)
