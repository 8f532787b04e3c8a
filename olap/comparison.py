"""Figures beside those of another range, period beside period."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlglot
from sqlglot import exp

from olap.checks import Checked
from olap.engines.base import Answer
from olap.periods import next_period, periods_between, previous_range, shift_years
from olap.query import Cell, Compare, MetricQuery, TimeRange
from olap.resolve import Names
from olap.templates import day_literal

Row = Mapping[str, Cell]
Pair = tuple[dict[str, Cell], Row, Row]


def compared_range(query: MetricQuery) -> TimeRange:
    """The days that a question compares with."""
    time, compare = query.time, query.compare
    last = time.last_day
    if compare is None or last is None:
        return time
    if compare.kind == "range":
        return TimeRange(compare.start, compare.end, time.grain)
    if compare.kind == "previous_period" and time.start is not None:
        start, end = previous_range(time.start, last)
        return TimeRange(start, end, time.grain)
    return TimeRange(time.start and shift_years(time.start, -1), shift_years(last, -1), time.grain)


def aligned(
    checked: Checked,
    earlier: TimeRange,
    now: Sequence[Row],
    before: Sequence[Row],
    names: Names,
    run: Callable[[exp.Query], Answer],
) -> list[Pair]:
    """Rows of both ranges by key, the present ones first; a row without a counterpart stands beside nothing."""
    grain, query = checked.grain, checked.query
    counterpart = counterparts(grain, query.time, query.compare, earlier, names, run) if grain else {}
    found: dict[tuple[Cell, ...], Row] = {}
    for row in before:
        period = counterpart.get(row[grain]) if grain else None
        if grain and period is None:
            continue
        found[(*((period,) if grain else ()), *(row[name] for name in checked.dimensions))] = row
    pairs: list[Pair] = []
    for row in now:
        key = tuple(row[name] for name in checked.keys)
        pairs.append(({name: row[name] for name in checked.keys}, row, found.pop(key, {})))
    pairs += [(dict(zip(checked.keys, key, strict=True)), {}, row) for key, row in found.items()]
    return pairs


def counterparts(
    grain: str,
    time: TimeRange,
    compare: Compare | None,
    earlier: TimeRange,
    names: Names,
    run: Callable[[exp.Query], Answer],
) -> dict[Cell, Cell]:
    """For each period of the earlier range the one of the present range in the same place."""
    present = [period.key for period in periods_of(grain, time, names, run)]
    past = [period.key for period in periods_of(grain, earlier, names, run)]
    if grain == "day" and compare is not None and compare.kind == "previous_year":
        # Places would slip by one after the end of February.
        return {shift_years(day, -1): day for day in present if isinstance(day, date)}
    return dict(zip(past, present, strict=False))


@dataclass(frozen=True)
class Period:
    """One period of a grain: what it is called, and its days."""

    key: Cell
    first_on: date
    last_on: date


def periods_of(grain: str, time: TimeRange, names: Names, run: Callable[[exp.Query], Answer]) -> list[Period]:
    """The periods that touch a range, oldest first, whole; none for an open range."""
    last = time.last_day
    if last is None or time.start is None:
        return []
    calendar = names.manifest.calendar
    if grain not in calendar.fiscal:
        starts = periods_between(time.start, last, grain)
        return [Period(start, start, next_period(start, grain) - timedelta(days=1)) for start in starts]
    column, day = calendar.fiscal[grain], calendar.day
    mart = f"{calendar.schema}.{calendar.mart}"
    tree = sqlglot.parse_one(
        f"select {column} as period, min({day}) as first_on, max({day}) as last_on from {mart} "  # noqa: S608  # names
        f"group by {column} having max({day}) >= 'start' and min({day}) <= 'end' order by min({day})",
        dialect=names.compiler.dialect,
    )
    places = {"start": time.start, "end": last}
    for literal in list(tree.find_all(exp.Literal)):
        literal.replace(day_literal(places[literal.name]))
    rows = run(tree).rows if isinstance(tree, exp.Query) else []
    return [Period(key, day_of(first), day_of(until)) for key, first, until in rows if key is not None]


def day_of(value: date | datetime) -> date:
    """The day of what an engine gives for a day."""
    return value.date() if isinstance(value, datetime) else value
