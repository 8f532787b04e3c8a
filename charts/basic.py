"""The charts everybody reads: lines, bars, areas, stacks and pies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from charts.marks import (
    Area,
    Column,
    Dot,
    Extent,
    Fact,
    Key,
    Line,
    Mark,
    Picture,
    Places,
    Rect,
    Says,
    Series,
    Values,
    Words,
)
from charts.table import Row, Table, Unfit, exact, number

SERIES_MAX = 8
BARS_MAX = 15
PARTS_MAX = 8
DOTS_MAX = 60
BAR_HALF = 0.36
SHARE: Column = {"name": "share", "label": "", "type": "share", "unit": "share", "role": "metric"}
_PREVIOUS = "_previous"
_ARC_STEP = math.pi / 60


def line(table: Table, metric: Column) -> Picture:
    """A line over time, beside the comparison where there is one; one line a member where there are members."""
    time = _time_of(table)
    places = periods(table, time)
    marks: list[Mark] = []
    for position, (series, rows, column) in enumerate(_courses(table, metric)):
        past = column.endswith(_PREVIOUS)
        tone = "muted" if past else position
        by_place = {places.index(row[time["name"]]): row for row in rows}
        points = tuple(
            (float(at), number(by_place[at].get(column)) if at in by_place else None) for at in range(len(places))
        )
        marks.append(Line(points, tone, series, is_dotted=past))
        if not past:
            marks += [
                Dot(
                    at,
                    height,
                    tone,
                    _says(time, by_place[int(at)], metric, column, series),
                    is_large=len(places) <= DOTS_MAX,
                )
                for at, height in points
                if height is not None
            ]
    heights = [height for mark in marks if isinstance(mark, Line) for _, height in mark.points]
    return Picture(metric, Places(tuple((time, place) for place in places)), Values.of(metric, heights), tuple(marks))


def area(table: Table, metric: Column) -> Picture:
    """A filled line over time; members lie on one another."""
    drawn = line(table, metric)
    lines = [mark for mark in drawn.marks if isinstance(mark, Line) and not mark.is_dotted]
    below = [0.0] * (len(lines[0].points) if lines else 0)
    marks: list[Mark] = []
    for each in lines:
        heights = [height or 0.0 for _, height in each.points]
        if len(lines) > 1 and min(heights, default=0.0) < 0:
            raise Unfit("negative", metric=metric["label"])
        above = [low + height for low, height in zip(below, heights, strict=True)]
        outline = [*enumerate(above), *reversed(list(enumerate(below)))]
        own = each.series if len(lines) > 1 else None
        points = tuple((float(at), height) for at, height in outline)
        marks.append(Area(points, each.tone, Says(), own, is_faint=True))
        edge = tuple((float(at), height) for at, height in enumerate(above))
        # One line is named at its end; of several the areas stand in the legend.
        marks.append(Line(edge, each.tone, each.series if len(lines) == 1 else None))
        marks += [
            Dot(mark.x, above[int(mark.x)], mark.tone, mark.says)
            for mark in drawn.marks
            if isinstance(mark, Dot) and mark.tone == each.tone
        ]
        below = above
    marks += [mark for mark in drawn.marks if isinstance(mark, Line) and mark.is_dotted]
    heights_all = [height for mark in marks if isinstance(mark, Line) for _, height in mark.points]
    return Picture(metric, drawn.x, Values.of(metric, heights_all), tuple(marks))


def bar(table: Table, metric: Column) -> Picture:
    """Bars: standing over periods, lying and in the order given for members, each with its figure."""
    return _standing(table, metric) if table.time is not None else _ranking(table, metric)


def _standing(table: Table, metric: Column) -> Picture:
    time = _time_of(table)
    places = periods(table, time)
    marks = [
        Rect(at - BAR_HALF, 0.0, at + BAR_HALF, height, 0, _says(time, row, metric, str(metric["name"]), None))
        for row in table.rows
        if (height := number(row.get(metric["name"]))) is not None
        for at in [places.index(row[time["name"]])]
    ]
    axis = Values.of(metric, [mark.y1 for mark in marks])
    return Picture(metric, Places(tuple((time, place) for place in places)), axis, tuple(marks))


def _ranking(table: Table, metric: Column) -> Picture:
    rows = [row for row in table.rows if row.get(metric["name"]) is not None][:BARS_MAX]
    keys = [tuple((each, row[each["name"]]) for each in table.dimensions) for row in rows]
    marks: list[Mark] = []
    for at, row in enumerate(rows):
        length = number(row[metric["name"]]) or 0.0
        marks.append(
            Rect(0.0, at - BAR_HALF, length, at + BAR_HALF, 0, Says(keys[at], (Fact(row[metric["name"]], metric),)))
        )
        anchor = "right" if length >= 0 else "left"
        marks.append(Words(length, at, fact=Fact(row[metric["name"]], metric), anchor=anchor))
    lengths = [mark.x1 for mark in marks if isinstance(mark, Rect)] or [0.0]
    low, high = min(0.0, *lengths), max(0.0, *lengths)
    # A good bit past the longest bar, so that its figure fits beside it.
    room = (high - low or 1.0) * 0.3
    return Picture(
        metric,
        Extent(low - (room if low < 0 else 0.0), high + room),
        Places(tuple(_one_key(each) for each in keys), is_reversed=True),
        tuple(marks),
        lines=len(rows),
        notes=_rest(table, metric, len(rows)),
    )


def _one_key(keys: Sequence[Key]) -> Key:
    """Members of several dimensions as one name."""
    if len(keys) == 1:
        return keys[0]
    return ({"name": "", "role": "metric"}, " · ".join("" if value is None else str(value) for _, value in keys))


def _rest(table: Table, metric: Column, shown: int) -> tuple[tuple[str, dict[str, Any]], ...]:
    """What is not among the bars, in a sentence: as a bar it would dwarf them all."""
    others = exact(table.others.get(metric["name"]))
    if others:
        return (("others", {"value": Fact(others, metric)}),)
    left = len(table.rows) - shown
    return (("more_rows", {"count": left}),) if left > 0 else ()


def stacked(table: Table, metric: Column) -> Picture:
    """Standing bars parted by members; a part keeps its colour whatever the order of rows."""
    along, part = table.keys[0], table.keys[1]
    places = periods(table, along)
    members = sorted({row[part["name"]] for row in table.rows}, key=str)
    if len(members) > SERIES_MAX:
        raise Unfit("too_many_members", dimension=part["label"], count=len(members), most=SERIES_MAX)
    above, below = [0.0] * len(places), [0.0] * len(places)
    marks: list[Mark] = []
    for position, member in enumerate(members):
        series = Series((part, member))
        for row in (row for row in table.rows if row[part["name"]] == member):
            at, height = places.index(row[along["name"]]), number(row.get(metric["name"])) or 0.0
            stack = above if height >= 0 else below
            says = Says(((along, row[along["name"]]), (part, member)), (Fact(row.get(metric["name"]), metric),))
            marks.append(Rect(at - BAR_HALF, stack[at], at + BAR_HALF, stack[at] + height, position, says, series))
            stack[at] += height
    axis = Values.of(metric, [*above, *below])
    return Picture(metric, Places(tuple((along, place) for place in places)), axis, tuple(marks))


def pie(table: Table, metric: Column) -> Picture:
    """Slices of a whole, the largest first; none of them negative."""
    key = table.keys[0]
    rows = [row for row in table.rows if exact(row.get(metric["name"]))]
    if len(rows) > PARTS_MAX:
        raise Unfit("too_many_members", dimension=key["label"], count=len(rows), most=PARTS_MAX)
    if metric.get("type") == "share":
        raise Unfit("no_whole", metric=metric["label"])
    values = check_positive(rows, metric)
    whole, begun = sum(values), math.pi / 2
    marks: list[Mark] = []
    for position, (row, value) in enumerate(sorted(zip(rows, values, strict=True), key=lambda each: -each[1])):
        ends = begun - 2 * math.pi * value / whole
        own: Key = (key, row[key["name"]])
        share = Fact(str(value / whole), SHARE, "share")
        marks.append(
            Area(_slice(begun, ends), position, Says((own,), (Fact(row[metric["name"]], metric), share)), Series(own))
        )
        middle = (begun + ends) / 2
        if value / whole >= 0.05:  # noqa: PLR2004  # a thinner slice has no room for words
            marks.append(Words(0.68 * math.cos(middle), 0.68 * math.sin(middle), fact=share, tone="paper"))
        begun = ends
    return Picture(metric, Extent(-1.1, 1.1), Extent(-1.1, 1.1), tuple(marks), is_square=True)


def _slice(begun: float, ends: float) -> tuple[tuple[float, float], ...]:
    count = max(2, math.ceil((begun - ends) / _ARC_STEP) + 1)
    angles = [begun + (ends - begun) * place / (count - 1) for place in range(count)]
    return ((0.0, 0.0), *((math.cos(angle), math.sin(angle)) for angle in angles))


def figure(table: Table, metric: Column) -> Picture:
    """One number, large."""
    value = (table.totals or (table.rows[0] if table.rows else {})).get(metric["name"])
    words = Words(0.0, 0.0, fact=Fact(value, metric), tone="large")
    return Picture(metric, Extent(-1.0, 1.0), Extent(-1.0, 1.0), (words,), lines=2)


def check_positive(rows: Sequence[Row], metric: Column) -> list[float]:
    """The figures, none of them negative and not all of them nothing.  Raises: Unfit."""
    values = [number(row.get(metric["name"])) or 0.0 for row in rows]
    if any(value < 0 for value in values):
        raise Unfit("negative", metric=metric["label"])
    if sum(values) == 0:
        raise Unfit("nothing", metric=metric["label"])
    return values


def periods(table: Table, along: Column) -> list[Any]:
    """The places of an axis: periods oldest first, members as they come."""
    found = list(dict.fromkeys(row[along["name"]] for row in table.rows))
    return sorted(found, key=str) if along["role"] == "time" else found


def _time_of(table: Table) -> Column:
    if table.time is None:
        raise Unfit("needs_time")
    return table.time


def _courses(table: Table, metric: Column) -> list[tuple[Series, list[Row], str]]:
    """Each line: what it stands for, its rows, and the column of its figures."""
    name = str(metric["name"])
    if table.dimensions:
        [part] = table.dimensions
        members = sorted({row[part["name"]] for row in table.rows}, key=str)
        if len(members) > SERIES_MAX:
            raise Unfit("too_many_members", dimension=part["label"], count=len(members), most=SERIES_MAX)
        return [
            (Series((part, each)), [row for row in table.rows if row[part["name"]] == each], name) for each in members
        ]
    found = [(Series(label=str(metric["label"])), list(table.rows), name)]
    if any(row.get(name + _PREVIOUS) is not None for row in table.rows):
        found.append((Series(word="previous"), list(table.rows), name + _PREVIOUS))
    return found


def _says(time: Column, row: Row, metric: Column, column: str, series: Series | None) -> Says:
    keys: list[Key] = [(time, row[time["name"]])]
    if series is not None and series.key is not None:
        keys.append(series.key)
    facts = [Fact(row.get(column), metric)]
    if row.get(column + _PREVIOUS) is not None:
        facts.append(Fact(row[column + _PREVIOUS], metric, "previous"))
    return Says(tuple(keys), tuple(facts))
