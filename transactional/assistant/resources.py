"""The declared records of the assistant."""

from transactional.assistant.models import AssistantTerm
from transactional.kernel.resource import Resource

ASSISTANT_TERMS = Resource(
    module="ai",
    plural="terms",
    thing="assistant_term",
    model=AssistantTerm,
    label="Word for a metric",
    key=("phrase",),
    search=("phrase", "metric_name"),
)
RESOURCES = (ASSISTANT_TERMS,)
