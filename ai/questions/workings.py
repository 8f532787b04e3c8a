"""Figures that are worked out of others: one less another, one for one of another, quantities at what they cost now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ai.questions.changes import is_difference
from ai.questions.dialect import COUNTED
from ai.questions.kinship import MEANS, ONE_BY_ONE
from ai.questions.lexicon import Lexicon
from ai.questions.members import Member
from ai.questions.plans import Clarify, Decline, Derive, Planned, Stop
from ai.questions.ranking import rows_wanted
from ai.questions.said import Named, Reading
from ai.questions.spans import Days
from ai.questions.weekdays import by_weekday
from olap.query import Filter, MetricQuery

TWO = 2


@dataclass(frozen=True)
class Asked:
    """A question with its figures, keys, conditions and days found."""

    reading: Reading
    lexicon: Lexicon
    metrics: tuple[str, ...]
    keys: tuple[str, ...]
    where: tuple[Filter, ...]
    days: Days
    placed: Sequence[tuple[Named, Member]]
    shared: Sequence[str]


def worked_from(asked: Asked) -> Planned | None:
    """The plan of a question that is worked out from other figures; None where none is.  Raises: Stop."""
    metric = asked.metrics[0]
    weekly = by_weekday(asked.reading, metric, asked.keys, asked.where, asked.days.time, asked.lexicon)
    return weekly or _valued(asked) or _quotient(asked) or _minus(asked)


def subject_of(asked: Asked) -> str | None:
    """Of whom a figure is told that no sum has: the most expensive bike is an item."""
    metric = asked.metrics[0]
    subject = ONE_BY_ONE.get(metric) if asked.reading.metrics and metric not in COUNTED else None
    return subject if subject in asked.shared and asked.lexicon.metrics[metric]["unit"] != "quantity" else None


def _limit(asked: Asked, keys: Sequence[str]) -> int | None:
    return rows_wanted(asked.reading, keys) if asked.reading.is_descending is not None else None


def _valued(asked: Asked) -> Planned | None:
    """Stock at the standard cost of now: what there is of each item, times what one of it costs."""
    reading = asked.reading
    if not reading.at_standard:
        return None
    if asked.days.compare is not None or reading.limits or reading.has("average", "share", "percent"):
        raise Stop(Decline("at_standard"))
    keys = tuple(dict.fromkeys((*asked.keys, "item")))
    how = Derive(
        "valued",
        "stock_quantity",
        "item",
        values=asked.keys,
        order=reading.is_descending,
        limit=_limit(asked, asked.keys),
    )
    query = MetricQuery(("stock_quantity",), keys, asked.where, asked.days.time)
    return Planned(query, how, without=MetricQuery(("standard_cost",), ("item",)))


def _quotient(asked: Asked) -> Planned | None:
    """One member's figure for one of another's: the ratio of online orders to those of stores."""
    named = [member for each, member in asked.placed if not each.is_excluded]
    kinds = [member.dimension for member in named]
    pair = [member for member in named if kinds.count(member.dimension) > 1]
    if not asked.reading.has("ratio") or len(set(asked.metrics)) > 1 or len(pair) != TWO:
        return None
    query = MetricQuery(asked.metrics[:1], (pair[0].dimension,), asked.where, asked.days.time)
    return Planned(query, Derive("quotient", asked.metrics[0], pair[0].dimension, tuple(each.value for each in pair)))


def _check_of_each(asked: Asked) -> None:
    """Nothing where it is plain whose gap is meant: that of mean prices, or of one of the products.  Raises: Stop."""
    one = ONE_BY_ONE.get(asked.metrics[0])
    kinds = [name for name in asked.keys if name in asked.lexicon.dimensions]
    if asked.metrics[0] not in MEANS or one is None or not kinds or one in kinds or asked.reading.has("average"):
        return
    if asked.reading.is_descending is None:
        return
    labels = [str(asked.lexicon.metrics[name]["label"]) for name in asked.metrics]
    told = f"difference between {labels[0]} and {labels[1]}{_conditions(asked)}"
    names = [str(asked.lexicon.dimensions[name]["label"]) for name in (kinds[0], one)]
    lead = "highest" if asked.reading.is_descending else "lowest"
    choices = (f"which {names[0]} has the {lead} average {told}", f"which {names[1]} has the {lead} {told}")
    raise Stop(Clarify("several_dimensions", "", choices))


def _conditions(asked: Asked) -> str:
    """The conditions of a question in words that can be asked again."""
    said = []
    for each in asked.where:
        lead = "excluding" if each.op in {"ne", "not_in"} else "for"
        said += [f" {lead} {value}" for value in each.values]
    days = [day.isoformat() for day in (asked.days.time.start, asked.days.time.end) if day]
    return "".join(said) + (f" from {days[0]} to {days[1]}" if len(days) == TWO else "")


def _minus(asked: Asked) -> Planned | None:
    """One figure less another: the difference between list price and standard cost."""
    reading = asked.reading
    if not is_difference(reading) or len(asked.metrics) != TWO or asked.days.compare is not None:
        return None
    _check_of_each(asked)
    used = {"change", "difference", "growth", "average", "more", "less", "versus"}
    reading.operators = [each for each in reading.operators if each not in used]
    subject = subject_of(asked) if reading.is_descending is not None and not asked.keys else None
    keys = (subject,) if subject else asked.keys
    filled = tuple(Filter(name, "not_null") for name in keys if name in asked.lexicon.dimensions)
    how = Derive(
        "minus",
        asked.metrics[0],
        keys[-1] if keys else None,
        asked.metrics[1:],
        order=reading.is_descending,
        limit=_limit(asked, keys),
    )
    return Planned(MetricQuery(asked.metrics, keys, (*asked.where, *filled), asked.days.time), how)
