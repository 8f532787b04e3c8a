"""A report as a workbook: real numbers and days, headings that stay, a link back, nothing that runs."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from olap.query import Cell, Column
from reports.renderers.about import about, definitions
from reports.sheet import Sheet
from reports.words import t

ROWS_MAX = 1_000_000
_FORMATS = {
    "money": "#,##0.00;[Red]-#,##0.00",
    "share": "0.0%",
    "number": "#,##0.##",
    # A spreadsheet would write the point of a number without places: "5.".
    "whole": "#,##0",
    "date": "yyyy-mm-dd",
    "month": "yyyy-mm",
    "year": "yyyy",
}
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WIDTH_MIN, _WIDTH_MAX = 10, 48
_TOP = 3
"""Rows above the headings: title, link, nothing."""


def xlsx_bytes(sheet: Sheet) -> bytes:
    """The workbook."""
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, _OPTIONS)
    book.set_properties({"title": sheet.title, "comments": f"{sheet.evidence.data_version}"})
    _write_figures(book, sheet)
    _write_about(book, sheet)
    book.close()
    return sink.getvalue()


def _write_figures(book: Any, sheet: Sheet) -> None:
    page = book.add_worksheet(t("file.figures", sheet.locale))
    page.write_string(0, 0, sheet.title, book.add_format({"bold": True, "font_size": 14}))
    if sheet.link:
        page.write_url(1, 0, sheet.link, string=t("file.open", sheet.locale))
    heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    styles = _styles(book, {})
    bold = _styles(book, {"bold": True, "top": 1})
    for place, column in enumerate(sheet.columns):
        page.write_string(_TOP, place, column.heading, heading)
        page.set_column(place, place, _width(sheet, place))
    for number, line in enumerate(sheet.lines, start=_TOP + 1):
        for place, value in enumerate(line.cells):
            _write(page, (number, place), value, sheet.columns[place], bold if line.level else styles)
    last = _TOP + len(sheet.lines)
    for place, value in enumerate(sheet.total or ()):
        _write(page, (last + 1, place), value, sheet.columns[place], bold)
    page.freeze_panes(_TOP + 1, sum(column.role in {"dimension", "time"} for column in sheet.columns))
    if sheet.lines:
        page.autofilter(_TOP, 0, last, len(sheet.columns) - 1)
    page.repeat_rows(_TOP)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_footer("&L&8" + sheet.evidence.data_version.replace("&", "&&") + "&R&8&P / &N")


def _styles(book: Any, more: dict[str, Any]) -> dict[str, Any]:
    return {kind: book.add_format({"num_format": text, **more}) for kind, text in _FORMATS.items()} | {
        "text": book.add_format(more)
    }


def _write(page: Any, at: tuple[int, int], value: Cell, column: Column, styles: dict[str, Any]) -> None:
    if value is None:
        page.write_blank(*at, None, styles["text"])
    elif isinstance(value, bool):
        page.write_boolean(*at, value, styles["text"])
    elif isinstance(value, Decimal | int):
        page.write_number(*at, float(value), styles[_kind_of_number(value, column)])
    elif isinstance(value, date):
        page.write_datetime(*at, datetime(value.year, value.month, value.day), styles[_kind_of_day(column)])  # noqa: DTZ001  # a day
    else:
        page.write_string(*at, value, styles["text"])


def _kind_of_number(value: Decimal | int, column: Column) -> str:
    """How a number is written: amounts and shares with their places, counts and quantities with those they have."""
    if column.type in {"money", "share"}:
        return column.type
    return "whole" if value == int(value) else "number"


def _kind_of_day(column: Column) -> str:
    """How a day is written: a month or a year without the day that it begins with."""
    return column.name if column.role == "time" and column.name in {"month", "year"} else "date"


def _width(sheet: Sheet, place: int) -> int:
    longest = max((len(str(line.cells[place] or "")) for line in sheet.lines[:200]), default=0)
    return min(max(longest + 2, min(len(sheet.columns[place].heading) + 2, 24), _WIDTH_MIN), _WIDTH_MAX)


def _write_about(book: Any, sheet: Sheet) -> None:
    page = book.add_worksheet(t("file.about", sheet.locale))
    bold, wrapped = book.add_format({"bold": True, "valign": "top"}), book.add_format({"text_wrap": True})
    page.set_column(0, 0, 28)
    page.set_column(1, 1, 90)
    for number, (label, text) in enumerate([*about(sheet), ("", ""), *definitions(sheet)]):
        page.write_string(number, 0, label, bold)
        page.write_string(number, 1, text, wrapped)
