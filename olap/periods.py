"""Days, periods and the ranges one compares with; pure."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, timedelta

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""The days that documents may have; beside them there is room for the days before and after."""
MONTHS = {"month": 1, "quarter": 3, "year": 12}


def is_usual(day: date) -> bool:
    """Whether a document may have a day."""
    return FIRST_DAY <= day <= LAST_DAY


def period_start(day: date, grain: str) -> date:
    """The first day of the standard period that a day lies in; weeks begin on Monday."""
    if grain == "week":
        return day - timedelta(days=day.weekday())
    if grain == "month":
        return day.replace(day=1)
    if grain == "quarter":
        return date(day.year, day.month - (day.month - 1) % 3, 1)
    return date(day.year, 1, 1) if grain == "year" else day


def next_period(start: date, grain: str) -> date:
    """The first day of the period after the one that begins on a day."""
    if grain in MONTHS:
        return shift_months(start, MONTHS[grain])
    return start + timedelta(days=7 if grain == "week" else 1)


def periods_between(start: date, end: date, grain: str) -> Iterator[date]:
    """The first days of all standard periods that touch a range, oldest first."""
    day = period_start(start, grain)
    while day <= end:
        yield day
        day = next_period(day, grain)


def shift_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def shift_years(day: date, years: int) -> date:
    """The same day of another year; the end of February stays the end of February."""
    shifted = shift_months(day, 12 * years)
    return month_end(shifted) if day.month == 2 and day == month_end(day) else shifted  # noqa: PLR2004  # February


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def previous_range(start: date, end: date) -> tuple[date, date]:
    """The range of the same length just before: whole months before whole months, otherwise as many days."""
    before = start - timedelta(days=1)
    if start.day == 1 and end == month_end(end):
        months = (end.year - start.year) * 12 + end.month - start.month + 1
        return shift_months(start, -months), before
    return start - (end - before), before
