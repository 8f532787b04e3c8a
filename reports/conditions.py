"""When an alert rule is broken: pure, from figures and a rule to breaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Any, Literal

from olap.errors import Problem, QueryInvalid
from olap.query import Cell, Column, MetricQuery, TimeRange
from reports.bounds import Reading, bound_of, bounds_text
from reports.measured import Condition, load_condition, read_conditions
from reports.periods import PERIODS, days_of

KINDS = ("threshold", "change", "anomaly", "data_late", "check_failed", "measurement")
MEMBERS_MAX = 200
PERIODS_BACK_MAX = 24
ANOMALY_BACK = 12
ANOMALY_BACK_MIN = 6
"""Fewer periods say nothing of how far figures spread."""
SENSITIVITY = Decimal("3.5")
# Source: Iglewicz and Hoaglin 1993; so many median absolute deviations are a standard one of a normal distribution.
_MAD_TO_DEVIATION = Decimal("1.4826")
_SPREAD_MIN = Decimal("0.01")
"""Figures that never moved spread by this part of themselves: the smallest step is no anomaly."""
_WHOLE = ("yesterday", "last_week", "last_month", "last_quarter", "last_year")
_DAYS = {"day": 1, "week": 7}


_PARTS = (
    *("metric", "group_by", "where", "period", "above", "below"),
    *("fall_share", "rise_share", "periods_back", "sensitivity"),
)


@dataclass(frozen=True)
class Rule:
    """What a rule says, found to make sense."""

    kind: Literal["threshold", "change", "anomaly", "data_late", "check_failed", "measurement"]
    question: MetricQuery | None = None
    period: str | None = None
    above: Decimal | None = None
    below: Decimal | None = None
    fall_share: Decimal | None = None
    rise_share: Decimal | None = None
    periods_back: int = 3
    sensitivity: Decimal = SENSITIVITY
    """Of an anomaly: how many robust deviations from the median are still expected."""
    after_minutes: int = 0
    conditions: tuple[Condition, ...] = ()
    """Of a rule on measurements: one of them is enough."""

    @property
    def metric(self) -> str:
        """The metric that is watched."""
        return self.question.metrics[0] if self.question else ""


def read_rule(data: Mapping[str, Any]) -> Rule:
    """The rule in a JSON object.  Raises: QueryInvalid naming every wrong part."""
    problems: list[Problem] = []
    kind = data.get("kind")
    if kind not in KINDS:
        raise QueryInvalid([Problem("kind", f"one of {', '.join(KINDS)} is expected", "unknown_choice")])
    if kind == "check_failed":
        return Rule("check_failed", conditions=(load_condition(None),))
    if kind == "data_late":
        minutes = data.get("after_minutes", 60)
        if not isinstance(minutes, int) or isinstance(minutes, bool) or minutes < 1:
            raise QueryInvalid([Problem("after_minutes", "a whole number from 1 is expected")])
        return Rule("data_late", after_minutes=minutes, conditions=(load_condition(minutes),))
    if kind == "measurement":
        conditions = read_conditions(data, problems)
        if problems:
            raise QueryInvalid(problems)
        return Rule("measurement", conditions=conditions)
    rule = Rule(
        kind,
        question=_question(data, problems),
        period=_period(data, problems),
        above=_decimal(data, "above", problems),
        below=_decimal(data, "below", problems),
        fall_share=_decimal(data, "fall_share", problems),
        rise_share=_decimal(data, "rise_share", problems),
        periods_back=_count(data, kind, problems),
        sensitivity=_decimal(data, "sensitivity", problems) or SENSITIVITY,
    )
    _check_bounds(rule, problems)
    if problems:
        raise QueryInvalid(problems)
    return rule


def read_new_rule(data: Mapping[str, Any]) -> Rule:
    """A rule that somebody writes now: what would never fire, or means nothing, is refused rather than kept.

    Raises: QueryInvalid naming every wrong part.
    """
    rule, problems = read_rule(data), []
    if rule.question is not None:
        problems += [
            Problem(name, f"unknown part; a rule on figures has {', '.join(_PARTS)}", "unknown_field")
            for name in sorted(set(data) - {"kind", *_PARTS})
        ]
    if rule.fall_share is not None and not 0 < rule.fall_share <= 1:
        problems.append(Problem("fall_share", "a fraction above 0 and up to 1 is expected: 0.3 is a fall by 30 %"))
    if rule.rise_share is not None and rule.rise_share <= 0:
        problems.append(Problem("rise_share", "a fraction above 0 is expected: 0.3 is a rise by 30 %"))
    if problems:
        raise QueryInvalid(problems)
    return rule


def _question(data: Mapping[str, Any], problems: list[Problem]) -> MetricQuery:
    given = {"metrics": [data.get("metric")], "group_by": data.get("group_by") or [], "where": data.get("where") or []}
    try:
        return replace(MetricQuery.from_data(given), limit=MEMBERS_MAX)
    except QueryInvalid as error:
        problems += error.problems
        return MetricQuery(("",))


def _period(data: Mapping[str, Any], problems: list[Problem]) -> str | None:
    name = data.get("period")
    if name is not None and name not in PERIODS:
        problems.append(Problem("period", f"unknown period; known are {', '.join(PERIODS)}", "unknown_period"))
        return None
    return name


def _decimal(data: Mapping[str, Any], name: str, problems: list[Problem]) -> Decimal | None:
    if data.get(name) is None:
        return None
    value = bound_of(data[name])
    if value is None:
        problems.append(Problem(name, "a number is expected"))
    return value


def _count(data: Mapping[str, Any], kind: str, problems: list[Problem]) -> int:
    least, usual = (ANOMALY_BACK_MIN, ANOMALY_BACK) if kind == "anomaly" else (1, 3)
    count = data.get("periods_back", usual)
    if not isinstance(count, int) or isinstance(count, bool) or not least <= count <= PERIODS_BACK_MAX:
        problems.append(Problem("periods_back", f"a number from {least} to {PERIODS_BACK_MAX} is expected"))
        return least
    return count


def _check_bounds(rule: Rule, problems: list[Problem]) -> None:
    if rule.kind == "threshold":
        if rule.above is None and rule.below is None:
            problems.append(Problem("above", "above or below is expected", "missing"))
        if rule.above is not None and rule.below is not None and rule.below > rule.above:
            problems.append(Problem("below", "the range has no inside: below is greater than above"))
    if rule.kind == "anomaly":
        if rule.sensitivity <= 0:
            problems.append(Problem("sensitivity", "a number above zero is expected"))
        if rule.period not in _WHOLE:
            problems.append(Problem("period", f"a period that is over is expected: {', '.join(_WHOLE)}", "missing"))
    if rule.kind == "change":
        if rule.fall_share is None and rule.rise_share is None:
            problems.append(Problem("fall_share", "fall_share or rise_share is expected", "missing"))
        if rule.period not in {"yesterday", "last_week", "last_month", "last_quarter", "last_year", "this_month"}:
            problems.append(
                Problem("period", "a change is watched over a calendar period such as last_month", "missing")
            )


def question_at(rule: Rule, today: date) -> MetricQuery:
    """The question about the watched period."""
    if rule.question is None:
        raise ValueError("a rule about the load asks for no figure")
    if rule.period is None:
        return rule.question
    start, end = days_of(rule.period, today)
    return replace(rule.question, time=TimeRange(start=start, end=end))


def earlier_questions(rule: Rule, today: date) -> list[MetricQuery]:
    """The same question about the periods before, the latest first; each period ends the day before the next.

    What is unusual for a day is told by the same days of the weeks before.
    """
    now, found = question_at(rule, today), []
    start = now.time.start
    if rule.kind == "anomaly" and rule.period == "yesterday" and start is not None:
        days = [start - timedelta(days=7 * back) for back in range(1, rule.periods_back + 1)]
        return [replace(now, time=TimeRange(start=day, end=day), limit=None) for day in days]
    for _ in range(rule.periods_back):
        if start is None:
            break
        last = start - timedelta(days=1)
        first = _begin(rule.period or "", last)
        found.append(replace(now, time=TimeRange(start=first, end=last), limit=None))
        start = first
    return found


def _begin(period: str, last: date) -> date:
    """The first day of the period that ends on a day."""
    name = period.replace("last_", "this_").replace("yesterday", "today")
    return days_of(name, last)[0]


def member_of(row: Mapping[str, Cell], columns: Sequence[Column]) -> str:
    """Which member a row is about, in words."""
    keys = [column.name for column in columns if column.role in {"dimension", "time"}]
    return " · ".join("–" if row[name] is None else str(row[name]) for name in keys)


def threshold_readings(rule: Rule, figures: Mapping[str, Decimal | None]) -> list[Reading]:
    """Each member's figure against the bounds; a figure that is not there breaks none."""
    expected = bounds_text(rule.below, rule.above)
    return [
        Reading(
            member,
            figure,
            expected,
            figure is not None
            and ((rule.above is not None and figure > rule.above) or (rule.below is not None and figure < rule.below)),
        )
        for member, figure in figures.items()
    ]


