"""The middle of many: the median order, list price or pay; and days on which there was nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ai.questions.dialect import COUNTED
from ai.questions.kinship import AVERAGES, ONE_BY_ONE
from ai.questions.plans import Decline, Derive, Planned, Stop
from ai.questions.workings import Asked
from olap.query import Filter, MetricQuery

DAY = "day"
DOCUMENTS: Mapping[str, str] = {
    measure: dimension for dimension, measure in reversed(list(COUNTED.values())) if dimension.endswith("_number")
}
"""The documents of which a value is told one by one."""
_SUMS = {mean: COUNTED[count][1] for count, mean in AVERAGES.items() if count in COUNTED}
"""What is added up for a mean over documents."""


def median_of(asked: Asked) -> Planned | None:
    """The median over documents, items or people; None where none is asked for.  Raises: Stop."""
    if not asked.reading.has("median"):
        return None
    metric = _SUMS.get(asked.metrics[0], asked.metrics[0])
    if metric in COUNTED:
        metric = asked.lexicon.own(COUNTED[metric][1])
    rows = DOCUMENTS.get(metric) or ONE_BY_ONE.get(metric)
    if asked.keys:
        rows = asked.keys[0] if len(asked.keys) == 1 and asked.keys[0] not in asked.reading.grouped else None
    known = asked.lexicon.metrics.get(metric, {"dimensions": ()})["dimensions"]
    if rows is None or rows not in known or asked.days.compare:
        raise Stop(Decline("average_of_each") if asked.keys else Decline("no_dimension"))
    query = MetricQuery((metric,), (rows,), (*asked.where, Filter(rows, "not_null")), asked.days.time)
    return Planned(query, Derive("median", metric, rows))


def days_without(asked: Asked, today: date) -> Planned | None:
    """On how many days of a time there was nothing; None where that is not asked for.  Raises: Stop."""
    reading, time = asked.reading, asked.days.time
    if reading.counted != DAY or not reading.idle or reading.limits or asked.days.compare:
        return None
    if time.start is None or time.end is None:
        raise Stop(Decline("no_comparison"))
    days = (min(time.end, today) - time.start).days + 1
    reading.idle = []
    query = MetricQuery(asked.metrics[:1], (DAY,), asked.where, time)
    return Planned(query, Derive("gaps", asked.metrics[0], DAY, values=(str(days),)))
