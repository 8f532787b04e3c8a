"""Days that move with the day a report is run on: `last_month`, `year_to_date`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from olap.periods import is_usual

Range = tuple[date, date]
_DAY = timedelta(days=1)


def _month(day: date, back: int = 0, months: int = 1) -> Range:
    """The calendar months that begin so many months before the one a day lies in."""
    first = _shifted(day.replace(day=1), -back)
    return first, _shifted(first, months) - _DAY


def _shifted(first: date, months: int) -> date:
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _quarter(day: date, back: int = 0) -> Range:
    return _month(day, back=(day.month - 1) % 3 + 3 * back, months=3)


def _week(day: date, back: int = 0) -> Range:
    monday = day - timedelta(days=day.weekday() + 7 * back)
    return monday, monday + timedelta(days=6)


def _last_days(count: int) -> Callable[[date], Range]:
    return lambda day: (day - timedelta(days=count - 1), day)


PERIODS: dict[str, Callable[[date], Range]] = {
    "today": lambda day: (day, day),
    "yesterday": lambda day: (day - _DAY, day - _DAY),
    "this_week": _week,
    "last_week": lambda day: _week(day, 1),
    "this_month": _month,
    "last_month": lambda day: _month(day, 1),
    "this_quarter": _quarter,
    "last_quarter": lambda day: _quarter(day, 1),
    "this_year": lambda day: (date(day.year, 1, 1), date(day.year, 12, 31)),
    "last_year": lambda day: (date(day.year - 1, 1, 1), date(day.year - 1, 12, 31)),
    "month_to_date": lambda day: (day.replace(day=1), day),
    "year_to_date": lambda day: (date(day.year, 1, 1), day),
    "last_7_days": _last_days(7),
    "last_30_days": _last_days(30),
    "last_90_days": _last_days(90),
    "last_12_months": lambda day: _month(day, back=12, months=12),
}
"""Each name and the days it means on a day, both ends included."""
PERIODS_TOLD = f"known are {', '.join(PERIODS)}, and a year, quarter or month such as 2026, 2026-Q1 and 2026-03"
_FIXED = re.compile(r"(\d{4})(?:-Q([1-4])|-(0[1-9]|1[0-2]))?", re.ASCII)


def is_period(name: str) -> bool:
    """Whether a name means days: one of those that move, or a year, quarter or month of the calendar."""
    return name in PERIODS or _fixed(name) is not None


def days_of(period: str, day: date) -> Range:
    """The days a period means on a day.  Raises: KeyError for a name that means none."""
    return _fixed(period) or PERIODS[period](day)


def _fixed(name: str) -> Range | None:
    found = _FIXED.fullmatch(name)
    if found is None or not is_usual(date(max(int(found[1]), 1), 1, 1)):
        return None
    year, quarter, month = int(found[1]), found[2], found[3]
    if month:
        return _month(date(year, int(month), 1))
    return _month(date(year, 3 * int(quarter) - 2, 1), months=3) if quarter else (date(year, 1, 1), date(year, 12, 31))
