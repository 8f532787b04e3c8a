"""Those who have one thing and not another: customers who bought bikes but no helmets, orders without accessories.

A line that is no helmet is not an order without helmets: who has the one is taken from those who have the other.
"""

from __future__ import annotations

from ai.questions.filters import conditions, placed_members
from ai.questions.lexicon import Lexicon
from ai.questions.plans import Derive, Planned
from ai.questions.said import Named, Reading
from ai.questions.spans import days_of
from olap.query import Filter, MetricQuery

DEED = "order_count"
WHOSE = {
    "ordering_customer_count": "customer",
    "customer_count": "customer",
    "recorded_customer_count": "customer",
    "order_count": "order_number",
}
"""Counts of those who have lines, with what tells them one by one."""
ON_LINES = ("item", "offer")
"""What differs from line to line of one order."""
PER_ORDER = ("channel", "salesperson", "ship_method", "sales_reason", "payment_currency", "ship_to_state", "region")
"""And from order to order of one customer."""


def plan_but_not(reading: Reading, lexicon: Lexicon) -> Planned | None:
    """How many, or which, of them do not have what is left out; None where that is not asked for."""
    counted = next((each for each in reading.metrics if each.meanings[0].name in WHOSE), None)
    loose = next((name for name in (*reading.dimensions, *reading.parties) if name == "customer"), None)
    subject = WHOSE[counted.meanings[0].name] if counted else reading.counted or loose
    if subject not in set(WHOSE.values()) or len(reading.metrics) > 1 or DEED not in lexicon.metrics:
        return None
    is_number = reading.counted == subject or bool(counted and counted.is_counted)
    known = lexicon.metrics[DEED]["dimensions"]
    left_out = [each for each in reading.members if each.is_excluded and _differs(each, str(subject))]
    if loose and not counted and (reading.metrics or not left_out or not reading.verbs):
        # The revenue of customers without bikes is a figure; customers who bought none are customers.
        return None
    is_listed = not is_number and bool(loose or (counted and counted.is_asked))
    if not left_out or not (is_number or is_listed) or _is_otherwise(reading) or subject not in known:
        return None
    if any(each.is_excluded and each not in left_out for each in reading.members):
        return None
    time = days_of(reading, lexicon.clock, None).time
    queries = []
    for members in ([each for each in reading.members if each not in left_out], left_out):
        kept, reading.members = reading.members, [_plainly(each) for each in members]
        where = (*conditions(placed_members(reading, known)), Filter(str(subject), "not_null"))
        reading.members = kept
        queries.append(MetricQuery((DEED,), (str(subject),), where, time))
    reading.operators = [each for each in reading.operators if each != "not"]
    how = Derive("without", DEED, str(subject), values=("count",) if is_number else ())
    return Planned(queries[0], how, without=queries[1])


def _differs(named: Named, subject: str) -> bool:
    kinds = ON_LINES if subject == "order_number" else (*ON_LINES, *PER_ORDER)
    return any(each.dimension.startswith(kinds) for each in named.candidates)


def _plainly(named: Named) -> Named:
    """A name as it would be had it not been left out."""
    return Named(named.candidates, named.word, named.start, named.length)


def _is_otherwise(reading: Reading) -> bool:
    """Whether the question is of another shape: told by something, bounded, ranked or compared."""
    told = [name for name in reading.grouped if name != "customer"]
    is_told = bool(told or reading.grains or reading.limits or reading.idle)
    is_told = is_told or reading.is_descending is not None or len(reading.times) > 1
    return is_told or reading.has("share", "percent", "average", "growth", "change")
