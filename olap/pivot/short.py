"""Small readings: short forms of orders, names of figures, and what counts as a number; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from olap.errors import Problem, QueryInvalid
from olap.pivot.query import Sort, Window
from olap.query import Order


def from_order(
    orders: Sequence[Order], rows: Sequence[str], columns: Sequence[str], measures: Sequence[str]
) -> list[Sort]:
    """`order_by` is short for an order by a dimension's label, or of rows by the total of a figure."""
    found = []
    for each in orders:
        name = plain(each.field)
        if name in rows or name in columns:
            axis = "rows" if name in rows else "columns"
            found.append(Sort(cast("Any", axis), "label", name, descending=each.descending))
        elif name in measures:
            found.append(Sort("rows", name, descending=each.descending))
        else:
            reason = f"unknown column {each.field!r}; the table has {', '.join([*rows, *columns, *measures])}"
            raise QueryInvalid([Problem("order_by", reason, "unknown_column")])
    return found


def measure_name(metric: str, show: object, window: Window | None) -> str:
    """What a figure is called where nobody named it."""
    days = ""
    if window is not None:
        days = f"_{window.to_date}_to_date" if window.to_date else f"_rolling_{window.rolling}"
    return f"{metric}{days}{f'_{show}' if show else ''}"


def plain(name: str) -> str:
    """A dimension's plain name: metric_time__month is the month."""
    plain = name.removeprefix("metric_time__")
    return "day" if plain in {"metric_time", "date"} else plain


def pairs(given: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Members by dimension, in a form that can be compared."""
    return tuple((plain(str(name)), None if value is None else str(value)) for name, value in given.items())


def is_count(value: object) -> bool:
    """Whether something is a whole number from 1."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def is_number(value: object) -> bool:
    """Whether something is a number, written as one or as a text."""
    try:
        return not isinstance(value, bool) and Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False
