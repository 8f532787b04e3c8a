"""From what a question says to one metric query, a question back, or a no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ai.questions.lexicon import Lexicon, Meaning, Member
from ai.questions.reading import Reading
from olap.query import Compare, Filter, MetricQuery, Order, TimeRange

CHOICES_MAX = 6
COMPARED_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Planned:
    """A query that answers the question."""

    query: MetricQuery


@dataclass(frozen=True, slots=True)
class Clarify:
    """The question has several meanings; each choice is a question that has one."""

    reason: str
    word: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decline:
    """The question cannot be answered from the metrics; `word` is what could not be placed."""

    reason: str
    word: str = ""


def plan(reading: Reading, lexicon: Lexicon, today: date) -> Planned | Clarify | Decline:
    """What to do with a question that was read."""
    if reading.unplaced:
        return Decline("unknown_word", ", ".join(dict.fromkeys(reading.unplaced)))
    if not reading.metrics:
        return Decline("no_metric")
    chosen = [_choose(mention) for mention in reading.metrics]
    for mention, meaning in zip(reading.metrics, chosen, strict=True):
        if meaning is None:
            return Clarify("several_metrics", "", tuple(each.label for each in mention[:CHOICES_MAX]))
    metrics = tuple(dict.fromkeys(meaning.name for meaning in chosen if meaning))
    shared = _shared(metrics, lexicon)
    missing = [name for name in reading.dimensions if name not in shared]
    if missing:
        return Decline("not_by_dimension", ", ".join(missing))
    return _with_members(reading, metrics, shared, today)


def _with_members(
    reading: Reading, metrics: tuple[str, ...], shared: Sequence[str], today: date
) -> Planned | Clarify | Decline:
    where = []
    for candidates in reading.members:
        fitting = [member for member in candidates if member.dimension in shared]
        member = _one(fitting, reading.dimensions)
        if not fitting:
            return Decline("not_by_dimension", candidates[0].value)
        if member is None:
            return Clarify("several_members", "", tuple(dict.fromkeys(_named(each) for each in fitting[:CHOICES_MAX])))
        where.append(Filter(member.dimension, "eq", (member.value,)))
    filtered = {condition.field for condition in where}
    groups = tuple(dict.fromkeys(name for name in reading.dimensions if name not in filtered))
    return Planned(_query(reading, metrics, groups, tuple(where), today))


def _query(
    reading: Reading, metrics: tuple[str, ...], groups: tuple[str, ...], where: tuple[Filter, ...], today: date
) -> MetricQuery:
    start, end = reading.start, reading.end
    if reading.compare and start is None:
        start, end = date(today.year, 1, 1), today
    by = (*groups, reading.grain) if reading.grain else groups
    ranked = reading.descending is not None and bool(groups)
    order = (Order(metrics[0], descending=bool(reading.descending)),) if ranked else ()
    return MetricQuery(
        metrics=metrics,
        group_by=by,
        where=where,
        time=TimeRange(start=start, end=end),
        compare=Compare("previous_year" if reading.compare == "previous_year" else "previous_period")
        if reading.compare
        else None,
        order_by=order,
        limit=reading.limit if ranked else None,
        totals=bool(by) and not ranked,
    )


def _choose(mention: Sequence[Meaning]) -> Meaning | None:
    """The clear winner among what a phrase may mean, or None in a close race."""
    if len(mention) == 1 or mention[0].weight > mention[1].weight:
        return mention[0]
    return None


def _one(fitting: Sequence[Member], dimensions: Sequence[str]) -> Member | None:
    """The only member, or the only one of a dimension that the question names."""
    named = [member for member in fitting if member.dimension in dimensions]
    candidates = named or list(fitting)
    return candidates[0] if len(candidates) == 1 else None


def _named(member: Member) -> str:
    return f"{member.dimension.replace('_', ' ')} {member.value}"


def _shared(metrics: Sequence[str], lexicon: Lexicon) -> list[str]:
    sets = [set(lexicon.metrics[name]["dimensions"]) for name in metrics]
    return sorted(set.intersection(*sets))


def as_data(query: MetricQuery) -> Mapping[str, Any]:
    """The query as `POST /api/metrics/query` takes it."""
    data: dict[str, Any] = {"metrics": list(query.metrics)}
    if query.group_by:
        data["group_by"] = list(query.group_by)
    if query.where:
        data["where"] = [{"field": each.field, "op": each.op, "value": each.values[0]} for each in query.where]
    days = {"start": query.time.start, "end": query.time.end}
    if any(days.values()):
        data["time"] = {name: day.isoformat() for name, day in days.items() if day}
    if query.compare:
        data["compare"] = query.compare.kind
    if query.order_by:
        data["order_by"] = [f"{'-' if each.descending else ''}{each.field}" for each in query.order_by]
    if query.limit:
        data["limit"] = query.limit
    if query.totals:
        data["totals"] = True
    return data
