"""Keys and figures of a result as one reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from babel import Locale

from ai.questions.texts import text_of
from olap.query import Cell, Column, QueryResult

ROWS_SAID_MAX = 10


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


KILOGRAMS = "kilograms"


def value_text(value: Cell, column: Column) -> str:
    """A figure as one reads it, with its unit."""
    if value is None:
        return "–"
    if not isinstance(value, Decimal | int):
        return str(value)
    if column.type == "share":
        return percent(value)
    unit = f" {column.unit}" if column.unit and column.unit.isupper() else " kg" if column.unit == KILOGRAMS else ""
    if column.type == "money" and column.currency:
        unit = f" {column.currency}"
    places = 2 if column.type == "money" or value != int(value) else 0
    return f"{value:,.{places}f}{unit}"


def keys_of(result: QueryResult) -> list[Column]:
    """The columns that say what a row is about."""
    return [column for column in result.columns if column.role in {"dimension", "time"}]


def metrics_of(result: QueryResult) -> list[Column]:
    """The columns that hold the figures that were asked for."""
    return [column for column in result.columns if column.role == "metric"]


def labels_said(columns: Sequence[Column]) -> str:
    """The labels of columns, one after the other."""
    return ", ".join(column.label for column in columns)


def rows_text(result: QueryResult, locale: str) -> str:
    """The first rows, and how many there are besides."""
    keys, metrics = keys_of(result), metrics_of(result)
    said = []
    for row in result.rows[:ROWS_SAID_MAX]:
        figures = " / ".join(figure_text(row, metric, result.columns, locale) for metric in metrics)
        said.append(f"{key_of_row(row, keys, locale)} {figures}")
    if len(result.rows) > ROWS_SAID_MAX:
        said.append(text_of("more", locale, count=len(result.rows) - ROWS_SAID_MAX))
    return "; ".join(said)
