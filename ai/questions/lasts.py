"""Days told by counting back, and halves of months: last October, last Monday, the day before yesterday. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from ai.questions.times import MONTHS, Span, number_of, read_period
from olap.periods import month_end, shift_months

LAST = frozenset({"last", "past", "previous"})
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS_BACK = {
    ("the", "day", "before", "yesterday"): 2,
    ("day", "before", "yesterday"): 2,
    ("前", "天"): 2,
    ("大", "前", "天"): 3,
}
AGO_MAX = 366
HALVES = {"first": 0, "second": 1, "1st": 0, "2nd": 1}
MIDDLE = 15
HALF = 6
MONTHS_AGO: Mapping[tuple[str, ...], int] = {("last", "month"): 1, ("this", "month"): 0, ("the", "month"): 0}
MONTH_NUMBERS = range(1, 13)
PARTS = {"上半月": (1, MIDDLE), "下半月": (MIDDLE + 1, 0), "上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 0)}
"""Parts of a month with their first and last day, the last of all where that is none."""


def counted_back(words: Sequence[str], today: date) -> Span | None:
    """The days that words begin with, counted back from today; None where they name none."""
    return _days(words, today) or _named(words, today) or _half_year(words, today) or _half_month(words, today)


def _days(words: Sequence[str], today: date) -> Span | None:
    for phrase, back in DAYS_BACK.items():
        if tuple(words[: len(phrase)]) == phrase:
            day = today - timedelta(days=back)
            return Span(len(phrase), day, day)
    count = number_of(words[0]) if len(words) > 2 else None  # noqa: PLR2004  # two days ago
    if count and list(words[1:3]) in (["days", "ago"], ["day", "ago"]):
        day = today - timedelta(days=min(count, AGO_MAX * 10))
        return Span(3, day, day)
    return None


def _named(words: Sequence[str], today: date) -> Span | None:
    """Last October is the last one that is over; last Monday the last before today."""
    if len(words) < 2 or words[0] not in LAST or (len(words) > 2 and words[2].isdecimal()):  # noqa: PLR2004
        return None
    if words[1] in WEEKDAYS:
        back = (today.weekday() - WEEKDAYS.index(words[1])) % 7 or 7
        return Span(2, today - timedelta(days=back), today - timedelta(days=back))
    month = MONTHS.get(words[1])
    if month is None:
        return None
    start = date(today.year if month < today.month else today.year - 1, month, 1)
    return Span(2, start, month_end(start))


def _half_year(words: Sequence[str], today: date) -> Span | None:
    """The last half year is the one before that which is running."""
    skipped = 1 if words[:1] == ["the"] else 0
    if list(words[skipped + 1 : skipped + 3]) != ["half", "year"] or words[skipped] not in LAST:
        return None
    is_first = today.month <= HALF
    start = date(today.year - is_first, HALF + 1 if is_first else 1, 1)
    return Span(skipped + 3, start, month_end(date(start.year, start.month + HALF - 1, 1)))


def _half_month(words: Sequence[str], today: date) -> Span | None:
    """The second half of October 2026 begins on the 16th; without a year it is that of the last one that began."""
    skipped = 1 if words[:1] == ["the"] else 0
    said = list(words[skipped : skipped + 5])
    if len(said) < 4 or said[0] not in HALVES or said[1:3] != ["half", "of"]:  # noqa: PLR2004
        return _half_behind(words, today)
    behind = tuple(said[3:5])
    if behind in MONTHS_AGO:
        first = shift_months(date(today.year, today.month, 1), -MONTHS_AGO[behind])
        return _half_from(skipped + 5, first, HALVES[said[0]])
    if said[3] not in MONTHS:
        return None
    month = MONTHS[said[3]]
    has_year = len(said) > 4 and said[4].isdecimal() and len(said[4]) == 4  # noqa: PLR2004
    year = int(said[4]) if has_year else today.year - (month > today.month)
    return _half_from(skipped + (5 if has_year else 4), date(year, month, 1), HALVES[said[0]])


def _half_behind(words: Sequence[str], today: date) -> Span | None:
    """In Chinese the half stands behind its month, and so do its three parts of ten days."""
    month = _month_before(words, today)
    text = "".join(words[month.length : month.length + 3]) if month else ""
    if month is None or month.start is None:
        return None
    for name, (start, end) in PARTS.items():
        if text.startswith(name):
            last = date(month.start.year, month.start.month, end) if end else month_end(month.start)
            return Span(month.length + len(name), month.start.replace(day=start), last)
    return None


def _month_before(words: Sequence[str], today: date) -> Span | None:
    """The month that words begin with, in Chinese: 上个月, 10月, 2026年10月."""
    found = read_period(words, today)
    if found is not None and found.start and found.end == month_end(found.start):
        return found
    month = number_of(words[0]) if words[1:2] == ["月"] else None
    if not month or month > len(MONTH_NUMBERS):
        return None
    start = date(today.year - (month > today.month), month, 1)
    return Span(2, start, month_end(start))


def _half_from(length: int, first: date, half: int) -> Span:
    if half:
        return Span(length, first.replace(day=MIDDLE + 1), month_end(first))
    return Span(length, first, first.replace(day=MIDDLE))
