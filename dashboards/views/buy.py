"""What do we spend, with whom, and do suppliers keep their word?"""

from __future__ import annotations

from dashboards.parts.boards import BoardSpec, ListSpec, board
from dashboards.view import numbers_page

SPEC = BoardSpec(
    name="buy",
    tiles=(
        "purchase_spend",
        "purchase_order_count",
        "open_commitment",
        "purchase_price_variance",
        "supplier_otif_rate",
        "lead_time_days",
    ),
    trends=("purchase_spend", "purchase_order_count", "purchase_price_variance", "supplier_otif_rate"),
    rankings=("supplier", "supplier_category", "item", "item_category", "buyer"),
    lists=(
        ListSpec(
            "late_suppliers",
            "supplier",
            ("supplier_otif_rate", "lead_time_days", "supplier_defect_rate", "purchase_spend"),
            "supplier_otif_rate",
        ),
    ),
)


def show() -> None:
    """The page about it."""
    numbers_page(SPEC.name, lambda scope: board(SPEC, scope))
