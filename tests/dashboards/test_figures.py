"""What charts are drawn from: zero-based, direct labels, the rest in one bar, colours that stay."""

from __future__ import annotations

from typing import Any

import pytest

from dashboards.charts import figures

WORDS: dict[str, Any] = {"short": str, "full": str, "name_x": str, "tick": lambda day: (str(day)[5:], str(day)[:4])}
MONTHS: list[dict[str, Any]] = [
    {"month": "2026-01", "revenue": "10", "revenue_previous": "8"},
    {"month": "2026-02", "revenue": "12", "revenue_previous": None},
]


def test_a_trend_begins_at_zero_and_names_each_line_at_its_end() -> None:
    series = {"revenue": "Revenue", "revenue_previous": "Year before"}
    drawn = figures.trend(MONTHS, x="month", series=series, unit="EUR", **WORDS)
    assert drawn.layout.yaxis.range[0] == 0
    assert [(note.text, note.x) for note in drawn.layout.annotations] == [("Revenue", 1), ("Year before", 0)]
    assert not drawn.layout.showlegend


def test_a_year_stands_under_the_axis_once() -> None:
    rows = [{"month": month, "revenue": "1"} for month in ("2025-11", "2025-12", "2026-01", "2026-02")]
    drawn = figures.trend(rows, x="month", series={"revenue": "Revenue"}, unit="EUR", **WORDS)
    assert list(drawn.layout.xaxis.ticktext) == ["11<br>2025", "12", "01<br>2026", "02"]


def test_a_long_range_has_few_names_under_its_axis() -> None:
    rows = [{"month": f"2026-{day:03}", "revenue": "1"} for day in range(365)]
    drawn = figures.trend(rows, x="month", series={"revenue": "Revenue"}, unit="EUR", **WORDS)
    assert len(drawn.layout.xaxis.ticktext) <= 7


def test_a_ranking_keeps_the_order_of_its_rows() -> None:
    rows: list[dict[str, Any]] = [{"customer": "Alpha", "revenue": "9"}, {"customer": None, "revenue": "4"}]
    drawn = figures.ranking(rows, name="customer", value="revenue", unit="EUR", full=str)
    assert list(drawn.layout.yaxis.ticktext) == ["Alpha", "—"]
    assert list(drawn.data[0].x) == [9.0, 4.0]


def test_a_part_keeps_its_colour_whatever_the_order_of_rows() -> None:
    rows = [{"month": "1", "region": name, "revenue": "1"} for name in ("West", "North")]
    colours = [
        {bar.name: bar.marker.color for bar in figures.parts(given, **_PARTS, **WORDS).data}
        for given in (rows, rows[::-1])
    ]
    assert colours[0] == colours[1]


_PARTS: dict[str, Any] = {"x": "month", "part": "region", "value": "revenue", "unit": "EUR"}


def test_a_bridge_ends_at_the_told_total() -> None:
    steps = [("Revenue", "100"), ("Cost", "-60")]
    drawn = figures.bridge(steps, total=("Profit", "40"), unit="EUR", short=str, full=str)
    assert list(drawn.data[0].y) == [100.0, -60.0, 40.0]


@pytest.mark.parametrize(
    ("values", "marks"),
    [
        ([90.0, 410.0], [0, 100, 200, 300, 400, 500]),
        ([-30.0, 70.0], [-40, -20, 0, 20, 40, 60, 80]),
        ([None, 0.0], [0, 1]),
        ([0.031, 0.047], [0, 0.01, 0.02, 0.03, 0.04, 0.05]),
    ],
)
def test_axes_have_round_numbers_from_zero(values: list[float | None], marks: list[float]) -> None:
    assert figures.ticks(values) == pytest.approx(marks)
