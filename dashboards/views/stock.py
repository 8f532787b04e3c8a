"""What lies where, how long does it last, and what is it worth?"""

from __future__ import annotations

from dashboards.parts.boards import BoardSpec, ListSpec, board
from dashboards.parts.day_work import day_work
from dashboards.scope import Scope
from dashboards.view import numbers_page

SPEC = BoardSpec(
    name="stock",
    tiles=("stock_value", "stock_turns", "days_of_supply", "stockout_rate", "fill_rate", "stock_adjustments"),
    trends=("stock_value", "stock_quantity", "stock_turns", "stockout_rate", "fill_rate"),
    rankings=("item_category", "item", "warehouse"),
    lists=(
        ListSpec("shortest_supply", "item", ("days_of_supply", "stock_quantity", "stockout_rate"), "days_of_supply"),
        ListSpec("stock_by_item", "item", ("stock_value", "stock_quantity", "stock_turns"), "-stock_value", above=0),
    ),
)


def show() -> None:
    """The page about it."""
    numbers_page(SPEC.name, _content)


def _content(scope: Scope) -> None:
    day_work(scope.formats)
    board(SPEC, scope)
