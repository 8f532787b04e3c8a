"""Of how many others each has: departments with people on all three shifts, items kept in more than two places."""

from __future__ import annotations

from ai.questions.dialect import COUNTED, VERBS
from ai.questions.filters import conditions, placed_members
from ai.questions.kinship import COUNTS_MEMBERS, LISTED, PRESENT
from ai.questions.lexicon import Lexicon
from ai.questions.plans import Decline, Derive, Planned, Stop
from ai.questions.ranking import rows_wanted
from ai.questions.said import Reading
from ai.questions.spans import days_of
from ai.questions.telling import is_told_by
from olap.query import Filter, MetricQuery

GOODS = frozenset({"item", "item_category", "item_category_group", "item_model", "location", "warehouse", "component"})
OF_GOODS = frozenset({"stock_quantity", "supplied_item_count", "component_quantity", "operation_count"})
"""Figures that tell nothing of people and places beside goods."""
GRAINS = frozenset({"day", "week", "month", "quarter", "year"})


def plan_spread(reading: Reading, lexicon: Lexicon) -> Planned | None:
    """The members that have so many, or all, of another dimension; None where no such number is said.  Raises: Stop."""
    partner = reading.partner
    subject = _subject(reading) if partner else None
    if partner is None:
        return None
    metric = _presence(subject, partner, reading, lexicon) if subject and subject != partner else None
    if subject is None or metric is None:
        # So many of something are said, and passed over they would leave another question.
        raise Stop(Decline("not_by_dimension", partner.replace("_", " ")))
    days = days_of(reading, lexicon.clock, None)
    shared = lexicon.metrics[metric]["dimensions"]
    where = (
        *conditions(placed_members(reading, shared)),
        *(Filter(name, "not_null") for name in (subject, partner) if name in lexicon.dimensions),
    )
    is_counted = bool(reading.counted) or any(each.is_counted for each in reading.metrics)
    how = Derive(
        "spread",
        metric,
        subject,
        values=(partner,),
        bounds=tuple((each.operator, each.number) for each in reading.limits),
        order=reading.is_descending,
        limit=rows_wanted(reading, (subject,)) if reading.is_descending is not None else None,
        is_rest=is_counted,
    )
    return Planned(MetricQuery((metric,), (subject, partner), where, days.time), how)


def _subject(reading: Reading) -> str | None:
    """Who has so many: those counted, asked for or named first."""
    counted = [COUNTS_MEMBERS.get(each.meanings[0].name) for each in reading.metrics if each.is_counted]
    counts = {name: subject for subject, name in LISTED.items()}
    said = [counts.get(each.meanings[0].name) or _counts(each.meanings[0].name) for each in reading.metrics]
    names = [reading.counted, *counted, *reading.grouped, *reading.dimensions, *reading.parties, *said]
    return next((name for name in names if name and name != reading.partner), None)


def _counts(metric: str) -> str | None:
    return COUNTS_MEMBERS.get(metric) or COUNTED.get(metric, (None,))[0]


def _presence(subject: str, partner: str, reading: Reading, lexicon: Lexicon) -> str | None:
    """A figure that is there where a member of the one has something with a member of the other."""
    said = [each.name for mention in reading.metrics for each in mention.meanings[:1]]
    done = [lexicon.own(VERBS[verb][0]) for verb in reading.verbs]
    for name in (*said, *done, *PRESENT):
        metric = lexicon.metrics.get(name)
        is_of_goods = name not in OF_GOODS or {subject, partner} & GOODS
        if not is_of_goods:
            continue
        if metric and {subject, partner} <= {*metric["dimensions"], *GRAINS} and is_told_by(name, reading, lexicon):
            return name
    return None
