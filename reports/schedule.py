"""When a subscription is due: by cron, or so many working days after a fiscal period has ended or was closed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from olap.errors import Problem, QueryInvalid
from reports.cron import Cron, CronInvalid, parse_cron

WORKING_DAY_MAX = 23
_WEEKEND = 5


@dataclass(frozen=True)
class PeriodEnd:
    """When a fiscal period ends, and when its books were closed if they are."""

    ends_on: date
    closed_on: date | None = None


@dataclass(frozen=True)
class Schedule:
    """A schedule that was found to make sense."""

    kind: Literal["cron", "fiscal"]
    zone: ZoneInfo
    cron: Cron | None = None
    anchor: Literal["period_end", "period_close"] = "period_end"
    working_day: int = 1
    at: time = time(8)
    holidays: frozenset[date] = frozenset()

    def following(self, after: datetime, periods: Iterable[PeriodEnd] = ()) -> datetime | None:
        """The first due moment later than another; nothing while no known period leads to one."""
        if self.cron is not None:
            return self.cron.following(after, self.zone)
        moments = sorted(moment for moment in map(self._of_period, periods) if moment is not None and moment > after)
        return moments[0] if moments else None

    def _of_period(self, period: PeriodEnd) -> datetime | None:
        day = period.ends_on if self.anchor == "period_end" else period.closed_on
        if day is None:
            return None
        due = nth_working_day(day, self.working_day, self.holidays)
        return datetime.combine(due, self.at, self.zone).astimezone(UTC)


def nth_working_day(after: date, count: int, holidays: frozenset[date] = frozenset()) -> date:
    """The so manieth day after a day that is neither a weekend nor a holiday."""
    day = after
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < _WEEKEND and day not in holidays
    return day


def read_schedule(data: Mapping[str, Any]) -> Schedule:
    """The schedule in a JSON object.  Raises: QueryInvalid naming every wrong part."""
    problems: list[Problem] = []
    kind = data.get("kind", "cron")
    known = {"cron": {"kind", "cron", "time_zone"}}.get(
        str(kind), {"kind", "anchor", "working_day", "at", "time_zone", "holidays"}
    )
    listed = ", ".join(sorted(known))
    problems += [
        Problem(f"schedule/{name}", f"unknown part; there are {listed}", "unknown_field")
        for name in sorted(set(data) - known)
    ]
    zone = _zone(data, problems)
    if kind == "cron":
        found = Schedule("cron", zone, cron=_cron(data, zone, problems))
    elif kind == "fiscal":
        found = _fiscal(data, zone, problems)
    else:
        problems.append(Problem("schedule/kind", "cron or fiscal is expected", "unknown_choice"))
    if problems:
        raise QueryInvalid(problems)
    return found


def _zone(data: Mapping[str, Any], problems: list[Problem]) -> ZoneInfo:
    name = data.get("time_zone", "UTC")
    try:
        return ZoneInfo(str(name))
    except (KeyError, ValueError, OSError):
        problems.append(Problem("schedule/time_zone", f"there is no time zone {name!r}", "unknown_zone"))
        return ZoneInfo("UTC")


def _cron(data: Mapping[str, Any], zone: ZoneInfo, problems: list[Problem]) -> Cron | None:
    try:
        cron = parse_cron(str(data.get("cron", "")))
    except CronInvalid as error:
        problems.append(Problem("schedule/cron", str(error), "bad_cron"))
        return None
    if cron.following(datetime(2024, 1, 1, tzinfo=UTC), zone) is None:
        problems.append(Problem("schedule/cron", "there is no such day", "bad_cron"))
    return cron


def _fiscal(data: Mapping[str, Any], zone: ZoneInfo, problems: list[Problem]) -> Schedule:
    anchor, count = data.get("anchor", "period_end"), data.get("working_day", 1)
    if anchor not in {"period_end", "period_close"}:
        problems.append(Problem("schedule/anchor", "period_end or period_close is expected", "unknown_choice"))
    if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= WORKING_DAY_MAX:
        problems.append(Problem("schedule/working_day", f"is no number from 1 to {WORKING_DAY_MAX}", "bad_working_day"))
        count = 1
    at = time(8)
    try:
        at = time.fromisoformat(str(data.get("at", "08:00")))
    except ValueError:
        problems.append(Problem("schedule/at", "a time such as 08:00 is expected", "bad_time"))
    holidays = set()
    for index, day in enumerate(data.get("holidays") or []):
        try:
            holidays.add(date.fromisoformat(str(day)))
        except ValueError:
            problems.append(Problem(f"schedule/holidays/{index}", "a day such as 2026-03-31 is expected", "not_a_day"))
    return Schedule("fiscal", zone, None, anchor, count, at.replace(tzinfo=None), frozenset(holidays))
