"""From screened series to hits: which days stand out, looked at a second time by a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import polars as pl

from ai.anomalies.screening import (
    INTERMITTENT_SHARE,
    Thresholds,
    calendar_days,
    density,
    screen_dense,
    screen_sparse,
)
from ai.anomalies.second_look import WEEK, outlook

SECOND_LOOKS_MAX = 400
SECOND_LOOK_WIDTH = 5.5
"""Robust deviations of the model that a single day must lie outside as well."""
_WEEK_KINDS = ("pause", "week", "shape")
_LEVEL_KINDS = frozenset({*_WEEK_KINDS, "drift"})


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """One series: a metric, and one member of one dimension; both empty for everything."""

    metric: str
    dimension: str = ""
    member: str = ""

    @property
    def is_total(self) -> bool:
        """Whether it is the metric as a whole."""
        return not self.dimension


@dataclass(frozen=True, slots=True)
class Outlier:
    """A day of a series that stands out.  Units: values in the metric's unit, score in robust deviations."""

    key: SeriesKey
    on: date
    kind: str
    """`day`, `size` (of an intermittent series), `pause`, `week` (a level shift), `shape` or `drift`."""
    observed: float
    expected: float
    low: float
    high: float
    score: float
    model: str
    days: int = 1
    """How many days the figure is the average of, or, of a pause, for how many there was nothing."""
    longest: int = 0
    """Of a pause: the longest one known before."""


@dataclass(frozen=True, slots=True)
class Family:
    """The series of one metric by one dimension.

    Shapes: frame has member, day, value; value is null where nothing is known.
    """

    metric: str
    dimension: str
    is_additive: bool
    frame: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Screened:
    """What the first look saw: every series' days since a day with their scores, and the outliers confirmed."""

    keys: Mapping[int, SeriesKey]
    days: pl.DataFrame
    """Shapes: series_id, day, value, centre, scale."""
    outliers: Sequence[Outlier]
    series_count: int


def find_outliers(
    families: Sequence[Family], *, since: date, limits: Thresholds | None = None, threads: int | None = None
) -> Screened:
    """The days since a day that stand out in any series of the families."""
    limits = limits or Thresholds()
    series, keys = _numbered(families)
    if series.is_empty():
        return Screened({}, _no_days(), (), 0)
    shares = density(series)
    thin = shares.filter(pl.col("density") < INTERMITTENT_SHARE)["series_id"].implode()
    dense = series.filter(~pl.col("series_id").is_in(thin))
    sparse = series.filter(pl.col("series_id").is_in(thin))
    days, outliers = _no_days(), []
    if not dense.is_empty():
        scored = screen_dense(dense.select("series_id", "day", "value"), since=since, threads=threads)
        days = scored.select("series_id", "day", "value", "centre", "scale")
        outliers += _confirmed(_standing_out(scored, keys, limits), dense, keys)
    if not sparse.is_empty():
        sized = screen_sparse(sparse.select("series_id", "day", "value"), limits, since=since, threads=threads)
        outliers += _large(sized, keys, limits)
    return Screened(keys, days, tuple(outliers), len(keys))


def _no_days() -> pl.DataFrame:
    kinds = {"series_id": pl.Int32, "day": pl.Date, "value": pl.Float64, "centre": pl.Float64, "scale": pl.Float64}
    return pl.DataFrame(schema=kinds)


def _numbered(families: Sequence[Family]) -> tuple[pl.DataFrame, dict[int, SeriesKey]]:
    """All series in one frame with every calendar day, numbered."""
    keys: dict[int, SeriesKey] = {}
    parts = []
    for number, family in enumerate(families):
        if family.frame.is_empty():
            continue
        members = family.frame["member"].unique().sort().to_list()
        ids = {member: len(keys) + place for place, member in enumerate(members)}
        keys |= {key: SeriesKey(family.metric, family.dimension, member) for member, key in ids.items()}
        named = family.frame.with_columns(
            family=pl.lit(number, pl.Int32),
            series_id=pl.col("member").replace_strict(ids, return_dtype=pl.Int32),
            value=pl.col("value").cast(pl.Float64),
        ).select("family", "series_id", "day", "value")
        parts.append(calendar_days(named, is_additive=family.is_additive))
    empty = pl.DataFrame(schema={"family": pl.Int32, "series_id": pl.Int32, "day": pl.Date, "value": pl.Float64})
    return (pl.concat(parts) if parts else empty), keys


def _standing_out(scored: pl.DataFrame, keys: Mapping[int, SeriesKey], limits: Thresholds) -> list[Outlier]:
    """Candidates of the first look; of days in a row the strongest, of a shift the first."""
    found = []
    for kind, column, limit in (
        ("day", "point_score", limits.point),
        ("pause", "pause_score", limits.pause),
        ("week", "week_score", limits.week),
        ("week", "ratio_score", limits.ratio),
        ("shape", "shape_score", limits.shape),
        ("drift", "drift_score", limits.drift),
    ):
        rows = scored.filter(pl.col(column).abs() > limit).sort("series_id", "day")
        found += _runs(rows, kind, column, limit, keys)
    return _without_echo(found)


