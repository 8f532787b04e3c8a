"""Curves worked out of stored measurements: levels, rates, shares, forecasts; pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import Final

from runtime.measurements import History, Point, Series, rates

Member = tuple[tuple[str, str], ...]
"""One thing that a figure is told of, by its labels."""
Curves = Mapping[Member, Sequence[Point]]

DAY: Final = 86_400.0
FORECAST_DAYS: Final = 7.0
FORECAST_SPAN_MIN: Final = 6 * 3_600.0
"""A trend of less than six hours says nothing of days."""
GROWTH_SECONDS: Final = 3_600.0
INSTANCE: Final = ("service", "instance_id")


def _by(series: Series, labels: Sequence[str]) -> Member:
    return tuple((name, series.label(name)) for name in labels)


def _named(history: History, name: str, **labels: str) -> dict[Series, Sequence[Point]]:
    wanted = labels.items()
    return {
        series: points
        for series, points in history.items()
        if series.name == name and all(series.label(key) == value for key, value in wanted)
    }


def _summed(curves: Sequence[Sequence[Point]]) -> list[Point]:
    """Points of the same moments added up."""
    total: dict[float, float] = {}
    for points in curves:
        for at, value in points:
            total[at] = total.get(at, 0.0) + value
    return sorted(total.items())


def _divided(upper: Sequence[Point], lower: Sequence[Point]) -> list[Point]:
    below = dict(lower)
    return [(at, value / below[at]) for at, value in upper if below.get(at)]


def level(name: str, labels: Sequence[str] = (), **fixed: str) -> Callable[[History], Curves]:
    """A gauge as it is, added up over labels that do not matter."""
    return lambda history: _grouped(_named(history, name, **fixed), labels)


def rate_of(name: str, labels: Sequence[str] = (), **fixed: str) -> Callable[[History], Curves]:
    """How fast a counter grows."""

    def work_out(history: History) -> Curves:
        grown = {series: rates(points) for series, points in _named(history, name, **fixed).items()}
        return _grouped(grown, labels)

    return work_out


def _grouped(found: Mapping[Series, Sequence[Point]], labels: Sequence[str]) -> Curves:
    groups: dict[Member, list[Sequence[Point]]] = {}
    for series, points in found.items():
        groups.setdefault(_by(series, labels), []).append(points)
    return {member: _summed(curves) for member, curves in groups.items()}


def share_of(upper: Callable[[History], Curves], lower: Callable[[History], Curves]) -> Callable[[History], Curves]:
    """One figure against another that has the same members, or none at all."""

    def work_out(history: History) -> Curves:
        below = lower(history)
        return {
            member: _divided(points, below.get(member) or below.get((), ()))
            for member, points in upper(history).items()
        }

    return work_out


def busy_share(history: History) -> Curves:
    """How much of the machine's processors is taken."""
    every = _summed([rates(points) for points in _named(history, "qooerp_host_cpu_seconds_total").values()])
    idle = dict(
        _summed([rates(each) for each in _named(history, "qooerp_host_cpu_seconds_total", mode="idle").values()])
    )
    return {(): [(at, 1 - idle.get(at, 0.0) / value) for at, value in every if value > 0]}


def growth_share(history: History) -> Curves:
    """Against the least that a process had within the hour before."""
    found: dict[Member, list[Point]] = {}
    for member, points in level("qooerp_process_memory_bytes", INSTANCE)(history).items():
        moments = [at for at, _ in points]
        grown = []
        for place, (at, value) in enumerate(points):
            since = bisect_left(moments, at - GROWTH_SECONDS)
            least = min(each for _, each in points[since : place + 1])
            grown.append((at, value / least - 1 if least else 0.0))
        found[member] = grown
    return found


def days_to_full(points: Sequence[Point]) -> list[Point]:
    """At each moment, after how many days nothing is free if it goes on as in the week before; least squares."""
    moments = [at for at, _ in points]
    if not moments:
        return []
    origin = moments[0]
    xs, ys = [(at - origin) / DAY for at in moments], [value for _, value in points]
    sums = [
        [0.0, *accumulate(each)] for each in (xs, ys, [x * x for x in xs], [x * y for x, y in zip(xs, ys, strict=True)])
    ]
    found = []
    for end in range(1, len(points) + 1):
        start = bisect_left(moments, moments[end - 1] - FORECAST_DAYS * DAY)
        if moments[end - 1] - moments[start] < FORECAST_SPAN_MIN:
            continue
        count = end - start
        x, y, xx, xy = (each[end] - each[start] for each in sums)
        spread = count * xx - x * x
        slope = (count * xy - x * y) / spread if spread > 0 else 0.0
        if slope < 0:
            found.append((moments[end - 1], ys[end - 1] / -slope))
    return found


def forecast(history: History) -> Curves:
    """After how many days the disk is full; no point where it does not fill."""
    return {(): days_to_full(_summed([*_named(history, "qooerp_disk_bytes", state="free").values()]))}


def daily_growth(name: str) -> Callable[[History], Curves]:
    """How much a level grew in the day before each moment, or since it is known."""

    def work_out(history: History) -> Curves:
        points = _summed([*_named(history, name).values()])
        moments = [at for at, _ in points]
        return {(): [(at, value - points[bisect_left(moments, at - DAY)][1]) for at, value in points]}

    return work_out


def p95_ms(history: History) -> Curves:
    """Between two rounds: below what 95 of 100 answers stayed, within the bucket in which that lies."""
    buckets = {
        float(series.label("le").replace("+Inf", "inf")): dict(rates(points))
        for series, points in _named(history, "qooerp_http_request_seconds_bucket").items()
    }
    bounds = sorted(buckets)
    if not bounds:
        return {}
    found = []
    for at, total in sorted(buckets[bounds[-1]].items()):
        if total > 0:
            found.append((at, 1000 * _within(bounds, [buckets[bound].get(at, 0.0) for bound in bounds], 0.95 * total)))
    return {(): found}


def _within(bounds: Sequence[float], counted: Sequence[float], wanted: float) -> float:
    below, least = 0.0, 0.0
    for bound, count in zip(bounds, counted, strict=True):
        if count >= wanted:
            if bound == float("inf"):
                return least
            return least + (bound - least) * ((wanted - below) / (count - below) if count > below else 1.0)
        below, least = count, bound
    return least


def spells(points: Sequence[Point], is_bad: Callable[[float], bool], *, gap_seconds: float) -> list[tuple[Point, ...]]:
    """Stretches of points outside the bounds without one inside; a gap in what is known ends a stretch."""
    found: list[list[Point]] = []
    before: Point | None = None
    for point in points:
        if is_bad(point[1]):
            goes_on = before is not None and is_bad(before[1]) and point[0] - before[0] <= gap_seconds
            if goes_on:
                found[-1].append(point)
            else:
                found.append([point])
        before = point
    return [tuple(each) for each in found]
