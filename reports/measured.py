"""Alert rules over what the program measures of itself: pure, from stored measurements to readings and past firings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from olap.errors import NumbersUnavailable, Problem
from reports.bounds import Reading, bound_of, bounds_text
from runtime.curves import Curves, spells
from runtime.measurements import Measurements, Point
from runtime.technical_metrics import TECHNICAL_METRICS, TechnicalMetric, curves_of, shown

FRESH_SECONDS: Final = 90.0
"""A figure that is older says nothing of now."""
GAP_SECONDS: Final = 900.0
"""Points of the past that lie further apart do not belong to one spell; thinned ones lie five minutes apart."""
CONDITIONS_MAX: Final = 10
_PARTS = frozenset({"measurement", "above", "below", "where"})


@dataclass(frozen=True)
class Condition:
    """A technical metric and its bounds."""

    metric: TechnicalMetric
    above: Decimal | None
    below: Decimal | None
    where: Mapping[str, str]

    def is_bad(self, value: float) -> bool:
        """Whether a figure lies outside the bounds."""
        is_above = self.above is not None and value > self.above
        return is_above or (self.below is not None and value < self.below)

    @property
    def expected(self) -> str:
        """What the figure should be."""
        return f"{self.metric.name} {bounds_text(self.below, self.above)}"


@dataclass(frozen=True)
class Firing:
    """When a rule would have fired in the past, of whom, and until when; without an end it goes on."""

    member: str
    began_at: datetime
    fired_at: datetime
    ended_at: datetime | None
    figure: Decimal
    expected: str


def read_conditions(data: Mapping[str, Any], problems: list[Problem]) -> tuple[Condition, ...]:
    """The conditions in a JSON object, one by itself or several below `any`; what is wrong joins the problems."""
    listed = data.get("any")
    if listed is None:
        return tuple(found for found in [_condition(data, "", problems)] if found)
    if not isinstance(listed, list) or not 1 <= len(listed) <= CONDITIONS_MAX:
        problems.append(Problem("any", f"a list of 1 to {CONDITIONS_MAX} conditions is expected"))
        return ()
    found = [_condition(each, f"any/{index}/", problems) for index, each in enumerate(listed)]
    problems += [
        Problem(name, "stands in each condition below any", "unknown_field") for name in sorted(_PARTS & set(data))
    ]
    return tuple(each for each in found if each)


def _condition(data: Any, path: str, problems: list[Problem]) -> Condition | None:
    if not isinstance(data, Mapping):
        problems.append(Problem(path.rstrip("/"), "an object is expected"))
        return None
    problems += [
        Problem(f"{path}{name}", f"unknown part; there are {', '.join(sorted(_PARTS))}", "unknown_field")
        for name in sorted(set(data) - _PARTS - {"kind"})
    ]
    metric = TECHNICAL_METRICS.get(str(data.get("measurement")))
    if metric is None:
        known = ", ".join(sorted(TECHNICAL_METRICS))
        problems.append(
            Problem(f"{path}measurement", f"there is no such measurement; there are {known}", "unknown_choice")
        )
        return None
    above, below = _bound(data, "above", path, problems), _bound(data, "below", path, problems)
    if data.get("above") is None and data.get("below") is None:
        problems.append(Problem(f"{path}above", "above or below is expected", "missing"))
    if above is not None and below is not None and below > above:
        problems.append(Problem(f"{path}below", "the range has no inside: below is greater than above"))
    return Condition(metric, above, below, _where(data, metric, path, problems))


def _bound(data: Mapping[str, Any], name: str, path: str, problems: list[Problem]) -> Decimal | None:
    if data.get(name) is None:
        return None
    value = bound_of(data[name])
    if value is None:
        problems.append(Problem(f"{path}{name}", "a number is expected"))
    return value


def _where(data: Mapping[str, Any], metric: TechnicalMetric, path: str, problems: list[Problem]) -> Mapping[str, str]:
    given = data.get("where") or {}
    if not isinstance(given, Mapping):
        problems.append(Problem(f"{path}where", "an object of labels and their values is expected"))
        return {}
    told = ", ".join(metric.labels) or "none"
    problems += [
        Problem(f"{path}where/{name}", f"{metric.name} has no such label; it has {told}", "unknown_field")
        for name in sorted(set(given) - set(metric.labels))
    ]
    problems += [
        Problem(f"{path}where/{name}", "a text is expected")
        for name, value in given.items()
        if not isinstance(value, str) and name in metric.labels
    ]
    return {str(name): str(value) for name, value in given.items()}


def measured_readings(
    conditions: Sequence[Condition], measurements: Measurements, now: datetime, *, for_minutes: int
) -> list[Reading]:
    """Each member's figure now, a breach where it has been outside for long enough; the worst of several conditions.

    Raises: NumbersUnavailable where nothing has been measured lately.
    """
    lasted = timedelta(minutes=for_minutes)
    start = now - lasted - timedelta(seconds=2 * FRESH_SECONDS)
    found: dict[str, Reading] = {}
    is_known = False
    for condition in conditions:
        curves = _curves(condition, measurements, start, now)
        is_known = is_known or bool(curves)
        for member, points in curves.items():
            reading = _reading(condition, shown(member), points, now, lasted)
            if reading is not None and (reading.is_breach or not _is_breach(found.get(reading.member))):
                found[reading.member] = reading
    if not is_known and not _is_measuring(measurements, now):
        raise NumbersUnavailable(reason="nothing has been measured lately, so the monitor may not be running")
    return list(found.values())


def _is_breach(reading: Reading | None) -> bool:
    return reading is not None and reading.is_breach


def _reading(
    condition: Condition, member: str, points: Sequence[Point], now: datetime, lasted: timedelta
) -> Reading | None:
    if not points or now.timestamp() - points[-1][0] > FRESH_SECONDS:
        return None
    outside = spells(points, condition.is_bad, gap_seconds=GAP_SECONDS)
    is_bad_now = bool(outside) and outside[-1][-1] == points[-1]
    has_lasted = is_bad_now and points[-1][0] - outside[-1][0][0] >= lasted.total_seconds() - 1
    return Reading(member, _decimal(points[-1][1]), condition.expected, has_lasted)


def _curves(condition: Condition, measurements: Measurements, start: datetime, end: datetime) -> Curves:
    metric = condition.metric
    since = start - timedelta(seconds=metric.look_back_seconds)
    # A forecast of days needs no point every 15 seconds.
    step = 240.0 if metric.look_back_seconds > 7_200 else 0.0  # noqa: PLR2004  # two hours
    history = measurements.read(metric.names, since, end, step_seconds=step)
    edge = start.timestamp()
    return {
        member: kept
        for member, points in curves_of(metric, history, condition.where).items()
        if (kept := [point for point in points if point[0] >= edge])
    }


def _is_measuring(measurements: Measurements, now: datetime) -> bool:
    seen = measurements.read({"qooerp_disk_bytes"}, now - timedelta(seconds=FRESH_SECONDS), now)
    return bool(seen)


def past_firings(
    conditions: Sequence[Condition], measurements: Measurements, start: datetime, end: datetime, *, for_minutes: int
) -> list[Firing]:
    """When each member would have fired between two moments, oldest first."""
    found = [
        firing
        for condition in conditions
        for member, points in _curves(condition, measurements, start, end).items()
        for firing in firings_of(
            shown(member),
            points,
            condition.is_bad,
            condition.expected,
            for_minutes=for_minutes,
            gap_seconds=GAP_SECONDS,
        )
    ]
    return sorted(found, key=lambda each: (each.fired_at, each.member))


def firings_of(
    member: str,
    points: Sequence[Point],
    is_bad: Callable[[float], bool],
    expected: str,
    *,
    for_minutes: int,
    gap_seconds: float,
) -> list[Firing]:
    """The spells outside that lasted long enough, as firings."""
    lasted = for_minutes * 60
    found = []
    for spell in spells(points, is_bad, gap_seconds=gap_seconds):
        due = spell[0][0] + lasted
        fired = next((point for point in spell if point[0] >= due - 1), None)
        if fired is not None:
            goes_on = spell[-1] == points[-1]
            ended = None if goes_on else _instant(next(at for at, _ in points if at > spell[-1][0]))
            found.append(Firing(member, _instant(spell[0][0]), _instant(fired[0]), ended, _decimal(fired[1]), expected))
    return found


def load_condition(late_minutes: int | None) -> Condition:
    """What a rule on the load says as a measurement, by which it is tested against the past."""
    if late_minutes is not None:
        return Condition(TECHNICAL_METRICS["marts_age_seconds"], Decimal(late_minutes * 60), None, {})
    return Condition(TECHNICAL_METRICS["failed_check_count"], Decimal(0), None, {})


def _instant(at: float) -> datetime:
    return datetime.fromtimestamp(at, tz=UTC)


def _decimal(value: float) -> Decimal:
    return Decimal(repr(round(value, 6)))
