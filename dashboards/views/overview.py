"""How are we doing?"""

from __future__ import annotations

from dashboards.parts.boards import RUNNING_OUT_DAYS, BoardSpec, ListSpec, board
from dashboards.view import numbers_page

SPEC = BoardSpec(
    name="overview",
    tiles=("net_revenue", "gross_margin", "operating_profit", "order_count", "ar_open_amount", "stock_value"),
    trends=("net_revenue", "order_count", "purchase_spend", "stock_value"),
    lists=(
        ListSpec(
            "overdue_customers",
            "customer",
            ("ar_overdue_amount", "ar_open_amount", "days_to_collect"),
            "-ar_overdue_amount",
            above=0,
        ),
        ListSpec(
            "running_out",
            "item",
            ("days_of_supply", "stock_quantity", "stock_issues_quantity"),
            "days_of_supply",
            at_most=RUNNING_OUT_DAYS,
        ),
    ),
)


def show() -> None:
    """The overview."""
    numbers_page(SPEC.name, lambda scope: board(SPEC, scope))
