"""Ranges of time as people say them: from a period to another, since one, halves, fiscal years, days by name. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from ai.questions.ago import said_back
from ai.questions.feasts import named_days
from ai.questions.fiscal import YEAR_MONTHS, Clock, read_fiscal
from ai.questions.lasts import counted_back
from ai.questions.times import (
    GRAINS,
    MONTHS,
    ORDINALS,
    Span,
    begins,
    number_of,
    read_period,
    year_at,
)
from ai.questions.timewords import ALL_TIME, ENDS, JOINERS, LEADS, OF_THE_DATA, ONWARD, OPENINGS
from olap.periods import month_end, shift_months, shift_years

HALF_MONTHS = 6
PLACES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "last": -1, "final": -1}
HALVES = {"first": 1, "1st": 1, "opening": 1, "front": 1, "second": 2, "2nd": 2, "latter": 2, "back": 2, "last": 2}
_WEEK = timedelta(days=6)
Rule = Callable[[Sequence[str], Clock], Span | None]


def read_time(words: Sequence[str], clock: Clock | date) -> Span | None:
    """The longest time expression that the words begin with, or None."""
    known = Clock(clock) if isinstance(clock, date) else clock
    found = [span for rule in _RULES if (span := rule(words, known)) is not None]
    return max(found, key=lambda span: span.length, default=None)


def _period(words: Sequence[str], clock: Clock) -> Span | None:
    """One period, perhaps after words such as "the year"."""
    found = [read_period(words, clock.today)]
    for lead in LEADS:
        rest = words[len(lead) :] if begins(words, lead) else ()
        inner = (_relative_quarter(rest, clock) or read_period(rest, clock.today)) if rest else None
        if inner and ("month" not in lead or _is_month(inner)):
            found.append(inner.within(len(lead)))
    return max((span for span in found if span), key=lambda span: span.length, default=None)


def _is_month(span: Span) -> bool:
    return bool(span.start and span.end and span.end == month_end(span.start))


def _all(words: Sequence[str], _: Clock) -> Span | None:
    for phrase in ALL_TIME:
        said = phrase.split() if " " in phrase or phrase.isascii() else list(phrase)
        if begins(words, said):
            return Span(len(said), None, None)
    return None


def _half(words: Sequence[str], clock: Clock) -> Span | None:
    """The first half of 2013, H2 2012, 2013年上半年."""
    skipped = 1 if words[:1] == ["the"] else 0
    rest = words[skipped:]
    if rest[:1] in (["h1"], ["h2"]):
        return _half_of(rest, skipped, 1, int(rest[0][1]), clock)
    number = HALVES.get(rest[0]) if len(rest) > 1 and rest[1] in {"half", "semester"} else None
    if number:
        return _half_of(rest, skipped, 3 if rest[2:3] == ["year"] else 2, number, clock)
    year = year_at(words, 0)
    at = 2 if year is not None and begins(words[1:], ("年",)) else 0
    for number, name in ((1, "上半年"), (2, "下半年")):
        if begins(words[at:], tuple(name)):
            return _half_days(at + len(name), year if at and year else clock.today.year, number)
    return None


def _half_of(rest: Sequence[str], skipped: int, at: int, number: int, clock: Clock) -> Span:
    after = at + 1 if rest[at : at + 1] in (["of"], ["in"]) else at
    this_or_last = {("this", "year"): 0, ("last", "year"): 1, ("the", "year"): 0}
    for name, back in this_or_last.items():
        if begins(rest[after:], name):
            return _half_days(skipped + after + 2, clock.today.year - back, number)
    year = year_at(rest, after)
    if year is not None:
        return _half_days(skipped + after + 1, year, number)
    is_begun = clock.today.month > HALF_MONTHS * (number - 1)
    return _half_days(skipped + at, clock.today.year - (0 if is_begun else 1), number)


def _half_days(length: int, year: int, number: int) -> Span:
    start = date(year, HALF_MONTHS * (number - 1) + 1, 1)
    return Span(length, start, shift_months(start, HALF_MONTHS) - timedelta(days=1))


def _relative_quarter(words: Sequence[str], clock: Clock) -> Span | None:
    """The second quarter of last year, Q3 last year, March last year."""
    for length in (3, 2, 1):
        inner = read_period(words[:length], clock.today)
        if inner is None or inner.start is None or inner.end is None or inner.length != length:
            continue
        at = length + 1 if words[length : length + 1] in (["of"], ["in"]) else length
        for name, back in ((("last", "year"), 1), (("this", "year"), 0), (("the", "previous", "year"), 1)):
            if begins(words[at:], name) and (inner.end - inner.start).days < 100:  # noqa: PLR2004  # a month or quarter
                years = clock.today.year - back - inner.start.year
                return Span(at + len(name), shift_years(inner.start, years), shift_years(inner.end, years))
    return None


THIS_OR_LAST: Mapping[tuple[str, ...], int] = {("this", "year"): 0, ("last", "year"): 1, ("previous", "year"): 1}


def _day_of_year(words: Sequence[str], clock: Clock) -> Span | None:
    """1 January this year, 24 December last year; without a year the last such day that has begun."""
    at = 1 if words[:1] == ["the"] else 0
    named = list(words[at : at + 3])
    at += 3 if named[1:2] == ["of"] else 2
    day = _day_number(named[0]) if len(named) > 1 else None
    month = MONTHS.get(named[-1] if named[1:2] == ["of"] else named[1]) if day else None
    if not day or not month or year_at(words, at):
        return None
    of = at + 1 if words[at : at + 1] in (["of"], ["in"]) else at
    back = THIS_OR_LAST.get(tuple(words[of : of + 2]))
    today = clock.today
    try:
        found = date(today.year - (back or 0), month, day)
        if back is None and found > today:
            found = date(today.year - 1, month, day)
    except ValueError:
        return None
    return Span(of + 2 if back is not None else at, found, found)


def _day(words: Sequence[str], _: Clock) -> Span | None:
    """15 March 2013, March 15 2013, 2013年3月15日."""
    found: tuple[int, int, int, int] | None = None
    if len(words) > 2:  # noqa: PLR2004  # a day has three parts
        if words[1] in MONTHS and (year := year_at(words, 2)) and (day := _day_number(words[0])):
            found = 3, year, MONTHS[words[1]], day
        elif words[0] in MONTHS and (year := year_at(words, 2)) and (day := _day_number(words[1])):
            found = 3, year, MONTHS[words[0]], day
    year = year_at(words, 0)
    if year and len(words) > 5 and words[1] == "年" and words[3] == "月" and words[5] in {"日", "号"}:  # noqa: PLR2004
        found = 6, year, number_of(words[2]) or 0, number_of(words[4]) or 0
    if found is None:
        return None
    try:
        day_found = date(*found[1:])
    except ValueError:
        return None
    return Span(found[0], day_found, day_found)


def _week_of(words: Sequence[str], clock: Clock) -> Span | None:
    """The week of 5 May 2025: Monday to Sunday around the day."""
    skipped = 1 if words[:1] == ["the"] else 0
    if not begins(words[skipped:], ("week", "of")):
        return None
    inner = _day(words[skipped + 2 :], clock) or read_period(words[skipped + 2 :], clock.today)
    if inner is None or inner.start is None or inner.start != inner.end:
        return None
    monday = inner.start - timedelta(days=inner.start.weekday())
    return Span(skipped + 2 + inner.length, monday, monday + _WEEK)


def _day_number(word: str) -> int | None:
    plain = word.removesuffix("st").removesuffix("nd").removesuffix("rd").removesuffix("th")
    return int(plain) if plain.isdecimal() and 1 <= int(plain) <= 31 else None  # noqa: PLR2004  # days of a month


def _counted(words: Sequence[str], clock: Clock) -> Span | None:
    """What is counted back from today, or has its number or name."""
    rules = (counted_back, said_back, named_days)
    found = [span for rule in rules if (span := rule(words, clock.today)) is not None]
    return max(found, key=lambda span: span.length, default=None)


def _chinese_month(words: Sequence[str], clock: Clock) -> Span | None:
    """3月 of the latest year that has begun it; 去年3月."""
    at, year = 0, None
    for name, back in (("去年", 1), ("今年", 0)):
        if begins(words, tuple(name)):
            at, year = 2, clock.today.year - back
    if len(words) < at + 2 or words[at + 1] != "月":
        return None
    month = number_of(words[at])
    if not month or month > YEAR_MONTHS:
        return None
    year = year or clock.today.year - (0 if month <= clock.today.month else 1)
    return Span(at + 2, date(year, month, 1), month_end(date(year, month, 1)))


def _open(words: Sequence[str], clock: Clock) -> Span | None:
    """Since, until, before or after a period; at the end of one; 2013年以来."""
    for lead, kind in OPENINGS:
        said = tuple("".join(lead)) if not lead[0].isascii() else lead
        if begins(words, said) and (inner := _closed(words[len(said) :], clock)):
            onward = next((each for each in ONWARD if begins(words[len(said) + inner.length :], each)), ())
            if kind == "since" or onward:
                return _opened("since", inner.within(len(said), len(onward)), clock)
            if kind != "from":
                return _opened(kind, inner.within(len(said)), clock)
    inner = _closed(words, clock)
    for tail_words in OF_THE_DATA:
        if inner and begins(words[inner.length :], tail_words):
            return inner.within(0, len(tail_words))
    for tail, kind in (("以来", "since"), ("之后", "after"), ("以后", "after"), ("之前", "before"), ("底", "until")):
        if inner and begins(words[inner.length :], tuple(tail)):
            return _opened(kind, inner.within(0, len(tail)), clock)
    return None


def _opened(kind: str, inner: Span, clock: Clock) -> Span | None:
    if inner.start is None or inner.end is None:
        return None
    if kind == "since":
        return Span(inner.length, inner.start, clock.today)
    if kind == "after":
        return Span(inner.length, inner.end + timedelta(days=1), clock.today)
    return Span(inner.length, None, inner.end if kind == "until" else inner.start - timedelta(days=1))


def _between(words: Sequence[str], clock: Clock) -> Span | None:
    """Between or from one period to another, both included; January to March 2013."""
    at = 1 if words[:1] in (["between"], ["from"], ["since"], ["从"]) else 0
    at += _edge(words[at:])
    first = _closed(words[at:], clock) or _day_of_later_year(words, at, clock)
    if first is None or first.start is None:
        return None
    joined = at + first.length
    if joined >= len(words) or words[joined] not in JOINERS or (words[joined] == "and" and not at):
        return None
    edge = _edge(words[joined + 1 :])
    second = _closed(words[joined + 1 + edge :], clock)
    if second is None or second.end is None or second.start is None:
        return None
    # A month without its year takes the year said behind it: March to June 2013.
    again = _closed(words[at:joined], Clock(second.end, clock.fiscal_month))
    first = again if again and again.start and again.end else first
    if first.start is None or first.end is None or first.start > second.end:
        return None
    ends = ((first.start, first.end), (second.start, second.end))
    return Span(joined + 1 + edge + second.length, first.start, second.end, ends)


def _edge(words: Sequence[str]) -> int:
    """How many words say that the beginning or the end of a period is meant."""
    return next((len(lead) for lead in ENDS if begins(words, lead)), 0)


def _part_of(words: Sequence[str], clock: Clock) -> Span | None:
    """The last day of 2013, the second month of Q3 2012, the first ten days of May 2013."""
    skipped = 1 if words[:1] == ["the"] else 0
    rest = words[skipped:]
    which = PLACES.get(rest[0]) if len(rest) > 3 else None  # noqa: PLR2004  # which, grain, of, period
    if which is None:
        return None
    count = number_of(rest[1])
    at = 2 if count else 1
    grain = GRAINS.get(rest[at]) if at < len(rest) else None
    if grain not in {"day", "month"} or rest[at + 1 : at + 2] not in (["of"], ["in"]) or (count and abs(which) != 1):
        return None
    inner = _closed(rest[at + 2 :], clock)
    if inner is None or inner.start is None or inner.end is None:
        return None
    start, end = _counted_part(inner.start, inner.end, which, count or 1, grain)
    length = skipped + at + 2 + inner.length
    return Span(length, start, end) if inner.start <= start <= end <= inner.end else None


def _counted_part(start: date, end: date, which: int, count: int, grain: str) -> tuple[date, date]:
    """So many days or months from the beginning, or from the end, of a period."""
    if grain == "day":
        return (
            (end - timedelta(days=count - 1), end)
            if which < 0
            else (start + timedelta(days=which - 1), start + timedelta(days=which + count - 2))
        )
    if which < 0:
        return shift_months(end + timedelta(days=1), -count), end
    return shift_months(start, which - 1), shift_months(start, which + count - 1) - timedelta(days=1)


def _counted_months(words: Sequence[str], _: Clock) -> Span | None:
    """The first nine months of 2013, the last two quarters of 2012."""
    skipped = 1 if words[:1] == ["the"] else 0
    rest = words[skipped:]
    count = number_of(rest[1]) if len(rest) > 4 and rest[0] in {"first", "last", "final"} else None  # noqa: PLR2004
    months = {"month": 1, "months": 1, "quarter": 3, "quarters": 3}.get(rest[2]) if count else None
    year = year_at(rest, 4) if months and rest[3] in {"of", "in"} else None
    if not count or not months or year is None or count * months > YEAR_MONTHS:
        return None
    start, end = date(year, 1, 1), date(year, 12, 31)
    if rest[0] == "first":
        return Span(skipped + 5, start, shift_months(start, count * months) - timedelta(days=1))
    return Span(skipped + 5, shift_months(start, YEAR_MONTHS - count * months), end)


def _two_parts(words: Sequence[str], clock: Clock) -> Span | None:
    """The first and the second half of 2013; Q1 and Q2 2013 is told by the rule of ranges."""
    at = 1 if words[:1] == ["between"] else 0
    plain = [(index, word) for index, word in enumerate(words[at : at + 8], at) if word != "the"]
    if len(plain) < 5 or plain[1][1] not in {"and", "to", "versus", "vs"}:  # noqa: PLR2004
        return None
    first, second, kind = plain[0][1], plain[2][1], plain[3][1]
    if first not in ORDINALS or second not in ORDINALS or kind not in {"half", "quarter", "halves", "quarters"}:
        return None
    kind = {"halves": "half", "quarters": "quarter"}.get(kind, kind)
    tail = [word for _, word in plain[4:]]
    later = _closed([second, kind, *tail], clock)
    earlier = _closed([first, kind, *tail], clock)
    if later is None or earlier is None or later.length < 4 or not (earlier.start and earlier.end):  # noqa: PLR2004
        return None
    if later.start is None or later.end is None or earlier.start > later.start:
        return None
    ends = ((earlier.start, earlier.end), (later.start, later.end))
    return Span(plain[2 + later.length - 1][0] + 1, earlier.start, later.end, ends)


def _day_of_later_year(words: Sequence[str], at: int, clock: Clock) -> Span | None:
    """15 March, where the year stands behind the second day: between 15 March and 15 April 2013."""
    parts = list(words[at : at + 2])
    second = _closed(words[at + 3 :], clock) if words[at + 2 : at + 3] and words[at + 2] in JOINERS else None
    if second is None or second.end is None:
        return None
    found = _day([*parts, str(second.end.year)], clock)
    return Span(2, found.start, found.end) if found else None


def _closed(words: Sequence[str], clock: Clock) -> Span | None:
    found = [span for rule in _CLOSED if (span := rule(words, clock)) is not None]
    return max(found, key=lambda span: span.length, default=None)


_CLOSED: tuple[Rule, ...] = (
    _counted,
    _period,
    _half,
    _counted_months,
    _part_of,
    _relative_quarter,
    _day,
    _day_of_year,
    _week_of,
    _chinese_month,
    read_fiscal,
)
_RULES: tuple[Rule, ...] = (*_CLOSED, _all, _open, _between, _two_parts)

__all__ = ["Clock", "read_time"]
