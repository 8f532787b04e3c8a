"""Charts of what figures are made of: funnel, waterfall, heat map and box plot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import Any

from charts.basic import BAR_HALF, SHARE, periods
from charts.marks import (
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
    Tone,
    Values,
    Words,
)
from charts.table import Row, Table, Unfit, exact, number

STEPS_MAX = 12
CELLS_MAX = 1_500
_BOXED_MIN = 5
_WHISKER = 1.5


def funnel(table: Table, metric: Column) -> Picture:
    """Stages one below the other, each with its share of the first; a stage above the one before it is refused."""
    stages = _stages(table, metric)
    first = stages[0][1]
    marks: list[Mark] = []
    for at, (key, value, says) in enumerate(stages):
        if at and value > stages[at - 1][1]:
            raise Unfit("grows", stage=_label(key), before=_label(stages[at - 1][0]))
        half = float(value / first) / 2 if first else 0.0
        share = Fact(str(value / first), SHARE, "of_first")
        marks.append(
            Rect(-half, at - BAR_HALF, half, at + BAR_HALF, 0, Says(says.keys, (*says.facts, share), says.is_door))
        )
        marks.append(Words(0.52, at, fact=says.facts[0], anchor="right"))
        marks.append(Words(0.52, at + 0.27, fact=share, anchor="right", tone="muted"))
    places = Places(tuple(key for key, _, _ in stages), is_reversed=True)
    return Picture(metric, Extent(-0.52, 0.85), places, tuple(marks), lines=len(stages) + 1)


def _stages(table: Table, metric: Column) -> list[tuple[Key, Decimal, Says]]:
    """Metrics as stages of one row, or members of a dimension in the order given.  Raises: Unfit."""
    if not table.dimensions:
        row = table.totals or (table.rows[0] if table.rows else {})
        _check_alike(table.metrics)
        found = [
            (
                (column, column["label"]),
                exact(row.get(column["name"])),
                Says((), (Fact(row.get(column["name"]), column),)),
            )
            for column in table.metrics
        ]
    else:
        [dimension] = table.dimensions
        found = [
            ((dimension, row[dimension["name"]]), exact(row.get(metric["name"])), _own(dimension, row, metric))
            for row in table.rows[:STEPS_MAX]
        ]
    stages = [(key, value or Decimal(0), says) for key, value, says in found]
    if any(value < 0 for _, value, _ in stages):
        raise Unfit("negative", metric=metric["label"])
    if not stages or not stages[0][1]:
        raise Unfit("nothing", metric=_label(stages[0][0]) if stages else metric["label"])
    return stages


def _check_alike(columns: Sequence[Column]) -> None:
    units = {(each.get("type"), each.get("unit")) for each in columns}
    if len(columns) < 2 or len(units) > 1:  # noqa: PLR2004  # one stage is no funnel
        raise Unfit("units_differ", metrics=", ".join(str(each["label"]) for each in columns))


def _label(key: Key) -> str:
    return str(key[1])


def _own(column: Column, row: Row, metric: Column) -> Says:
    return Says(((column, row[column["name"]]),), (Fact(row.get(metric["name"]), metric),))


def waterfall(table: Table, metric: Column) -> Picture:
    """From one figure through gains and losses to another; both ends are figures of the metric, told and not added up.

    With periods: from the first through each change to the last. With members: from the comparison's total through
    each member's change to the total. With metrics alone: from the first through the others to the last, and what
    they leave unexplained is a step of its own.
    """
    begin, steps, end = _walk(table, metric)
    if begin[1] + sum(change for _, change, _ in steps) != end[1]:
        raise Unfit("does_not_add_up", metric=metric["label"])
    marks: list[Mark] = [_pillar(0, begin)]
    height = begin[1]
    for at, (_, change, says) in enumerate(steps, start=1):
        before, height = height, height + change
        tone: Tone = "good" if change >= 0 else "bad"
        # From bar to bar and not through them: figures stand above the bars.
        between = ((at - 1 + BAR_HALF, float(before)), (at - BAR_HALF, float(before)))
        marks.append(Line(between, "muted", is_named=False, is_dotted=True))
        marks.append(Rect(at - BAR_HALF, float(before), at + BAR_HALF, float(height), tone, says))
        marks.append(Words(at, float(max(before, height)), fact=says.facts[0], anchor="above"))
    marks.append(_pillar(len(steps) + 1, end))
    marks[1:1] = [Words(0, float(begin[1]), fact=begin[2].facts[0], anchor="above")]
    marks.append(Words(len(steps) + 1, float(end[1]), fact=end[2].facts[0], anchor="above"))
    heights = [edge for mark in marks if isinstance(mark, Rect) for edge in (mark.y0, mark.y1)]
    # Words stand above the highest pillar.
    axis = Values.of(metric, [*heights, max(heights) * 1.06 if max(heights) > 0 else 0.0])
    keys = tuple(each[0] for each in (begin, *steps, end))
    if table.time is None and table.dimensions:
        return _lying(metric, keys, marks, heights)
    return Picture(metric, Places(keys), axis, tuple(marks))


def _lying(metric: Column, keys: tuple[Key, ...], marks: Sequence[Mark], heights: Sequence[float]) -> Picture:
    """The same from the top down: members' names are long, and beside bars there is room for them."""
    low, high = min(0.0, *heights), max(0.0, *heights)
    # A good bit past the longest bar, so that figures fit beside it.
    beyond = high + (high - low or 1.0) * 0.3
    places = Places(keys, is_reversed=True)
    return Picture(metric, Extent(low, beyond), places, tuple(map(_turned, marks)), lines=len(keys))


