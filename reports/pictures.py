"""A report's chart: whether its question and its figures can be drawn so, and by which pen."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from charts.kinds import Shape, check_shape, draw
from charts.marks import Column, Picture
from charts.pen import Pen
from charts.table import Table, Unfit
from charts.words import why, word
from olap.manifest import STANDARD_GRAINS
from olap.query import Column as Answered
from reports.definition import Chart, Question
from reports.renderers.cells import readable
from reports.sheet import Sheet

_FISCAL = ("fiscal_period", "fiscal_year")
_THOUSANDS = ((Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "k"))
_TEN_THOUSANDS = ((Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万"))
_SIGNIFICANT = 4


def check_chart(chart: Chart, question: Question) -> None:
    """Nothing where a chart can draw what a question gives.  Raises: Unfit."""
    by = question.dimensions if hasattr(question, "dimensions") else question.group_by
    grains = [name for name in by if name in {*STANDARD_GRAINS, *_FISCAL}]
    has_time = bool(question.time.grain or grains)
    check_shape(chart.type, Shape(has_time, len(by) - len(grains), len(question.metrics), question.compare is not None))


def unfit_words(sheet: Sheet, chart: Chart | None) -> str | None:
    """Why a sheet's figures cannot be drawn so, in the reader's language; nothing where they can."""
    if chart is None:
        return None
    try:
        draw(chart.type, table_of(sheet), chart.metric)
    except Unfit as unfit:
        return why(unfit, sheet.locale)
    return None


def picture_of(sheet: Sheet, chart: Chart) -> Picture | None:
    """A sheet's chart; None for a table.  Raises: Unfit."""
    return draw(chart.type, table_of(sheet), chart.metric)


def table_of(sheet: Sheet) -> Table:
    """A sheet as what charts are drawn from."""
    columns = [asdict(each) | ({"grain": each.name} if each.role == "time" else {}) for each in sheet.columns]
    names = [each.name for each in sheet.columns]
    rows = [dict(zip(names, line.cells, strict=True)) for line in sheet.lines if line.level == 0]
    others = [dict(zip(names, line.cells, strict=True)) for line in sheet.lines if line.level]
    totals = dict(zip(names, sheet.total, strict=True)) if sheet.total else {}
    loaded = (sheet.evidence.loaded_at or "")[:10]
    until = date.fromisoformat(loaded) if loaded else None
    return Table(columns, rows, totals, others[0] if others else {}, until)


def pen_of(locale: str) -> Pen:
    """The pen of a document in a language."""
    return Pen(
        locale=locale,
        member=_member,
        tick=lambda column, value: (_member(column, value)[: _tick_length(column)], ""),
        short=lambda value, column: _short(value, column, locale),
        full=lambda value, column: _short(value, column, locale),
    )


def title_of(picture: Picture, locale: str) -> str:
    """What a chart counts."""
    column = picture.column
    counted = column.get("currency") if column["unit"] == "currency" else column["unit"]
    unit = "" if counted in {None, "share"} else f" ({counted})"
    return f"{column['label']}{unit}" if column["label"] else word("kind.number", locale)


def _member(column: Column, value: Any) -> str:
    del column
    return "–" if value is None else str(value)  # a dash where there is nobody


def _tick_length(column: Column) -> int:
    """A month needs no day."""
    return {"year": 4, "fiscal_year": 4, "day": 10, "week": 10}.get(str(column.get("grain")), 7)


def _short(value: Any, column: Column, locale: str) -> str:
    """A figure in few digits, as people of a language count them."""
    if value is None:
        return "–"  # a dash where there is nothing
    number = Decimal(str(value))
    if column.get("type") == "share":
        return readable(number, Answered("", "", "share", None, "metric"))
    for size, sign in _TEN_THOUSANDS if locale.startswith("zh") else _THOUSANDS:
        if abs(number) >= size:
            return f"{_digits(number / size)}{sign}"
    return f"{_digits(number)}"


def _digits(number: Decimal) -> str:
    rounded = number.quantize(Decimal(1).scaleb(min(0, max(-2, number.adjusted() - _SIGNIFICANT + 1))))
    text = f"{rounded:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
