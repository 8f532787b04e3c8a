"""Running totals: what a figure has come to by the end of each period, and when it first came to so much."""

from __future__ import annotations

from collections.abc import Sequence

from ai.questions.dialect import COUNTED
from ai.questions.keys import GRAINS, filled
from ai.questions.lexicon import Lexicon
from ai.questions.plans import Decline, Derive, Planned, Stop
from ai.questions.said import Reading
from olap.query import Filter, MetricQuery, TimeRange

DAY = "day"


def plan_running(
    reading: Reading,
    metric: str,
    names: Sequence[str],
    where: tuple[Filter, ...],
    time: TimeRange,
    lexicon: Lexicon,
) -> Planned | None:
    """The running total period by period; None where none is asked for, or one figure for all days is.

    Raises: Stop where the figures of days do not add up to one of all.
    """
    grain = next((each for each in reading.grains if each in GRAINS), DAY if reading.has("when") else None)
    if not reading.has("running") or (grain is None and not reading.limits):
        reading.operators = [each for each in reading.operators if each != "running"]
        return None
    adds_up = lexicon.metrics[metric]["additivity"] == "additive"
    if not (adds_up or COUNTED.get(metric, ("",))[0].endswith("_number")) or len(names) > 1 or reading.top:
        raise Stop(Decline("no_running"))
    grain = grain or DAY
    reading.operators = [each for each in reading.operators if each != "when"]
    bounds = tuple((each.operator, each.number) for each in reading.limits)
    query = MetricQuery((metric,), (grain, *names), (*where, *filled(names)), time)
    return Planned(query, Derive("running", metric, grain, bounds=bounds))
