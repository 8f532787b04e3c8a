"""What every document to print is made of: fonts that have the letters, paragraphs, tables, numbered pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, Table, TableStyle

INK, MUTED, LINE, ACCENT = (colors.HexColor(code) for code in ("#1B2733", "#66737F", "#D5DCE3", "#0072B2"))
SIDE = 16 * mm
"""The margin to the left and to the right."""
_CHINESE = "STSong-Light"


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


def paragraph(text: str, *, size: float = 8, is_bold: bool = False, is_right: bool = False, colour: Any = INK) -> Any:
    """A text that breaks where its place ends."""
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


def table(rows: Sequence[Sequence[Any]], widths: Sequence[float], *, strong: Sequence[int] = ()) -> Any:
    """A table whose heading comes again on each page; above strong rows stands a line."""
    made = Table(rows, colWidths=widths, repeatRows=1)
    lines = [("LINEABOVE", (0, number), (-1, number), 0.6, MUTED) for number in strong]
    base: list[Any] = [
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, ACCENT),
        ("LINEBELOW", (0, 1), (-1, -1), 0.25, LINE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]
    made.setStyle(TableStyle([*base, *lines]))
    return made


def cut(text: str, font: str, size: float, width: float) -> str:
    """As much of a text as fits into a width, and a mark where something is missing."""
    if pdfmetrics.stringWidth(text, font, size) <= width:
        return text
    while text and pdfmetrics.stringWidth(f"{text}...", font, size) > width:
        text = text[:-1]
    return f"{text.rstrip()}..."


def draw_heading(canvas: Any, title: str, beside: str) -> None:
    """The title at the top of a page, what stands beside it, and the line below."""
    width, height = canvas._pagesize  # noqa: SLF001  # the library says it nowhere else
    font = font_of(title, is_bold=True)
    canvas.setFillColor(INK)
    canvas.setFont(font, 14)
    canvas.drawString(SIDE, height - 16 * mm, cut(title, font, 14, width - 60 * mm))
    canvas.setFont(font_of(beside), 8)
    canvas.setFillColor(MUTED)
    canvas.drawRightString(width - SIDE, height - 16 * mm, beside)
    canvas.setStrokeColor(ACCENT)
    canvas.line(SIDE, height - 19 * mm, width - SIDE, height - 19 * mm)


def draw_foot(canvas: Any, foot: str, page: str) -> None:
    """What stands at the bottom of a page."""
    canvas.setFillColor(MUTED)
    canvas.setFont(font_of(foot + page), 8)
    canvas.drawString(SIDE, 10 * mm, foot)
    canvas.drawRightString(canvas._pagesize[0] - SIDE, 10 * mm, page)  # noqa: SLF001  # as above


Frame = Callable[[Any, int, int], None]
"""Draws head and foot of a page: the canvas, the page's number, how many there are."""


class Numbered(Canvas):  # type: ignore[misc]  # the library ships no types
    """A canvas that knows how many pages there are before it writes any."""

    def __init__(self, *given: Any, frame: Frame, **more: Any) -> None:
        super().__init__(*given, **more)
        self._draw_frame = frame
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802  # the name the library calls
        """Keep the page back until the last one is known."""
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Write every page with its head and foot."""
        for number, page in enumerate(self._pages, start=1):
            self.__dict__.update(page)
            self._draw_frame(self, number, len(self._pages))
            super().showPage()
        super().save()
