"""A report as a document to print: title, chart, table with repeated headings, page numbers, definitions at the end."""

from __future__ import annotations

import io
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from charts.table import Unfit
from charts.words import why, word
from olap.query import Cell, Column
from reports.definition import Chart
from reports.pictures import pen_of, picture_of
from reports.renderers.about import about, definitions, moment
from reports.renderers.cells import readable
from reports.renderers.drawing import drawing_of
from reports.sheet import Sheet
from reports.words import t

ROWS_MAX = 5_000
COLUMNS_MAX = 14
_INK, _MUTED, _LINE, _ACCENT = (colors.HexColor(code) for code in ("#1B2733", "#66737F", "#D5DCE3", "#0072B2"))
_PORTRAIT_COLUMNS_MAX = 5
_CHINESE = "STSong-Light"


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
        leftMargin=16 * mm,
        rightMargin=16 * mm,
        topMargin=24 * mm,
        bottomMargin=18 * mm,
        title=sheet.title,
        subject="; ".join(sheet.evidence.filters),
    )
    width = size[0] - 32 * mm
    story: list[Any] = [*_facts(sheet), Spacer(1, 4 * mm)]
    story += _chart(sheet, chart, width) if chart else []
    story += [_table(sheet, width), Spacer(1, 6 * mm), *_words(sheet)]
    document.build(story, canvasmaker=lambda *given, **more: _Numbered(*given, sheet=sheet, **more))
    return sink.getvalue()


def _chart(sheet: Sheet, chart: Chart, width: float) -> list[Any]:
    """The chart with what one has to know about it; or the reason why there is none."""
    pen = pen_of(sheet.locale)
    try:
        picture = picture_of(sheet, chart)
    except Unfit as unfit:
        return [_paragraph(why(unfit, sheet.locale), colour=_MUTED), Spacer(1, 4 * mm)]
    if picture is None:
        return []
    notes = [_paragraph(note, size=7, colour=_MUTED) for note in pen.notes(picture)]
    font = font_of(_all_text(sheet) + word("fact.previous", sheet.locale))
    return [drawing_of(picture, pen, width, font), *notes, Spacer(1, 4 * mm)]


@cache
def _register() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont(_CHINESE))


def font_of(text: str, *, is_bold: bool = False) -> str:
    """The font that has the letters of a text: a Latin one, or one that every PDF reader has for Chinese."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        _register()
        return _CHINESE
    return "Helvetica-Bold" if is_bold else "Helvetica"


def _all_text(sheet: Sheet) -> str:
    first = "".join(str(line.cells[0]) for line in sheet.lines[:60] if line.cells)
    return first + "".join(column.label for column in sheet.columns)


def _paragraph(text: str, *, size: float = 8, is_bold: bool = False, is_right: bool = False, colour: Any = _INK) -> Any:
    style = ParagraphStyle(
        "cell",
        fontName=font_of(text, is_bold=is_bold),
        fontSize=size,
        leading=size * 1.3,
        textColor=colour,
        wordWrap="CJK" if not text.isascii() and font_of(text) == _CHINESE else None,
        **({"alignment": TA_RIGHT} if is_right else {}),
    )
    return Paragraph(escape(text).replace("\n", "<br/>"), style)


def _facts(sheet: Sheet) -> list[Any]:
    return [_paragraph(f"{label}: {text}", colour=_MUTED) for label, text in about(sheet)]


def _words(sheet: Sheet) -> list[Any]:
    heading = _paragraph(t("file.definitions", sheet.locale), size=10, is_bold=True)
    return [heading, *(_paragraph(f"{label}: {text}", colour=_MUTED) for label, text in definitions(sheet))]


def _table(sheet: Sheet, width: float) -> Any:
    figures = [column.type not in {"text", "date"} for column in sheet.columns]
    rows = [
        [_paragraph(c.label, is_bold=True, is_right=right) for c, right in zip(sheet.columns, figures, strict=True)]
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
    table = Table(rows, colWidths=[width * each / sum(share) for each in share], repeatRows=1)
    lines = [("LINEABOVE", (0, number), (-1, number), 0.6, _MUTED) for number in strong]
    base: list[Any] = [
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, _ACCENT),
        ("LINEBELOW", (0, 1), (-1, -1), 0.25, _LINE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]
    table.setStyle(TableStyle([*base, *lines]))
    return table


def _cell(value: Cell, column: Column, *, is_bold: bool) -> Any:
    is_figure = column.type not in {"text", "date"}
    blank = "" if is_figure else "–"
    return _paragraph(readable(value, column, blank=blank), is_bold=is_bold, is_right=is_figure)


def _cut(text: str, font: str, size: float, width: float) -> str:
    """As much of a text as fits into a width, and a mark where something is missing."""
    if pdfmetrics.stringWidth(text, font, size) <= width:
        return text
    while text and pdfmetrics.stringWidth(f"{text}...", font, size) > width:
        text = text[:-1]
    return f"{text.rstrip()}..."


class _Numbered(Canvas):  # type: ignore[misc]  # the library ships no types
    """A canvas that knows how many pages there are before it writes any."""

    def __init__(self, *given: Any, sheet: Sheet, **more: Any) -> None:
        super().__init__(*given, **more)
        self._sheet = sheet
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802  # the name the library calls
        """Keep the page back until the last one is known."""
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Write every page with its head and foot."""
        for number, page in enumerate(self._pages, start=1):
            self.__dict__.update(page)
            self._frame(number, len(self._pages))
            super().showPage()
        super().save()

    def _frame(self, number: int, count: int) -> None:
        width, height = self._pagesize
        title, evidence = self._sheet.title, self._sheet.evidence
        self.setFillColor(_INK)
        self.setFont(font_of(title, is_bold=True), 14)
        font = font_of(title, is_bold=True)
        self.drawString(16 * mm, height - 16 * mm, _cut(title, font, 14, width - 60 * mm))
        self.setFont("Helvetica", 8)
        self.setFillColor(_MUTED)
        self.drawRightString(width - 16 * mm, height - 16 * mm, "qooerp")
        self.setStrokeColor(_ACCENT)
        self.line(16 * mm, height - 19 * mm, width - 16 * mm, height - 19 * mm)
        foot = t("file.foot", self._sheet.locale, version=evidence.data_version, at=moment(evidence.loaded_at) or "–")
        page = t("file.page", self._sheet.locale, number=number, count=count)
        self.setFont(font_of(foot + page), 8)
        self.drawString(16 * mm, 10 * mm, foot)
        self.drawRightString(width - 16 * mm, 10 * mm, page)
