"""What is worked out from whole groups of rows: of how many others each has, the middle one, days without any. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from ai.questions.plans import Derive
from ai.questions.worked import BOUNDS, SHARE_PLACES, Derived, Row, in_order, number_in
from olap.query import Cell, QueryResult


def spread(result: QueryResult, how: Derive) -> tuple[QueryResult, Derived]:
    """The members that have so many members of another dimension: departments with people on all shifts.

    Without a bound the whole is meant: as many as there are in the result.
    """
    subject, partner = str(how.dimension), how.values[0]
    pairs = {(row[subject], row[partner]) for row in result.rows if number_in(row[how.metric])}
    pairs = {pair for pair in pairs if None not in pair}
    counts = Counter(member for member, _ in pairs)
    whole = Decimal(len({other for _, other in pairs}))
    bounds = how.bounds or (("at_least", whole),)
    kept = {
        member: count
        for member, count in counts.items()
        if all(BOUNDS[operator](Decimal(count), number) for operator, number in bounds)
    }
    rows: list[Row] = [{subject: member, partner: kept[member]} for member in sorted(kept, key=str)]
    if how.order is not None:
        rows = sorted(rows, key=lambda row: number_in(row[partner]), reverse=how.order)[: how.limit]
    told = {row[subject] for row in rows}
    shown = tuple(row for row in result.rows if row[subject] in told and (row[subject], row[partner]) in pairs)
    derived = Derived("spread", len(kept), () if how.is_rest else tuple(rows), over=len(counts))
    return replace(result, rows=shown, totals=None), derived


def median(result: QueryResult, how: Derive) -> tuple[QueryResult, Derived]:
    """The figure in the middle of all rows, or of those of each kind; the mean of two where their number is even."""
    if how.values:
        return _medians(result, how)
    values = sorted(Decimal(value) for row in result.rows if isinstance(value := row[how.metric], Decimal | int))
    if not values:
        return result, Derived("median", None, over=0)
    return replace(result, totals=None), Derived("median", _middle(values), over=len(values))


def _medians(result: QueryResult, how: Derive) -> tuple[QueryResult, Derived]:
    kind = how.values[0]
    found: dict[Cell, list[Decimal]] = {}
    for row in result.rows:
        if isinstance(value := row[how.metric], Decimal | int):
            found.setdefault(row[kind], []).append(Decimal(value))
    rows: tuple[Row, ...] = tuple({kind: name, how.metric: _middle(sorted(values))} for name, values in found.items())
    return replace(result, rows=rows, totals=None), Derived("median", None, rows, over=len(result.rows))


def _middle(values: Sequence[Decimal]) -> Decimal:
    """The value in the middle of values in order."""
    return ((values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2).quantize(SHARE_PLACES)


def gaps(result: QueryResult, how: Derive) -> tuple[QueryResult, Derived]:
    """On how many of the days asked about there was nothing; `values` holds how many days those are."""
    days = {row[str(how.dimension)] for row in result.rows if number_in(row[how.metric])}
    return result, Derived("gaps", int(how.values[0]) - len(days), over=int(how.values[0]))


def among(result: QueryResult, how: Derive, others: QueryResult | None) -> tuple[QueryResult, Derived]:
    """The figure of those whose other figure is within bounds: added up, counted, or row by row."""
    name = str(how.dimension)
    bounded = next(column.name for column in others.columns if column.role == "metric") if others else ""
    chosen = {row[name] for row in (others.rows if others else ()) if _is_within(row[bounded], how)}
    rows = [row for row in result.rows if row[name] is not None and row[name] in chosen]
    kept = tuple(in_order(rows, how)[: how.limit] if how.order is not None else rows)
    total = sum((number_in(row[how.metric]) for row in kept), Decimal(0)) if how.is_rest else None
    value = len({row[name] for row in kept}) if "count" in how.values else total
    shown = () if value is not None else kept
    return replace(result, rows=kept, totals=None), Derived("among", value, shown, over=len(chosen))


def _is_within(value: Cell, how: Derive) -> bool:
    if not isinstance(value, Decimal | int) or isinstance(value, bool):
        return False
    return all(BOUNDS[operator](Decimal(value), number) for operator, number in how.bounds)