def _turned(mark: Mark) -> Mark:
    if isinstance(mark, Rect):
        return replace(mark, x0=mark.y0, y0=mark.x0, x1=mark.y1, y1=mark.x1)
    if isinstance(mark, Line):
        return replace(mark, points=tuple((height or 0.0, at) for at, height in mark.points))
    if isinstance(mark, Words):
        return replace(mark, x=mark.y, y=mark.x, anchor="right")
    return mark


_Step = tuple[Key, Decimal, Says]


def _pillar(at: int, step: _Step) -> Rect:
    return Rect(at - BAR_HALF, 0.0, at + BAR_HALF, float(step[1]), 0, step[2])


def _walk(table: Table, metric: Column) -> tuple[_Step, list[_Step], _Step]:
    if table.time is not None:
        return _over_time(table, table.time, metric)
    if table.dimensions:
        return _by_member(table, table.dimensions[0], metric)
    return _by_metric(table)


def _over_time(table: Table, time: Column, metric: Column) -> tuple[_Step, list[_Step], _Step]:
    rows = sorted(table.rows, key=lambda row: str(row[time["name"]]))
    known = [(row, value) for row in rows if (value := exact(row.get(metric["name"]))) is not None]
    if not 2 <= len(known) <= STEPS_MAX + 1:  # noqa: PLR2004  # two ends
        raise Unfit("steps", count=len(known), most=STEPS_MAX + 1)
    steps = [
        (
            (time, row[time["name"]]),
            value - before,
            Says(((time, row[time["name"]]),), (Fact(value - before, metric, "change"),)),
        )
        for (_, before), (row, value) in pairwise(known)
    ]
    ends: list[_Step] = [
        (({}, word), value, _own(time, row, metric)) for word, (row, value) in (("start", known[0]), ("end", known[-1]))
    ]
    return ends[0], steps, ends[1]


def _by_member(table: Table, part: Column, metric: Column) -> tuple[_Step, list[_Step], _Step]:
    name, before = str(metric["name"]), f"{metric['name']}_previous"
    begin, end = exact(table.totals.get(before)), exact(table.totals.get(name))
    if begin is None or end is None:
        raise Unfit("needs_comparison", metric=metric["label"])
    changes = [
        (row, (exact(row.get(name)) or Decimal(0)) - (exact(row.get(before)) or Decimal(0))) for row in table.rows
    ]
    changes.sort(key=lambda each: (-abs(each[1]), str(each[0][part["name"]])))
    steps = [
        ((part, row[part["name"]]), change, Says(((part, row[part["name"]]),), (Fact(change, metric, "change"),)))
        for row, change in changes[: STEPS_MAX - 2]
    ]
    rest = sum((change for _, change in changes[STEPS_MAX - 2 :]), Decimal(0))
    if table.others:
        rest += (exact(table.others.get(name)) or Decimal(0)) - (exact(table.others.get(before)) or Decimal(0))
    if rest:
        steps.append((({}, "others"), rest, Says((), (Fact(rest, metric, "change"),), is_door=False)))
    ends: list[_Step] = [
        (({}, word), value, Says((), (Fact(value, metric),), is_door=word == "end"))
        for word, value in (("previous", begin), ("end", end))
    ]
    return ends[0], steps, ends[1]


def _by_metric(table: Table) -> tuple[_Step, list[_Step], _Step]:
    row = table.totals or (table.rows[0] if table.rows else {})
    columns = table.metrics
    if len(columns) < 3:  # noqa: PLR2004  # two ends and a step
        raise Unfit("steps", count=len(columns), most=STEPS_MAX + 1)
    if len({(each.get("type"), each.get("unit")) for each in columns}) > 1:
        raise Unfit("units_differ", metrics=", ".join(str(each["label"]) for each in columns))
    first, *middle, last = [
        ((column, column["label"]), exact(row.get(column["name"])) or Decimal(0), Fact(row.get(column["name"]), column))
        for column in columns
    ]
    signs = _signs(first[1], [value for _, value, _ in middle], last[1])
    steps: list[_Step] = [
        (key, sign * value, Says((), (Fact(sign * value, fact.column, ""),)))
        for (key, value, fact), sign in zip(middle, signs, strict=True)
    ]
    rest = last[1] - first[1] - sum((change for _, change, _ in steps), Decimal(0))
    if abs(rest) > max(abs(change) for _, change, _ in steps):
        # What none of the steps explains would be the largest of all: these figures are no way from start to end.
        raise Unfit("does_not_add_up", metric=last[0][1])
    if rest:
        steps.append((({}, "others"), rest, Says((), (Fact(rest, columns[-1]),), is_door=False)))
    return (first[0], first[1], Says((), (first[2],))), steps, (last[0], last[1], Says((), (last[2],)))


