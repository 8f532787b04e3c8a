"""Outliers that tell one story become one incident: what it costs at most, where it comes from, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import polars as pl

from ai.anomalies.metrics import Outlier, Screened, SeriesKey
from ai.anomalies.model import Hit, Incident, Words, together
from ai.anomalies.words import metric_reason

METHOD = "Season-aware median and MAD (Hampel 1974), second look by exponential smoothing"
SERIES_DAYS = 60
_MEMBERS_TOLD = 5
METRIC_ALARM = 0.6
"""A single series just over its threshold is told only where others stand out beside it."""
FINE_DIMENSIONS = frozenset({"customer", "item", "supplier", "account", "salesperson"})
"""So many members that some stand out by chance every week; which weekdays one of them has is chance altogether."""
MATERIAL_SHARE = 0.25
"""Of an ordinary day of the whole metric."""
LASTING_DAYS = 35
_SHORT = frozenset({"day", "size"})
_SCALE = 6.5
"""Robust deviations that make half a score."""


@dataclass(frozen=True, slots=True)
class MetricFacts:
    """What the grouping has to know of a metric."""

    name: str
    label: Words
    unit: str
    is_money: bool
    is_additive: bool
    good_direction: str
    area: str
    marts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Naming:
    """How metrics and dimensions are called, in both languages."""

    metrics: Mapping[str, MetricFacts]
    dimensions: Mapping[str, Words] = field(default_factory=dict)


def group_outliers(screened: Screened, naming: Naming) -> list[Incident]:
    """Incidents by falling money at risk; outliers of one day (or two in a row) with a thread between them are one."""
    days = _Days(screened)
    groups = _linked([each for each in screened.outliers if _is_news(each, days)], naming)
    made = [_incident(group, days, naming) for group in groups]
    made = [each for each in made if each.score >= METRIC_ALARM]
    return sorted(made, key=lambda each: (-each.money_at_risk, -each.score, each.pattern))


def _is_news(each: Outlier, days: _Days) -> bool:
    """Of a change of level, whether it is new; of a member, whether the whole feels it."""
    if each.kind not in _SHORT and (days.newest - each.on).days > LASTING_DAYS:
        return False
    if each.key.is_total:
        return True
    felt = abs(each.observed - each.expected) * each.days >= MATERIAL_SHARE * days.usual(each.key.metric)
    return felt and not (each.kind == "shape" and each.key.dimension in FINE_DIMENSIONS)


def _linked(outliers: Sequence[Outlier], naming: Naming) -> list[list[Outlier]]:
    """Outliers joined by a shared member, by one metric, or by both being totals of one area; on neighbouring days."""
    parents = list(range(len(outliers)))

    def root(place: int) -> int:
        while parents[place] != place:
            parents[place] = parents[parents[place]]
            place = parents[place]
        return place

    threads: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, each in enumerate(outliers):
        for back in (0, 1):
            day = each.on - timedelta(days=back)
            for thread in _threads(each, naming):
                threads[(*thread, day)].append(place)
    for places in threads.values():
        for other in places[1:]:
            parents[root(other)] = root(places[0])
    groups: defaultdict[int, list[Outlier]] = defaultdict(list)
    for place, each in enumerate(outliers):
        groups[root(place)].append(each)
    return list(groups.values())


def _threads(each: Outlier, naming: Naming) -> Iterable[tuple[object, ...]]:
    is_short = each.kind in _SHORT
    facts = naming.metrics.get(each.key.metric)
    yield ("metric", each.key.metric, is_short)
    if each.key.is_total and facts:
        yield ("area", facts.area, is_short)
    if not each.key.is_total:
        yield ("member", each.key.dimension, each.key.member, is_short)


class _Days:
    """Values and expectations of every series, by day."""

    def __init__(self, screened: Screened) -> None:
        self._numbers = {key: number for number, key in screened.keys.items()}
        self._by_series = {
            int(str(key[0])): part for key, part in screened.days.partition_by("series_id", as_dict=True).items()
        }
        self._members: defaultdict[str, list[SeriesKey]] = defaultdict(list)
        for key in screened.keys.values():
            if not key.is_total:
                self._members[key.metric].append(key)
        newest = screened.days["day"].max()
        self.newest: date = (
            newest if isinstance(newest, date) else max((e.on for e in screened.outliers), default=date.max)
        )

    def usual(self, metric: str) -> float:
        """How much an ordinary day of the whole metric has; zero where nobody knows."""
        number = self._numbers.get(SeriesKey(metric))
        part = self._by_series.get(number) if number is not None else None
        if part is None:
            return 0.0
        middle = part.filter(pl.col("value") != 0)["value"].abs().median()
        return float(middle) if isinstance(middle, (int, float)) else 0.0

    def around(self, key: SeriesKey, on: date) -> list[dict[str, Any]]:
        """The days before and a few after, for a chart."""
        part = self._by_series.get(self._numbers[key])
        if part is None:
            return []
        near = part.filter(pl.col("day").is_between(on - timedelta(days=SERIES_DAYS), on + timedelta(days=14))).sort(
            "day"
        )
        return [
            {
                "day": row["day"].isoformat(),
                "value": _rounded(row["value"]),
                "low": _rounded(_less(row["centre"], row["scale"])),
                "high": _rounded(_less(row["centre"], row["scale"], -1)),
            }
            for row in near.iter_rows(named=True)
        ]

    def members_on(self, metric: str, on: date) -> Iterable[tuple[SeriesKey, float, float]]:
        """Every member's value and expectation on a day; intermittent series, which have none, are left out."""
        for key in self._members[metric]:
            part = self._by_series.get(self._numbers[key])
            if part is None:
                continue
            row = part.filter(pl.col("day") == on)
            if row.height and row["value"][0] is not None:
                yield key, float(row["value"][0]), float(row["centre"][0] or 0.0)


