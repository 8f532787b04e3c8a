"""Days that lie ahead, which only what is due or promised may be asked of: next week, tomorrow, in the next 30 days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from ai.questions.fiscal import Clock
from ai.questions.ranges import read_time
from ai.questions.times import GRAINS, MONTHS, Span, number_of, period_of, year_at
from olap.periods import month_end, next_period, period_start, shift_months

MONTHS_OF_YEAR = 12
TOMORROW = {("tomorrow",): 1, ("明", "天"): 1, ("后", "天"): 2, ("today",): 0, ("今", "天"): 0}
NEXT = {"下周": "week", "下星期": "week", "下个星期": "week", "下个月": "month", "下月": "month", "下季度": "quarter"}
NEXT |= {"下个季度": "quarter", "明年": "year"}
_WITHIN = "in the next|within the next|over the next|the next|within|in the coming|next"
WITHIN = tuple(tuple(each.split()) for each in _WITHIN.split("|"))


def read_ahead(words: Sequence[str], clock: Clock) -> Span | None:
    """The days that words begin with, those to come included; None where they name none."""
    today = clock.today
    found = [_day(words, today), _next(words, today), _within(words, today), _month(words, today)]
    found += [read_time(words, clock)]
    return max((each for each in found if each and each.end), key=lambda each: each.length, default=None)


def _day(words: Sequence[str], today: date) -> Span | None:
    for name, days in TOMORROW.items():
        if tuple(words[: len(name)]) == name:
            return Span(len(name), today + timedelta(days=days), today + timedelta(days=days))
    return None


def _next(words: Sequence[str], today: date) -> Span | None:
    if len(words) > 1 and words[0] == "next" and words[1] in GRAINS and not words[1].endswith("s"):
        return _following(2, today, GRAINS[words[1]])
    name = max((each for each in NEXT if "".join(words).startswith(each)), key=len, default=None)
    return _following(len(name), today, NEXT[name]) if name else None


def _following(length: int, today: date, grain: str) -> Span:
    return Span(length, *period_of(next_period(period_start(today, grain), grain), grain))


def _within(words: Sequence[str], today: date) -> Span | None:
    """In the next 30 days: from today on."""
    for lead in WITHIN:
        count = number_of(words[len(lead)]) if len(words) > len(lead) + 1 else None
        grain = GRAINS.get(words[len(lead) + 1]) if count and tuple(words[: len(lead)]) == lead else None
        if count and grain in {"day", "week"}:
            return Span(len(lead) + 2, today, today + timedelta(days=count * (7 if grain == "week" else 1)))
    count = number_of(words[0]) if words else None
    if count and list(words[1:3]) in (["天", "内"], ["日", "内"]):
        return Span(3, today, today + timedelta(days=count))
    return None


def _month(words: Sequence[str], today: date) -> Span | None:
    """A month that is said without its year is the nearest: December in November is the next, October the last."""
    if not words or words[0] not in MONTHS or year_at(words, 1):
        return None
    month = MONTHS[words[0]]
    ahead = (month - today.month) % MONTHS_OF_YEAR
    start = shift_months(today.replace(day=1), ahead if ahead <= MONTHS_OF_YEAR // 2 else ahead - MONTHS_OF_YEAR)
    return Span(1, start, month_end(start))
