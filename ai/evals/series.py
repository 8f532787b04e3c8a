"""Daily series of a made-up company, and patterns put into them: what the detectors of series are judged by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.random import Generator
from numpy.typing import NDArray

DAYS = 730
START = date(2024, 1, 1)
Values = NDArray[np.float64]

PATTERNS = ("spike", "drop", "outage", "shift_up", "shift_down", "weekday_change", "size_of_seldom")


@dataclass(frozen=True, slots=True)
class Injected:
    """One pattern: which series, from which day, for how many days."""

    pattern: str
    series: int
    on: date
    days: int


def clean_series(random: Generator, count: int, *, seldom_share: float = 0.15) -> tuple[Values, NDArray[np.bool_]]:
    """Series as companies have them, and which of them are intermittent.

    Shapes: (count, DAYS). Kinds: sums with noise in proportion, counts, heavy tails, intermittent sales; all with
    weekdays, half with a year's season, some with a trend.
    """
    days = np.arange(DAYS)
    weekdays = random.uniform(0.4, 1.6, (count, 7))
    weekdays[:, 6] *= random.choice([0.0, 0.3, 1.0], count, p=[0.25, 0.35, 0.4])
    season = 1 + random.choice([0.0, 0.25], (count, 1)) * np.sin(
        2 * np.pi * (days + random.uniform(0, 365, (count, 1))) / 365
    )
    trend = 1 + random.uniform(-0.1, 0.3, (count, 1)) * days / DAYS
    level = random.lognormal(6, 1.2, (count, 1))
    expected = level * trend * season * weekdays[:, days % 7]
    kind = random.integers(0, 3, count)
    proportional = expected * np.maximum(0, 1 + 0.2 * random.standard_normal((count, DAYS)))
    counts = random.poisson(np.minimum(expected, 400)).astype(float)
    heavy = expected * random.lognormal(-0.08, 0.4, (count, DAYS))
    values = np.choose(kind[:, None], [proportional, counts, heavy])
    seldom = random.random(count) < seldom_share
    happens = random.random((count, DAYS)) < random.uniform(0.05, 0.2, (count, 1))
    sizes = level * random.lognormal(0, 0.5, (count, DAYS))
    return np.where(seldom[:, None], np.where(happens, sizes, 0.0), values), seldom


def inject(
    random: Generator, values: Values, seldom: NDArray[np.bool_], *, share: float = 0.35, last_days: int = 120
) -> tuple[Values, list[Injected]]:
    """The series with one pattern each in a share of them, within the last days."""
    changed, truth = values.copy(), []
    for series in np.flatnonzero(random.random(len(values)) < share):
        at = int(random.integers(DAYS - last_days, DAYS - 28))
        pattern = "size_of_seldom" if seldom[series] else str(random.choice(PATTERNS[:-1]))
        days = _put(random, changed[series], pattern, at)
        truth.append(Injected(pattern, int(series), START + timedelta(days=at), days))
    return changed, truth


def _put(random: Generator, row: Values, pattern: str, at: int) -> int:
    """How many days the pattern put into a row lasts."""
    before = row[at - 70 : at].reshape(10, 7)
    usual = np.median(before, axis=0)
    spread = 1.4826 * np.median(np.abs(before - usual)) + 0.02 * usual.mean()
    top = float(np.quantile(before, 0.98))
    if pattern == "spike":
        row[at] = max(row[at] + 12 * spread, 3 * top)
        return 1
    if pattern == "size_of_seldom":
        figures = row[:at][row[:at] > 0]
        row[at] = 25 * np.median(figures)
        return 1
    if pattern in {"drop", "outage"}:
        days = 1 if pattern == "drop" else 5
        # The busiest weekday: on a quiet one a zero is no news.
        at_best = at + int(np.argmax(usual)) if pattern == "drop" else at
        row[at] = row[at]
        row[at_best : at_best + days] = 0.0 if pattern == "outage" else -max(8 * spread, 1.5 * usual.max())
        return at_best - at + days
    if pattern in {"shift_up", "shift_down"}:
        row[at : at + 28] *= 2.2 if pattern == "shift_up" else 0.25
        return 28
    order = np.roll(np.argsort(usual), 3)
    row[at : at + 28] = np.tile(usual[order] * random.uniform(0.9, 1.1, 7) * 1.6, 4)
    return 28


def frame_of(values: Values) -> pl.DataFrame:
    """Shapes: member, day, value; one row a series and day."""
    count = len(values)
    days = pl.date_range(START, START + timedelta(days=DAYS - 1), eager=True)
    return pl.DataFrame(
        {
            "member": np.repeat([f"{number:05d}" for number in range(count)], DAYS),
            "day": pl.concat([days] * count),
            "value": values.ravel(),
        }
    )
