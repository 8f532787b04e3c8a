"""What is worked out from the rows of a result: shares, counts, means, rows within bounds. Pure and exact."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, localcontext

from ai.questions.groups import among, gaps, median, spread
from ai.questions.periods import debuts, lead, tally
from ai.questions.plans import NOTHING, Derive
from ai.questions.sums import nth, running, within
from ai.questions.worked import BOUNDS, DIGITS, SHARE_PLACES, Derived, Row, in_order, number_in, ratio_of
from ai.questions.years import age
from olap.query import Cell, QueryResult

CHANGE = "_change"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NOTHING_IS_ZERO = frozenset({"quantity", "count"})
"""Units of figures that are zero where nothing is recorded; an unknown price is none."""


def derive(result: QueryResult, how: Derive, others: QueryResult | None = None) -> tuple[QueryResult, Derived]:
    """The result with only the rows that count, and the figure worked out from them.

    `others` are the rows whose members are taken away, where members without something are asked for.
    """
    if how.kind in BESIDE:
        return BESIDE[how.kind](result, how, others)
    if how.kind in WHOLE:
        return WHOLE[how.kind](result, how)
    counted = {column.name for column in result.columns if column.unit in NOTHING_IS_ZERO}
    all_rows = [_moved(row, how.metric) for row in result.rows] if NOTHING in how.values else result.rows
    rows = [row for row in all_rows if _within(_known(row, how.metric, counted if how.rival else ()), how, row)]
    if how.kind == "count":
        return _count(result, rows, how)
    if how.kind == "average":
        return _average(result, rows, how)
    kept = tuple(in_order(rows, how)[: how.limit])
    return replace(result, rows=kept, totals=None), Derived("having", len(rows), over=len(result.rows))


def _without(result: QueryResult, how: Derive, others: QueryResult | None) -> tuple[QueryResult, Derived]:
    """The members that the other rows do not have."""
    name = str(how.dimension)
    rows = others.rows if others is not None else ()
    metrics = [column.name for column in others.columns if column.role == "metric"] if others is not None else []
    theirs = {row[name] for row in rows if any(number_in(row[metric]) for metric in metrics)}
    kept = tuple(row for row in result.rows if row[name] is not None and (row[name] in theirs) == how.is_rest)
    kind = "count" if "count" in how.values else "without"
    found = Derived(kind, len({row[name] for row in kept}), over=len(result.rows))
    return replace(result, rows=kept, totals=None), found


def _edge(result: QueryResult, how: Derive) -> tuple[QueryResult, Derived]:
    """The first rows that hold anything: on a day of credit notes alone no invoice was written."""
    kept = tuple(row for row in result.rows if number_in(row[how.metric]))[: how.limit or 1]
    return replace(result, rows=kept, totals=None), Derived("edge", len(kept), kept, over=len(result.rows))


def _each(result: QueryResult, how: Derive) -> tuple[QueryResult, Derived]:
    """The first rows of each member, members in the order in which they come."""
    groups: dict[Cell, list[Row]] = {}
    for row in result.rows:
        if row[str(how.dimension)] is not None and row[how.metric] is not None:
            groups.setdefault(row[str(how.dimension)], []).append(row)
    kept = tuple(row for rows in groups.values() for row in in_order(rows, how)[: how.limit or 1])
    return replace(result, rows=kept, totals=None), Derived("each", len(kept), kept, over=len(groups))


def _moved(row: Row, name: str) -> Row:
    """A row with its change where the figure was nothing before, or is nothing now: who bought no more bought less."""
    metric = name.removesuffix(CHANGE)
    return {**row, name: number_in(row[metric]) - number_in(row[f"{metric}_previous"])}


def _known(row: Row, name: str, counted: Collection[str]) -> Cell:
    """The figure of a row: pieces of which there are no records are none."""
    return Decimal(0) if row[name] is None and name in counted else row[name]


def _within(value: Cell, how: Derive, row: Row) -> bool:
    if how.rival is not None:
        other = row[how.rival[1]]
        return (
            value is not None and other is not None and bool(BOUNDS[how.rival[0]](number_in(value), number_in(other)))
        )
    if not isinstance(value, Decimal | int) or isinstance(value, bool):
        return False
    if not how.bounds:
        return value != 0
    return all(BOUNDS[operator](Decimal(value), number) for operator, number in how.bounds)


def _count(result: QueryResult, rows: Sequence[Row], how: Derive) -> tuple[QueryResult, Derived]:
    members = {row[str(how.dimension)] for row in rows}
    members.discard(None)
    shown = in_order(rows, how)
    return replace(result, rows=tuple(shown), totals=None), Derived("count", len(members), over=len(result.rows))


def _average(result: QueryResult, rows: Sequence[Row], how: Derive) -> tuple[QueryResult, Derived]:
    values = [Decimal(value) for row in rows if isinstance(value := row[how.metric], Decimal | int)]
    if not values:
        return result, Derived("average", None, over=0)
    with localcontext(prec=DIGITS):
        mean = sum(values, Decimal(0)) / len(values)
        whole = sum(values, Decimal(0))
        # Beside the mean of the days that hold anything that of all of them.
        over_all = [whole / Decimal(days) for days in how.values if int(days) != len(values)]
    rows = tuple({how.metric: each.quantize(SHARE_PLACES)} for each in over_all)
    return result, Derived("average", mean.quantize(SHARE_PLACES), rows, over=len(values), whole=whole)


def _share(result: QueryResult, how: Derive) -> tuple[QueryResult, Derived]:
    whole = (result.totals or {}).get(how.metric)
    if not isinstance(whole, Decimal | int) or whole == 0:
        return result, Derived("share", None, whole=None)
    if how.dimension is not None:
        parts = [row[how.metric] for row in result.rows if (str(row[how.dimension]) in how.values) != how.is_rest]
        part = sum((Decimal(value) for value in parts if isinstance(value, Decimal | int)), Decimal(0))
        return result, Derived("share", ratio_of(part, whole), part=part, whole=whole)
    rows = in_order(list(result.rows), how)
    shown = tuple({**row, "share": ratio_of(row[how.metric], whole)} for row in rows)
    if how.limit is None:
        return replace(result, rows=tuple(rows)), Derived("share", None, rows=shown, whole=whole)
    part = sum((number_in(row[how.metric]) for row in rows[: how.limit]), Decimal(0))
    told = Derived("share", ratio_of(part, whole), shown[: how.limit], how.limit, part, whole)
    return replace(result, rows=tuple(rows[: how.limit])), told


def _ratios(result: QueryResult, how: Derive) -> tuple[QueryResult, Derived]:
    """Each row's figure for one of what the other counts; over everything where there is one row."""
    shown = tuple({**row, "ratio": ratio_of(row[how.metric], number_in(row[how.values[0]]))} for row in result.rows)
    if len(shown) != 1:
        return result, Derived("ratio", None, rows=shown)
    row = shown[0]
    value = row["ratio"] if isinstance(row["ratio"], Decimal) else None
    return result, Derived("ratio", value, shown, part=number_in(row[how.metric]), whole=number_in(row[how.values[0]]))


