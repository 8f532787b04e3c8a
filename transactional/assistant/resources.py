"""The declared records of the assistant."""

from transactional.assistant.models import AssistantTerm, ServiceRequest
from transactional.kernel.resource import READ_ONLY, Resource, Verb

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
RESOURCES = (ASSISTANT_TERMS, SERVICE_REQUESTS)
