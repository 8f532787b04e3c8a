"""What do we sell, to whom, and do we deliver as promised?"""

from __future__ import annotations

from dashboards.parts.boards import BoardSpec, ListSpec, board
from dashboards.view import numbers_page

SPEC = BoardSpec(
    name="sell",
    tiles=("net_revenue", "order_count", "average_order_value", "discount_rate", "sales_otif_rate", "return_rate"),
    trends=("net_revenue", "order_count", "gross_margin", "discount_rate", "return_rate"),
    rankings=("customer", "item", "item_category", "region", "salesperson"),
    lists=(
        ListSpec(
            "open_orders",
            "customer",
            ("open_order_value", "order_count", "sales_otif_rate"),
            "-open_order_value",
            above=0,
        ),
    ),
)


def show() -> None:
    """The page about it."""
    numbers_page(SPEC.name, lambda scope: board(SPEC, scope))
