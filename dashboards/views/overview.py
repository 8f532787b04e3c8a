"""How are we doing?"""

from __future__ import annotations

from dashboards.parts.boards import BoardSpec, ListSpec, board
from dashboards.parts.day_work import day_work
from dashboards.scope import Scope
from dashboards.view import numbers_page

_BY_HAND = frozenset({"inventory"})
"""Who sees figures of these areas alone begins the day with what is to be done."""
SPEC = BoardSpec(
    name="overview",
    tiles=(
        "net_revenue",
        "gross_margin",
        "operating_profit",
        "order_count",
        "ar_open_amount",
        "stock_value",
        # For those who sell nothing and buy.
        "purchase_spend",
        "purchase_order_count",
        "supplier_otif_rate",
        # For those who may see quantities and no amounts.
        "stock_quantity",
        "stockout_rate",
        "days_of_supply",
        # For those who see none of these: who makes things, and who looks after people.
        "produced_quantity",
        "late_production_order_rate",
        "production_scrap_rate",
        "average_production_days",
        "employee_count",
        "hired_employee_count",
        "left_employee_count",
    ),
    trends=(
        "net_revenue",
        "order_count",
        "purchase_spend",
        "stock_value",
        "stock_quantity",
        "produced_quantity",
        "employee_count",
    ),
    lists=(
        ListSpec(
            "overdue_customers",
            "customer",
            ("ar_overdue_amount", "ar_open_amount"),
            "-ar_overdue_amount",
            above=0,
        ),
        ListSpec("shortest_supply", "item", ("days_of_supply", "stock_quantity", "stockout_rate"), "days_of_supply"),
    ),
)


def show() -> None:
    """The overview."""
    numbers_page(SPEC.name, _content)


def _content(scope: Scope) -> None:
    if scope.catalogue.areas() <= _BY_HAND:
        day_work(scope.formats)
    board(SPEC, scope)