def _minus(result: QueryResult, how: Derive) -> tuple[QueryResult, Derived]:
    """Each row's figure less the other; what one of them does not know is left out."""
    known = [row for row in result.rows if row[how.metric] is not None and row[how.values[0]] is not None]
    shown: list[Row] = [{**row, "minus": number_in(row[how.metric]) - number_in(row[how.values[0]])} for row in known]
    if how.order is not None:
        shown = sorted(shown, key=lambda row: number_in(row["minus"]), reverse=how.order)[: how.limit]
    is_one = len(shown) == 1 and how.dimension is None
    return result, Derived("minus", number_in(shown[0]["minus"]) if is_one else None, tuple(shown))


def _quotient(result: QueryResult, how: Derive) -> tuple[QueryResult, Derived]:
    """One member's figure for one of another's."""
    by_name = {str(row[str(how.dimension)]): number_in(row[how.metric]) for row in result.rows}
    part, whole = (by_name.get(name, Decimal(0)) for name in how.values)
    return result, Derived("quotient", ratio_of(part, whole), part=part, whole=whole)


def _weekdays(result: QueryResult, how: Derive) -> tuple[QueryResult, Derived]:
    """The figures of days added up by the day of the week."""
    sums: dict[str, Decimal] = {}
    for row in result.rows:
        day = row["day"]
        if isinstance(day, date) and row[how.metric] is not None:
            name = WEEKDAYS[day.weekday()]
            sums[name] = sums.get(name, Decimal(0)) + number_in(row[how.metric])
    if how.values:
        total = sum((sums.get(name, Decimal(0)) for name in how.values), Decimal(0))
        return result, Derived("weekday", total, over=len(result.rows))
    rows: list[Row] = [{"weekday": name, how.metric: sums[name]} for name in WEEKDAYS if name in sums]
    if how.order is not None:
        ordered = in_order(rows, how)
        last = ordered[: how.limit][-1:]
        # Days that share the last place are told with it.
        rows = [row for row in ordered if row in ordered[: how.limit] or row[how.metric] == last[0][how.metric]]
    return result, Derived("weekday", None, tuple(rows), over=len(result.rows))


def _valued(result: QueryResult, how: Derive, others: QueryResult | None) -> tuple[QueryResult, Derived]:
    """What quantities are worth at what one of them costs; what has no cost is worth nothing."""
    item = str(how.dimension)
    cost = next(column.name for column in others.columns if column.role == "metric") if others else ""
    costs = {row[item]: number_in(row[cost]) for row in (others.rows if others else ())}
    keys = [column.name for column in result.columns if column.role in {"dimension", "time"} and column.name != item]
    keys = keys or ([item] if item in how.values else [])
    worth: dict[tuple[Cell, ...], Decimal] = {}
    for row in result.rows:
        key = tuple(row[name] for name in keys)
        worth[key] = worth.get(key, Decimal(0)) + number_in(row[how.metric]) * costs.get(row[item], Decimal(0))
    rows: list[Row] = [{**dict(zip(keys, key, strict=True)), how.metric: value} for key, value in worth.items()]
    if not keys:
        total = sum(worth.values(), Decimal(0))
        return result, Derived("valued", total, over=len(result.rows))
    shown = tuple(in_order(rows, how)[: how.limit] if how.order is not None else rows)
    return result, Derived("valued", None, shown, over=len(result.rows))


BESIDE: Mapping[str, Callable[[QueryResult, Derive, QueryResult | None], tuple[QueryResult, Derived]]] = {
    "without": _without,
    "valued": _valued,
    "among": among,
    "within": within,
}
"""What is worked out from the rows of two queries."""
WHOLE: Mapping[str, Callable[[QueryResult, Derive], tuple[QueryResult, Derived]]] = {
    "share": _share,
    "each": _each,
    "edge": _edge,
    "ratio": _ratios,
    "minus": _minus,
    "quotient": _quotient,
    "weekday": _weekdays,
    "spread": spread,
    "median": median,
    "gaps": gaps,
    "tally": tally,
    "lead": lead,
    "debuts": debuts,
    "running": running,
    "age": age,
    "nth": nth,
}
"""What is worked out from all rows of a result."""
