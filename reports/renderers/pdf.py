"""A report as a document to print: title, chart, table with repeated headings, page numbers, definitions at the end."""

from __future__ import annotations

import io
from typing import Any

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.platypus import SimpleDocTemplate, Spacer

from charts.table import Unfit
from charts.words import why, word
from olap.query import Cell, Column
from reports.definition import Chart
from reports.pictures import pen_of, picture_of
from reports.renderers.about import about, definitions, moment
from reports.renderers.cells import readable
from reports.renderers.drawing import drawing_of
from reports.renderers.pages import MUTED, SIDE, Frame, Numbered, draw_foot, draw_heading, font_of, paragraph, table
from reports.sheet import Sheet
from reports.words import t

ROWS_MAX = 5_000
COLUMNS_MAX = 14
_PORTRAIT_COLUMNS_MAX = 5


class TooWide(ValueError):
    """More columns than fit on a page."""


def pdf_bytes(sheet: Sheet, chart: Chart | None = None) -> bytes:
    """The document.  Raises: TooWide for more columns than a page holds."""
    if len(sheet.columns) > COLUMNS_MAX:
        raise TooWide(f"a page holds at most {COLUMNS_MAX} columns, not {len(sheet.columns)}")
    size = A4 if len(sheet.columns) <= _PORTRAIT_COLUMNS_MAX else landscape(A4)
    sink = io.BytesIO()
    document = SimpleDocTemplate(
        sink,
        pagesize=size,
        leftMargin=SIDE,
        rightMargin=SIDE,
        topMargin=24 * mm,
        bottomMargin=18 * mm,
        title=sheet.title,
        subject="; ".join(sheet.evidence.filters),
    )
    width = size[0] - 2 * SIDE
    story: list[Any] = [*_facts(sheet), Spacer(1, 4 * mm)]
    story += _chart(sheet, chart, width) if chart else []
    story += [_table(sheet, width), Spacer(1, 6 * mm), *_words(sheet)]
    document.build(story, canvasmaker=lambda *given, **more: Numbered(*given, frame=_frame_of(sheet), **more))
    return sink.getvalue()


def _chart(sheet: Sheet, chart: Chart, width: float) -> list[Any]:
    """The chart with what one has to know about it; or the reason why there is none."""
    pen = pen_of(sheet.locale)
    try:
        picture = picture_of(sheet, chart)
    except Unfit as unfit:
        return [paragraph(why(unfit, sheet.locale), colour=MUTED), Spacer(1, 4 * mm)]
    if picture is None:
        return []
    notes = [paragraph(note, size=7, colour=MUTED) for note in pen.notes(picture)]
    font = font_of(_all_text(sheet) + word("fact.previous", sheet.locale))
    return [drawing_of(picture, pen, width, font), *notes, Spacer(1, 4 * mm)]


def _all_text(sheet: Sheet) -> str:
    first = "".join(str(line.cells[0]) for line in sheet.lines[:60] if line.cells)
    return first + "".join(column.heading for column in sheet.columns)


def _facts(sheet: Sheet) -> list[Any]:
    return [paragraph(f"{label}: {text}", colour=MUTED) for label, text in about(sheet)]


def _words(sheet: Sheet) -> list[Any]:
    heading = paragraph(t("file.definitions", sheet.locale), size=10, is_bold=True)
    return [heading, *(paragraph(f"{label}: {text}", colour=MUTED) for label, text in definitions(sheet))]


def _table(sheet: Sheet, width: float) -> Any:
    figures = [column.type not in {"text", "date"} for column in sheet.columns]
    rows = [
        [paragraph(c.heading, is_bold=True, is_right=right) for c, right in zip(sheet.columns, figures, strict=True)]
    ]
    strong = []
    for number, line in enumerate(sheet.lines, start=1):
        rows.append(
            [_cell(value, sheet.columns[place], is_bold=line.level > 0) for place, value in enumerate(line.cells)]
        )
        strong += [number] if line.level else []
    if sheet.total is not None:
        strong.append(len(rows))
        rows.append([_cell(value, sheet.columns[place], is_bold=True) for place, value in enumerate(sheet.total)])
    share = [1.0 if is_figure else 1.8 for is_figure in figures]
    return table(rows, [width * each / sum(share) for each in share], strong=strong)


def _cell(value: Cell, column: Column, *, is_bold: bool) -> Any:
    is_figure = column.type not in {"text", "date"}
    blank = "" if is_figure else "–"
    return paragraph(readable(value, column, blank=blank), is_bold=is_bold, is_right=is_figure)


def _frame_of(sheet: Sheet) -> Frame:
    def frame(canvas: Any, number: int, count: int) -> None:
        evidence = sheet.evidence
        draw_heading(canvas, sheet.title, "qooerp")
        foot = t("file.foot", sheet.locale, version=evidence.data_version, at=moment(evidence.loaded_at) or "–")
        draw_foot(canvas, foot, t("file.page", sheet.locale, number=number, count=count))

    return frame
