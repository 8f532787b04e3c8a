"""One cell of a table as a question of its own: its members become filters, its period becomes the range."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import sqlglot
from sqlglot import exp

from olap.engines.base import Answer
from olap.errors import invalid
from olap.periods import FIRST_DAY, LAST_DAY, is_usual, next_period, period_start
from olap.query import Cell, Filter, TimeRange
from olap.vocabulary import Vocabulary

Run = Callable[[exp.Query, str], Answer]


def narrowed_to(
    cell: Mapping[str, Cell], where: Sequence[Filter], time: TimeRange, vocabulary: Vocabulary, run: Run
) -> tuple[tuple[Filter, ...], TimeRange]:
    """The filters and days under which a cell's figure stands alone.

    Raises: QueryInvalid for a period that there is not.
    """
    names, found, time = vocabulary.names, list(where), replace(time, grain=None)
    for name, member in cell.items():
        grain = names.grain_of(name)
        if grain is None:
            value = None if member is None else str(member)
            found.append(Filter(name, "is_null") if value is None else Filter(name, "eq", (value,)))
        else:
            time = _narrowed(time, *_period(grain, str(member), vocabulary, run))
    return tuple(found), time


def _period(grain: str, member: str, vocabulary: Vocabulary, run: Run) -> tuple[date, date]:
    calendar = vocabulary.manifest.calendar
    if grain not in calendar.fiscal:
        start = _first_day(grain, member)
        return start, next_period(start, grain) - timedelta(days=1)
    tree = sqlglot.parse_one(
        f"select min({calendar.day}) as first_on, max({calendar.day}) as last_on "  # noqa: S608  # names of the manifest
        f"from {calendar.schema}.{calendar.mart} where {calendar.fiscal[grain]} = 'member'",
        dialect=vocabulary.names.compiler.dialect,
    )
    for literal in list(tree.find_all(exp.Literal)):
        literal.replace(exp.Literal.string(member))
    rows = run(tree, "period").rows if isinstance(tree, exp.Query) else []
    if not rows or rows[0][0] is None:
        raise invalid(f"cell/{grain}", f"unknown {grain} {member!r}", "unknown_member")
    return rows[0][0], rows[0][1]


def _first_day(grain: str, member: str) -> date:
    """The day that a period is called by, which is its first.  Raises: QueryInvalid."""
    try:
        day = date.fromisoformat(member)
    except ValueError as error:
        reason = f"a day such as 2026-03-01 is expected, not {member!r}"
        raise invalid(f"cell/{grain}", reason, "date_parsing") from error
    if not is_usual(day):
        raise invalid(f"cell/{grain}", f"{day} lies outside {FIRST_DAY.year} to {LAST_DAY.year}", "day_out_of_range")
    start = period_start(day, grain)
    if start != day:
        reason = f"no {grain} begins on {day}: the {grain} of that day is called {start}"
        raise invalid(f"cell/{grain}", reason, "unknown_member")
    return start


def _narrowed(time: TimeRange, start: date, end: date) -> TimeRange:
    last = time.last_day
    return TimeRange(max(start, time.start) if time.start else start, min(end, last) if last else end)
