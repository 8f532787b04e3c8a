"""Time as people say it."""

from datetime import date

import pytest

from ai.questions.ranges import read_time
from ai.questions.words import words_of

TODAY = date(2026, 3, 16)


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("today", date(2026, 3, 16), date(2026, 3, 16)),
        ("last month", date(2026, 2, 1), date(2026, 2, 28)),
        ("this quarter", date(2026, 1, 1), date(2026, 3, 31)),
        ("last year", date(2025, 1, 1), date(2025, 12, 31)),
        ("last 7 days", date(2026, 3, 10), date(2026, 3, 16)),
        ("the last three months", date(2025, 12, 17), date(2026, 3, 16)),
        ("year to date", date(2026, 1, 1), date(2026, 3, 16)),
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("february", date(2026, 2, 1), date(2026, 2, 28)),
        ("december", date(2025, 12, 1), date(2025, 12, 31)),
        ("may 2024", date(2024, 5, 1), date(2024, 5, 31)),
        ("q3 2025", date(2025, 7, 1), date(2025, 9, 30)),
        ("the second quarter of 2025", date(2025, 4, 1), date(2025, 6, 30)),
        ("since november 2025", date(2025, 11, 1), date(2026, 3, 16)),
        ("between january 2025 and march 2025", date(2025, 1, 1), date(2025, 3, 31)),
        ("2026-02-03", date(2026, 2, 3), date(2026, 2, 3)),
        ("上个月", date(2026, 2, 1), date(2026, 2, 28)),
        ("去年", date(2025, 1, 1), date(2025, 12, 31)),
        ("最近3个月", date(2025, 12, 17), date(2026, 3, 16)),
        ("2025年3月", date(2025, 3, 1), date(2025, 3, 31)),
        ("2025年第二季度", date(2025, 4, 1), date(2025, 6, 30)),
    ],
)
def test_a_time_is_read_as_its_first_and_last_day(said: str, start: date, end: date) -> None:
    words = words_of(said)
    span = read_time(words, TODAY)
    assert span is not None
    assert (span.length, span.start, span.end) == (len(words), start, end)


@pytest.mark.parametrize("said", ["maybe", "last", "2025-13-40", "quarter", "99999", "since"])
def test_what_is_no_time_is_not_taken_for_one(said: str) -> None:
    assert read_time(words_of(said), TODAY) is None
