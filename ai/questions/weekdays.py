"""Days of the week, said in English and Chinese, and what is told by them: sums over the days of a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ai.questions.deriving import WEEKDAYS
from ai.questions.dialect import COUNTED
from ai.questions.lexicon import Lexicon
from ai.questions.plans import Decline, Derive, Planned, Stop
from ai.questions.said import Reading
from olap.query import Filter, MetricQuery, TimeRange

DAY = "day"
_CHINESE = "一二三四五六日"
_GROUPS = {
    "weekend": WEEKDAYS[5:],
    "weekends": WEEKDAYS[5:],
    "a weekend": WEEKDAYS[5:],
    "working days": WEEKDAYS[:5],
    "on weekdays": WEEKDAYS[:5],
    "weekdays": WEEKDAYS[:5],
}
_BY = (
    "which day of the week|what day of the week|by day of the week|per day of the week|each day of the week|"
    "day of the week|which weekday|what weekday|on which weekday|by weekday|per weekday|for each weekday|each weekday|"
    "weekday|day of week|days of the week|by day of week|which of the weekdays"
)


def _phrases() -> Iterator[tuple[tuple[str, ...], str]]:
    for number, name in enumerate(WEEKDAYS):
        for spelling in (name.lower(), f"{name.lower()}s"):
            yield (spelling,), name
            yield ("on", spelling), name
            yield ("on", "a", spelling), name
        for lead in ("星期", "周", "礼拜"):
            yield (*lead, _CHINESE[number]), name
    for phrase, names in _GROUPS.items():
        yield tuple(phrase.split()), " ".join(names)
    yield tuple("周末"), " ".join(WEEKDAYS[5:])
    yield tuple("工作日"), " ".join(WEEKDAYS[:5])
    for phrase in _BY.split("|"):
        yield tuple(phrase.split()), ""
    for chinese in ("星期几", "周几", "每个星期几"):
        yield tuple(chinese), ""


WEEKDAY_PHRASES: Mapping[tuple[str, ...], str] = dict(_phrases())
"""What is said, with the days that it names; without any where each of them is asked for."""


def by_weekday(
    reading: Reading, metric: str, keys: Sequence[str], where: tuple[Filter, ...], time: TimeRange, lexicon: Lexicon
) -> Planned | None:
    """The days of a time, to be added up by the day of the week; None where no such day is said.  Raises: Stop."""
    if not (reading.weekdays or reading.by_weekday):
        return None
    # A document has one day, so that those of several days add up.
    is_sum = lexicon.metrics[metric]["additivity"] == "additive" or COUNTED.get(metric, ("",))[0].endswith("_number")
    if not is_sum or set(keys) - {DAY} or reading.limits or reading.has("average", "share", "growth", "change"):
        raise Stop(Decline("no_weekday"))
    names = () if reading.by_weekday else tuple(dict.fromkeys(reading.weekdays))
    is_ranked = reading.is_descending is not None
    how = Derive(
        "weekday",
        metric,
        values=names,
        order=reading.is_descending if is_ranked else None,
        limit=(reading.top or 1) if is_ranked else None,
    )
    return Planned(MetricQuery((metric,), (DAY,), where, time), how)
