"""How pictures are painted on a page: names at lines' ends, few names under axes, every mark a door."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import pytest

from charts.kinds import draw
from charts.pen import Pen
from charts.table import Table
from dashboards.painting.figures import ON_DARK, ON_LIGHT, Painted, paint
from dashboards.parts.tiles import course

PEN = Pen(
    locale="en",
    member=lambda _, value: "—" if value is None else str(value),
    tick=lambda _, value: (str(value)[5:7], str(value)[:4]),
    short=lambda value, _: str(value),
    full=lambda value, _: str(value),
)
MONTH = {"name": "month", "label": "Month", "type": "date", "unit": None, "role": "time"}
CUSTOMER = {"name": "customer", "label": "Customer", "type": "text", "unit": None, "role": "dimension"}
REVENUE = {"name": "revenue", "label": "Revenue", "type": "money", "unit": "currency", "role": "metric"}
BEFORE = {**REVENUE, "name": "revenue_previous", "role": "previous"}


def painted(kind: str, table: Table, **more: Any) -> Painted:
    picture = draw(kind, table, "revenue")
    assert picture is not None
    return paint(picture, unit="EUR", pen=PEN, **more)


def over(*months: str) -> Table:
    return Table([MONTH, REVENUE], [{"month": month, "revenue": "1"} for month in months])


def test_a_trend_begins_at_zero_and_names_each_line_at_its_end() -> None:
    rows: list[dict[str, Any]] = [
        {"month": "2026-01-01", "revenue": "10", "revenue_previous": "8"},
        {"month": "2026-02-01", "revenue": "12", "revenue_previous": None},
    ]
    figure = painted("line", Table([MONTH, REVENUE, BEFORE], rows)).figure
    assert figure.layout.yaxis.range[0] == 0
    assert [(note.text, note.x) for note in figure.layout.annotations] == [("Revenue", 1), ("Before", 0)]
    assert not figure.layout.showlegend


def test_a_year_stands_under_the_axis_once() -> None:
    figure = painted("line", over("2025-11-01", "2025-12-01", "2026-01-01", "2026-02-01")).figure
    assert list(figure.layout.xaxis.ticktext) == ["11<br>2025", "12", "01<br>2026", "02"]


def test_a_long_range_has_few_names_under_its_axis() -> None:
    figure = painted("line", over(*(f"2026-{day:03}" for day in range(365)))).figure
    assert len(figure.layout.xaxis.ticktext) <= 7


def test_a_bar_leads_to_its_member() -> None:
    rows: list[dict[str, Any]] = [{"customer": "Alpha", "revenue": "9"}, {"customer": None, "revenue": "4"}]
    drawn = painted("bar", Table([CUSTOMER, REVENUE], rows))
    assert list(drawn.figure.layout.yaxis.ticktext) == ["Alpha", "—"]
    says = drawn.at({"curve_number": 0, "point_index": 1})
    assert says is not None
    assert says.cell == {"customer": None}


def test_a_slice_can_be_touched_though_outlines_cannot() -> None:
    rows = [{"customer": "Alpha", "revenue": "9"}, {"customer": "Beta", "revenue": "4"}]
    drawn = painted("pie", Table([CUSTOMER, REVENUE], rows))
    assert {says.cell["customer"] for says in drawn.says.values()} == {"Alpha", "Beta"}
    assert [trace.name for trace in drawn.figure.data if trace.showlegend] == ["Alpha", "Beta"]


@pytest.mark.parametrize("ink", [ON_LIGHT, ON_DARK])
def test_a_waterfall_tells_gains_from_losses_by_colour(ink: Any) -> None:
    rows = [{"month": f"2026-0{place}-01", "revenue": value} for place, value in ((1, "5"), (2, "9"), (3, "2"))]
    figure = painted("waterfall", Table([MONTH, REVENUE], rows), ink=ink).figure
    bars = next(trace for trace in figure.data if trace.type == "bar")
    assert list(bars.marker.color) == [ink.of(tone) for tone in (0, "good", "bad", 0)]
    assert list(figure.layout.xaxis.ticktext)[-1] == "End"


def test_names_of_members_under_an_axis_are_broken_into_lines_and_none_is_missing() -> None:
    columns = [{**REVENUE, "name": name, "label": label} for name, label in (("revenue", "Net revenue"), *_STEPS)]
    table = Table(columns, [{"revenue": "9", "cost": "5", "profit": "4"}])
    axis = painted("waterfall", table).figure.layout.xaxis
    assert list(axis.ticktext) == ["Net revenue", "Cost of goods sold", "Operating profit"]
    assert axis.tickangle == 0
    many = [{"customer": f"Outdoor and garden store {place}", "month": "2026-01-01"} for place in range(8)]
    rows = [{**each, "month": f"2026-0{month}-01", "revenue": "1"} for each in many for month in range(1, 8)]
    aslant = painted("box", Table([MONTH, CUSTOMER, REVENUE], rows)).figure.layout.xaxis
    assert len(aslant.ticktext) == len(many)
    assert aslant.ticklabeloverflow == "allow"


_STEPS = (("cost", "Cost of goods sold"), ("profit", "Operating profit"))


def test_a_name_in_chinese_has_room_at_the_end_of_its_line() -> None:
    def margin(label: str) -> float:
        rows = [{"month": f"2026-0{month}-01", "revenue": "1"} for month in (1, 2)]
        return float(painted("line", Table([MONTH, {**REVENUE, "label": label}], rows)).figure.layout.margin.r)

    assert margin("净收入额") > margin("Real")


def test_limits_are_named_beside_the_course_and_in_no_legend() -> None:
    rows = [{"month": f"2026-{month:02}-01", "revenue": str(10 + month % 2)} for month in range(1, 11)]
    figure = painted("control", Table([MONTH, REVENUE], rows)).figure
    assert not figure.layout.showlegend
    assert figure.layout.annotations[0].text.startswith("Upper limit")
    assert {note.xanchor for note in figure.layout.annotations} == {"left"}


def test_a_tiles_course_is_a_picture_of_as_many_points_from_the_lowest_to_the_highest() -> None:
    told = course([2.0, 8.0, 5.0], "#009E73")
    picture = b64decode(told.partition("base64,")[2].partition("'")[0]).decode()
    line = picture.partition("<polyline points='")[2].partition("'")[0].split()
    heights = [float(point.partition(",")[2]) for point in line]
    assert [point.partition(",")[0] for point in line] == ["0.0", "60.0", "120.0"]
    assert heights[0] == max(heights)
    assert heights[1] == min(heights)
    assert "#009E73" in picture
    assert course([3.0, 3.0, 3.0], "#009E73"), "a course that stands still has no height to divide by"
