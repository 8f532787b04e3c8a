"""Years between days: how old people were, and how long they had been somewhere. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from ai.questions.plans import Derive
from ai.questions.worked import BOUNDS, SHARE_PLACES, Derived, Row, number_in, ratio_of
from olap.periods import shift_years
from olap.query import Cell, QueryResult

YEARS, FULL, COUNT, SHARE = "years", "full_years", "count", "share"
"""Names of what is worked out, in the rows."""


def age(result: QueryResult, how: Derive) -> tuple[QueryResult, Derived]:
    """The years of each member from one day to another, those within bounds, their number, share, mean or middle."""
    since, until, stat, *groups = how.values
    rows = [row for row in result.rows if number_in(row[how.metric])]
    told: list[Row] = []
    for row in rows:
        start, end = row[since], row[until] if until in row else date.fromisoformat(until)
        if isinstance(start, date) and isinstance(end, date) and start <= end and _was_there(row, end):
            years = years_between(start, end)
            kept = {name: row[name] for name in (*groups, str(how.dimension), since)}
            told.append({**kept, YEARS: years, FULL: int(years)})
    within = [row for row in told if all(BOUNDS[each](number_in(row[YEARS]), bound) for each, bound in how.bounds)]
    value, shown = _told(stat, told, within, groups, how)
    return replace(result, rows=(), totals=None), Derived("age", value, tuple(shown), over=len(told))


def _was_there(row: Row, day: date) -> bool:
    """Whether somebody had been hired by a day."""
    hired = row.get("hired_on")
    return not isinstance(hired, date) or hired <= day


def years_between(start: date, end: date) -> Decimal:
    """Whole years and the part of the one that is not over: from anniversary to anniversary it is exact."""
    full = end.year - start.year - (1 if shift_years(start, end.year - start.year) > end else 0)
    last, following = shift_years(start, full), shift_years(start, full + 1)
    part = Decimal((end - last).days) / Decimal((following - last).days)
    return (full + part).quantize(SHARE_PLACES)


def _told(
    stat: str, told: Sequence[Row], within: Sequence[Row], groups: Sequence[str], how: Derive
) -> tuple[Decimal | int | None, list[Row]]:
    if stat in {"count", "share"} and not groups:
        part = ratio_of(len(within), len(told))
        return (len(within) if stat == "count" else part), []
    if stat == "each":
        rankings: list[Sequence[Row]] = [*_by(within, groups[0]).values()] if groups else [within]
        return None, [row for rows in rankings for row in _in_order(rows, YEARS, how)]
    if not groups:
        return _of(stat, told)[YEARS], [_of(stat, told)]
    parts = (_by(told, groups[0]), _by(within, groups[0]))
    if stat in {"count", "share"}:
        counts = {name: len(parts[1].get(name, ())) for name in parts[0]}
        shares = {name: ratio_of(count, len(parts[0][name])) for name, count in counts.items()}
        found: list[Row] = [{groups[0]: name, COUNT: counts[name], SHARE: shares[name]} for name in counts]
        return None, _in_order(found, COUNT if stat == "count" else SHARE, how) if how.order is not None else found
    means: list[Row] = [{groups[0]: name, **_of(stat, rows)} for name, rows in parts[0].items()]
    return None, _in_order(means, YEARS, how) if how.order is not None else means


def _in_order(rows: Sequence[Row], name: str, how: Derive) -> list[Row]:
    return sorted(rows, key=lambda row: number_in(row[name]), reverse=how.order is not False)[: how.limit]


def _by(rows: Sequence[Row], name: str) -> Mapping[Cell, list[Row]]:
    found: dict[Cell, list[Row]] = {}
    for row in rows:
        found.setdefault(row[name], []).append(row)
    return found


def _of(stat: str, rows: Sequence[Row]) -> Mapping[str, Decimal | None]:
    """The mean or the middle of the years, and of the whole years."""
    found: dict[str, Decimal | None] = {}
    for name in (YEARS, FULL):
        values = sorted(number_in(row[name]) for row in rows)
        middle = (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2 if values else None
        mean = sum(values, Decimal(0)) / len(values) if values else None
        chosen = middle if stat == "median" else mean
        found[name] = None if chosen is None else chosen.quantize(SHARE_PLACES)
    return found
