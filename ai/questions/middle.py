"""The middle of many: the median order, list price or pay; and days on which there was nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ai.questions.dialect import COUNTED
from ai.questions.keys import GRAINS, filled
from ai.questions.kinship import AVERAGES, ONE_BY_ONE
from ai.questions.plans import Decline, Derive, Planned, Stop
from ai.questions.workings import Asked
from olap.query import MetricQuery

DAY = "day"
ONES = frozenset({"customer", "customer_account", "item", "supplier", "salesperson", "employee", "buyer"}) | GRAINS
"""Of whom a middle is told: per customer, per day."""
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
    own = DOCUMENTS.get(metric) or ONE_BY_ONE.get(metric)
    is_of_own = asked.metrics[0] in {*_SUMS, *COUNTED, *ONE_BY_ONE}
    # Median order value by channel is that of each channel's orders; median sales per customer, that of customers.
    kinds = tuple(name for name in asked.keys if name != own) if is_of_own else ()
    is_one_by_one = bool(asked.keys) and (asked.keys[0] in ONES or asked.keys[0] not in asked.reading.grouped)
    rows = own if is_of_own or not asked.keys else asked.keys[0] if is_one_by_one else None
    known = asked.lexicon.metrics.get(metric, {"dimensions": ()})["dimensions"]
    is_plain = len(kinds) <= 1 and len(asked.keys) <= 1 + len(kinds) and asked.reading.is_descending is None
    if rows is None or rows not in {*known, *GRAINS} or asked.days.compare or not is_plain:
        raise Stop(Decline("average_of_each") if asked.keys else Decline("no_dimension"))
    query = MetricQuery((metric,), (*kinds, rows), (*asked.where, *filled((*kinds, rows))), asked.days.time)
    return Planned(query, Derive("median", metric, rows, values=kinds))


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
