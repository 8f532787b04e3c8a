"""The moves that sales documents may make."""

from enum import StrEnum

from transactional.sales.models import QuotationState, SalesOrderState


class ReturnState(StrEnum):
    """Asked for, decided, come back."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    RECEIVED = "received"


QUOTATION_MOVES = frozenset(
    {
        (QuotationState.OPEN, QuotationState.CONFIRMED),
        (QuotationState.OPEN, QuotationState.CANCELLED),
    }
)
ORDER_MOVES = frozenset(
    {
        (SalesOrderState.DRAFT, SalesOrderState.CONFIRMED),
        (SalesOrderState.DRAFT, SalesOrderState.CANCELLED),
        (SalesOrderState.CONFIRMED, SalesOrderState.CANCELLED),
        (SalesOrderState.CONFIRMED, SalesOrderState.CLOSED),
    }
)
RETURN_MOVES = frozenset(
    {
        (ReturnState.REQUESTED, ReturnState.APPROVED),
        (ReturnState.REQUESTED, ReturnState.REJECTED),
        (ReturnState.APPROVED, ReturnState.RECEIVED),
    }
)


class DeliveryState(StrEnum):
    """A note is posted when written, and cancelled with its mirror image; only a return receipt is expected first."""

    EXPECTED = "expected"
    POSTED = "posted"
    CANCELLED = "cancelled"


DELIVERY_MOVES = frozenset(
    {(DeliveryState.EXPECTED, DeliveryState.POSTED), (DeliveryState.POSTED, DeliveryState.CANCELLED)}
)
