"""Cells as text: exact, and nothing that a spreadsheet would run."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from olap.pivot.grid import period_label
from olap.query import Cell, Column
from transactional.kernel.cells import is_formula

_MONEY_PLACES = 2


def harmless(text: str) -> str:
    """The text, with a quote before it where a spreadsheet would take it for a formula, also after blanks."""
    return f"'{text}" if is_formula(text) else text


def plain(value: Cell, column: Column | None = None) -> str:
    """A value as a cell of a text file: a number as a number, a day as a day, a text as no formula."""
    if value is None:
        return ""
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return number_text(value, places_min=_MONEY_PLACES if column and column.type == "money" else 0)


def number_text(value: Decimal | int, *, places_min: int = 0) -> str:
    """A number without trailing zeros, but with so many places at least."""
    whole, point, fraction = format(value, "f").partition(".")
    fraction = (fraction.rstrip("0") if point else "").ljust(places_min, "0")
    return f"{whole}.{fraction}" if fraction else whole


def readable(value: Cell, column: Column, *, blank: str = "") -> str:
    """A value as people read it: thousands apart, shares in percent, a month as one."""
    if value is None:
        return blank
    if isinstance(value, date):
        return period_label(value.isoformat(), column.name) if column.role == "time" else value.isoformat()
    if isinstance(value, str | bool):
        return str(value)
    if column.type == "share":
        return f"{Decimal(value) * 100:,.1f} %"
    if column.type == "money":
        return f"{value:,.2f}"
    rounded = Decimal(value).quantize(Decimal("0.01")).normalize()
    return f"{rounded:,f}"
