"""The declared records of the services for documents."""

from collections.abc import Iterable

from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.models import AuditRecord, OutboxEvent
from transactional.kernel.resource import READ_ONLY, Change, Resource
from transactional.platform.formats import parse_format
from transactional.platform.models import NumberSeries
from transactional.platform.number_series import DEFAULT_SERIES


def _series_problems(change: Change) -> Iterable[FieldProblem]:
    if "document_type" in change.values and change.values["document_type"] not in DEFAULT_SERIES:
        yield FieldProblem("document_type", f"is none of {', '.join(DEFAULT_SERIES)}", "unknown_choice")
    if "format" in change.values:
        try:
            parse_format(change.values["format"])
        except Invalid as refusal:
            yield from refusal.problems


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