def _incident(group: Sequence[Outlier], days: _Days, naming: Naming) -> Incident:
    lead = max(group, key=lambda each: (_risk(each, naming), each.key.is_total, abs(each.score)))
    contributions = _contributions(lead, group, days)
    reason = metric_reason(lead, naming, contributions)
    hits = tuple(_hit(each, naming) for each in sorted(group, key=lambda each: -abs(each.score))[:50])
    return Incident(
        pattern=f"metric:{lead.key.metric}:{lead.key.dimension}:{lead.key.member}:{lead.kind}:{lead.on}"[:300],
        kind="metric",
        reason=reason,
        score=together([hit.strength for hit in hits[:3]]),
        money_at_risk=max(_risk(each, naming) for each in group),
        first_on=min(each.on for each in group),
        last_on=max(each.on for each in group),
        hits=hits,
        metric=lead.key.metric,
        observed=lead.observed,
        expected=lead.expected,
        low=lead.low,
        high=lead.high,
        contributions=contributions,
        series=days.around(lead.key, lead.on),
    )


def _risk(each: Outlier, naming: Naming) -> float:
    """The difference in money where the metric counts money; of a shift, of the week seen so far; of a pause, of it."""
    facts = naming.metrics.get(each.key.metric)
    if facts is None or not facts.is_money:
        return 0.0
    return abs(each.observed - each.expected) * each.days


def _contributions(lead: Outlier, group: Sequence[Outlier], days: _Days) -> list[dict[str, Any]]:
    """How much of the lead's difference each member of each dimension brought, the largest first."""
    difference = lead.observed - lead.expected
    if not difference:
        return []
    found: defaultdict[str, dict[str, float]] = defaultdict(dict)
    if lead.key.is_total and lead.kind == "day":
        for key, value, centre in days.members_on(lead.key.metric, lead.on):
            found[key.dimension][key.member] = value - centre
    for each in group if lead.key.is_total else ():
        if each.key.metric == lead.key.metric and not each.key.is_total and each.on == lead.on:
            found[each.key.dimension].setdefault(each.key.member, each.observed - each.expected)
    told = []
    for dimension, members in sorted(found.items()):
        largest = sorted(members.items(), key=lambda pair: -abs(pair[1]))[:_MEMBERS_TOLD]
        told += [
            {
                "dimension": dimension,
                "member": member,
                "difference": _rounded(amount),
                "share": round(amount / difference, 4),
            }
            for member, amount in largest
            if amount * difference > 0
        ]
    return told


def _hit(each: Outlier, naming: Naming) -> Hit:
    subject = f"{each.key.metric}|{each.key.dimension}|{each.key.member}"[:200]
    return Hit(
        control=f"metric_{each.kind}",
        standard=METHOD,
        on=each.on,
        score=squashed(each.score),
        weight=0.9,
        money_at_risk=_risk(each, naming),
        subject=subject,
        reason=metric_reason(each, naming, ()),
        dimension=each.key.dimension or None,
        member=each.key.member or None,
        observed=each.observed,
        low=each.low,
        high=each.high,
    )


def squashed(score: float) -> float:
    """Robust deviations as a score from 0 to 1."""
    return abs(score) / (abs(score) + _SCALE)


def _less(centre: float | None, scale: float | None, sign: int = 1) -> float | None:
    return None if centre is None or scale is None else centre - sign * 6.5 * scale


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 4)
