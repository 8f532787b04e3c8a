"""A sheet's chart as a vector drawing for documents to print."""

from __future__ import annotations

from typing import Any

from reportlab.graphics.charts.barcharts import HorizontalBarChart, VerticalBarChart
from reportlab.graphics.charts.linecharts import HorizontalLineChart
from reportlab.graphics.shapes import Drawing, String
from reportlab.lib import colors

from olap.query import Cell, Column
from reports.sheet import Line, Sheet

BARS_MAX = 15
_HEIGHT = 170.0
_BAR_HEIGHT = 15.0
_LABEL_MAX = 26
# Okabe and Ito's palette, as on the pages.
_SERIES = [colors.HexColor(code) for code in ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")]


def drawing_of(sheet: Sheet, chart: str, metric: str, width: float, font: str) -> Any | None:
    """The drawing, or nothing where there is nothing to draw: no figure, or a kind that is a number only."""
    names = [column.name for column in sheet.columns]
    lines = [line for line in sheet.lines if line.level == 0]
    if chart == "number" or metric not in names or not lines:
        return None
    place = names.index(metric)
    keys = [position for position, column in enumerate(sheet.columns) if column.role in {"dimension", "time"}]
    labels = [_label(line, keys) for line in lines]
    values = [_number(line.cells[place]) for line in lines]
    if chart == "line":
        return _over_time(labels, values, sheet.columns[place], width, font)
    if chart == "stacked" and len(keys) > 1:
        return _stacked(lines, keys, place, sheet.columns[place], width, font)
    return _ranking(labels[:BARS_MAX], values[:BARS_MAX], sheet.columns[place], width, font)


def _label(line: Line, keys: list[int]) -> str:
    text = " · ".join(str(line.cells[key]) if line.cells[key] is not None else "–" for key in keys)
    return text if len(text) <= _LABEL_MAX else text[: _LABEL_MAX - 1] + "…"


def _number(value: Cell) -> float:
    """A drawn length: the one place where an amount may become a float."""
    return float(value) if value is not None and not isinstance(value, str) else 0.0  # type: ignore[arg-type]  # figures


def _titled(drawing: Any, column: Column, height: float, font: str) -> Any:
    title = column.label if column.unit in {None, "currency", "share"} else f"{column.label} ({column.unit})"
    drawing.add(String(0, height - 10, title, fontName=font, fontSize=8, fillColor=colors.HexColor("#66737F")))
    return drawing


def _axis(axis: Any, font: str) -> None:
    axis.labels.fontName = font
    axis.labels.fontSize = 7
    axis.strokeColor = colors.HexColor("#66737F")


def _format(value: float) -> str:
    for size, sign in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:,.4g}{sign}"
    return f"{value:,.4g}"


def _ranking(labels: list[str], values: list[float], column: Column, width: float, font: str) -> Any:
    height = max(70.0, _BAR_HEIGHT * len(values) + 40)
    drawing, chart = Drawing(width, height), HorizontalBarChart()
    chart.x, chart.y, chart.width, chart.height = 130, 18, width - 170, height - 38
    chart.data = [list(reversed(values))]
    chart.categoryAxis.categoryNames = list(reversed(labels))
    chart.bars[0].fillColor = _SERIES[0]
    chart.bars[0].strokeColor = None
    chart.valueAxis.labelTextFormat = _format
    chart.valueAxis.valueMin = min(0.0, *values)
    _axis(chart.categoryAxis, font)
    _axis(chart.valueAxis, "Helvetica")
    drawing.add(chart)
    return _titled(drawing, column, height, font)


def _over_time(labels: list[str], values: list[float], column: Column, width: float, font: str) -> Any:
    drawing, chart = Drawing(width, _HEIGHT), HorizontalLineChart()
    chart.x, chart.y, chart.width, chart.height = 44, 26, width - 70, _HEIGHT - 48
    chart.data = [values]
    step = max(1, len(labels) // 12)
    chart.categoryAxis.categoryNames = [label[:7] if place % step == 0 else "" for place, label in enumerate(labels)]
    chart.lines[0].strokeColor = _SERIES[0]
    chart.lines[0].strokeWidth = 1.6
    chart.valueAxis.labelTextFormat = _format
    chart.valueAxis.valueMin = min(0.0, *values)
    _axis(chart.categoryAxis, font)
    _axis(chart.valueAxis, "Helvetica")
    drawing.add(chart)
    return _titled(drawing, column, _HEIGHT, font)


def _stacked(lines: list[Line], keys: list[int], place: int, column: Column, width: float, font: str) -> Any:
    """Bars over the first key, parted by the second."""
    periods = list(dict.fromkeys(str(line.cells[keys[0]]) for line in lines))
    parts = sorted({str(line.cells[keys[1]]) for line in lines})[: len(_SERIES)]
    found = {(str(line.cells[keys[0]]), str(line.cells[keys[1]])): _number(line.cells[place]) for line in lines}
    drawing, chart = Drawing(width, _HEIGHT), VerticalBarChart()
    chart.x, chart.y, chart.width, chart.height = 44, 26, width - 70, _HEIGHT - 48
    chart.data = [[found.get((period, part), 0.0) for period in periods] for part in parts]
    chart.categoryAxis.style = "stacked"
    chart.categoryAxis.categoryNames = [period[:7] for period in periods]
    for position, colour in zip(range(len(parts)), _SERIES, strict=False):
        chart.bars[position].fillColor = colour
        chart.bars[position].strokeColor = None
        drawing.add(
            String(44 + position * 90, _HEIGHT - 22, parts[position][:16], fontName=font, fontSize=7, fillColor=colour)
        )
    chart.valueAxis.labelTextFormat = _format
    _axis(chart.categoryAxis, font)
    _axis(chart.valueAxis, "Helvetica")
    drawing.add(chart)
    return _titled(drawing, column, _HEIGHT, font)
