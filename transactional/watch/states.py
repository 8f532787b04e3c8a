"""Where an incident stands."""

from enum import StrEnum


class IncidentState(StrEnum):
    """Open until somebody explains it, mends it, or it is no longer found."""

    OPEN = "open"
    EXPLAINED = "explained"
    FIXED = "fixed"


class IncidentKind(StrEnum):
    """What was looked at: the figures of a metric, or documents and entries."""

    METRIC = "metric"
    DOCUMENT = "document"


class PaymentAction(StrEnum):
    """What an open incident does to a supplier's invoice that is to be paid."""

    OFF = "off"
    WARN = "warn"
    BLOCK = "block"


INCIDENT_MOVES = frozenset(
    {
        (IncidentState.OPEN, IncidentState.EXPLAINED),
        (IncidentState.OPEN, IncidentState.FIXED),
        (IncidentState.EXPLAINED, IncidentState.FIXED),
    }
)
"""A person closes it. The watchman opens a fixed one again when it is found again; an explained one stays explained."""
