"""Every kind of chart on paper, in both languages: what is drawn for pages is drawn for PDF too."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from reportlab.graphics import renderPDF
from reportlab.graphics.shapes import String

from charts.kinds import KINDS, draw, fitting, shape_of
from charts.table import Table
from reports.pictures import pen_of
from reports.renderers.drawing import drawing_of
from reports.renderers.pages import font_of

TIME = {"name": "month", "label": "Month", "type": "date", "unit": None, "role": "time", "grain": "month"}


def column(name: str, role: str = "metric") -> dict[str, Any]:
    kind = "text" if role == "dimension" else "money"
    return {"name": name, "label": name.capitalize(), "type": kind, "unit": "currency", "role": role}


MONTHS = [
    {"month": date(2025 + place // 12, place % 12 + 1, 1), "sales": 1000 + 37 * (place % 5)} for place in range(14)
]
PARTS = [{**row, "country": code} for row in MONTHS[:6] for code in ("DE", "FR")]
TABLES = (
    Table([TIME, column("sales")], MONTHS[:12], {"sales": 13_000}),
    Table([TIME, column("country", "dimension"), column("sales")], PARTS),
    Table(
        [column("country", "dimension"), column("sales")],
        [{"country": "DE", "sales": 9}, {"country": "FR", "sales": 4}],
    ),
    Table(
        [column("country", "dimension"), column("category", "dimension"), column("sales")],
        [{"country": "DE", "category": "装备", "sales": 9}, {"country": "FR", "category": "Tents", "sales": 4}],
    ),
)


@pytest.mark.feature("5.2.12")
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "table"])
@pytest.mark.parametrize("locale", ["en", "zh"])
def test_a_kind_is_drawn_on_paper(kind: str, locale: str) -> None:
    table = next(each for each in (TABLES[2], *TABLES) if kind in fitting(shape_of(each)))
    picture = draw(kind, table, "sales")
    assert picture is not None
    pen = pen_of(locale)
    drawing = drawing_of(picture, pen, 480, font_of("装备"))
    assert renderPDF.drawToString(drawing).startswith(b"%PDF")
    texts = [each.text for each in _strings(drawing)]
    assert texts[0] == "Sales (currency)" or texts[0] == "Sales"
    assert all(note for note in pen.notes(picture))


def _strings(node: Any) -> list[String]:
    if isinstance(node, String):
        return [node]
    return [found for each in getattr(node, "contents", ()) for found in _strings(each)]
