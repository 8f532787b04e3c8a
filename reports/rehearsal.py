"""A rule tested against the past before it is saved: when it would have fired, of whom, with which figure.

A rule on measurements sees what was stored then. A rule on figures sees each past day as the books tell it today: what
was posted to a day later counts as if it had been there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from olap.asker import Asker
from olap.errors import NumbersUnavailable
from olap.query import MetricQuery, TimeRange
from olap.service import Numbers
from reports.bounds import Reading
from reports.conditions import (
    Rule,
    anomaly_readings,
    change_readings,
    earlier_questions,
    member_of,
    question_at,
    threshold_readings,
)
from reports.measured import Firing, firings_of, past_firings
from runtime.measurements import Measurements

DAYS_MAX = 90
_DAY_MINUTES = 1_440
Figures = Mapping[str, Decimal | None]


@dataclass(frozen=True)
class Rehearsal:
    """What a rule would have done between two moments; without a first one there is no past to test it against."""

    since: datetime | None
    until: datetime
    firings: Sequence[Firing]


def rehearse(
    rule: Rule,
    *,
    for_minutes: int,
    days: int,
    now: datetime,
    measurements: Measurements,
    ask: Callable[[MetricQuery], Figures],
) -> Rehearsal:
    """What a rule would have done in the last days.  Raises: MetricsError where it cannot be evaluated at all."""
    since = now - timedelta(days=days)
    if rule.question is not None:
        return _of_figures(rule, since, now, ask, for_minutes)
    first = measurements.first_at()
    if first is None:
        return Rehearsal(None, now, ())
    start = max(since, first)
    return Rehearsal(start, now, past_firings(rule.conditions, measurements, start, now, for_minutes=for_minutes))


def asking(numbers: Numbers, rule: Rule, asker: Asker) -> Callable[[MetricQuery], Figures]:
    """Asks for the figures of a rule's metric by member, each question once."""
    known: dict[str, Figures] = {}

    def ask(question: MetricQuery) -> Figures:
        key = repr(question)
        if key not in known:
            known[key] = figures(numbers, question, rule.metric, asker)
        return known[key]

    return ask


def figures(numbers: Numbers, question: MetricQuery, metric: str, asker: Asker) -> Figures:
    """The figures of a metric by member.  Raises: MetricsError."""
    result = numbers.query(question, asker, are_members_checked=False)
    return {member_of(row, result.columns): _decimal(row[metric]) for row in result.rows}


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def readings_on(rule: Rule, day: date, ask: Callable[[MetricQuery], Figures], *, is_past: bool) -> list[Reading]:
    """What a rule on a metric finds on a day.  Raises: MetricsError."""
    question = question_at(rule, day)
    if is_past and rule.period is None:
        question = replace(question, time=TimeRange(end=day))
    if rule.kind == "threshold":
        return threshold_readings(rule, ask(question))
    read = anomaly_readings if rule.kind == "anomaly" else change_readings
    return read(rule, ask(question), [ask(each) for each in earlier_questions(rule, day)])


def _of_figures(
    rule: Rule, since: datetime, now: datetime, ask: Callable[[MetricQuery], Figures], for_minutes: int
) -> Rehearsal:
    """Day by day: a figure is looked at when its day is over, today's now."""
    found: dict[str, dict[float, Reading]] = {}
    day, last = since.date() + timedelta(days=1), now.date()
    while day <= last:
        at = min(datetime.combine(day + timedelta(days=1), time(), UTC), now).timestamp()
        try:
            readings = readings_on(rule, day, ask, is_past=True)
        except NumbersUnavailable:
            return Rehearsal(None, now, ())
        for each in readings:
            found.setdefault(each.member, {})[at] = each
        day += timedelta(days=1)
    firings = [firing for member, told in found.items() for firing in _firings(member, told, for_minutes)]
    return Rehearsal(since, now, sorted(firings, key=lambda each: (each.fired_at, each.member)))


def _firings(member: str, told: Mapping[float, Reading], for_minutes: int) -> list[Firing]:
    """A member's spells; a figure that is looked at once a day has lasted for that day."""
    marked = [(at, float(each.is_breach)) for at, each in told.items()]
    lasted = max(0, for_minutes - _DAY_MINUTES)
    found = firings_of(member, marked, bool, "", for_minutes=lasted, gap_seconds=1.5 * _DAY_MINUTES * 60)
    return [
        replace(each, figure=reading.figure or Decimal(0), expected=reading.expected)
        for each in found
        for reading in [told[each.fired_at.timestamp()]]
    ]
