"""Days and seasons of a year that have names: Easter, Christmas, Black Friday, summer. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from ai.questions.times import Span, begins, year_at
from olap.periods import month_end

Day = Callable[[int], date]


def easter(year: int) -> date:
    """Easter Sunday by the Gregorian reckoning (the anonymous one of 1876)."""
    century, of_century = divmod(year, 100)
    leaps, rest = divmod(century, 4)
    moon = (19 * (year % 19) + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * rest + 2 * (of_century // 4) - moon - of_century % 4) % 7
    shifted = moon + weekday - 7 * ((year % 19 + 11 * moon + 22 * weekday) // 451) + 114
    return date(year, shifted // 31, shifted % 31 + 1)


def _black_friday(year: int) -> date:
    """The day after the fourth Thursday of November."""
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 22)


FEASTS: Mapping[tuple[str, ...], Day] = {
    ("easter",): easter,
    ("easter", "sunday"): easter,
    ("good", "friday"): lambda year: easter(year) - timedelta(days=2),
    ("easter", "monday"): lambda year: easter(year) + timedelta(days=1),
    ("whitsun",): lambda year: easter(year) + timedelta(days=49),
    ("pentecost",): lambda year: easter(year) + timedelta(days=49),
    ("christmas",): lambda year: date(year, 12, 25),
    ("christmas", "eve"): lambda year: date(year, 12, 24),
    ("new", "year"): lambda year: date(year, 1, 1),
    ("new", "year", "day"): lambda year: date(year, 1, 1),
    ("black", "friday"): _black_friday,
    ("复", "活", "节"): easter,
    ("圣", "诞", "节"): lambda year: date(year, 12, 25),
    ("圣", "诞"): lambda year: date(year, 12, 25),
    ("国", "庆", "节"): lambda year: date(year, 10, 1),
    ("元", "旦"): lambda year: date(year, 1, 1),
}
SINCE = (("since",), ("after",), ("自",), ("自", "从"))
BEFORE = (("before",), ("until",))
SINCE_BEHIND = (("以", "来"), ("之", "后"), ("以", "后"))
SEASONS = {"spring": 3, "summer": 6, "autumn": 9}
SEASON_MONTHS = 3


def named_days(words: Sequence[str], today: date) -> Span | None:
    """The days since or before a feast, of one that has a year or is a day of trade, or of a season."""
    return _opened(words, today) or _of_trade(words, today) or _season(words, today)


def _feast(words: Sequence[str], today: date) -> Span | None:
    """A feast of a year, or the latest that has been."""
    name = max((each for each in FEASTS if begins(words, each)), key=len, default=None)
    if name is None:
        return None
    at = len(name) + (1 if words[len(name) : len(name) + 1] in (["of"], ["in"]) else 0)
    year = year_at(words, at)
    day = FEASTS[name](year or today.year)
    if year is None and day > today:
        day = FEASTS[name](today.year - 1)
    return Span(at + 1 if year else len(name), day, day)


def _opened(words: Sequence[str], today: date) -> Span | None:
    """Since Easter that day counts; before and until it, it does not."""
    for lead, kind in (*((each, "since") for each in SINCE), *((each, "before") for each in BEFORE)):
        found = _feast(words[len(lead) :], today) if begins(words, lead) else None
        if found is None or found.start is None:
            continue
        behind = next((each for each in SINCE_BEHIND if begins(words[len(lead) + found.length :], each)), ())
        length = len(lead) + found.length + len(behind)
        if kind == "before":
            return Span(length, None, found.start - timedelta(days=1))
        return Span(length, found.start + timedelta(days=lead == ("after",)), today)
    found = _feast(words, today)
    behind = next((each for each in SINCE_BEHIND if found and begins(words[found.length :], each)), ())
    return Span(found.length + len(behind), found.start, today) if found and behind else None


def _of_trade(words: Sequence[str], today: date) -> Span | None:
    """Black Friday is one day; Easter or Christmas may be some days around it, and is not read alone."""
    skipped = 1 if words[:1] == ["on"] else 0
    return _plus(_feast(words[skipped:], today), skipped) if begins(words[skipped:], ("black", "friday")) else None


def _plus(span: Span | None, before: int) -> Span | None:
    return span.within(before) if span else None


def _season(words: Sequence[str], today: date) -> Span | None:
    """Summer is June to August, spring and autumn the three months before and behind it, of a year that is said."""
    skipped = 1 if words[:1] == ["the"] else 0
    month = SEASONS.get(words[skipped]) if len(words) > skipped + 1 else None
    at = skipped + 1 + (1 if month and words[skipped + 1] in {"of", "in"} else 0)
    year = year_at(words, at) if month else None
    length = at + 1
    if month and year is None and list(words[at : at + 2]) in (["this", "year"], ["last", "year"]):
        year, length = today.year - (words[at] == "last"), at + 2
    if not month or year is None:
        return None
    return Span(length, date(year, month, 1), month_end(date(year, month + SEASON_MONTHS - 1, 1)))