def _runs(rows: pl.DataFrame, kind: str, column: str, limit: float, keys: Mapping[int, SeriesKey]) -> list[Outlier]:
    """One outlier for days close to each other."""
    gap = 1 if kind == "day" else 14
    found: list[Outlier] = []
    last: tuple[int, date] | None = None
    for row in rows.iter_rows(named=True):
        here = (row["series_id"], row["day"])
        made = _outlier(row, kind, row[column], limit, keys[row["series_id"]])
        if last is not None and last[0] == here[0] and (here[1] - last[1]).days <= gap:
            if kind == "day" and abs(made.score) > abs(found[-1].score):
                found[-1] = made
            elif kind == "pause":  # it goes on: known by the day it began to be one, as long as it has become
                found[-1] = replace(
                    found[-1], score=max(made.score, found[-1].score), days=max(made.days, found[-1].days)
                )
        else:
            found.append(made)
        last = here
    return found


def _outlier(row: Mapping[str, float], kind: str, score: float, limit: float, key: SeriesKey) -> Outlier:
    """Observed and expected of a day, or of a day's share of the week or month for shifts and drifts.

    Of a change of weekdays: how far its days lie from what is usual for them.
    """
    centre, scale = row["centre"], row["scale"]
    on: date = row["day"]  # type: ignore[assignment]  # the frame's one column of days
    if kind == "pause":
        usual, days = row["quarter_mean"], int(row["pause"])
        return Outlier(key, on, kind, 0.0, usual, usual, usual, score, "longest_pause", days, int(row["longest_pause"]))
    if kind == "day":
        observed, expected, width, days = row["value"], centre, limit * scale, 1
    elif kind == "week":
        observed, expected, width, days = centre + row["week_residual"], centre, limit * row["week_scale"], WEEK
    elif kind == "shape":
        size, usual = row["week_size"], row["size_centre"]
        return Outlier(
            key, on, kind, size, usual, 0.0, usual + limit * row["size_scale"], score, "weekday_median", WEEK
        )
    else:
        observed, expected, days = row["month_mean"], row["month_mean"] - row["drift"], WEEK
        width = limit * row["drift_scale"]
    low = at_least_zero(expected - width, row["lowest"])
    model = "" if kind == "day" else "weekday_median"
    return Outlier(key, on, kind, observed, expected, low, expected + width, score, model, days)


def at_least_zero(low: float, lowest: float | None) -> float:
    """The lower end of a range: what was never below zero is not expected there."""
    return max(low, 0.0) if lowest is not None and lowest >= 0 else low


def _without_echo(found: Sequence[Outlier]) -> list[Outlier]:
    """A large day makes its week large too, and a shift its month: one telling is enough."""
    days = {(each.key, each.on) for each in found if each.kind == "day"}
    kept = [each for each in found if each.kind == "day"]
    told: dict[SeriesKey, list[date]] = {}
    for each in sorted(found, key=lambda each: (each.on, each.kind)):
        if each.kind not in _WEEK_KINDS:
            continue
        near = sum((each.key, each.on - timedelta(days=back)) in days for back in range(7))
        before = told.setdefault(each.key, [])
        if (near == 0 or each.kind == "pause") and not any((each.on - on).days <= 35 for on in before):  # noqa: PLR2004
            kept.append(each)
            before.append(each.on)
    for each in found:
        if each.kind == "drift":
            is_told = any(abs((each.on - on).days) <= 70 for on in told.get(each.key, ()))  # noqa: PLR2004
            kept += [] if is_told else [each]
    return kept


def _confirmed(candidates: Sequence[Outlier], series: pl.DataFrame, keys: Mapping[int, SeriesKey]) -> list[Outlier]:
    """Candidates whose day the better model does not expect either; the strongest are looked at first."""
    numbers = {key: number for number, key in keys.items()}
    ranked = sorted(candidates, key=lambda each: -abs(each.score))
    looked = [each for each in ranked if each.kind == "day"][:SECOND_LOOKS_MAX]
    wanted = pl.Series([numbers[each.key] for each in looked], dtype=pl.Int32).unique().implode()
    own = series.filter(pl.col("series_id").is_in(wanted)).sort("series_id", "day")
    histories = {key[0]: part for key, part in own.partition_by("series_id", as_dict=True).items()}
    confirmed = [_looked_at(each, histories[numbers[each.key]]) for each in looked]
    others = [each for each in ranked if each.kind in _LEVEL_KINDS]
    return [each for each in confirmed if each is not None] + others


def _looked_at(candidate: Outlier, history: pl.DataFrame) -> Outlier | None:
    before = history.filter(pl.col("day") < candidate.on)["value"].to_numpy().astype(np.float64)
    expected = outlook(before[-730:], 1)
    if expected is None:
        return candidate
    low = at_least_zero(float(expected.low(SECOND_LOOK_WIDTH)[0]), history["value"].min())  # type: ignore[arg-type]
    high = float(expected.high(SECOND_LOOK_WIDTH)[0])
    if low <= candidate.observed <= high:
        return None
    return replace(
        candidate,
        expected=max(float(expected.forecast[0]), low),
        low=min(low, candidate.expected),
        high=max(high, candidate.expected),
        model=expected.model,
    )


def _large(sized: pl.DataFrame, keys: Mapping[int, SeriesKey], limits: Thresholds) -> list[Outlier]:
    """Figures of intermittent series far above those before; small ones are not told: nothing is small enough."""
    rows = sized.filter(pl.col("size_score") > limits.size)
    return [
        Outlier(
            keys[row["series_id"]],
            row["day"],
            "size",
            row["value"],
            row["centre"] if row["value"] > 0 else -row["centre"],
            min(0.0, row["value"]) if row["value"] > 0 else -row["high"],
            row["high"] if row["value"] > 0 else 0.0,
            row["size_score"],
            "size_median",
        )
        for row in rows.iter_rows(named=True)
    ]
