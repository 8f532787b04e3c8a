"""The periods people choose, as days; pure."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

PRESETS = ("month", "quarter", "year", "last_12_months", "custom")
DEFAULT_PRESET = "last_12_months"
COMPARISONS = ("previous_year", "previous_period", "none")
DEFAULT_COMPARISON = "previous_year"
_DAYS_BY_DAY_MAX = 45
_DAYS_BY_WEEK_MAX = 190
_DAYS_BY_MONTH_MAX = 1_100


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` to `end`, both included, with a grain and what to compare with."""

    start: date
    end: date
    grain: str | None = None
    compare: str | None = None

    def by(self, grain: str | None) -> Period:
        """The same days, cut otherwise."""
        return replace(self, grain=grain)

    def uncompared(self) -> Period:
        """The same days beside nothing."""
        return replace(self, compare=None)

    def natural_grain(self) -> str:
        """The grain that gives a readable number of points."""
        days = (self.end - self.start).days + 1
        if days <= _DAYS_BY_DAY_MAX:
            return "day"
        if days <= _DAYS_BY_WEEK_MAX:
            return "week"
        return "month" if days <= _DAYS_BY_MONTH_MAX else "quarter"


def preset_days(preset: str, last_day: date) -> tuple[date, date]:
    """First and last day of a preset that ends on the last day with data."""
    if preset == "month":
        return last_day.replace(day=1), last_day
    if preset == "quarter":
        return date(last_day.year, last_day.month - (last_day.month - 1) % 3, 1), last_day
    if preset == "year":
        return date(last_day.year, 1, 1), last_day
    return first_of_month(last_day, months_back=11), last_day


def first_of_month(day: date, *, months_back: int) -> date:
    """The first day of the month so many months before a day's."""
    index = day.year * 12 + day.month - 1 - months_back
    return date(index // 12, index % 12 + 1, 1)


def bucket_end(start: date, grain: str) -> date:
    """The last day of the bucket that begins on a day."""
    if grain == "week":
        return start + timedelta(days=6)
    months = {"month": 1, "quarter": 3, "year": 12}.get(grain)
    if months is None:
        return start
    last = first_of_month(start, months_back=1 - months)
    return last.replace(day=calendar.monthrange(last.year, last.month)[1])


def days_of_bucket(key: str, grain: str) -> tuple[date, date] | None:
    """First and last day of a bucket by its key; nothing for a grain whose buckets only the books know."""
    if grain not in {"day", "week", "month", "quarter", "year"}:
        return None
    start = date.fromisoformat(key[:10])
    return start, bucket_end(start, grain)


def read_period(given: Mapping[str, str], last_day: date) -> tuple[str, date, date, str]:
    """Preset, days and comparison out of an address; whatever cannot be read falls back to the default."""
    preset = given.get("period", DEFAULT_PRESET)
    compare = given.get("compare", DEFAULT_COMPARISON)
    if preset not in PRESETS:
        preset = DEFAULT_PRESET
    if compare not in COMPARISONS:
        compare = DEFAULT_COMPARISON
    start, end = preset_days(preset, last_day)
    if preset == "custom":
        start, end = _custom_days(given, start, end)
    return preset, start, end, compare


def _custom_days(given: Mapping[str, str], start: date, end: date) -> tuple[date, date]:
    try:
        asked = date.fromisoformat(given["from"]), date.fromisoformat(given["to"])
    except (KeyError, ValueError):
        return start, end
    return asked if asked[0] <= asked[1] else (asked[1], asked[0])
