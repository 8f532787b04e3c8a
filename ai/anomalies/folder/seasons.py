"""The season of a series: how long it is, and what each of its places usually has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ai.anomalies.folder.running import running_median, spread

Values = NDArray[np.float64]
_REPEATS_MIN = 4
_LOCAL_REPEATS = 11


@dataclass(frozen=True, slots=True)
class Seasonal:
    """A series taken apart.  Shapes: season, rest and wildness (n,)."""

    period: int
    season: Values
    rest: Values
    wildness: Values
    """How far each place of the season usually lies off, against the median place."""


def find_period(series: Values, steps_a_day: float | None = None) -> int:
    """The length of the season in rows; 0 where there is none.

    The autocorrelation's first clear peak; where a day or a week has nearly as much, that is taken.
    """
    size = series.size
    smooth = series - running_median(series, max(5, size // 8) | 1) if size >= 64 else series - series.mean()  # noqa: PLR2004
    smooth = np.clip(smooth, *np.quantile(smooth, [0.01, 0.99]))
    padded = np.fft.rfft(smooth - smooth.mean(), 2 * size)
    correlation = np.fft.irfft(np.abs(padded) ** 2)[: size // 3]
    if correlation.size < 5 or correlation[0] <= 0:  # noqa: PLR2004
        return 0
    correlation = correlation / correlation[0] * size / (size - np.arange(correlation.size))
    inner = correlation[2:-1]
    peaks = 2 + np.flatnonzero((inner >= correlation[1:-2]) & (inner >= correlation[3:]))
    # Before it first falls to nothing, a peak is noise upon closeness.
    below = np.flatnonzero(correlation < 0.1)  # noqa: PLR2004
    peaks = peaks[peaks > (below[0] if below.size else size)]
    if not peaks.size:
        return 0
    best = int(peaks[np.argmax(correlation[peaks])])
    # Multiples of a period are as high: the first nearly as high is the period.
    first = int(peaks[np.flatnonzero(correlation[peaks] >= 0.9 * correlation[best])[0]])
    likely = [round(steps_a_day * days) for days in (1, 7)] if steps_a_day else []
    for candidate in likely:
        if 2 < candidate < correlation.size and correlation[candidate] >= 0.85 * correlation[best]:  # noqa: PLR2004
            first = candidate
            break
    return first if correlation[first] > 0.25 else 0  # noqa: PLR2004


def take_apart(series: Values, period: int, steps_a_day: float | None = None) -> Seasonal:
    """The series less the season that explains most: the period found, a day or a week, or none."""
    likely = {period, *(round(steps_a_day * days) for days in (1, 7) if steps_a_day)}
    candidates = [each for each in sorted(likely) if 2 < each <= series.size // _REPEATS_MIN]  # noqa: PLR2004
    level = running_median(series, min(series.size // 4, 4 * max(candidates, default=13)) | 1)
    flat = series - level
    best, best_cost, best_season = 0, 0.9 * spread(flat), np.zeros(series.size)
    for each in candidates:
        season = _season(flat, each)
        # A long season fits a few repeats by chance.
        cost = spread(flat - season) * (1 + each / series.size)
        if cost < 0.95 * best_cost:
            best, best_cost, best_season = each, cost, season
    rest = series - best_season
    return Seasonal(best, best_season, rest, _wildness(flat - best_season, best))


def _season(flat: Values, period: int) -> Values:
    """What each place usually has: among the repeats around where there are enough, or else among all."""
    table = _repeats(flat, period)
    if len(table) >= _LOCAL_REPEATS + 1:
        half = _LOCAL_REPEATS // 2
        padded = np.pad(table, ((half, half), (0, 0)), mode="reflect")
        medians = np.median(np.lib.stride_tricks.sliding_window_view(padded, _LOCAL_REPEATS, axis=0), axis=-1)
    else:
        medians = np.broadcast_to(np.median(table, axis=0), table.shape)
    centred = medians - np.median(medians, axis=1, keepdims=True)
    return np.asarray(centred.ravel()[: flat.size])


def _wildness(residual: Values, period: int) -> Values:
    if not period or residual.size < 8 * period:
        return np.ones(residual.size)
    sizes = _by_phase(np.abs(residual), period)
    smooth = (np.roll(sizes, 1) + sizes + np.roll(sizes, -1)) / 3 if period > 12 else sizes  # noqa: PLR2004
    usual = float(np.median(smooth))
    if usual <= 0:
        return np.ones(residual.size)
    return np.asarray(np.clip(smooth / usual, 0.5, 8.0)[np.arange(residual.size) % period])


def _by_phase(series: Values, period: int) -> Values:
    """Each place's median, shapes: (period,)."""
    return np.asarray(np.median(_repeats(series, period), axis=0))


def _repeats(series: Values, period: int) -> Values:
    """The series cut into its repeats, the last filled up by the one before; shapes: (repeats, period)."""
    missing = -series.size % period
    return (
        np.r_[series, series[-period : missing - period]].reshape(-1, period) if missing else series.reshape(-1, period)
    )
