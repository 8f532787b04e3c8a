"""The moves that purchase documents may make."""

from enum import StrEnum

from transactional.purchase.models import PurchaseOrderState


class ReceiptState(StrEnum):
    """A receipt is posted when written: it records what was inspected."""

    POSTED = "posted"


ORDER_MOVES = frozenset(
    {
        (PurchaseOrderState.DRAFT, PurchaseOrderState.CONFIRMED),
        (PurchaseOrderState.DRAFT, PurchaseOrderState.REJECTED),
        (PurchaseOrderState.DRAFT, PurchaseOrderState.CANCELLED),
        (PurchaseOrderState.CONFIRMED, PurchaseOrderState.CANCELLED),
        (PurchaseOrderState.CONFIRMED, PurchaseOrderState.CLOSED),
    }
)
