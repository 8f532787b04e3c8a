"""The moves that production orders may make."""

from transactional.production.models import ProductionOrderState

POSTED, CANCELLED = "posted", "cancelled"
"""The states of an order's papers."""

ORDER_MOVES = frozenset(
    {
        (ProductionOrderState.DRAFT, ProductionOrderState.RELEASED),
        (ProductionOrderState.DRAFT, ProductionOrderState.CANCELLED),
        (ProductionOrderState.RELEASED, ProductionOrderState.CLOSED),
        (ProductionOrderState.RELEASED, ProductionOrderState.CANCELLED),
    }
)
