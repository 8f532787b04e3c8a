"""The declared records of the assistant."""

from collections.abc import Iterable

from transactional.assistant.models import AssistantTerm, CompletionRule, ServiceRequest
from transactional.catalog.resources import ITEMS
from transactional.kernel.errors import FieldProblem
from transactional.kernel.resource import READ_ONLY, Change, Resource, Verb
from transactional.scm.resources import CUSTOMERS, SUPPLIERS

_COMPLETED = {each.thing: each.completed for each in (ITEMS, CUSTOMERS, SUPPLIERS)}
"""What may be filled in without asking, as records are made."""


def _rule_problems(change: Change) -> Iterable[FieldProblem]:
    fields = _COMPLETED.get(change.value("thing"))
    share = change.value("confidence_min")
    if fields is None:
        yield FieldProblem("thing", f"is none of {', '.join(_COMPLETED)}", "unknown_choice")
    elif change.value("field") not in fields:
        yield FieldProblem("field", f"is none of {', '.join(fields)}", "unknown_choice")
    if share is not None and not 0 < share <= 1:
        yield FieldProblem("confidence_min", "is no fraction from 0 to 1", "no_share")


ASSISTANT_TERMS = Resource(
    module="ai",
    plural="terms",
    thing="assistant_term",
    model=AssistantTerm,
    label="Word for a metric",
    key=("phrase",),
    search=("phrase", "metric_name"),
)
SERVICE_REQUESTS = Resource(
    module="ai",
    plural="service-requests",
    thing="service_request",
    model=ServiceRequest,
    label="Service request",
    key=("id",),
    search=("subject", "document_number"),
    search_through={"customer_id": ("scm.customers", ("code", "name"))},
    sort="-id",
    actions=READ_ONLY,
    verbs=(
        Verb("take", "You deal with it from now on.", ("open",)),
        Verb("answer", "The customer reads the answer in the conversation.", ("open", "taken")),
        Verb("close", "Nothing more is done about it.", ("open", "taken", "answered")),
    ),
)
COMPLETION_RULES = Resource(
    module="ai",
    plural="completion-rules",
    thing="completion_rule",
    model=CompletionRule,
    label="Rule of completion",
    key=("thing", "field"),
    search=("thing", "field"),
    validate=_rule_problems,
)
RESOURCES = (ASSISTANT_TERMS, SERVICE_REQUESTS, COMPLETION_RULES)
