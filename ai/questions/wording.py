"""Keys and figures of a result as one reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from babel import Locale

from ai.questions.texts import text_of
from olap.query import Cell, Column


def key_of_row(row: Mapping[str, Cell], keys: Sequence[Column], locale: str = "en") -> str:
    """What a row is about, as one reads it."""
    return ", ".join(_key_text(row[column.name], column, locale) for column in keys)


def _key_text(value: Cell, column: Column, locale: str) -> str:
    if value is None:
        return "–"
    if column.name == "country":
        return str(Locale(locale[:2]).territories.get(str(value), value))
    if isinstance(value, date):
        if column.name == "quarter":
            return f"{value:%Y} Q{(value.month + 2) // 3}"
        return f"{value:%Y}" if column.name == "year" else f"{value:%Y-%m}" if column.name == "month" else str(value)
    return str(value)


def figure_text(row: Mapping[str, Cell], column: Column, columns: Sequence[Column], locale: str) -> str:
    """A figure of a row, beside what it was before where that is known."""
    said = value_text(row[column.name], column)
    previous = next((each for each in columns if each.role == "previous" and each.name.startswith(column.name)), None)
    change = next((each for each in columns if each.role == "change_share" and each.name.startswith(column.name)), None)
    if previous is None or change is None or row[change.name] is None:
        return said
    moved = percent(row[change.name], sign="+")
    before = value_text(row[previous.name], previous)
    return f"{said} ({text_of('against', locale, change=moved, previous=before)})"


def percent(value: Cell, sign: str = "") -> str:
    """A fraction as one reads it."""
    return "–" if not isinstance(value, Decimal | int) else f"{Decimal(value) * 100:{sign},.2f} %"


def value_text(value: Cell, column: Column) -> str:
    """A figure as one reads it, with its unit."""
    if value is None:
        return "–"
    if not isinstance(value, Decimal | int):
        return str(value)
    if column.type == "share":
        return percent(value)
    # Money without a currency code of its own is in company currency, which the figure's definition says.
    unit = f" {column.unit}" if column.unit and column.unit.isupper() else ""
    places = 2 if column.type == "money" or value != int(value) else 0
    return f"{value:,.{places}f}{unit}"
