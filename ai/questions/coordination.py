"""Figures that are asked for side by side, and one told in percent or for one of another."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from ai.questions.changes import is_difference
from ai.questions.dialect import COUNTED
from ai.questions.kinship import CARRYING, LINES_OF, LINKING, OF_DOCUMENTS, PER, PLACED_BY, TOLD_WITH
from ai.questions.lexicon import Lexicon
from ai.questions.plans import Clarify, Stop
from ai.questions.said import Mention, Reading
from ai.questions.variants import is_whole_first
from ai.questions.words import words_of

Chosen = tuple[str, Mention]
BOTH_SAID = ({"和"}, {"与"}, {"及"}, {"以", "及"}, {"和", "总"})
"""What stands between two figures asked for in one breath, in Chinese."""


def _is_of_documents(first: str, name: str, mention: Mention, reading: Reading, lexicon: Lexicon) -> bool:
    """Whether documents are only said for where a figure stands: freight on orders."""
    is_twice = len([each for each in reading.metrics if each.meanings[0].name == name]) > 1
    # For online orders and for those of salespeople: two kinds, and no figure of one of them.
    at = mention.start if is_twice else behind_names(reading, mention.start)
    before = reading.words[at - 1] if at else ""
    is_carrier = name in COUNTED or name in CARRYING
    if not is_carrier or first in {*COUNTED, *CARRYING} or mention.is_counted or before not in OF_DOCUMENTS:
        return False
    return bool(lexicon.metrics[first]["area"] == lexicon.metrics[name]["area"])


def behind_names(reading: Reading, at: int) -> int:
    """Where a phrase begins with the days and names right before it: on 2013 orders, on online orders."""
    named = {place for each in reading.members for place in range(each.start, each.start + each.length)}
    while at and (
        reading.words[at - 1].isdecimal() or at - 1 in named or reading.words[at - 1] in {"the", "our", "all"}
    ):
        at -= 1
    return at


def _without_leading_documents(chosen: Sequence[Chosen], reading: Reading, lexicon: Lexicon) -> Sequence[Chosen]:
    """The figures without documents that are said before them for where they stand: over all purchase orders, ..."""
    if len(chosen) != 2 or reading.has("ratio", "share", "percent", "difference") or reading.limits:  # noqa: PLR2004
        return chosen
    (documents, mention), (figure, _) = chosen
    at = behind_names(reading, mention.start)
    is_plain = not (mention.is_counted or mention.is_asked) and documents in COUNTED and figure not in COUNTED
    is_leading = 0 < at <= LEADING_MAX and reading.words[at - 1] in CARRYING_WORDS
    same = lexicon.metrics[documents]["area"] == lexicon.metrics[figure]["area"]
    return chosen[1:] if is_plain and is_leading and same else chosen


CARRYING_WORDS = OF_DOCUMENTS | {"counting", "including"}
LEADING_MAX = 2
"""So few words stand before documents with which a question begins."""


def joined_figures(chosen: Sequence[Chosen], reading: Reading, lexicon: Lexicon) -> Sequence[Chosen]:
    """The figures that are asked for side by side.  Raises: Stop where nothing tells how two belong together."""
    chosen = _without_leading_documents(chosen, reading, lexicon)
    kept = list(chosen[:1])
    for before, (name, mention) in itertools.pairwise(chosen):
        first, named = before
        if (first, name) in PLACED_BY and named.is_counted and not reading.limits:
            # How many customers placed an order counts customers.
            continue
        if _is_of_documents(first, name, mention, reading, lexicon):
            continue
        if name != first and (first, name) not in TOLD_WITH and not _is_coordinated(named, mention, reading):
            labels = [str(lexicon.metrics[each]["label"]) for each in (first, name)]
            raise Stop(Clarify("several_metrics", f"{named.word}, {mention.word}", tuple(labels), (first, name)))
        kept.append((name, mention))
    return kept


def _is_coordinated(first: Mention, second: Mention, reading: Reading) -> bool:
    """Whether two figures are told side by side, one for each of the other, or within bounds of the other."""
    between = [each.operator for each in reading.said if first.start < each.start < second.start]
    is_linked = any(each.operator in LINKING and each.start > second.start for each in reading.said)
    if any(each.word.startswith("and ") and first.start < each.start < second.start for each in reading.said):
        return True
    if set(reading.words[first.start + len(words_of(first.word)) : second.start]) in BOTH_SAID:
        return True
    if reading.has("average") and (first.meanings[0].name, second.meanings[0].name) in LINES_OF:
        return True
    if is_difference(reading) or reading.has("ratio") or (reading.has("percent", "share") and is_whole_first(reading)):
        return True
    is_against = reading.has("more", "less") and not reading.limits and not reading.times
    if is_against:
        return True
    is_listed = is_linked and second.start == first.start + len(words_of(first.word))
    return is_listed or bool(reading.limits) or any(each in LINKING for each in between) or _is_per(second, reading)


def _is_per(mention: Mention, reading: Reading) -> bool:
    at = behind_names(reading, mention.start)
    return any(each.word in PER and each.start == at - 1 for each in reading.said)


def ratio_of(reading: Reading, metrics: Sequence[str]) -> tuple[str, str] | None:
    """A figure and what it is told for one of, revenue per order; or is a part of, freight in percent of sales."""
    if len(metrics) == 2 and reading.has("ratio"):  # noqa: PLR2004
        reading.operators = [each for each in reading.operators if each not in {"ratio", "percent", "share"}]
        return metrics[0], metrics[1]
    if len(metrics) == 2 and reading.has("average") and (metrics[0], metrics[1]) in LINES_OF:  # noqa: PLR2004
        reading.operators = [each for each in reading.operators if each != "average"]
        return metrics[0], metrics[1]
    if len(metrics) != 2 or metrics[1] not in COUNTED or not _is_per(reading.metrics[-1], reading):  # noqa: PLR2004
        return None
    return metrics[0], metrics[1]
