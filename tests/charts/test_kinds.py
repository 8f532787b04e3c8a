"""Chart kinds: each draws what it takes, with the figures of its rows, and says why it does not draw the rest."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Any

import pytest

from charts.kinds import KINDS, Shape, draw, fitting, shape_of
from charts.marks import Area, Dot, Line, Picture, Places, Rect, Says, Words, ticks
from charts.table import Table, Unfit
from charts.words import texts, why, word

MONTH = {"name": "month", "label": "Month", "type": "date", "unit": None, "role": "time"}
REGION = {"name": "region", "label": "Region", "type": "text", "unit": None, "role": "dimension"}
CATEGORY = {"name": "category", "label": "Category", "type": "text", "unit": None, "role": "dimension"}
COUNTRY = {"name": "country", "label": "Country", "type": "text", "unit": None, "role": "dimension"}


def money(name: str, role: str = "metric") -> dict[str, Any]:
    return {"name": name, "label": name.capitalize(), "type": "money", "unit": "currency", "role": role}


def months(*values: str | None, start: int = 2024) -> list[dict[str, Any]]:
    return [
        {"month": date(start + place // 12, place % 12 + 1, 1).isoformat(), "sales": value}
        for place, value in enumerate(values)
    ]


def over_time(*values: str | None, **more: Any) -> Table:
    return Table([MONTH, money("sales")], months(*values), **more)


def by_region(rows: dict[str, str], **more: Any) -> Table:
    return Table([REGION, money("sales")], [{"region": name, "sales": value} for name, value in rows.items()], **more)


def drawn(kind: str, table: Table, metric: str = "sales") -> Picture:
    picture = draw(kind, table, metric)
    assert picture is not None
    return picture


def rects(picture: Picture) -> list[Rect]:
    return [mark for mark in picture.marks if isinstance(mark, Rect)]


def told(says: Says) -> list[Any]:
    return [fact.value for fact in says.facts]


def refused(kind: str, table: Table, metric: str = "sales") -> str:
    with pytest.raises(Unfit) as caught:
        draw(kind, table, metric)
    assert why(caught.value, "en") != why(caught.value, "zh")
    return caught.value.code


@pytest.mark.feature("5.2.11")
def test_a_line_leaves_gaps_and_stands_beside_its_comparison() -> None:
    rows = [{**row, "sales_previous": "8"} for row in months("10", None, "12")]
    picture = drawn("line", Table([MONTH, money("sales"), money("sales_previous", "previous")], rows))
    now, before = [mark for mark in picture.marks if isinstance(mark, Line)]
    assert [y for _, y in now.points] == [10.0, None, 12.0]
    assert before.is_dotted
    dots = [mark for mark in picture.marks if isinstance(mark, Dot)]
    assert [told(dot.says) for dot in dots] == [["10", "8"], ["12", "8"]]
    assert dots[1].says.cell == {"month": "2024-03-01"}


@pytest.mark.feature("5.2.11")
def test_areas_of_members_lie_on_one_another() -> None:
    rows = [{**row, "region": name} for name in ("North", "South") for row in months("1", "2")]
    picture = drawn("area", Table([MONTH, REGION, money("sales")], rows))
    upper = [mark for mark in picture.marks if isinstance(mark, Line)][1]
    assert [y for _, y in upper.points] == [2.0, 4.0]
    rows[0]["sales"] = "-1"
    assert refused("area", Table([MONTH, REGION, money("sales")], rows)) == "negative"


@pytest.mark.feature("5.2.11")
def test_bars_keep_the_order_of_rows_and_say_what_is_not_among_them() -> None:
    picture = drawn("bar", by_region({"North": "9", "South": "-4"}, others={"region": "Others", "sales": "3"}))
    assert [(bar.x0, bar.x1) for bar in rects(picture)] == [(0.0, 9.0), (0.0, -4.0)]
    assert isinstance(picture.y, Places)
    assert [key[1] for key in picture.y.keys] == ["North", "South"]
    assert picture.notes[0][0] == "others"
    standing = rects(drawn("bar", over_time("5", "7")))
    assert [bar.y1 for bar in standing] == [5.0, 7.0]


@pytest.mark.feature("5.2.11")
def test_a_part_keeps_its_colour_and_losses_hang_below() -> None:
    rows = [{**row, "region": name} for name, value in (("West", "4"), ("North", "-1")) for row in months(value)]
    tables = [Table([MONTH, REGION, money("sales")], given) for given in (rows, rows[::-1])]
    tones = [{bar.says.cell["region"]: bar.tone for bar in rects(drawn("stacked", table))} for table in tables]
    assert tones[0] == tones[1] == {"North": 0, "West": 1}
    assert sorted((bar.y0, bar.y1) for bar in rects(drawn("stacked", tables[0]))) == [(0.0, -1.0), (0.0, 4.0)]


@pytest.mark.feature("5.2.11")
def test_a_pie_shows_parts_of_a_whole_and_nothing_else() -> None:
    slices = [mark for mark in drawn("pie", by_region({"A": "3", "B": "1"})).marks if isinstance(mark, Area)]
    assert [told(each.says) for each in slices] == [["3", "0.75"], ["1", "0.25"]]
    assert refused("pie", by_region({"A": "3", "B": "-1"})) == "negative"
    assert refused("pie", by_region({"A": "0", "B": "0"})) == "nothing"
    assert refused("pie", by_region({str(place): "1" for place in range(9)})) == "too_many_members"
    rate = {**money("sales"), "type": "share", "unit": "share"}
    assert refused("pie", Table([REGION, rate], [{"region": "A", "sales": "0.5"}])) == "no_whole"


@pytest.mark.feature("5.2.11")
def test_a_number_is_the_total_at_its_own_grain() -> None:
    picture = drawn("number", by_region({"A": "3", "B": "4"}, totals={"sales": "6.50"}))
    [words] = [mark for mark in picture.marks if isinstance(mark, Words)]
    assert words.fact is not None
    assert words.fact.value == "6.50"


@pytest.mark.feature("5.2.11")
@pytest.mark.parametrize("kind", ["line", "bar", "pie", "number", "control"])
def test_an_empty_result_says_so(kind: str) -> None:
    assert refused(kind, over_time(None, None)) == "empty"


@pytest.mark.feature("5.2.12")
def test_a_waterfall_over_time_ends_at_the_figures_of_the_first_and_last_period() -> None:
    picture = drawn("waterfall", over_time("100.10", "80.00", "130.30"))
    pillars = [bar for bar in rects(picture) if bar.tone == 0]
    assert [told(bar.says) for bar in pillars] == [["100.10"], ["130.30"]]
    steps = [bar for bar in rects(picture) if bar.tone != 0]
    assert [told(bar.says) for bar in steps] == [[Decimal("-20.10")], [Decimal("50.30")]]
    assert [bar.tone for bar in steps] == ["bad", "good"]
    assert (steps[-1].y0, steps[-1].y1) == (80.0, 130.3)


@pytest.mark.feature("5.2.12")
def test_a_waterfall_by_members_goes_from_the_total_before_to_the_total_now() -> None:
    columns = [REGION, money("sales"), money("sales_previous", "previous")]
    rows = [{"region": f"R{place}", "sales": str(place), "sales_previous": "1"} for place in range(20)]
    totals = {"sales": "190", "sales_previous": "20"}
    picture = drawn("waterfall", Table(columns, rows, totals))
    pillars = [bar for bar in rects(picture) if bar.tone == 0]
    assert [told(bar.says) for bar in pillars] == [[Decimal(20)], [Decimal(190)]]
    assert isinstance(picture.y, Places), "long names stand beside the bars"
    assert picture.y.keys[-2] == ({}, "others"), "the many small ones are one step"
    assert [(bar.x0, bar.x1) for bar in pillars] == [(0.0, 20.0), (0.0, 190.0)]
    first, second = [bar for bar in rects(picture) if bar.tone != 0][:2]
    assert (first.x0, first.x1, second.x0) == (20.0, 38.0, 38.0), "each step begins where the one before ended"
    figures = [mark for mark in picture.marks if isinstance(mark, Words)]
    assert {mark.anchor for mark in figures} == {"right"}
    ratio = {"sales": "0.4", "sales_previous": "20"}
    assert refused("waterfall", Table(columns, rows, ratio)) == "does_not_add_up"
    assert refused("waterfall", by_region({"A": "1"}, totals={"sales": "1"})) == "takes_waterfall"


@pytest.mark.feature("5.2.12")
def test_a_waterfall_of_metrics_takes_away_what_has_to_be_taken_away() -> None:
    columns = [money("revenue"), money("other"), money("cost"), money("profit")]
    row = {"revenue": "100.00", "other": "5.00", "cost": "60.00", "profit": "45.00"}
    steps = [bar for bar in rects(drawn("waterfall", Table(columns, [row]), "revenue")) if bar.tone != 0]
    assert [told(bar.says) for bar in steps] == [[Decimal("5.00")], [Decimal("-60.00")]]
    *_, unexplained, _ = rects(drawn("waterfall", Table(columns, [{**row, "profit": "44.99"}]), "revenue"))
    assert told(unexplained.says) == [Decimal("-0.01")]
    assert not unexplained.says.is_door
    assert refused("waterfall", Table(columns, [{**row, "profit": "500"}]), "revenue") == "does_not_add_up"


@pytest.mark.feature("5.2.12")
def test_a_funnel_narrows_and_is_refused_where_it_would_not() -> None:
    columns = [money("ordered"), money("delivered"), money("invoiced")]
    picture = drawn("funnel", Table(columns, [{"ordered": "80", "delivered": "60", "invoiced": "40"}]), "ordered")
    assert [bar.x1 - bar.x0 for bar in rects(picture)] == [1.0, 0.75, 0.5]
    assert told(rects(picture)[2].says) == ["40", "0.5"]
    grown = Table(columns, [{"ordered": "80", "delivered": "60", "invoiced": "61"}])
    assert refused("funnel", grown, "ordered") == "grows"
    mixed = Table(
        [money("ordered"), {**money("count"), "type": "number", "unit": "count"}], [{"ordered": "2", "count": 1}]
    )
    assert refused("funnel", mixed, "ordered") == "units_differ"


@pytest.mark.feature("5.2.12")
def test_a_heat_map_shades_between_the_lowest_and_the_highest() -> None:
    rows = [{"region": r, "category": c, "sales": v} for r, c, v in (("N", "a", "1"), ("N", "b", "3"), ("S", "a", "2"))]
    picture = drawn("heat", Table([REGION, CATEGORY, money("sales")], rows))
    assert [bar.tone for bar in rects(picture)] == [0.0, 1.0, 0.5]
    many = [{"region": str(place), "category": str(place), "sales": "1"} for place in range(40)]
    assert refused("heat", Table([REGION, CATEGORY, money("sales")], many)) == "too_many_cells"


@pytest.mark.feature("5.2.12")
def test_a_sankey_gives_each_band_and_node_its_sum() -> None:
    rows = [
        {"region": r, "category": c, "sales": v} for r, c, v in (("N", "a", "1.10"), ("N", "b", "3"), ("S", "a", "2"))
    ]
    table = Table([REGION, CATEGORY, money("sales")], rows)
    picture = drawn("sankey", table)
    bands = {tuple(mark.says.cell.values()): told(mark.says) for mark in picture.marks if isinstance(mark, Area)}
    assert bands[("N", "a")] == [Decimal("1.10")]
    nodes = {tuple(bar.says.cell.items()): told(bar.says) for bar in rects(picture)}
    assert nodes[(("category", "a"),)] == [Decimal("3.10")]
    assert (
        refused("sankey", Table(table.columns, [*rows, {"region": "S", "category": "b", "sales": "-1"}])) == "negative"
    )
    assert refused("sankey", by_region({"A": "1"})) == "takes_sankey"


@pytest.mark.feature("5.2.12")
def test_a_box_holds_the_middle_half_and_shows_what_lies_far_out() -> None:
    rows = [{**row, "region": "N"} for row in months("1", "2", "3", "4", "5", "6", "7", "90")]
    picture = drawn("box", Table([MONTH, REGION, money("sales")], rows))
    [box] = rects(picture)
    assert (box.y0, box.y1) == (2.5, 6.5)
    [far] = [mark for mark in picture.marks if isinstance(mark, Dot)]
    assert told(far.says) == ["90"]
    assert far.says.cell == {"month": "2024-08-01", "region": "N"}
    few = [{**row, "region": "N"} for row in months("1", "2")]
    assert refused("box", Table([MONTH, REGION, money("sales")], few)) == "too_few_figures"


@pytest.mark.feature("5.2.12")
def test_a_map_shades_countries_and_refuses_what_is_none() -> None:
    rows: list[dict[str, Any]] = [
        {"country": code, "sales": value} for code, value in (("DE", "4"), ("FR", "2"), (None, "1"))
    ]
    picture = drawn("map", Table([COUNTRY, money("sales")], rows))
    tones = {bar.says.cell["country"]: bar.tone for bar in rects(picture) if bar.says.facts}
    assert tones == {"DE": 1.0, "FR": 0.5}
    assert [name for name, _ in picture.notes] == ["shades", "no_place"]
    assert refused("map", by_region({"Central Europe": "3"})) == "no_country"
    places = [(bar.x0, bar.y0) for bar in rects(picture)]
    assert len(places) == len(set(places)) > 190


@pytest.mark.feature("5.2.12")
def test_a_control_chart_marks_what_its_own_movement_does_not_explain() -> None:
    calm = ["10", "12", "11", "9", "10", "11", "10", "9", "11", "10"]
    assert drawn("control", over_time(*calm)).notes == (("in_control", {"count": 10}),)
    picture = drawn("control", over_time(*["10", "14"] * 6, "30"))
    assert picture.notes == (("one_out_of_control", {"count": 1}),)
    [out] = [mark for mark in picture.marks if isinstance(mark, Dot) and mark.tone == "bad"]
    assert told(out.says) == ["30"]
    # Eight in a row on one side of the mean are no chance, though each is within the limits.
    shifted = over_time(*["10", "11"] * 6, *["11.2"] * 8)
    assert drawn("control", shifted).notes[0][0] == "out_of_control"
    assert refused("control", over_time("1", "2", "3")) == "too_few_periods"


@pytest.mark.feature("5.2.12")
@pytest.mark.parametrize(("unit", "lowest"), [("count", 0), ("currency", -1)])
def test_a_limit_below_zero_is_none_of_what_cannot_be_negative(unit: str, lowest: int) -> None:
    column = {**money("sales"), "unit": unit, "type": "number" if unit == "count" else "money"}
    picture = drawn("control", Table([MONTH, column], months(*["1", "9"] * 5)))
    heights = [mark.y for mark in picture.marks if isinstance(mark, Words)]
    assert max(heights) > 9
    assert (min(heights) >= 0, min(heights) > lowest) == (lowest == 0, False)


@pytest.mark.feature("5.2.12")
@pytest.mark.parametrize(("figures", "lowest"), [(("0", "0.05"), 0.0), (("-0.01", "0.05"), -0.1)])
def test_a_share_has_a_limit_below_zero_where_it_lies_below_itself(figures: tuple[str, str], lowest: float) -> None:
    column = {**money("sales"), "unit": "share", "type": "share"}
    picture = drawn("control", Table([MONTH, column], months(*figures * 5)))
    least = min(mark.y for mark in picture.marks if isinstance(mark, Words))
    assert (least == 0, least < 0) == (lowest == 0, lowest < 0)


@pytest.mark.feature("5.2.12")
def test_a_forecast_carries_the_season_on_and_leaves_out_a_month_that_is_not_over() -> None:
    season = [str(100 + 10 * (place % 12)) for place in range(24)]
    rising = [str(int(value) + place // 12 * 12) for place, value in enumerate(season)]
    picture = drawn("forecast", over_time(*rising, "3", until=date(2026, 1, 15)))
    expected = [mark for mark in picture.marks if isinstance(mark, Dot) and mark.tone == "muted"]
    assert [dot.y for dot in expected] == [pytest.approx(value) for value in (124, 134, 144, 154, 164, 174)]
    assert expected[0].says.cell == {"month": "2026-01-01"}
    assert not expected[0].says.is_door, "nothing is booked there"
    bands = [mark for mark in picture.marks if isinstance(mark, Area)]
    assert len(bands) == 2
    assert refused("forecast", over_time("1", "2")) == "too_few_periods"


@pytest.mark.feature("5.2.12")
def test_the_bands_of_a_forecast_hold_as_many_figures_as_they_say() -> None:
    chance = random.Random(7)  # noqa: S311  # a seed, no secret
    year = {**MONTH, "name": "year"}
    inside, count = 0, 300
    for _ in range(count):
        path = list(accumulate((chance.gauss(0.4, 2) for _ in range(40)), initial=50.0))
        rows = [{"year": f"{1900 + at}-01-01", "sales": f"{value:.4f}"} for at, value in enumerate(path[:-1])]
        picture = drawn("forecast", Table([year, money("sales")], rows))
        first = next(mark for mark in picture.marks if isinstance(mark, Dot) and mark.tone == "muted")
        low, high = (float(fact.value) for fact in first.says.facts[1:])
        inside += low <= path[-1] <= high
    assert 0.92 <= inside / count <= 0.98


def test_each_kind_refuses_a_shape_it_does_not_take_and_says_what_it_would() -> None:
    for kind in KINDS:
        for language in ("en", "zh"):
            assert word(f"kind.{kind}", language)
            assert word(f"unfit.takes_{kind}", language)
    assert refused("line", by_region({"A": "1"})) == "takes_line"
    assert refused("donut", by_region({"A": "1"})) == "unknown_kind"
    assert refused("bar", by_region({"A": "1"}), "margin") == "not_asked"
    assert set(texts("en")) == set(texts("zh"))


def test_what_fits_a_result_is_offered() -> None:
    assert fitting(shape_of(over_time("1"))) == [
        "line", "area", "bar", "pie", "number", "table", "waterfall", "control", "forecast",
    ]  # fmt: skip
    assert fitting(Shape(has_time=False, dimensions=2, metrics=1)) == [
        "bar", "stacked", "number", "table", "heat", "sankey",
    ]  # fmt: skip


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
    assert ticks(values) == pytest.approx(marks)
