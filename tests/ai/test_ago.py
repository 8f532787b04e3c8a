"""Periods that are counted back, have a number in their year, or a name of their own."""

from __future__ import annotations

from datetime import date

import pytest

from ai.questions.ago import said_back
from ai.questions.feasts import easter, named_days
from ai.questions.ranges import read_time
from ai.questions.words import words_of

TODAY = date(2026, 11, 23)
"""A Monday."""


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("two months ago", date(2026, 9, 1), date(2026, 9, 30)),
        ("2 weeks ago", date(2026, 11, 9), date(2026, 11, 15)),
        ("the week before last", date(2026, 11, 9), date(2026, 11, 15)),
        ("month before last", date(2026, 9, 1), date(2026, 9, 30)),
        ("上上个月", date(2026, 9, 1), date(2026, 9, 30)),
        ("上上周", date(2026, 11, 9), date(2026, 11, 15)),
        ("the last 3 full months", date(2026, 8, 1), date(2026, 10, 31)),
        ("last two complete quarters", date(2026, 4, 1), date(2026, 9, 30)),
        ("最近三个完整月", date(2026, 8, 1), date(2026, 10, 31)),
        ("week 40", date(2026, 9, 28), date(2026, 10, 4)),
        ("week 50", date(2025, 12, 8), date(2025, 12, 14)),
        ("calendar week 45 of 2026", date(2026, 11, 2), date(2026, 11, 8)),
        ("kw 1 2026", date(2025, 12, 29), date(2026, 1, 4)),
        ("第40周", date(2026, 9, 28), date(2026, 10, 4)),
        ("2025年第40周", date(2025, 9, 29), date(2025, 10, 5)),
        ("friday of last week", date(2026, 11, 20), date(2026, 11, 20)),
        ("monday to wednesday last week", date(2026, 11, 16), date(2026, 11, 18)),
        ("上周五", date(2026, 11, 20), date(2026, 11, 20)),
        ("上上周一", date(2026, 11, 9), date(2026, 11, 9)),
        ("本周一", date(2026, 11, 23), date(2026, 11, 23)),
        ("the second half of last month", date(2026, 10, 16), date(2026, 10, 31)),
        ("十月上半月", date(2026, 10, 1), date(2026, 10, 15)),
        ("2026年2月下旬", date(2026, 2, 21), date(2026, 2, 28)),
        ("上个月中旬", date(2026, 10, 11), date(2026, 10, 20)),
        ("since last monday", date(2026, 11, 16), TODAY),
        ("since two weeks ago", date(2026, 11, 9), TODAY),
        ("since the beginning of the month", date(2026, 11, 1), TODAY),
        ("since the start of this quarter", date(2026, 10, 1), TODAY),
        ("the same days of last month", date(2026, 10, 1), date(2026, 10, 23)),
        ("same period last quarter", date(2026, 7, 1), date(2026, 8, 23)),
        ("去年同月", date(2025, 11, 1), date(2025, 11, 30)),
        ("since easter", date(2026, 4, 5), TODAY),
        ("since easter 2025", date(2025, 4, 20), TODAY),
        ("before christmas 2025", None, date(2025, 12, 24)),
        ("圣诞节以来", date(2025, 12, 25), TODAY),
        ("on black friday 2025", date(2025, 11, 28), date(2025, 11, 28)),
        ("summer 2026", date(2026, 6, 1), date(2026, 8, 31)),
        ("the spring of last year", date(2025, 3, 1), date(2025, 5, 31)),
    ],
)
def test_a_period_is_counted_back_or_named(said: str, start: date | None, end: date) -> None:
    span = read_time(words_of(said), TODAY)
    assert span is not None
    assert (span.start, span.end, span.length) == (start, end, len(words_of(said)))


@pytest.mark.parametrize(
    "said",
    ["a year ago", "one month ago", "week 54", "week", "last full month", "easter", "christmas", "summer", "ago"],
)
def test_what_may_mean_several_days_is_not_read(said: str) -> None:
    words = words_of(said)
    assert said_back(words, TODAY) is None
    assert named_days(words, TODAY) is None


def test_easter_is_the_sunday_of_the_calendar() -> None:
    known = {2000: (4, 23), 2008: (3, 23), 2011: (4, 24), 2024: (3, 31), 2025: (4, 20), 2026: (4, 5), 2038: (4, 25)}
    assert {year: (easter(year).month, easter(year).day) for year in known} == known
