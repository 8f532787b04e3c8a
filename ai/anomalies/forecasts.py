"""Forecasts of the next days of the main series, to be kept as facts and judged when the days are over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from ai.anomalies.metrics import Family, SeriesKey
from ai.anomalies.second_look import outlook

FORECAST_DAYS = 7
FORECAST_WIDTH = 2.5
"""Robust deviations of the expected range: a judged forecast should lie within it nearly always."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A day to come of a series.  Units: in the metric's unit."""

    key: SeriesKey
    on: date
    model: str
    value: float
    low: float
    high: float


def forecast_totals(families: Sequence[Family], *, after: date) -> list[Expected]:
    """The week after a day, of every metric as a whole that has enough history."""
    made = []
    for family in families:
        if family.dimension or family.frame.is_empty():
            continue
        history = _history(family, after)
        expected = outlook(history, FORECAST_DAYS)
        if expected is None:
            continue
        told = np.stack([expected.forecast, expected.low(FORECAST_WIDTH), expected.high(FORECAST_WIDTH)], axis=1)
        floor = 0.0 if np.nanmin(history) >= 0 else -np.inf
        key = SeriesKey(family.metric)
        made += [
            Expected(key, after + timedelta(days=place + 1), expected.model, *map(float, values))
            for place, values in enumerate(np.maximum(told, floor))
        ]
    return made


def _history(family: Family, after: date) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    known = family.frame.filter(pl.col("day") <= after).sort("day")
    if known.is_empty():
        return np.empty(0)
    days = pl.DataFrame({"day": pl.date_range(known["day"][0], after, eager=True)})
    full = days.join(known, on="day", how="left")
    values = full["value"].cast(pl.Float64)
    return (values.fill_null(0.0) if family.is_additive else values).to_numpy().astype(np.float64)
