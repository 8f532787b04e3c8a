"""The days that a question is about, and those it compares them with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from ai.questions.changes import is_difference
from ai.questions.dialect import Operator
from ai.questions.paces import pace_of, stepped
from ai.questions.plans import Clarify, Decline, Stop
from ai.questions.ranges import Clock
from ai.questions.said import Reading
from ai.questions.words import is_chinese, joined
from olap.periods import month_end
from olap.query import Compare, MetricQuery, TimeRange

YEAR_DAYS = (365, 366)
COMPARING: tuple[Operator, ...] = ("versus", "growth", "change", "percent")
PREVIOUS = {"en": (" versus the previous period", " versus last year"), "zh": ("环比", "同比")}


@dataclass(frozen=True, slots=True)
class Days:
    """The range of a question and its comparison; `each` are periods to be told one by one."""

    time: TimeRange
    compare: Compare | None = None
    grain: str | None = None


def days_of(reading: Reading, clock: Clock, previous: MetricQuery | None) -> Days:
    """The days asked about.  Raises: Stop where they lie ahead or may be compared in several ways."""
    if reading.has("future"):
        raise Stop(Decline("future"))
    stepped = _in_steps(reading, clock, previous)
    if stepped is not None:
        return stepped
    against = _against(reading, clock, previous)
    if against is not None:
        return against
    days = _said(reading, clock)
    if days is None:
        time, compare = _kept(reading, clock, previous)
        return Days(time, compare)
    if days.time.start and days.time.start > clock.today:
        raise Stop(Decline("future"))
    return days


def _in_steps(reading: Reading, clock: Clock, previous: MetricQuery | None) -> Days | None:
    """The days told period by period, each beside the one before it; None where that is not asked for."""
    grain = pace_of(reading)
    if grain is None:
        return None
    spans = reading.times
    time = TimeRange(spans[0].start, spans[0].end) if spans else previous.time if previous else TimeRange()
    found = None if time.start and time.start > clock.today else stepped(time, grain, clock.today)
    return Days(*found, grain) if found else None


def _against(reading: Reading, clock: Clock, previous: MetricQuery | None) -> Days | None:
    """The days of the question before, beside the only period that a follow-up compares them with: that is none of it.

    A year said of days in it or in the next is the year before them: last year, of October, is October a year ago.
    """
    if previous is None or len(reading.times) != 1 or not reading.has("versus"):
        return None
    named = TimeRange(reading.times[0].start, reading.times[0].end)
    time = previous.time if previous.time.start and previous.time.end else _this_year(clock)
    if not (named.start and named.end and time.start and time.end):
        raise Stop(Decline("no_comparison"))
    is_year = _grain_of(named.start, named.end) == "year"
    if is_year and time.start.year == time.end.year and time.end.year - named.end.year in {0, 1}:
        return Days(replace(time, end=min(time.end, max(clock.today, time.start))), Compare("previous_year"))
    return Days(time, Compare("range", named.start, named.end))


def _this_year(clock: Clock) -> TimeRange:
    return TimeRange(date(clock.today.year, 1, 1), clock.today)


def _said(reading: Reading, clock: Clock) -> Days | None:
    spans = reading.times
    if not spans:
        return None
    if len(spans) == 1:
        return _single(reading, clock)
    ranges = [(each.start, each.end) for each in spans]
    if len(spans) == 2 and all(start and end for start, end in ranges):  # noqa: PLR2004  # one against the other
        return _two(reading, [(s, e) for s, e in ranges if s and e])
    if all(start and end for start, end in ranges) and not reading.has(*COMPARING):
        return _in_a_row(sorted((s, e) for s, e in ranges if s and e))
    raise Stop(Decline("several_times"))


def _in_a_row(ranges: list[tuple[date, date]]) -> Days:
    """Periods of one length that follow each other, told one by one: 2011, 2012 and 2013.  Raises: Stop."""
    grains = {_grain_of(*each) for each in ranges}
    follow = all(one[1].toordinal() + 1 == next_[0].toordinal() for one, next_ in pairwise(ranges))
    if len(grains) != 1 or None in grains or not follow:
        raise Stop(Decline("several_times"))
    return Days(TimeRange(ranges[0][0], ranges[-1][1]), None, grains.pop())


def _two(reading: Reading, ranges: list[tuple[date, date]]) -> Days:
    """Two periods: one compared with the other, or side by side where they follow each other."""
    earlier, later = sorted(ranges)
    grain = _grain_of(*earlier)
    follows = earlier[1].toordinal() + 1 == later[0].toordinal()
    if not reading.has(*COMPARING) and grain and follows and _grain_of(*later) == grain:
        return Days(TimeRange(earlier[0], later[1]), None, grain)
    if earlier[0] <= later[0] and earlier[1] >= later[1]:
        # A month said beside its year: in 2013, in March 2013.
        return Days(TimeRange(*later))
    is_plain = grain is not None and _grain_of(*later) == grain and _is_told_only(reading)
    if not is_plain and not reading.has(*COMPARING, "year_ago", "before"):
        raise Stop(Decline("several_times"))
    return Days(TimeRange(*later), Compare("range", *earlier))


def _is_told_only(reading: Reading) -> bool:
    """Whether two periods of a kind are only to be told, one beside the other: in November 2025 and November 2026."""
    is_asked = reading.is_descending is not None or reading.top or reading.limits or reading.partner or reading.grains
    return not is_asked and set(reading.operators) <= {"filler", "also", "and", "count", "by"}


def _grain_of(start: date, end: date) -> str | None:
    days = (end - start).days + 1
    if start.day != 1 or end != month_end(end):
        return "day" if days == 1 else None
    return {1: "month", 3: "quarter", 12: "year"}.get((end.year - start.year) * 12 + end.month - start.month + 1)


def _single(reading: Reading, clock: Clock) -> Days:
    span = reading.times[0]
    is_compared = reading.has(*COMPARING) and not reading.has("year_ago", "before") and not reading.grains
    if span.ends and is_compared and not _is_between_members(reading, span.ends[0]):
        earlier, later = span.ends
        return Days(TimeRange(*later), Compare("range", *earlier))
    time = TimeRange(span.start, span.end)
    compare = _compare(reading, time)
    if compare and compare.kind == "previous_year" and time.end and time.end > clock.today:
        # A year that is not over is compared with as much of the year before.
        time = replace(time, end=clock.today)
    return Days(time, compare)


def _is_between_members(reading: Reading, first: tuple[date, date]) -> bool:
    """Whether members are compared, and no days: from April to June, Germany versus France; but not of two years."""
    kinds = [{each.dimension for each in named.candidates} for named in reading.members if not named.is_excluded]
    several = any(one & other for at, one in enumerate(kinds) for other in kinds[at + 1 :])
    return (
        several
        and reading.has("versus")
        and not reading.has("growth", "change", "percent")
        and _grain_of(*first) != "year"
    )


def _compare(reading: Reading, time: TimeRange) -> Compare | None:
    if reading.has("year_ago"):
        return Compare("previous_year")
    if reading.has("before"):
        return Compare("previous_period")
    if is_difference(reading) and len(reading.metrics) > 1:
        return None
    if not reading.has("growth", "change") or reading.grains or reading.has("trend") or len(reading.members) > 1:
        # The difference between two members needs no second period.
        return None
    if not (time.start and time.end):
        raise Stop(Decline("no_comparison"))
    if (time.end - time.start).days + 1 in YEAR_DAYS:
        return Compare("previous_year")
    question = joined(reading.words)
    tails = PREVIOUS["zh" if is_chinese(question) else "en"]
    raise Stop(Clarify("several_comparisons", "", tuple(f"{question}{tail}" for tail in tails)))


def _kept(reading: Reading, clock: Clock, previous: MetricQuery | None) -> tuple[TimeRange, Compare | None]:
    """Without days of its own a question is about those of the one before it, or about all there are."""
    time = previous.time if previous else TimeRange()
    kind = "previous_year" if reading.has("year_ago") else "previous_period" if reading.has("before") else None
    if kind is None and reading.has("growth", "change") and not reading.grains and not reading.has("trend"):
        return _grown(reading, time)
    if kind is None:
        return time, None
    if not (time.start and time.end):
        time = _this_year(clock)
    return time, Compare("previous_year" if kind == "previous_year" else "previous_period")


def _grown(reading: Reading, time: TimeRange) -> tuple[TimeRange, Compare | None]:
    if is_difference(reading) and len(reading.metrics) > 1:
        # Of one figure from another, whatever the days.
        return time, None
    if not (time.start and time.end):
        raise Stop(Decline("no_comparison"))
    return time, _compare(reading, time)
