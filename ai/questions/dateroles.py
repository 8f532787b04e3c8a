"""Which day of a document the days of a question are about: ended in 2013, in December by ship date."""

from __future__ import annotations

from collections.abc import Mapping

from ai.questions.dialect import VERBS
from ai.questions.lexicon import Lexicon
from ai.questions.plans import Decline, Stop
from ai.questions.said import Reading
from ai.questions.words import joined, words_of
from olap.query import Filter, TimeRange

ROLES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("ended", "finished", "completed", "closed", "ending", "finishing"), ("finished_on", "offer_ends_on")
    ),
    **dict.fromkeys(
        ("started", "begun", "began", "starting", "beginning", "launched"),
        ("started_on", "operation_on", "offer_starts_on", "quota_starts_on"),
    ),
    **dict.fromkeys(("due", "到期日", "到期"), ("due_on",)),
    **dict.fromkeys(("完工", "完成", "结束"), ("finished_on",)),
    **dict.fromkeys(("开工", "开始", "启动"), ("started_on", "operation_on")),
}
"""What is said right before some days, with the day of a document that they are then about."""
BETWEEN = frozenset({"in", "on", "during", "within", "at", "the", "actually", "in the", "于", "在"})
EACH = frozenset({"each", "every", "per", "show", "list", "break", "broken", "每", "各"})


def settle_role(reading: Reading, lexicon: Lexicon) -> None:
    """The word right before the days that says which day of the documents they are about."""
    if len(reading.times) != 1 or not (reading.times[0].start or reading.times[0].end):
        return
    at = reading.starts[0]
    while at and reading.words[at - 1] in BETWEEN:
        at -= 1
    said = next(
        (
            joined(reading.words[at - length : at])
            for length in (1, 2, 3)
            if joined(reading.words[max(at - length, 0) : at]) in ROLES
        ),
        None,
    )
    end = reading.starts[0] + reading.times[0].length
    behind = joined(reading.words[end : end + 2])
    if said is None and behind in ROLES:
        # In Chinese what was done stands behind the days: 2013年完工.
        said, at = behind, end + 1
    if said is None or (_is_named(reading, at - 1) and not _is_of_due_days(reading)):
        return
    figures = [each.name for mention in reading.metrics for each in mention.meanings]
    figures += [lexicon.own(VERBS[verb][0]) for verb in reading.verbs]
    if not any(_day_of(said, name, lexicon) for name in figures):
        return
    reading.role = said
    spot = at - len(words_of(said))
    for name in [name for name, place in reading.spots.items() if place == spot]:
        # The name of the day says which it is, and nothing is told by it.
        for names in (reading.dimensions, reading.grouped, reading.each):
            names[:] = [each for each in names if each != name]
    reading.unplaced = [word for word in reading.unplaced if word not in {said, *words_of(said), "actually"}]


DUE = frozenset({"produced_quantity"})
"""Figures that go by the day on which work is due: finished says another day."""


def _is_of_due_days(reading: Reading) -> bool:
    return {each.name for mention in reading.metrics for each in mention.meanings[:1]} == DUE


def _is_named(reading: Reading, at: int) -> bool:
    """Whether a word belongs to the name of a figure, which has its own day."""
    return any(each.start <= at < each.start + len(words_of(each.word)) for each in reading.metrics)


def _day_of(said: str, metric: str, lexicon: Lexicon) -> str | None:
    known = lexicon.metrics[metric]["dimensions"] if metric in lexicon.metrics else ()
    return next((name for name in ROLES[said] if name in known), None)


BEGINNING = 2
"""By the order date, at the beginning of a question."""


def dated_by(reading: Reading, metric: str, lexicon: Lexicon) -> str | None:
    """The day of the documents that the days of a question are about; None where the figure knows it.

    Raises: Stop where the figure has no such day.
    """
    if reading.role is not None:
        found = _day_of(reading.role, metric, lexicon)
        if found is None or reading.grains:
            raise Stop(Decline("unused_word", reading.role))
        if found not in {*reading.grouped, *reading.each}:
            # Said again, as in later than the due date: which day it is, is told by the days.
            reading.dimensions = [name for name in reading.dimensions if name != found]
        return found
    _settle_going_by(reading, lexicon)
    days = [name for name in reading.each if name in lexicon.dimensions and lexicon.dimensions[name]["type"] == "date"]
    is_told = len(days) == 1 and reading.grouped == days and not (reading.grains or EACH & set(reading.words))
    # Pieces scrapped by reason in 2013, by start date: told by the reason alone.
    is_last = bool(reading.grouped) and reading.dimensions[-1:] == days and reading.grouped[-1:] == days
    is_told = is_told or (len(days) == 1 and len(reading.dimensions) > 1 and is_last)
    if (
        not is_told
        or len(reading.times) != 1
        or reading.limits
        or (reading.is_descending is not None and len(reading.grouped) == 1 and len(reading.dimensions) == 1)
    ):
        return None
    span = reading.times[0]
    # By order date, how many in January: said first or behind the days.
    is_apart = BEGINNING < reading.spots.get(days[0], 0) < reading.starts[0]
    if span.start is None or span.end is None or is_apart:
        return None
    # In December 2013, by ship date: which day counts, and not a row for each.
    reading.dimensions = [name for name in reading.dimensions if name != days[0]]
    reading.grouped = [name for name in reading.grouped if name != days[0]]
    reading.each = [name for name in reading.each if name != days[0]]
    return days[0]


def _settle_going_by(reading: Reading, lexicon: Lexicon) -> None:
    """Shipped in March, going by the ship date: said as by that date."""
    for name, at in reading.spots.items():
        before = [word for word in reading.words[max(at - 3, 0) : at] if word != "the"]
        is_date = lexicon.dimensions.get(name, {}).get("type") == "date"
        if is_date and name in reading.dimensions and name not in reading.grouped and before[-2:] in GOING_BY:
            reading.grouped.append(name)
            reading.each.append(name)


GOING_BY = (["going", "by"], ["judging", "by"])


def on_days(day: str, time: TimeRange) -> tuple[Filter, ...]:
    """The days of a question as a condition on one day of the documents."""
    ends = [("gte", time.start)] if time.start else []
    ends += [("lte", time.end)] if time.end else []
    return tuple(Filter(day, op, (end.isoformat(),)) for op, end in ends)
