"""Rows within bounds, and the mean over rows."""

from __future__ import annotations

from ai.questions.bounding import bounded_in
from ai.questions.changes import goes_down, moved_bounds, moved_column
from ai.questions.dialect import COUNTED
from ai.questions.keys import GRAINS, by_what, filled
from ai.questions.kinship import ONE_BY_ONE
from ai.questions.plans import Decline, Derive, Planned, Stop
from ai.questions.ranking import rows_wanted
from ai.questions.workings import Asked
from olap.query import MetricQuery

ACCOUNT = "customer_account"
SAME = frozenset({"same", "同"})


def within_bounds(asked: Asked) -> Planned:
    """The rows whose figure is within the bounds said, or the mean over them.  Raises: Stop."""
    reading, metric, keys = asked.reading, _limited_metric(asked), asked.keys
    if not keys:
        keys = _limited_keys(asked)
    if reading.limits and keys[0] in GRAINS and SAME & set(reading.words):
        # More than one order on the same day: of one customer, and not of all of them.
        keys = (*keys, *(name for name in reading.parties if name in asked.shared and name not in keys))
    # With the margin in percent: a second figure is told beside the one that is bounded.
    is_counted = any(each.is_counted for each in reading.metrics)
    beside = () if is_counted else tuple(name for name in asked.metrics if name not in {metric, *COUNTED})
    where = (*asked.where, *filled(keys))
    query = MetricQuery((metric, *beside), keys, where, asked.days.time, asked.days.compare)
    if reading.has("average") and not reading.limits:
        if len(keys) > 1:
            raise Stop(Decline("average_of_each"))
        return Planned(query, Derive("average", metric, keys[-1], values=_days_in_all(asked, metric, keys[-1])))
    if asked.days.compare and reading.has("growth", "change") and reading.limits:
        # Fell by more than a tenth: the change is bounded, and not the figure.
        order = reading.is_descending if reading.is_descending is not None else not goes_down(reading)
        how = Derive("having", moved_column(reading, metric), bounds=moved_bounds(reading), order=order)
        return Planned(query, how)
    bounds = tuple((each.operator, each.number) for each in reading.limits)
    is_descending = True if reading.is_descending is None else reading.is_descending
    top = rows_wanted(reading, keys) if reading.is_descending is not None else None
    return Planned(query, Derive("having", metric, bounds=bounds, order=is_descending, limit=top))


def _days_in_all(asked: Asked, metric: str, key: str) -> tuple[str, ...]:
    """How many days there are in the days of a question, those to come apart; none where nothing says which."""
    time, told = asked.days.time, asked.lexicon.metrics[metric]
    is_sum = told["additivity"] == "additive" or told["unit"] == "count"
    if key != "day" or not is_sum or time.start is None or time.end is None or asked.reading.weekdays:
        return ()
    days = (min(time.end, asked.lexicon.clock.today) - time.start).days + 1
    return (str(days),) if days > 0 else ()


def _limited_metric(asked: Asked) -> str:
    """The figure that a bound is about: of orders over an amount their value."""
    name = asked.metrics[0]
    bounded = bounded_in(asked.reading) if len(asked.metrics) > 1 and asked.reading.limits else None
    if bounded is not None:
        name = next((each.name for each in bounded.meanings if each.name in asked.metrics), name)
    if name in COUNTED and asked.reading.has_times and "order_count" in asked.lexicon.metrics:
        # Who ordered three times has three orders, whatever they are worth.
        return "order_count"
    if name in COUNTED and not asked.keys and len(asked.metrics) == 1:
        return COUNTED[name][1]
    return name


def _limited_keys(asked: Asked) -> tuple[str, ...]:
    for name in asked.metrics:
        if name in COUNTED:
            return (COUNTED[name][0],)
    whose = ONE_BY_ONE.get(asked.metrics[0])
    if whose in asked.shared:
        return (str(whose),)
    party = next((name for name in asked.reading.parties if name in asked.shared), None)
    if party is not None:
        return (party,)
    if any(member.dimension == "customer_category" for _, member in asked.placed) and ACCOUNT in asked.shared:
        # The stores that spent more than so much.
        return (ACCOUNT,)
    raise Stop(by_what(asked.reading, asked.shared))
