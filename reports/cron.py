"""Cron expressions: five fields, read once, asked for their next moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_DAYS_AHEAD_MAX = 366 * 8 + 2
"""Far enough for the 29th of February, also over a year that has none."""


class CronInvalid(ValueError):
    """An expression that means nothing; the message says which field and why."""


@dataclass(frozen=True)
class Cron:
    """The minutes, hours, days, months and weekdays of an expression."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    """Sunday is 0."""
    is_either_day: bool
    """Where both days and weekdays are restricted, one of them is enough, as cron has always had it."""

    def following(self, after: datetime, zone: ZoneInfo) -> datetime | None:
        """The first moment later than another, by the clock of a zone; nothing where there is none in eight years.

        A time that the clock skips in spring happens an hour later, one that it shows twice in autumn happens once.
        """
        local = after.astimezone(zone)
        for count in range(-1, _DAYS_AHEAD_MAX):
            day = local.date() + timedelta(days=count)
            if not self._is_on(day):
                continue
            for moment in self._moments(day, zone):
                if moment > after:
                    return moment
        return None

    def _is_on(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        in_days, in_week = day.day in self.days, (day.weekday() + 1) % 7 in self.weekdays
        return in_days or in_week if self.is_either_day else in_days and in_week

    def _moments(self, day: date, zone: ZoneInfo) -> Iterator[datetime]:
        for hour in sorted(self.hours):
            for minute in sorted(self.minutes):
                yield datetime.combine(day, time(hour, minute), zone).astimezone(UTC)


def parse_cron(text: str) -> Cron:
    """The expression that was typed.  Raises: CronInvalid."""
    parts = text.split()
    if len(parts) != len(_FIELDS):
        raise CronInvalid(f"has {len(parts)} fields, not five: minute hour day month weekday")
    found = [_field(part, *field) for part, field in zip(parts, _FIELDS, strict=True)]
    weekdays = frozenset(number % 7 for number in found[4])
    is_either = not parts[2].startswith("*") and not parts[4].startswith("*")
    return Cron(found[0], found[1], found[2], found[3], weekdays, is_either)


def _field(text: str, name: str, low: int, high: int) -> frozenset[int]:
    found: set[int] = set()
    for part in text.lower().split(","):
        span, _, step = part.partition("/")
        every = _number(step, name) if step else 1
        if "/" in part and every < 1:
            raise CronInvalid(f"{name}: the step {step!r} is not above zero")
        first, last = _span(span, name, low, high, has_step=bool(step))
        if not low <= first <= last <= high:
            raise CronInvalid(f"{name}: {part!r} is outside {low} to {high}")
        found |= set(range(first, last + 1, every))
    return frozenset(found)


def _span(text: str, name: str, low: int, high: int, *, has_step: bool) -> tuple[int, int]:
    if text == "*":
        return low, high
    first, dash, last = text.partition("-")
    start = _number(first, name)
    if dash:
        return start, _number(last, name)
    return start, high if has_step else start


def _number(text: str, name: str) -> int:
    names = {
        "month": dict(zip(_MONTHS, range(1, 13), strict=True)),
        "weekday": dict(zip(_WEEKDAYS, range(7), strict=True)),
    }
    known = names.get(name, {})
    if text in known:
        return known[text]
    if not (text.isascii() and text.isdecimal() and len(text) < 4):  # noqa: PLR2004  # no field has numbers that long
        raise CronInvalid(f"{name}: {text!r} is no number")
    return int(text)
