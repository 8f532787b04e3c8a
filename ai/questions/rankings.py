"""A figure told by its keys, the first of them or in their order, and against other days."""

from __future__ import annotations

from decimal import Decimal

from ai.questions.changes import goes_down, is_which_moved, moved_column
from ai.questions.dialect import COUNTED
from ai.questions.keys import by_what, filled
from ai.questions.kinship import HAPPENED
from ai.questions.plans import NOTHING, Decline, Derive, Planned, Stop
from ai.questions.ranking import TOP_MAX, rows_wanted
from ai.questions.said import Reading
from ai.questions.thresholds import ACCOUNT
from ai.questions.words import words_of
from ai.questions.workings import Asked, subject_of
from olap.query import MetricQuery, Order

_KINDS = (("item", "item_category"), (ACCOUNT, "customer_category"), ("customer", "customer_category"))
"""What is meant by the name of a kind: bikes are items, stores are customers."""


def ranked(asked: Asked) -> Planned:
    """The figures by their keys, in the order asked for.  Raises: Stop."""
    reading, metrics, keys, compare = asked.reading, asked.metrics, asked.keys, asked.days.compare
    if reading.is_descending is not None and not keys:
        subject = _subject_of_kind(asked) or subject_of(asked)
        metrics, keys = (metrics, (subject,)) if subject else _largest(asked)
    if reading.is_descending is not None and len(keys) > 1 and (reading.top or TOP_MAX) > 1 and reading.has("by"):
        raise Stop(Decline("top_of_each"))
    is_sorted = reading.has("falling", "rising") and bool(keys)
    is_ranked = reading.is_descending is not None or (reading.top is not None and bool(keys)) or is_sorted
    moved = _moved(asked, metrics, keys, is_ranked=is_ranked)
    if moved is not None:
        return moved
    is_moved = compare is not None and reading.has("growth", "change")
    column = moved_column(reading, metrics[0]) if is_moved else metrics[0]
    order = Order(column, descending=_is_falling(reading) != (is_moved and goes_down(reading)))
    query = MetricQuery(
        metrics=metrics,
        group_by=keys,
        where=(*asked.where, *(filled(keys) if is_ranked else ())),
        time=asked.days.time,
        compare=compare,
        order_by=(order,) if is_ranked else (),
        limit=rows_wanted(reading, keys) if is_ranked and not (is_sorted and reading.top is None) else None,
        totals=bool(keys) and not is_ranked,
    )
    return Planned(query)


def _moved(asked: Asked, metrics: tuple[str, ...], keys: tuple[str, ...], *, is_ranked: bool) -> Planned | None:
    """Those to whom something happened, or whose figure became more or less; None where others are asked for."""
    reading, compare = asked.reading, asked.days.compare
    query = MetricQuery(metrics, keys, (*asked.where, *filled(keys)), asked.days.time, compare)
    column = f"{metrics[0]}_change"
    adds_up = asked.lexicon.metrics[metrics[0]]["additivity"] == "additive"
    kept = (NOTHING,) if adds_up else ()
    if compare and keys and reading.has("more", "less") and _is_compared_so(asked):
        bound = ("less" if reading.has("less") else "more", Decimal(0))
        return Planned(query, Derive("having", column, values=kept, bounds=(bound,), order=not reading.has("less")))
    if metrics[0] in HAPPENED and keys and reading.is_descending is None and not compare:
        return Planned(query, Derive("having", metrics[0], bounds=(("more", Decimal(0)),), order=True))
    if compare and reading.has("growth", "change") and keys and not is_ranked and is_which_moved(reading, keys):
        bound = ("less" if goes_down(reading) else "more", Decimal(0))
        return Planned(query, Derive("having", column, values=kept, bounds=(bound,), order=bound[0] == "more"))
    return None


def _subject_of_kind(asked: Asked) -> str | None:
    """Whose kind is named where some of it are asked for: which gloves sold best, five private customers."""
    ends = {each.start + len(words_of(each.word)) for each in asked.reading.said if each.operator in {"top", "bottom"}}
    # The best-selling jersey is one of them.
    is_one = any(each.start in ends and not each.word.endswith("s") for each in asked.reading.members)
    if not (asked.reading.top or "which" in asked.reading.words or is_one):
        return None
    kinds = {member.dimension for _, member in asked.placed}
    wanted = [subject for subject, kind in _KINDS if any(each.startswith(kind) for each in kinds)]
    return next((each for each in wanted if each in asked.shared), None)


def _is_falling(reading: Reading) -> bool:
    if reading.is_descending is None:
        return not reading.has("rising")
    return reading.is_descending


def _is_compared_so(asked: Asked) -> bool:
    """Whether more or less stands against other days: less in 2013 than in 2012."""
    return len(asked.reading.times) > 1 and len(asked.metrics) == 1 and not asked.reading.limits


def _largest(asked: Asked) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The largest order is the document with the highest value."""
    name = asked.metrics[0]
    if name in COUNTED and asked.reading.metrics:
        dimension, measure = COUNTED[name]
        if measure in asked.lexicon.metrics:
            return (measure,), (dimension,)
    raise Stop(by_what(asked.reading, asked.shared))
