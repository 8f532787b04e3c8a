"""The figure that everyday words may mean as well as the one that is told: it is named beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ai.questions.keys import GRAINS
from ai.questions.lexicon import NAME_WEIGHT, Lexicon
from ai.questions.plans import Derive, Planned
from ai.questions.said import Reading
from olap.query import MetricQuery, TimeRange

BY_DAYS: Mapping[str, str] = {"net_revenue": "confirmed_order_value", "confirmed_order_value": "net_revenue"}
"""Sold may be what was invoiced or what was ordered: over all days they come to the same."""
BY_LINES: Mapping[str, str] = {"gross_margin": "invoiced_margin", "gross_margin_rate": "invoiced_margin_rate"}
"""Goods delivered and not yet invoiced lower a margin by the ledger until they are."""
BY_STATE: Mapping[str, str] = {
    "purchase_order_value": "written_purchase_order_value",
    "written_purchase_order_value": "purchase_order_value",
}
"""Ordered from suppliers may be all that was written, or what was sent to them: drafts and refusals lie between."""


def other_of(planned: Planned, reading: Reading, lexicon: Lexicon) -> str | None:
    """The other figure, where the words are everyday ones and it can be told in the same way."""
    found = _by_other_day(planned, reading, lexicon) or _by_other_words(planned, reading, lexicon)
    return found or _by_valuation(planned, reading, lexicon) or _by_lines(planned, lexicon)


def _by_lines(planned: Planned, lexicon: Lexicon) -> str | None:
    """A margin: with the cost that the ledger posted in those days, or with that of the very lines invoiced in them."""
    query = planned.query
    other = BY_LINES.get(query.metrics[0])
    is_plain = len(query.metrics) == 1 and planned.derive is None and planned.without is None and query.compare is None
    if not is_plain or other not in lexicon.metrics or not (query.time.start or query.time.end or query.group_by):
        return None
    return other if _fields(planned) - GRAINS <= {*lexicon.metrics[str(other)]["dimensions"]} else None


def _by_valuation(planned: Planned, reading: Reading, lexicon: Lexicon) -> str | None:
    """What stock is worth: at what it was booked for, or at the standard cost of now."""
    query = planned.query
    is_open = bool(WORTH & set(reading.words)) and not VALUED & set(reading.words)
    is_plain = planned.derive is None and not query.group_by and query.time == TimeRange() and query.compare is None
    is_told = is_open and is_plain and query.metrics == (STOCK_VALUE,) and not reading.times
    return AT_COST if is_told and {AT_COST, PIECES} <= {*lexicon.metrics} else None


STOCK_VALUE, PIECES, AT_COST = "stock_value", "stock_quantity", "standard_cost"
WORTH = frozenset({"worth", "value", "valued", "值", "价"})
VALUED = frozenset({"cost", "price", "book", "booked", "posted", "成", "账"})
"""Words that say at what stock is valued."""


def other_plan(planned: Planned) -> Planned:
    """The plan of the other figure that is told beside the one of a plan."""
    query, name = planned.query, str(planned.other)
    if name == AT_COST:
        # Stock at the standard cost of now instead of what it was booked for.
        goods = MetricQuery((PIECES,), ("item",), query.where, query.time)
        return Planned(goods, Derive("valued", PIECES, "item"), without=MetricQuery((AT_COST,), ("item",)))
    order = tuple(replace(each, field=each.field.replace(query.metrics[0], name)) for each in query.order_by)
    how = planned.derive
    if how is not None and how.kind == "average":
        # How it would be over all days is told once.
        how = replace(how, values=())
    how = how and replace(how, metric=how.metric.replace(query.metrics[0], name))
    is_same = planned.without is not None and planned.without.metrics == query.metrics
    beside = replace(planned.without, metrics=(name,)) if planned.without and is_same else planned.without
    return Planned(replace(query, metrics=(name,), order_by=order), how, without=beside)


def _by_other_day(planned: Planned, reading: Reading, lexicon: Lexicon) -> str | None:
    """The same documents by another day of theirs, where nothing says which: orders shipped, work of a year."""
    query, name = planned.query, planned.query.metrics[0]
    is_dated = query.time.start is not None or query.time.end is not None
    if len(query.metrics) != 1 or not is_dated or planned.without is not None:
        return None
    is_shipped = name == "delivery_count" and _is_of_orders(reading)
    other = "order_count" if is_shipped else BY_START[name] if _is_of_work(planned, reading) else None
    is_told = other in lexicon.metrics and _fields(planned) - GRAINS <= {*lexicon.metrics[str(other)]["dimensions"]}
    return other if is_told else None


def _by_other_words(planned: Planned, reading: Reading, lexicon: Lexicon) -> str | None:
    """What was invoiced beside what was ordered, where everyday words name them."""
    query = planned.query
    said = {each.weight for mention in reading.metrics for each in mention.meanings[:1]}
    if len(query.metrics) != 1 or NAME_WEIGHT in said:
        return None
    name = query.metrics[0]
    if reading.metrics and all(name != each.name for mention in reading.metrics for each in mention.meanings):
        # How many orders are under 10: orders are counted, whatever they are bounded by.
        return None
    is_dated = query.time.start is not None or query.time.end is not None
    other = BY_STATE.get(name) or (BY_DAYS.get(name) if is_dated else None)
    if other is None or other not in lexicon.metrics:
        return None
    is_stated = any("status" in each or "state" in each for each in _fields(planned))
    known = {*lexicon.metrics[other]["dimensions"], *lexicon.metrics[name]["dimensions"]}
    told = set(lexicon.metrics[other]["dimensions"])
    if other in BY_STATE and (is_stated or planned.without is not None or not (_fields(planned) & known) <= told):
        return None
    return other


BY_START: Mapping[str, str] = {
    "production_order_count": "started_production_order_count",
    "production_ordered_quantity": "started_production_quantity",
    "production_scrapped_quantity": "started_scrapped_quantity",
}
"""Work of some days is what was due in them, or what began in them."""
DUE = frozenset({"due", "finished", "ended", "completed", "late", "期", "完"})


def _is_of_work(planned: Planned, reading: Reading) -> bool:
    """Whether days are said of work and nothing says which day of it they are."""
    query = planned.query
    is_plain = planned.derive is None and query.compare is None and reading.role is None
    return query.metrics[0] in BY_START and is_plain and not DUE & set(reading.words)


ORDERS = frozenset({"order", "orders"})


def _is_of_orders(reading: Reading) -> bool:
    """Whether orders that were shipped may be dated by their orders: the 2013 orders that we shipped to a city."""
    return bool(ORDERS & set(reading.words)) or "订单" in "".join(reading.words)


def _fields(planned: Planned) -> set[str]:
    """Everything that a plan tells by or holds to."""
    return {*planned.query.group_by, *(each.field for each in planned.query.where)}
