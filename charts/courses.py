"""Charts that judge a course over time: control chart and forecast band."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from charts.marks import Area, Column, Dot, Fact, Line, Mark, Picture, Places, Says, Series, Values, Words
from charts.table import Row, Table, Unfit, number

CONTROLLED_MIN = 8
FORECAST_MIN = 8
AHEAD_MAX = 6
_SIDE_RUN = 8
# Source: Montgomery, Introduction to Statistical Quality Control, individuals chart: 3 / d2 with d2 = 1.128.
_MOVING_RANGE_FACTOR = 2.66
# A limit that no figure can cross limits nothing: it stands at zero. Amounts and days late may lie below, and shares of
# some kinds: of a share the limit stands at zero where none of its figures lies below, for there it marks none.
_NEVER_BELOW_ZERO = frozenset({"count", "kilograms", "milliseconds"})
# 80 and 95 of 100 figures of a normal distribution lie within so many deviations.
_BANDS = ((1.96, "band_95"), (1.2816, "band_80"))
_SEASONS = {"month": 12, "quarter": 4, "week": 52, "day": 7}


def control(table: Table, metric: Column) -> Picture:
    """Figures between the limits that their own movement gives; what is out of control stands out."""
    time, rows, values = _course(table, metric, CONTROLLED_MIN)
    centre = sum(values) / len(values)
    moved = [abs(after - before) for before, after in pairwise(values)]
    reach = _MOVING_RANGE_FACTOR * sum(moved) / len(moved)
    limits = (centre - reach, centre + reach)
    is_share = metric.get("type") == "share"
    if metric.get("unit") in _NEVER_BELOW_ZERO or (is_share and min(values) >= 0):
        limits = (max(0.0, limits[0]), limits[1])
    marked = _out_of_control(values, centre, limits)
    last = len(values) - 1
    marks: list[Mark] = [
        # No series: each has its name and figure above it.
        Line(((-0.5, height), (last + 0.5, height)), tone, is_dotted=word != "centre", is_named=False)
        for word, height, tone in (
            ("upper_limit", limits[1], "bad"),
            ("centre", centre, "muted"),
            ("lower_limit", limits[0], "bad"),
        )
    ]
    marks += [
        Words(last + 0.5, height, fact=Fact(f"{height:.15g}", metric, word), anchor="above_left", tone="muted")
        for word, height in (("upper_limit", limits[1]), ("centre", centre), ("lower_limit", limits[0]))
    ]
    marks.append(Line(tuple(enumerate_floats(values)), 0, is_named=False))
    marks += [
        Dot(at, value, "bad" if at in marked else 0, _says(time, row, metric), is_large=True)
        for at, (row, value) in enumerate(zip(rows, values, strict=True))
    ]
    many = "out_of_control" if len(marked) > 1 else "one_out_of_control"
    note = (many, {"count": len(marked)}) if marked else ("in_control", {"count": len(values)})
    # Limits that lie close together are told apart only where the axis does not reach down to nothing.
    axis = Values.around(metric, [*values, *limits])
    return Picture(metric, _places(time, rows), axis, tuple(marks), notes=(note,))


def _out_of_control(values: Sequence[float], centre: float, limits: tuple[float, float]) -> set[int]:
    """The places beyond the limits, and those that end eight in a row on one side of the centre (Western Electric)."""
    found = {at for at, value in enumerate(values) if not limits[0] <= value <= limits[1]}
    run, side = 0, 0
    for at, value in enumerate(values):
        now = (value > centre) - (value < centre)
        run = run + 1 if now == side and now else 1
        side = now
        if run >= _SIDE_RUN and side:
            found.add(at)
    return found


def forecast(table: Table, metric: Column) -> Picture:
    """What comes next if things go on as they did, within the ranges that 80 and 95 of 100 figures would keep.

    Source: Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 5.2 and 5.5: the season before with its
    drift where two seasons are known, the drift alone otherwise; deviations grow with the distance.
    """
    time, rows, values = _course(table, metric, FORECAST_MIN)
    grain = str(time.get("grain") or time["name"])
    season = _SEASONS.get(grain, 1)
    season = season if len(values) >= 2 * season else 1
    ahead = min(AHEAD_MAX, max(1, len(values) // 4))
    steps = _ahead(values, season, ahead)
    last = len(values) - 1
    places = [row[time["name"]] for row in rows] + _following(rows[-1][time["name"]], grain, ahead)
    floor = 0.0 if min(values) >= 0 else -math.inf
    marks: list[Mark] = []
    for width, word in _BANDS:
        upper = [(float(last), values[-1])] + [
            (last + h + 1.0, mean + width * sd) for h, (mean, sd) in enumerate(steps)
        ]
        lower = [(float(last), values[-1])] + [
            (last + h + 1.0, max(floor, mean - width * sd)) for h, (mean, sd) in enumerate(steps)
        ]
        marks.append(Area((*upper, *reversed(lower)), 0, Says(is_door=False), Series(word=word), is_faint=True))
    marks.append(Line(tuple(enumerate_floats(values)), 0, Series(label=str(metric["label"])), is_named=False))
    ends = [(float(last), values[-1]), *((last + h + 1.0, mean) for h, (mean, _) in enumerate(steps))]
    marks.append(Line(tuple(ends), 0, Series(word="forecast"), is_dotted=True, is_named=False))
    marks += [
        Dot(at, value, 0, _says(time, row, metric), is_large=True)
        for at, (row, value) in enumerate(zip(rows, values, strict=True))
    ]
    marks += [_expected(time, places[last + 1 + h], last + 1 + h, step, metric, floor) for h, step in enumerate(steps)]
    heights = [height for mark in marks if isinstance(mark, Area) for _, height in mark.outline]
    axis = Values.of(metric, [*values, *heights])
    note = ("forecast_season", {"count": season}) if season > 1 else ("forecast_drift", {"count": len(values)})
    return Picture(metric, Places(tuple((time, place) for place in places)), axis, tuple(marks), notes=(note,))


def _expected(time: Column, place: Any, at: int, step: tuple[float, float], metric: Column, floor: float) -> Dot:
    mean, deviation = step
    width = _BANDS[0][0]
    facts = (
        Fact(f"{mean:.12g}", metric, "forecast"),
        Fact(f"{max(floor, mean - width * deviation):.12g}", metric, "at_least"),
        Fact(f"{mean + width * deviation:.12g}", metric, "at_most"),
    )
    return Dot(at, mean, "muted", Says(((time, place),), facts, is_door=False))


def _ahead(values: Sequence[float], season: int, count: int) -> list[tuple[float, float]]:
    """The expected figure and its deviation, for each period ahead."""
    moved = [after - before for before, after in zip(values, values[season:], strict=False)]
    drift = sum(moved) / len(moved)
    freedom = max(1, len(moved) - 1)
    deviation = math.sqrt(sum((each - drift) ** 2 for each in moved) / freedom)
    found = []
    for h in range(1, count + 1):
        turns = (h - 1) // season + 1
        base = values[len(values) - season + (h - 1) % season]
        spread = deviation * math.sqrt(turns * (1 + turns / len(moved)))
        found.append((base + turns * drift, spread))
    return found


def _following(last: Any, grain: str, count: int) -> list[str]:
    """The periods after one."""
    day = last if isinstance(last, date) else date.fromisoformat(str(last)[:10])
    months = {"month": 1, "quarter": 3, "year": 12, "fiscal_period": 1, "fiscal_year": 12}.get(grain)
    if months is None:
        days = 7 if grain == "week" else 1
        return [date.fromordinal(day.toordinal() + days * step).isoformat() for step in range(1, count + 1)]
    place = day.year * 12 + day.month - 1
    return [
        date((place + months * step) // 12, (place + months * step) % 12 + 1, 1).isoformat()
        for step in range(1, count + 1)
    ]


def _course(table: Table, metric: Column, least: int) -> tuple[Column, list[Row], list[float]]:
    """Periods that are over and their figures, without those that have none.  Raises: Unfit below a number of them."""
    if table.time is None:
        raise Unfit("needs_time")
    known = [(row, value) for row in table.complete() if (value := number(row.get(metric["name"]))) is not None]
    if len(known) < least:
        raise Unfit("too_few_periods", count=len(known), least=least)
    return table.time, [row for row, _ in known], [value for _, value in known]


def enumerate_floats(values: Sequence[float]) -> list[tuple[float, float]]:
    """Heights at 0, 1, 2 and so on."""
    return [(float(at), value) for at, value in enumerate(values)]


def _places(time: Column, rows: Sequence[Row]) -> Places:
    return Places(tuple((time, row[time["name"]]) for row in rows))


def _says(time: Column, row: Row, metric: Column) -> Says:
    return Says(((time, row[time["name"]]),), (Fact(row[metric["name"]], metric),))
