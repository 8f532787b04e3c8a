"""A document that goes to a customer or supplier: who to whom, what it says of itself, its lines, its totals."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, SimpleDocTemplate, Spacer, Table, TableStyle

from reports.paper import Paper
from reports.renderers.pages import (
    MUTED,
    SIDE,
    Frame,
    Numbered,
    draw_foot,
    draw_heading,
    paragraph,
    table,
)
from reports.words import t

_WIDTH = A4[0] - 2 * SIDE
_TOTALS_WIDTHS = (42 * mm, 34 * mm)
_WIDE, _NARROW = 3.2, 1.0


def paper_bytes(paper: Paper) -> bytes:
    """The document as PDF."""
    sink = io.BytesIO()
    document = SimpleDocTemplate(
        sink,
        pagesize=A4,
        leftMargin=SIDE,
        rightMargin=SIDE,
        topMargin=26 * mm,
        bottomMargin=18 * mm,
        title=paper.title,
        author=paper.sender[0] if paper.sender else "",
    )
    story: list[Any] = [_parties(paper), Spacer(1, 6 * mm)]
    if paper.notice:
        story += [paragraph(paper.notice, size=12, is_bold=True), Spacer(1, 4 * mm)]
    story += [_lines(paper), Spacer(1, 4 * mm)]
    if paper.totals:
        story.append(KeepTogether(_totals(paper.totals)))
    story += [Spacer(1, 4 * mm), *(paragraph(note) for note in paper.notes)]
    document.build(story, canvasmaker=lambda *given, **more: Numbered(*given, frame=_frame_of(paper), **more))
    return sink.getvalue()


def _parties(paper: Paper) -> Any:
    """The receiver to the left; what the document says of itself to the right."""
    receiver = [paragraph(line, size=9, is_bold=place == 0) for place, line in enumerate(paper.receiver)]
    facts = Table(
        [[paragraph(label, colour=MUTED), paragraph(text)] for label, text in paper.facts] or [["", ""]],
        colWidths=(34 * mm, 46 * mm),
    )
    facts.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 1)]))
    both = Table([[receiver or "", facts]], colWidths=(_WIDTH - 82 * mm, 82 * mm))
    both.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, 0), 0)]))
    return both


def _lines(paper: Paper) -> Any:
    heading = [paragraph(each.label, is_bold=True, is_right=each.is_figure) for each in paper.columns]
    rows = [
        [paragraph(text, is_right=each.is_figure) for each, text in zip(paper.columns, row, strict=True)]
        for row in paper.rows
    ]
    shares = [_WIDE if each.is_wide else _NARROW for each in paper.columns]
    return table([heading, *rows], [_WIDTH * share / sum(shares) for share in shares])


def _totals(totals: Sequence[tuple[str, str]]) -> Any:
    last = len(totals) - 1
    rows = [
        [paragraph(label, is_bold=place == last), paragraph(text, is_bold=place == last, is_right=True)]
        for place, (label, text) in enumerate(totals)
    ]
    made = Table(rows, colWidths=_TOTALS_WIDTHS, hAlign="RIGHT")
    made.setStyle(TableStyle([("LINEABOVE", (0, last), (-1, last), 0.6, MUTED), ("TOPPADDING", (0, 0), (-1, -1), 1)]))
    return made


def _frame_of(paper: Paper) -> Frame:
    def frame(canvas: Any, number: int, count: int) -> None:
        draw_heading(canvas, paper.title, paper.sender[0] if paper.sender else "")
        draw_foot(canvas, " · ".join(paper.sender), t("file.page", paper.locale, number=number, count=count))

    return frame
