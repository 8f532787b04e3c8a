"""Parts of a text that ask for what the part before them tells anyway: which ones, and how many were rejected."""

from __future__ import annotations

from dataclasses import replace

from ai.questions.dialect import Operator
from ai.questions.lexicon import Lexicon
from ai.questions.plans import Planned
from ai.questions.said import Reading
from ai.questions.smallwords import SMALL
from ai.questions.words import is_chinese
from olap.query import MetricQuery

_ASKING: frozenset[str] = frozenset({"what", "which", "how", "who", "多", "几", "哪"})
_NOTHING: frozenset[Operator] = frozenset({"filler", "count", "also", "and", "their", "by", "when", "who", "over_all"})
"""Operators that ask for no other figure than the one that is told."""


def is_told_before(part: Reading, before: Reading) -> bool:
    """Whether a part asks only for the figure of the part before it, or for whom it was told: and how many?"""
    if not _ASKING & set(part.words[:2] if not is_chinese("".join(part.words)) else part.words):
        return False
    sets = part.members or part.limits or part.missing or part.partner or part.weekdays or part.grains
    is_dated = any(each.start or each.end for each in part.times)
    is_ranked = part.is_descending is not None or part.top is not None
    if sets or is_dated or is_ranked or part.numbers or not set(part.operators) <= _NOTHING:
        return False
    return _is_repeated(part, before)


def _is_repeated(part: Reading, before: Reading) -> bool:
    """Whether all that a part names was named before, and its other words are small."""
    figures = {each.name for mention in before.metrics for each in mention.meanings}
    named = {each.name for mention in part.metrics for each in mention.meanings[:1]}
    told = {*before.dimensions, *before.parties, before.counted or ""}
    again = {*part.dimensions, *part.parties, *([part.counted] if part.counted else [])}
    is_known = named <= figures and again <= told and set(part.verbs) <= set(before.verbs)
    return is_known and set(part.unplaced) <= {*before.words, *SMALL}


_WHOLE = frozenset({"overall", "total", "altogether", "all", "ever", "whole", "company", "一共", "总共", "全部"})
"""Words with which a figure is asked for as a whole, whatever the part before it narrowed."""
_MERGED = frozenset({"having", "edge", "each"})


def told_beside(part: Reading, before: Planned, lexicon: Lexicon) -> Planned | None:
    """The plan before with the figure that a part only names: which store bought most, and what freight did it pay.

    None where the part names more than a figure, or one that cannot be told of those before it.
    """
    query, how = before.query, before.derive
    others = [each for each in part.times if (each.start, each.end) != (query.time.start, query.time.end)]
    sets = part.members or others or part.limits or part.dimensions or part.grains or part.missing or part.partner
    is_shaped = part.is_descending is not None or part.unplaced or part.idle or not set(part.operators) <= _NOTHING
    if len(part.metrics) != 1 or sets or is_shaped or _WHOLE & set(part.words) or query.compare:
        return None
    is_narrowed = bool(query.group_by or query.where) or (is_dated(query) and _is_of_that(part))
    if (how is not None and how.kind not in _MERGED) or not is_narrowed:
        return None
    fields = {*query.group_by, *(each.field for each in query.where)} & set(lexicon.dimensions)
    names = [each.name for each in part.metrics[0].meanings]
    fitting = [name for name in names if fields <= set(lexicon.metrics[name]["dimensions"])]
    if not fitting or fitting[0] in query.metrics:
        return None
    return replace(before, query=replace(query, metrics=(*query.metrics, fitting[0]), totals=False), other=None)


SHORT = 4
_THAT = frozenset({"that", "this", "it", "those", "them", "which", "thereof"})


def is_dated(query: MetricQuery) -> bool:
    """Whether a query holds to some days."""
    return query.time.start is not None or query.time.end is not None


def _is_of_that(part: Reading) -> bool:
    """Whether a part speaks of the figure before it: how much of that was tax, and how much freight?"""
    return bool(_THAT & set(part.words)) or len(part.words) <= SHORT


_BACK = frozenset({"it", "its", "they", "their", "them", "he", "she", "his", "her"})


def points_back(part: Reading) -> bool:
    """Whether a part asks a figure of those before it, and names nobody of its own."""
    names = part.members or part.dimensions or part.times or part.verbs
    return bool(part.metrics and _BACK & set(part.words)) and not names
