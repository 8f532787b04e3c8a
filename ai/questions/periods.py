"""What is worked out from rows side by side: counts of each kind, the lead of the first, first times. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from ai.questions.plans import Derive
from ai.questions.worked import BOUNDS, Derived, Row, in_order, number_in
from olap.query import Cell, QueryResult

LEAD, COUNT = "lead", "count"
"""Names of the figures worked out, in the rows."""


def tally(result: QueryResult, how: Derive) -> tuple[QueryResult, Derived]:
    """How many members within bounds there are of each kind, the most first."""
    kind, subject = str(how.dimension), how.values[0]
    kept = tuple(row for row in result.rows if _is_within(row[how.metric], how) and row[subject] is not None)
    members: dict[Cell, set[Cell]] = {}
    for row in kept:
        members.setdefault(row[kind], set()).add(row[subject])
    rows: list[Row] = [{kind: name, COUNT: len(found)} for name, found in members.items()]
    rows.sort(key=lambda row: number_in(row[COUNT]), reverse=how.order is not False)
    if how.limit is not None and len(rows) > how.limit:
        # Those that share the last place are told with it.
        last = rows[how.limit - 1][COUNT]
        rows = [row for at, row in enumerate(rows) if at < how.limit or row[COUNT] == last]
    return replace(result, rows=kept, totals=None), Derived("tally", None, tuple(rows), over=len(kept))


def lead(result: QueryResult, how: Derive) -> tuple[QueryResult, Derived]:
    """By how much the first row is ahead of the second; nothing where there is no second."""
    rows = in_order([row for row in result.rows if row[how.metric] is not None], how)[: how.limit]
    if len(rows) < 2:  # noqa: PLR2004  # one against the next
        return replace(result, rows=tuple(rows)), Derived("lead", None, tuple(rows))
    ahead = abs(number_in(rows[0][how.metric]) - number_in(rows[1][how.metric]))
    shown: tuple[Row, ...] = tuple({**row, LEAD: ahead} for row in rows)
    return replace(result, rows=tuple(rows), totals=None), Derived("lead", ahead, shown)


def debuts(result: QueryResult, how: Derive) -> tuple[QueryResult, Derived]:
    """How many members were there for the first time in each period; those before the first day asked about are old."""
    member, (grain, start) = str(how.dimension), how.values
    first: dict[Cell, date] = {}
    for row in result.rows:
        day = row[grain]
        if isinstance(day, date) and number_in(row[how.metric]) and row[member] is not None:
            first[row[member]] = min(first.get(row[member], day), day)
    counts: dict[date, int] = {}
    for day in first.values():
        counts[day] = counts.get(day, 0) + 1
    rows: tuple[Row, ...] = tuple({grain: day, COUNT: counts[day]} for day in sorted(counts) if str(day) >= start)
    total = sum(int(number_in(row[COUNT])) for row in rows)
    return replace(result, rows=(), totals=None), Derived("debuts", None, rows, over=total)


def _is_within(value: Cell, how: Derive) -> bool:
    if not isinstance(value, Decimal | int) or isinstance(value, bool):
        return False
    return all(BOUNDS[operator](Decimal(value), number) for operator, number in how.bounds)
