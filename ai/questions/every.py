"""Several periods listed of which each one is meant: who bought in each of the years 2011, 2012 and 2013."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from ai.questions.kinship import COUNTS_MEMBERS
from ai.questions.said import Limit, Reading
from ai.questions.times import number_of
from ai.questions.words import words_of
from olap.periods import next_period

PERIODS = ("month", "quarter", "year")
_EACH = frozenset({"each", "every", "all", "每", "每个"})
LISTED_MIN = 3
"""Two periods are told as both."""


def counted_in(reading: Reading) -> str | None:
    """Whose members are counted: those counted, asked for or named first."""
    counts = [COUNTS_MEMBERS.get(each.meanings[0].name) for each in reading.metrics if each.is_counted]
    names = [reading.counted, *counts, *(name for name in reading.dimensions if name not in reading.each)]
    return next((name for name in names if name), None)


def settle_every(reading: Reading) -> None:
    """In each of the years 2011, 2012 and 2013: all of them are what somebody did something in."""
    spans = [each for each in reading.times if each.start and each.end]
    grain = next((name for name in PERIODS if spans and _is_one(spans[0].start, spans[0].end, name)), None)
    subject = counted_in(reading)
    is_list = len(spans) == len(reading.times) >= LISTED_MIN and all(
        _is_one(each.start, each.end, grain) for each in spans
    )
    if grain is None or subject is None or not is_list or reading.limits or reading.is_descending is not None:
        return
    if not _is_each(reading, len(spans)):
        return
    first, last = min(spans, key=lambda each: each.start or date.min), max(spans, key=lambda each: each.end or date.min)
    reading.unplaced = [word for word in reading.unplaced if number_of(word) != len(spans)]
    reading.numbers = [word for word in reading.numbers if number_of(word) != len(spans)]
    reading.times = [replace(first, end=last.end)]
    reading.starts = reading.starts[:1]
    reading.grains = [name for name in reading.grains if name != grain]
    reading.partner = grain
    reading.limits = [Limit("at_least", Decimal(len(spans)))]


def _is_one(start: date | None, end: date | None, grain: str | None) -> bool:
    """Whether days are one whole period."""
    if start is None or end is None or grain is None:
        return False
    return next_period(start, grain) == end + timedelta(days=1)


def _is_each(reading: Reading, count: int) -> bool:
    """Whether each, every or all of them stands before the list, with nothing but their number and kind between."""
    first = min(reading.starts)
    ends = [each.start + len(words_of(each.word)) for each in reading.said if _EACH & set(words_of(each.word))]
    between = [reading.words[end:first] for end in ends if end <= first]
    kinds = {"the", "of", "years", "year", "months", "month", "quarters", "quarter", "个", "年"}
    return any(all(word in kinds or number_of(word) == count for word in words) for words in between)
