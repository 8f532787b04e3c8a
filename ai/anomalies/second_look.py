"""The second look at the few days that stood out: exponential smoothing with a week's season, and a year beside it.

Two models look at a series up to the day: additive Holt-Winters with a damped trend and seven weekdays (Hyndman and
Athanasopoulos 2021, 8.3), its parameters chosen by one-step errors; and a decomposition into level, weekday and time
of the year where two years are known (as MSTL does, Bandara et al. 2021, by medians instead of loess). The one that has
erred less is believed. They are written out here in numpy: statsforecast cannot be installed beside pandas 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
WEEK = 7
YEAR = 364
"""Fifty-two weeks: the same weekday a year ago."""
_WARM_UP = 28
_GRID = np.array(list(product((0.05, 0.15, 0.35), (0.0, 0.02), (0.02, 0.1, 0.3))))
_DAMPING = 0.98


@dataclass(frozen=True, slots=True)
class Outlook:
    """Days to come, with how far off the model usually was.  Shapes: forecast (days,)."""

    model: str
    forecast: Values
    deviation: float
    """In the unit of the values: robust standard deviation of one-step errors."""

    def low(self, width: float) -> Values:
        """The lower end of the expected range."""
        return self.forecast - width * self.deviation

    def high(self, width: float) -> Values:
        """The upper end."""
        return self.forecast + width * self.deviation


def outlook(history: Values, days: int) -> Outlook | None:
    """What the better model expects of the days after a history; None where it has too few days.

    Shapes: history (n_days,), oldest first, NaN where a day is missing.
    """
    known = history[np.argmax(np.isfinite(history)) :] if np.isfinite(history).any() else history[:0]
    if known.size < 2 * _WARM_UP or np.isfinite(known).mean() < 0.5:  # noqa: PLR2004  # half the days
        return None
    candidates = [_smoothing(known, days)]
    if known.size >= YEAR + 2 * _WARM_UP:
        candidates.append(_seasonal(known, days))
    return min(candidates, key=lambda each: each.deviation)


def _smoothing(history: Values, days: int) -> Outlook:
    """Holt-Winters for every set of parameters at once; the set with the least median error is taken."""
    alpha, beta, gamma = _GRID.T
    filled = history[np.isfinite(history)]
    first = history[: 2 * WEEK]
    level = np.full(alpha.shape, float(np.nanmedian(first)) if np.isfinite(first).any() else float(np.median(filled)))
    trend = np.zeros_like(level)
    season = np.tile(_weekdays(history[: 8 * WEEK]), (alpha.size, 1))
    limit = 4.0 * _robust(np.diff(filled)) + 1e-9
    errors = np.full((history.size, alpha.size), np.nan)
    for day, value in enumerate(history):
        phase = day % WEEK
        expected = level + _DAMPING * trend + season[:, phase]
        if not np.isfinite(value):
            level, trend = level + _DAMPING * trend, _DAMPING * trend
            continue
        error = value - expected
        errors[day] = error
        # A day far off must not teach the model that it was normal.
        step = np.clip(error, -limit, limit)
        level = level + _DAMPING * trend + alpha * step
        trend = _DAMPING * trend + alpha * beta * step
        season[:, phase] += gamma * step
    deviations = 1.4826 * np.nanmedian(np.abs(errors[_WARM_UP:]), axis=0)
    best = int(np.argmin(deviations))
    ahead = np.arange(1, days + 1)
    drift = trend[best] * np.cumsum(_DAMPING**ahead)
    phases = (history.size + ahead - 1) % WEEK
    tail = float(np.nanquantile(np.abs(errors[_WARM_UP:, best]), 0.98)) / 2.5
    return Outlook("holt_winters", level[best] + drift + season[best, phases], max(float(deviations[best]), tail, 1e-9))


def _seasonal(history: Values, days: int) -> Outlook:
    """Level of the last weeks, weekday, and what the same weeks of last year were against their surroundings."""
    weekly = _weekdays_of_end(history)
    level = _level(history)
    size = history.size
    yearly = _yearly(history - level, size + days)
    index = np.arange(size + days)
    expected = np.concatenate([level, np.full(days, level[-1])]) + weekly[index % WEEK] + yearly
    errors = (history - expected[:size])[_WARM_UP + YEAR :]
    spread = 1.4826 * float(np.nanmedian(np.abs(errors)))
    tail = float(np.nanquantile(np.abs(errors), 0.98)) / 2.5
    return Outlook("year_and_week", expected[size:], max(spread, tail, 1e-9))


def _level(history: Values) -> Values:
    """The median of the four weeks before each day."""
    padded = np.concatenate([np.full(4 * WEEK, np.nan), history])
    windows = np.lib.stride_tricks.sliding_window_view(padded, 4 * WEEK)[:-1]
    known = np.where(np.isfinite(windows).any(axis=1)[:, None], windows, np.nanmedian(history))
    return np.asarray(np.nanmedian(known, axis=1))


def _yearly(over: Values, days: int) -> Values:
    """How much the fortnight around the same day a year ago lay above the level of that time; zero in the first year.

    Half of it: one year is a single witness.
    """
    result = np.zeros(days)
    for day in range(YEAR, days):
        around = over[max(0, day - YEAR - WEEK) : day - YEAR + WEEK + 1]
        known = around[np.isfinite(around)]
        result[day] = 0.5 * float(np.median(known)) if known.size >= WEEK else 0.0
    return result


def _weekdays(history: Values) -> Values:
    """Each weekday's median against all, by phase."""
    centre = float(np.nanmedian(history)) if np.isfinite(history).any() else 0.0
    result = np.zeros(WEEK)
    for phase in range(WEEK):
        own = history[phase::WEEK]
        result[phase] = float(np.nanmedian(own)) - centre if np.isfinite(own).any() else 0.0
    return result


def _weekdays_of_end(history: Values) -> Values:
    start = max(0, (history.size - 16 * WEEK) // WEEK * WEEK)
    return _weekdays(history[start:])


def _robust(values: Values) -> float:
    known = values[np.isfinite(values)]
    return 1.4826 * float(np.median(np.abs(known - np.median(known)))) if known.size else 0.0
