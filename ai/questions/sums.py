"""What is worked out of rows in their order: running totals, parts of each whole, a place of a ranking. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from ai.questions.plans import Derive
from ai.questions.worked import BOUNDS, Derived, Row, number_in, ratio_of
from olap.query import Cell, QueryResult

RUNNING, SHARE, WHOLE = "running", "share", "whole"
"""Names of what is worked out, in the rows."""


def running(result: QueryResult, how: Derive) -> tuple[QueryResult, Derived]:
    """The running total of each period, oldest first; with bounds the first period that is within them."""
    grain = str(how.dimension)
    others = [column.name for column in result.columns if column.role in {"dimension", "time"} and column.name != grain]
    sums: dict[tuple[Cell, ...], Cell] = {}
    rows: list[Row] = []
    for row in sorted((row for row in result.rows if row[grain] is not None), key=lambda row: str(row[grain])):
        key = tuple(row[name] for name in others)
        sums[key] = number_in(sums.get(key)) + number_in(row[how.metric])
        rows.append({**row, RUNNING: sums[key]})
    kept = [row for row in rows if all(BOUNDS[each](number_in(row[RUNNING]), bound) for each, bound in how.bounds)]
    shown = tuple(kept[:1] if how.bounds else kept)
    return replace(result, rows=shown, totals=None), Derived("running", None, shown, over=len(rows))


def nth(result: QueryResult, how: Derive) -> tuple[QueryResult, Derived]:
    """The last of the rows of a ranking, where there are so many."""
    kept = result.rows[-1:] if len(result.rows) == how.limit else ()
    return replace(result, rows=kept, totals=None), Derived("nth", None, kept, over=len(result.rows))


def within(result: QueryResult, how: Derive, others: QueryResult | None) -> tuple[QueryResult, Derived]:
    """The part that each member, or the members named together, have in each of the wholes."""
    inner = str(how.dimension)
    outer = [column.name for column in result.columns if column.role in {"dimension", "time"} and column.name != inner]
    wholes = {_key(row, outer): number_in(row[how.metric]) for row in (others.rows if others else ())}
    rows = _of_members(result, how, outer, wholes) if how.values else list(result.rows)
    shown: list[Row] = []
    for row in rows:
        whole = wholes.get(_key(row, outer), Decimal(0))
        share = ratio_of(number_in(row[how.metric]), whole)
        if share is not None and all(BOUNDS[operator](share, bound) for operator, bound in how.bounds):
            shown.append({**row, WHOLE: whole, SHARE: share})
    if how.order is not None:
        shown = sorted(shown, key=lambda row: number_in(row[SHARE]), reverse=how.order)[: how.limit]
    return replace(result, rows=tuple(shown), totals=None), Derived("within", None, tuple(shown), over=len(wholes))


def _key(row: Mapping[str, Cell], names: Sequence[str]) -> tuple[Cell, ...]:
    return tuple(row[name] for name in names)


def _of_members(
    result: QueryResult, how: Derive, outer: Sequence[str], wholes: Mapping[tuple[Cell, ...], Decimal]
) -> list[Row]:
    """One row for each whole, with what the named members have in it together."""
    sums: dict[tuple[Cell, ...], Decimal] = dict.fromkeys(wholes, Decimal(0))
    for row in result.rows:
        if str(row[str(how.dimension)]) in how.values and (key := _key(row, outer)) in sums:
            sums[key] += number_in(row[how.metric])
    return [{**dict(zip(outer, key, strict=True)), how.metric: part} for key, part in sums.items()]