def _signs(begin: Decimal, values: Sequence[Decimal], end: Decimal) -> list[int]:
    """Whether each figure adds or takes away: the way that ends nearest to the end, taking away as few as needed."""

    def distance(mask: int) -> tuple[Decimal, int]:
        signed = (-value if mask >> place & 1 else value for place, value in enumerate(values))
        return abs(end - begin - sum(signed, Decimal(0))), mask.bit_count()

    best = min(range(2 ** len(values)), key=distance)
    return [-1 if best >> place & 1 else 1 for place in range(len(values))]


def heat(table: Table, metric: Column) -> Picture:
    """A cell for every pair of members, shaded between the lowest and the highest figure."""
    across, down = table.keys[0], table.keys[1]
    columns, rows = periods(table, across), periods(table, down)
    if len(columns) * len(rows) > CELLS_MAX:
        raise Unfit("too_many_cells", count=len(columns) * len(rows), most=CELLS_MAX)
    known = [(row, value) for row in table.rows if (value := number(row.get(metric["name"]))) is not None]
    low, high = min(value for _, value in known), max(value for _, value in known)
    marks: list[Mark] = []
    for row, value in known:
        x, y = columns.index(row[across["name"]]), rows.index(row[down["name"]])
        says = Says(((across, row[across["name"]]), (down, row[down["name"]])), (Fact(row[metric["name"]], metric),))
        shade = (value - low) / (high - low) if high > low else 1.0
        marks.append(Rect(x - 0.48, y - 0.46, x + 0.48, y + 0.46, shade, says))
    return Picture(
        metric,
        Places(tuple((across, each) for each in columns)),
        Places(tuple((down, each) for each in rows), is_reversed=True),
        tuple(marks),
        lines=len(rows) + 1,
        notes=(("shades", {"low": _of(known, min, metric), "high": _of(known, max, metric)}),),
    )


def _of(known: Sequence[tuple[Row, float]], pick: Any, metric: Column) -> Fact:
    return Fact(pick(known, key=lambda each: each[1])[0][metric["name"]], metric)


def box(table: Table, metric: Column) -> Picture:
    """For every member the middle half of its figures over periods, the median, and what lies far out."""
    time, [dimension] = table.time, table.dimensions
    if time is None:
        raise Unfit("needs_time")
    groups: dict[Any, list[tuple[float, Row]]] = {}
    for row in table.complete():
        value = number(row.get(metric["name"]))
        if value is not None:
            groups.setdefault(row[dimension["name"]], []).append((value, row))
    boxed = {member: sorted(own, key=lambda each: each[0]) for member, own in groups.items() if len(own) >= _BOXED_MIN}
    if not boxed or len(boxed) > STEPS_MAX:
        code = "too_few_figures" if not boxed else "too_many_members"
        raise Unfit(code, dimension=dimension["label"], count=len(groups), most=STEPS_MAX, least=_BOXED_MIN)
    marks: list[Mark] = []
    for at, (member, own) in enumerate(boxed.items()):
        marks += _box(at, [value for value, _ in own], (dimension, member), metric)
        low, high = _fences([value for value, _ in own])
        marks += [
            Dot(
                at,
                value,
                "bad",
                Says(((time, row[time["name"]]), (dimension, member)), (Fact(row[metric["name"]], metric),)),
                is_large=True,
            )
            for value, row in own
            if not low <= value <= high
        ]
    heights = [value for own in boxed.values() for value, _ in own]
    return Picture(
        metric, Places(tuple((dimension, member) for member in boxed)), Values.of(metric, heights), tuple(marks)
    )


def _fences(values: Sequence[float]) -> tuple[float, float]:
    low, high = _quartiles(values)
    return low - _WHISKER * (high - low), high + _WHISKER * (high - low)


def _quartiles(values: Sequence[float]) -> tuple[float, float]:
    """The hinges.  Source: Tukey 1977, the medians of both halves, each with the middle of an odd count."""
    half = (len(values) + 1) // 2
    return median(values[:half]), median(values[-half:])


def _box(at: int, values: Sequence[float], key: Key, metric: Column) -> list[Mark]:
    low, high = _quartiles(values)
    fences, middle = _fences(values), median(values)
    least, most = (
        min(value for value in values if value >= fences[0]),
        max(value for value in values if value <= fences[1]),
    )
    facts = tuple(
        Fact(f"{value:.15g}", metric, word)
        for word, value in (("median", middle), ("quartile_1", low), ("quartile_3", high))
    )
    return [
        Line(((float(at), least), (float(at), low)), "muted", is_named=False),
        Line(((float(at), high), (float(at), most)), "muted", is_named=False),
        Rect(at - BAR_HALF, low, at + BAR_HALF, high, 4, Says((key,), facts)),
        Line(((at - BAR_HALF, middle), (at + BAR_HALF, middle)), 0, is_named=False),
    ]
