"""When things are due: cron by the clock of a zone, working days after a fiscal period."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.cron import CronInvalid, parse_cron
from reports.periods import PERIODS, days_of
from reports.schedule import PeriodEnd, nth_working_day, read_schedule

BERLIN = ZoneInfo("Europe/Berlin")
pytestmark = pytest.mark.feature("5.2.9")


def following(cron: str, after: str, zone: str = "UTC", count: int = 1) -> list[str]:
    moments, moment = [], datetime.fromisoformat(after).replace(tzinfo=UTC)
    for _ in range(count):
        found = parse_cron(cron).following(moment, ZoneInfo(zone))
        assert found is not None
        moment = found
        moments.append(found.isoformat()[:16])
    return moments


def test_cron_means_what_cron_means() -> None:
    assert following("0 7 * * mon-fri", "2026-03-20T07:00") == ["2026-03-23T07:00"]
    assert following("*/20 8-9 * * *", "2026-03-20T08:15", count=3) == [
        "2026-03-20T08:20",
        "2026-03-20T08:40",
        "2026-03-20T09:00",
    ]
    assert following("0 0 29 feb *", "2026-01-01T00:00") == ["2028-02-29T00:00"]
    # The first of the month or any Monday: restricted both, one is enough.
    assert following("0 0 1 * 1", "2026-03-25T00:00", count=2) == ["2026-03-30T00:00", "2026-04-01T00:00"]
    assert following("0 0 * * 7", "2026-03-25T00:00") == following("0 0 * * 0", "2026-03-25T00:00")


def test_the_clock_change_neither_loses_nor_doubles_a_day() -> None:
    # 2026-03-29 has no 02:30 in Berlin, 2026-10-25 has two.
    assert following("30 2 * * *", "2026-03-28T02:00", "Europe/Berlin", 2) == ["2026-03-29T01:30", "2026-03-30T00:30"]
    assert following("30 2 * * *", "2026-10-24T01:00", "Europe/Berlin", 2) == ["2026-10-25T00:30", "2026-10-26T01:30"]


@pytest.mark.parametrize(
    "text", ["", "* * * *", "60 * * * *", "5-1 * * * *", "*/0 * * * *", "a * * * *", "1,, * * * *"]
)
def test_an_expression_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(CronInvalid):
        parse_cron(text)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 59),
    st.integers(0, 23),
    st.datetimes(datetime(2024, 1, 1), datetime(2029, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC)),  # noqa: DTZ001
)
def test_a_daily_moment_is_later_and_within_a_day_or_so(minute: int, hour: int, after: datetime) -> None:
    found = parse_cron(f"{minute} {hour} * * *").following(after, BERLIN)
    assert found is not None
    assert 0 < (found - after).total_seconds() <= 25 * 3600


def test_the_third_working_day_after_a_period_or_its_close() -> None:
    assert nth_working_day(date(2026, 1, 31), 3) == date(2026, 2, 4)
    assert nth_working_day(date(2026, 1, 31), 3, frozenset({date(2026, 2, 2)})) == date(2026, 2, 5)
    periods = [PeriodEnd(date(2026, 1, 31), date(2026, 2, 6)), PeriodEnd(date(2026, 2, 28))]
    now = datetime(2026, 2, 5, tzinfo=UTC)
    common = {"kind": "fiscal", "working_day": 3, "at": "08:00", "time_zone": "Europe/Berlin"}
    ended = read_schedule({**common, "anchor": "period_end"}).following(now, periods)
    closed = read_schedule({**common, "anchor": "period_close"})
    assert ended == datetime(2026, 3, 4, 7, tzinfo=UTC)
    assert closed.following(now, periods) == datetime(2026, 2, 11, 7, tzinfo=UTC)
    assert closed.following(datetime(2026, 2, 12, tzinfo=UTC), periods) is None


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(PERIODS)), st.dates(date(2000, 1, 1), date(2040, 1, 1)))
def test_a_period_begins_before_it_ends_and_is_near_its_day(name: str, day: date) -> None:
    start, end = days_of(name, day)
    assert start <= end
    assert abs((end - day).days) <= 732


def test_periods_by_name() -> None:
    day = date(2026, 3, 16)
    assert days_of("last_month", day) == (date(2026, 2, 1), date(2026, 2, 28))
    assert days_of("last_quarter", day) == (date(2025, 10, 1), date(2025, 12, 31))
    assert days_of("last_week", day) == (date(2026, 3, 9), date(2026, 3, 15))
    assert days_of("last_12_months", day) == (date(2025, 3, 1), date(2026, 2, 28))
