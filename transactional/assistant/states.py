"""How service requests go from opened to closed."""

from enum import StrEnum


class ServiceRequestKind(StrEnum):
    """What a person is wanted for."""

    CHANGE = "change"
    """A refund, a return, a change of a document."""
    HANDOVER = "handover"
    """A question that the assistant is not sure of."""


class ServiceRequestState(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    TAKEN = "taken"
    ANSWERED = "answered"
    CLOSED = "closed"


SERVICE_REQUEST_MOVES = frozenset(
    {
        ("open", "taken"),
        ("open", "answered"),
        ("taken", "answered"),
        ("open", "closed"),
        ("taken", "closed"),
        ("answered", "closed"),
    }
)
