"""How many members there are of something: counted by the rows that they have, within bounds where any are said."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ai.questions.accounting import goes_with_measure
from ai.questions.changes import goes_down, moved_bounds, moved_column
from ai.questions.dialect import COUNTED, VERBS
from ai.questions.keys import GRAINS, filled
from ai.questions.kinship import COUNTS_MEMBERS
from ai.questions.plans import Decline, Derive, Planned, Stop
from ai.questions.workings import Asked
from olap.query import MetricQuery


def counted_by_rows(asked: Asked) -> Planned | None:
    """How many members have something, how many orders are over an amount; None where a figure counts them itself.

    Raises: Stop.
    """
    reading = asked.reading
    counted = next((each for each in reading.metrics if each.is_counted), None)
    if reading.limits and counted is not None and counted.meanings[0].name in COUNTED:
        dimension, measure = COUNTED[counted.meanings[0].name]
        others = [name for name in asked.metrics if name != counted.meanings[0].name]
        if reading.verbs and goes_with_measure(reading.verbs[0], measure, asked.lexicon):
            measure = asked.lexicon.own(VERBS[reading.verbs[0]][0])
        measure = "order_count" if reading.has_times else measure
        return _count(asked, dimension, others[0] if others else measure)
    if reading.limits and counted is not None and counted.meanings[0].name in COUNTS_MEMBERS:
        name = counted.meanings[0].name
        found = _measure_of(asked, COUNTS_MEMBERS[name], [each for each in asked.metrics if each != name])
        if found is not None:
            return _count(asked, COUNTS_MEMBERS[name], found)
    is_of_parts = asked.metrics[0] == "component_quantity" and "component" in reading.dimensions
    if is_of_parts and reading.has("count") and not reading.has_pieces:
        # How many components a thing has: they are counted, not their pieces.
        return _count(asked, "component", "component_quantity")
    if reading.counted and not counted:
        return _count(asked, reading.counted, asked.metrics[0])
    return None


def _measure_of(asked: Asked, dimension: str, others: Sequence[str]) -> str | None:
    """The figure by which members are counted: another that is named, or that of what they do."""
    done = [asked.lexicon.own(VERBS[verb][0]) for verb in asked.reading.verbs]
    known = [name for name in (*others, *done) if name in asked.lexicon.metrics]
    return next((name for name in known if dimension in asked.lexicon.metrics[name]["dimensions"]), None)


def _count(asked: Asked, dimension: str, metric: str) -> Planned:
    reading, days = asked.reading, asked.days
    bounds = tuple((each.operator, each.number) for each in reading.limits)
    if days.compare and reading.has("growth", "change", "less", "more"):
        return _count_moved(asked, dimension, metric)
    if dimension in GRAINS:
        query = MetricQuery((metric,), (dimension,), asked.where, days.time)
        return Planned(query, Derive("count", metric, dimension, bounds=bounds))
    if metric not in asked.lexicon.metrics or dimension not in asked.lexicon.metrics[metric]["dimensions"]:
        raise Stop(Decline("not_by_dimension", dimension.replace("_", " ")))
    grain = reading.grains[0] if reading.grains and reading.limits else None
    keys = (*((grain,) if grain else ()), dimension)
    query = MetricQuery((metric,), keys, (*asked.where, *filled((dimension,))), days.time, days.compare)
    if grain and "times" in reading.words:
        # How many times somebody did it: every time counts, and not only who it was.
        return Planned(query, Derive("having", metric, bounds=bounds, order=True))
    return Planned(query, Derive("count", metric, dimension, bounds=bounds))


def _count_moved(asked: Asked, dimension: str, metric: str) -> Planned:
    """How many members, or periods, became more or less than they were, or by so much."""
    reading, days = asked.reading, asked.days
    is_less = goes_down(reading) or (reading.has("less") and not reading.has("growth"))
    column = moved_column(reading, metric) if reading.limits else f"{metric}_change"
    bounds = moved_bounds(reading) or (("less" if is_less else "more", Decimal(0)),)
    query = MetricQuery((metric,), (dimension,), (*asked.where, *filled((dimension,))), days.time, days.compare)
    reading.operators = [each for each in reading.operators if each not in {"less", "more"}]
    return Planned(query, Derive("count", column, dimension, bounds=bounds))
