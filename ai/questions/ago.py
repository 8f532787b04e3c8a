"""Periods counted back or by their number: two months ago, the week before last, week 40, Friday of last week. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from ai.questions.lasts import LAST, WEEKDAYS
from ai.questions.times import GRAINS, Span, begins, number_of, period_of, year_at
from olap.periods import period_start, shift_months, shift_years

AGO_MAX = 200
WHOLE = frozenset({"full", "whole", "complete", "entire", "calendar", "completed"})
THIS = {"this": 0, "the": 0, "current": 0, "last": 1, "previous": 1, "past": 1}
WEEK_LEADS = (("calendar", "week"), ("week", "no"), ("week", "number"), ("week",), ("cw",), ("kw",), ("wk",))
CHINESE_WEEKS = {"上周": 1, "上星期": 1, "上礼拜": 1, "本周": 0, "这周": 0, "本星期": 0, "这星期": 0, "上上周": 2}
CHINESE_DAYS = "一二三四五六日"
CHINESE_BACK = {
    "上上周": "week",
    "上上星期": "week",
    "上上个星期": "week",
    "上上个月": "month",
    "上上月": "month",
    "上上个季度": "quarter",
    "上上季度": "quarter",
}
CHINESE_GRAINS = {"周": "week", "星期": "week", "月": "month", "季度": "quarter", "年": "year"}
Rule = Callable[[Sequence[str], date], Span | None]


def said_back(words: Sequence[str], today: date) -> Span | None:
    """The days of a period that words begin with, counted back from today; None where they name none."""
    found = [span for rule in _RULES if (span := rule(words, today)) is not None]
    return max(found, key=lambda span: span.length, default=None)


def _period_back(length: int, today: date, grain: str, back: int) -> Span:
    start = period_start(today, grain)
    for _ in range(min(back, AGO_MAX)):
        start = period_start(start - timedelta(days=1), grain)
    return Span(length, *period_of(start, grain))


def _ago(words: Sequence[str], today: date) -> Span | None:
    """Two months ago is a whole month; one of them, or a year ago, may be a day as well and is not read."""
    count = number_of(words[0]) if len(words) > 2 and words[2] == "ago" else None  # noqa: PLR2004  # two months ago
    grain = GRAINS.get(words[1]) if count else None
    if not count or grain in {None, "day"} or not words[1].endswith("s") or count < 2:  # noqa: PLR2004
        return None
    return _period_back(3, today, str(grain), count)


def _before_last(words: Sequence[str], today: date) -> Span | None:
    """The week before last; in Chinese the last but one."""
    skipped = 1 if words[:1] == ["the"] else 0
    grain = GRAINS.get(words[skipped]) if len(words) > skipped + 2 else None
    if grain and grain != "day" and list(words[skipped + 1 : skipped + 3]) == ["before", "last"]:
        return _period_back(skipped + 3, today, grain, 2)
    for name, each in CHINESE_BACK.items():
        is_day = name == "上上周" and words[3:4] and words[3] in CHINESE_DAYS
        if begins(words, tuple(name)) and not is_day:
            return _period_back(len(name), today, each, 2)
    return None


def _whole(words: Sequence[str], today: date) -> Span | None:
    """The last three full months end with the last one that is over."""
    skipped = 1 if words[:1] == ["the"] else 0
    rest = words[skipped : skipped + 4]
    if len(rest) == 4 and rest[0] in LAST and rest[2] in WHOLE:  # noqa: PLR2004  # last, three, full, months
        return _last_whole(skipped + 4, number_of(rest[1]), GRAINS.get(rest[3]), today)
    for lead in ("最近", "过去", "近"):
        if begins(words, tuple(lead)):
            return _chinese_whole(words, len(lead), today)
    return None


def _chinese_whole(words: Sequence[str], at: int, today: date) -> Span | None:
    count = number_of(words[at]) if at < len(words) else None
    text = "".join(words[at + 1 : at + 8])
    for lead in ("个完整的", "个完整", "个整", "整"):
        for name, grain in CHINESE_GRAINS.items():
            if text.startswith(f"{lead}{name}"):
                return _last_whole(at + 1 + len(lead) + len(name), count, grain, today)
    return None


def _last_whole(length: int, count: int | None, grain: str | None, today: date) -> Span | None:
    if not count or grain is None:
        return None
    first, last = _period_back(length, today, grain, count), _period_back(length, today, grain, 1)
    return Span(length, first.start, last.end)


def _week(words: Sequence[str], today: date) -> Span | None:
    """Week 40, by the international count; without a year it is that of the latest week which has begun."""
    for lead in WEEK_LEADS:
        at = len(lead)
        if begins(words, lead) and len(words) > at and words[at].isdecimal() and len(words[at]) <= 2:  # noqa: PLR2004
            after = at + 2 if list(words[at + 1 : at + 2]) in (["of"], ["in"]) else at + 1
            year = year_at(words, after)
            return _week_days(after + 1 if year else at + 1, int(words[at]), year, today)
    year = year_at(words, 0)
    at = 2 if year and begins(words[1:], ("年",)) else 0
    if begins(words[at:], ("第",)) and words[at + 2 : at + 3] == ["周"]:
        return _week_days(at + 3, number_of(words[at + 1]) or 0, year if at else None, today)
    return None


def _week_days(length: int, week: int, year: int | None, today: date) -> Span | None:
    try:
        monday = date.fromisocalendar(year or today.year, week, 1)
    except ValueError:
        return None
    if year is None and monday > today:
        monday = date.fromisocalendar(today.year - 1, week, 1)
    return Span(length, monday, monday + timedelta(days=6))


def _weekdays_of(words: Sequence[str], today: date) -> Span | None:
    """Friday of last week, Monday to Wednesday last week, 上周五."""
    chinese = _chinese_weekday(words, today)
    if chinese is not None or not words or words[0] not in WEEKDAYS:
        return chinese
    is_range = words[1:2] in (["to"], ["until"], ["till"], ["through"]) and words[2:3] and words[2] in WEEKDAYS
    at = 3 if is_range else 1
    at += words[at : at + 1] in (["of"], ["in"])
    at += words[at : at + 1] == ["the"] and words[at + 1 : at + 2] != ["week"]
    if len(words) < at + 2 or words[at] not in THIS or words[at + 1] != "week":
        return None
    monday = period_start(today, "week") - timedelta(days=7 * THIS[words[at]])
    first, last = WEEKDAYS.index(words[0]), WEEKDAYS.index(words[2] if is_range else words[0])
    return Span(at + 2, monday + timedelta(days=first), monday + timedelta(days=last)) if first <= last else None


def _chinese_weekday(words: Sequence[str], today: date) -> Span | None:
    for name, back in CHINESE_WEEKS.items():
        at = len(name)
        day = CHINESE_DAYS.find(words[at].replace("天", "日")) if begins(words, tuple(name)) and words[at:] else -1
        if day >= 0:
            found = period_start(today, "week") + timedelta(days=day - 7 * back)
            return Span(at + 1, found, found)
    return None


def _begun(words: Sequence[str], today: date) -> Span | None:
    """Since the beginning of the month, which is the running one."""
    for lead in (("since",), ("from",)):
        at = len(lead)
        at += words[at : at + 1] == ["the"]
        rest = list(words[at : at + 4]) if begins(words, lead) else []
        is_begun = rest[:1] in (["beginning"], ["start"]) and rest[1:2] == ["of"] and rest[2:3] in (["the"], ["this"])
        grain = GRAINS.get(rest[3]) if is_begun and len(rest) > 3 else None  # noqa: PLR2004  # beginning of the month
        if grain and grain != "day":
            return Span(at + 4, period_start(today, grain), today)
    return None


def _same_days(words: Sequence[str], today: date) -> Span | None:
    """The same days of last month: as much of it as has gone by of this one; likewise of last quarter and year."""
    skipped = 1 if words[:1] == ["the"] else 0
    rest = list(words[skipped : skipped + 5])
    at = 3 if rest[2:3] in (["of"], ["in"]) else 2
    if rest[:1] != ["same"] or rest[1:2] not in (["days"], ["period"]) or rest[at : at + 1] != ["last"]:
        return None
    grain = GRAINS.get(rest[at + 1]) if len(rest) > at + 1 else None
    if grain not in {"month", "quarter"}:
        return None
    back = shift_months(today, -1 if grain == "month" else -3)
    return Span(skipped + at + 2, period_start(back, grain), back)


def _same_month(words: Sequence[str], today: date) -> Span | None:
    """In Chinese the same month of last year is named by itself."""
    for name, grain in (("去年同月", "month"), ("去年同季", "quarter"), ("去年同季度", "quarter")):
        if begins(words, tuple(name)) and words[len(name) : len(name) + 1] != ["度"]:
            return Span(len(name), *period_of(shift_years(today, -1), grain))
    return None


_RULES: tuple[Rule, ...] = (_ago, _before_last, _whole, _week, _weekdays_of, _begun, _same_days, _same_month)
