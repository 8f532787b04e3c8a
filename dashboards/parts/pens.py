"""How charts are written for the reader of a page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from charts.marks import Column
from charts.pen import Pen
from dashboards.formats import Formats
from dashboards.words import label_of, t

_UNITS = ("share", "count", "quantity", "days", "ratio", "times")


def unit_words(column: Mapping[str, Any], formats: Formats) -> str:
    """What an axis counts."""
    if column.get("type") == "money":
        return formats.currency or t("unit.money")
    unit = str(column.get("unit") or "")
    return t(f"unit.{unit}") if unit in _UNITS else unit


def pen_of(formats: Formats) -> Pen:
    """The pen of a reader's language and currency."""
    return Pen(
        locale=formats.language,
        member=partial(member_words, formats=formats),
        tick=lambda column, value: formats.tick(value, grain_of(column)),
        short=formats.mark,
        full=lambda value, column: formats.figure(value, column, compact=True),
    )


def grain_of(column: Column) -> str:
    """By which periods a column of time goes."""
    return str(column.get("grain") or column["name"])


def member_words(column: Column, value: Any, *, formats: Formats) -> str:
    """A member or a period as the reader calls it."""
    if value is None or value == "":
        return t("table.blank")
    if column.get("role") == "time":
        return formats.bucket(value, grain_of(column))
    if column["name"] == "aging_bucket":
        return label_of("aging", str(value).replace(" ", "_"))
    return formats.country(str(value)) if str(column["name"]).endswith("country") else str(value)
