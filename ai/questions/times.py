"""Time as people say it, in English and Chinese, against a given day. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from olap.periods import month_end, next_period, period_start, shift_months

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sep", "sept"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
ORDINALS = {
    "last": 4,
    "final": 4,
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
}
GRAINS = {
    **dict.fromkeys(("day", "days", "daily", "天", "日", "日期"), "day"),
    **dict.fromkeys(("week", "weeks", "weekly", "周", "星期"), "week"),
    **dict.fromkeys(("month", "months", "monthly", "月"), "month"),
    **dict.fromkeys(("quarter", "quarters", "quarterly", "季度", "季"), "quarter"),
    **dict.fromkeys(("year", "years", "yearly", "annual", "annually", "calendaryear", "calendaryears", "年"), "year"),
    **dict.fromkeys(("calendarmonth", "calendarmonths"), "month"),
    **dict.fromkeys(("calendarquarter", "calendarquarters"), "quarter"),
    **dict.fromkeys(("calendarday", "calendardays"), "day"),
}
NUMBERS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
}
CHINESE_NUMBERS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
YEARS = range(1930, 2100)


@dataclass(frozen=True, slots=True)
class Span:
    """So many words of the question, meaning the days from start to end, both included; no days mean all there are."""

    length: int
    start: date | None
    end: date | None
    ends: tuple[tuple[date, date], tuple[date, date]] | None = None
    """The first and the last period of a range that was said as two."""

    def within(self, before: int, after: int = 0) -> Span:
        """The same days told by more words."""
        return replace(self, length=self.length + before + after)


Rule = Callable[[Sequence[str], date], Span | None]


def read_period(words: Sequence[str], today: date) -> Span | None:
    """The longest name of one period that the words begin with, or None."""
    found = [span for rule in _RULES if (span := rule(words, today)) is not None]
    return max(found, key=lambda span: span.length, default=None)


def number_of(word: str) -> int | None:
    """A whole number written in digits or as a word."""
    if word.isdecimal() and len(word) < 6:  # noqa: PLR2004  # longer ones are no counts
        return int(word)
    return NUMBERS.get(word) or CHINESE_NUMBERS.get(word)


def period_of(day: date, grain: str) -> tuple[date, date]:
    """The first and last day of the period a day lies in."""
    start = period_start(day, grain)
    return start, next_period(start, grain) - timedelta(days=1)


def _day(words: Sequence[str], today: date) -> Span | None:
    names = {("today",): 0, ("yesterday",): 1, ("今", "天"): 0, ("昨", "天"): 1}
    for name, back in names.items():
        if begins(words, name):
            day = today - timedelta(days=back)
            return Span(len(name), day, day)
    return None


def _relative(words: Sequence[str], today: date) -> Span | None:
    """This or last week, month, quarter or year."""
    skipped = 1 if words[:1] == ["the"] else 0
    if len(words) < skipped + 2:
        return None
    back = {"this": 0, "current": 0, "last": 1, "previous": 1, "past": 1}.get(words[skipped])
    grain = GRAINS.get(words[skipped + 1])
    if back is None or grain is None or words[skipped + 1].endswith("s"):
        return None
    return _ending(skipped + 2, _back(today, grain, back), grain)


def _chinese_relative(words: Sequence[str], today: date) -> Span | None:
    for name, (grain, back) in _CHINESE_PERIODS.items():
        if begins(words, tuple(name)):
            return _ending(len(name), _back(today, grain, back), grain)
    return None


_CHINESE_PERIODS = {
    "本周": ("week", 0),
    "这周": ("week", 0),
    "上周": ("week", 1),
    "本月": ("month", 0),
    "这个月": ("month", 0),
    "上个月": ("month", 1),
    "上月": ("month", 1),
    "本季度": ("quarter", 0),
    "这个季度": ("quarter", 0),
    "上个季度": ("quarter", 1),
    "上季度": ("quarter", 1),
    "今年": ("year", 0),
    "本年": ("year", 0),
    "去年": ("year", 1),
    "前年": ("year", 2),
}


def _rolling(words: Sequence[str], today: date) -> Span | None:
    """The last n days, weeks, months, quarters or years, up to today."""
    skipped = 1 if words[:1] == ["the"] else 0
    rest = list(words[skipped:])
    if rest[:1] and rest[0] in {"last", "past", "previous"} and len(rest) > 2:  # noqa: PLR2004  # last, n, grain
        count, grain = number_of(rest[1]), GRAINS.get(rest[2])
        return _rolled(skipped + 3, count, grain, today)
    for name in ("最近", "过去", "近"):
        if begins(rest, tuple(name)):
            return _chinese_rolling(rest, len(name), today)
    return None


def _chinese_rolling(words: Sequence[str], at: int, today: date) -> Span | None:
    count = number_of(words[at]) if at < len(words) else None
    at += 1
    if at < len(words) and words[at] == "个":
        at += 1
    for name in ("季度", "天", "日", "周", "月", "年"):
        if begins(words[at:], tuple(name)):
            return _rolled(at + len(name), count, GRAINS[name], today)
    return None


def _rolled(length: int, count: int | None, grain: str | None, today: date) -> Span | None:
    if not count or grain is None:
        return None
    if grain in {"day", "week"}:
        return Span(length, today - timedelta(days=count * (7 if grain == "week" else 1) - 1), today)
    months = count * {"month": 1, "quarter": 3, "year": 12}[grain]
    return Span(length, shift_months(today, -months) + timedelta(days=1), today)


def _to_date(words: Sequence[str], today: date) -> Span | None:
    names = {
        ("ytd",): "year",
        ("year", "to", "date"): "year",
        ("so", "far", "this", "year"): "year",
        ("this", "year", "so", "far"): "year",
        ("mtd",): "month",
        ("month", "to", "date"): "month",
        ("qtd",): "quarter",
        ("quarter", "to", "date"): "quarter",
    }
    for grain in ("day", "week", "month", "quarter"):
        names |= {
            ("so", "far", "this", grain): grain,
            ("this", grain, "so", "far"): grain,
            (grain, "to", "date"): grain,
        }
    for name, grain in names.items():
        if begins(words, name):
            return Span(len(name), period_start(today, grain), today)
    return None


def _year(words: Sequence[str], _: date) -> Span | None:
    year = year_at(words, 0)
    if year is None:
        return None
    return Span(2 if begins(words[1:], ("年",)) else 1, date(year, 1, 1), date(year, 12, 31))


def _month(words: Sequence[str], today: date) -> Span | None:
    """A month by name, of a year or the latest that has begun; or 2025年3月."""
    if words and words[0] in MONTHS:
        return _named_month(words, today)
    year = year_at(words, 0)
    if year is not None and begins(words[1:], ("年",)) and len(words) > 3 and words[3] == "月":  # noqa: PLR2004
        month = number_of(words[2])
        if month and month <= 12:  # noqa: PLR2004  # months of a year
            return Span(4, date(year, month, 1), month_end(date(year, month, 1)))
    return None


def _named_month(words: Sequence[str], today: date) -> Span:
    month = MONTHS[words[0]]
    at = 2 if words[1:2] == ["of"] else 1
    year = year_at(words, at)
    if year is None:
        year, at = (today.year if month <= today.month else today.year - 1), 0
    return Span(at + 1, date(year, month, 1), month_end(date(year, month, 1)))


def _quarter(words: Sequence[str], today: date) -> Span | None:
    """Q2 2025, the second quarter of 2025, 2025年第二季度."""
    if words and len(words[0]) == 2 and words[0][0] == "q" and words[0][1] in "1234":  # noqa: PLR2004  # q and a digit
        return _quarter_of(words, 1, int(words[0][1]), today)
    skipped = 1 if words[:1] == ["the"] else 0
    if len(words) > skipped + 1 and words[skipped] in ORDINALS and words[skipped + 1] == "quarter":
        is_last_of = words[skipped] in {"last", "final"}
        year_from = skipped + (3 if words[skipped + 2 : skipped + 3] in (["of"], ["in"]) else 2)
        if is_last_of and not year_at(words, year_from):
            # The last quarter is the one before this; the last of a year is its fourth.
            return None
        return _quarter_of(words, skipped + 2, ORDINALS[words[skipped]], today)
    year = year_at(words, 0)
    at = 2 if year is not None and begins(words[1:], ("年",)) else 0
    if begins(words[at:], ("第",)) and begins(words[at + 2 :], ("季", "度")):
        return _spanning_quarter(at + 4, year or today.year, number_of(words[at + 1]) or 0)
    return None


def _quarter_of(words: Sequence[str], at: int, quarter: int, today: date) -> Span | None:
    after = at + 1 if words[at : at + 1] in (["of"], ["in"]) else at
    year = year_at(words, after)
    if year is not None:
        return _spanning_quarter(after + 1, year, quarter)
    current = (today.month - 1) // 3 + 1
    return _spanning_quarter(at, today.year if quarter <= current else today.year - 1, quarter)


def _spanning_quarter(length: int, year: int, quarter: int) -> Span | None:
    if quarter not in {1, 2, 3, 4}:
        return None
    start = date(year, 3 * quarter - 2, 1)
    return Span(length, start, month_end(shift_months(start, 2)))


def _iso(words: Sequence[str], _: date) -> Span | None:
    if not words or len(words[0]) != 10:  # noqa: PLR2004  # 2025-03-31
        return None
    try:
        day = date.fromisoformat(words[0])
    except ValueError:
        return None
    return Span(1, day, day)


_RULES: tuple[Rule, ...] = (
    _day,
    _relative,
    _chinese_relative,
    _rolling,
    _to_date,
    _year,
    _month,
    _quarter,
    _iso,
)


def begins(words: Sequence[str], name: Sequence[str]) -> bool:
    """Whether the words begin with these."""
    return tuple(words[: len(name)]) == tuple(name)


def year_at(words: Sequence[str], at: int) -> int | None:
    """The year written at a place, or None."""
    word = words[at] if at < len(words) else ""
    return int(word) if word.isdecimal() and len(word) == 4 and int(word) in YEARS else None  # noqa: PLR2004


def _back(today: date, grain: str, count: int) -> date:
    day = period_start(today, grain)
    for _ in range(count):
        day = period_start(day - timedelta(days=1), grain)
    return day


def _ending(length: int, start: date, grain: str) -> Span:
    first, last = period_of(start, grain)
    return Span(length, first, last)