def change_readings(
    rule: Rule, figures: Mapping[str, Decimal | None], earlier: Sequence[Mapping[str, Decimal | None]]
) -> list[Reading]:
    """Each member's figure against the mean of the periods before; a member without a past breaks nothing.

    A member that had figures and has none now has fallen to zero.
    """
    members = dict.fromkeys([*figures, *(member for each in earlier for member in each)])
    found = []
    for member in members:
        past = [each.get(member) or Decimal(0) for each in earlier]
        mean = sum(past, Decimal(0)) / len(past) if past else Decimal(0)
        figure = figures.get(member) or Decimal(0)
        low = mean * (1 - rule.fall_share) if rule.fall_share is not None else None
        high = mean * (1 + rule.rise_share) if rule.rise_share is not None else None
        is_breach = mean > 0 and ((low is not None and figure < low) or (high is not None and figure > high))
        found.append(Reading(member, figure, bounds_text(low, high), is_breach))
    return found


def anomaly_readings(
    rule: Rule, figures: Mapping[str, Decimal | None], earlier: Sequence[Mapping[str, Decimal | None]]
) -> list[Reading]:
    """Each member's figure against the median of the periods before, give or take so many robust deviations.

    A member without a past breaks nothing; one that had figures and has none now has fallen to zero.
    """
    found = []
    for member in dict.fromkeys([*figures, *(member for each in earlier for member in each)]):
        past = [each.get(member) or Decimal(0) for each in earlier]
        figure = figures.get(member) or Decimal(0)
        if not any(past):
            found.append(Reading(member, figure, "", is_breach=False))
            continue
        middle = median(past)
        spread = median([abs(each - middle) for each in past]) * _MAD_TO_DEVIATION
        reach = rule.sensitivity * max(spread, abs(middle) * _SPREAD_MIN)
        low, high = middle - reach, middle + reach
        found.append(Reading(member, figure, bounds_text(low, high), not low <= figure <= high))
    return found
