"""Period beside the period before it, period by period: sales from month to month, each quarter against the last."""

from __future__ import annotations

from datetime import date, timedelta

from ai.questions.dialect import PACES
from ai.questions.said import Reading
from ai.questions.times import GRAINS
from ai.questions.words import words_of
from olap.periods import next_period, period_start, previous_range
from olap.query import Compare, TimeRange

STANDARD = ("day", "week", "month", "quarter", "year")
OPEN = date(1990, 1, 1)
"""Where the days of a question begin that names none: before all books."""


def pace_of(reading: Reading) -> str | None:
    """The period that is told beside the one before it, one by one; None where no such steps are asked for."""
    is_moved = reading.has("growth", "change")
    if len(reading.times) > 1 or len(reading.metrics) > 1 or reading.has("average", "median", "running"):
        return None
    told = next((grain for grain in reading.grains if grain in STANDARD), None)
    if reading.has("before"):
        said = next((each for each in reading.said if each.operator == "before"), None)
        return told or (_grain_in(said.word) if said else None)
    if reading.has("year_ago"):
        return told if told == "year" else None
    return told if is_moved and len(reading.members) < 2 else None  # noqa: PLR2004  # two are set against each other


def _grain_in(phrase: str) -> str | None:
    """The period that a phrase such as from month to month names."""
    words = words_of(phrase)
    named = next((GRAINS[word] for word in words if word in GRAINS), None)
    return PACES.get(tuple(words)) or named


def stepped(time: TimeRange, grain: str, today: date) -> tuple[TimeRange, Compare] | None:
    """The days in whole periods, and those one period earlier; None where they hold no more than one period."""
    start = period_start(time.start or OPEN, grain)
    end = min(time.end or today, today)
    if next_period(start, grain) > end:
        return None
    earlier = period_start(start - timedelta(days=1), grain)
    last = previous_range(period_start(end, grain), next_period(period_start(end, grain), grain) - timedelta(days=1))
    return TimeRange(start, time.end or end), Compare("range", earlier, last[1])
