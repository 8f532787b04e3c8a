"""Time as people say it."""

from datetime import date

import pytest

from ai.questions.ranges import read_time
from ai.questions.splitting import cleaned
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


@pytest.mark.feature("5.8.3")
@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("31.12.2025", "2025-12-31", "2025-12-31"),
        ("12/31/2025", "2025-12-31", "2025-12-31"),
        ("2025/12/31", "2025-12-31", "2025-12-31"),
        ("the 3rd of May 2025", "2025-05-03", "2025-05-03"),
        ("May 3rd, 2025", "2025-05-03", "2025-05-03"),
        ("from 1 to 15 May 2025", "2025-05-01", "2025-05-15"),
        ("12/2025", "2025-12-01", "2025-12-31"),
        ("2025-12", "2025-12-01", "2025-12-31"),
        ("4Q25", "2025-10-01", "2025-12-31"),
        ("Q4 '25", "2025-10-01", "2025-12-31"),
        ("2025 Q2", "2025-04-01", "2025-06-30"),
        ("Jan-Mar 2025", "2025-01-01", "2025-03-31"),
        ("2024-2025", "2024-01-01", "2025-12-31"),
        ("the whole of 2025", "2025-01-01", "2025-12-31"),
        ("the last day of 2025", "2025-12-31", "2025-12-31"),
        ("the second month of Q3 2025", "2025-08-01", "2025-08-31"),
        ("the first ten days of May 2025", "2025-05-01", "2025-05-10"),
        ("the latter half of 2025", "2025-07-01", "2025-12-31"),
        ("the 2020s", "2020-01-01", "2029-12-31"),
        ("二〇二五年", "2025-01-01", "2025-12-31"),
        ("2025年前三个月", "2025-01-01", "2025-03-31"),
    ],
)
def test_days_are_read_however_they_are_written(said: str, start: str, end: str) -> None:
    words = words_of(cleaned(said))
    span = read_time(words, date(2026, 3, 16))
    assert span is not None
    assert span.length == len(words)
    assert (str(span.start), str(span.end)) == (start, end)


def test_a_day_that_may_be_two_stays_as_it_was_written() -> None:
    assert cleaned("net revenue on 03/04/2025") == "net revenue on 03/04/2025"


def test_a_year_said_last_holds_for_both_months_before_it() -> None:
    assert cleaned("orders in May and June 2025") == "orders in May 2025 and June 2025"
    assert cleaned("May 2024 and 2025") == "May 2024 and May 2025"
