"""Scores of any series: points against their surroundings, subsequences against all others, level against level.

Three witnesses look at a series. Points: the residual after season and running median, in robust deviations (Hampel
1974). Subsequences: windows of a period's length against their principal components, weighted by the inverse of what
they usually carry, and their distance to the nearest other windows (discords, Keogh 2005). Levels: medians before and
after each row. Each is measured against its own usual size, and the two that are surest decide. A score of 0.5 is as
unusual as 8 robust deviations.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ai.anomalies.folder.windows import discord_scores, subspace_scores

Values = NDArray[np.float64]
POINTS_MIN = 8
HALF_AT = 8.0
"""Robust deviations that make a score of one half."""
_WINDOWS_MIN = 4
WINDOW_MAX = 400


def score_values(values: Values, *, steps_a_day: float | None = None) -> Values:
    """How unusual each row is, from 0 to 1.

    Shapes: values (n,), oldest first, NaN where nothing is known; result (n,), 0 where nothing is known.
    Units: any; adding a constant or multiplying changes nothing. `steps_a_day` names the likely season.
    """
    known = np.isfinite(values)
    if known.sum() < POINTS_MIN or np.ptp(values[known]) == 0:
        return np.zeros(values.size)
    series = _filled(values)
    scale = _spread(series - np.median(series)) or float(np.std(series)) or 1.0
    series = np.clip((series - np.median(series)) / scale, -1e6, 1e6)
    period = find_period(series, steps_a_day)
    evidence = [_point_evidence(series, period), _level_evidence(series, period)]
    evidence += _window_evidence(series, period)
    ranked = np.sort(np.stack(evidence), axis=0)
    together = 0.75 * ranked[-1] + 0.25 * ranked[-2]
    scores = together**2 / (together**2 + HALF_AT**2)
    return np.where(known, scores, 0.0)


def find_period(series: Values, steps_a_day: float | None = None) -> int:
    """The length of the season in rows; 0 where there is none.

    The autocorrelation's first clear peak; where a day or a week has nearly as much, that is taken.
    """
    size = series.size
    smooth = series - _running_median(series, max(5, size // 8) | 1) if size >= 64 else series - series.mean()  # noqa: PLR2004
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


def _point_evidence(series: Values, period: int) -> Values:
    """Residuals after season and running median, in deviations of their surroundings and of the whole."""
    rest = series - _season(series, period)
    width = max(11, min(series.size // 4, 2 * period + 1 if period else 51)) | 1
    residual = rest - _running_median(rest, width)
    size = np.abs(residual)
    usual = _running_median(size, (8 * width) | 1 if series.size > 16 * width else (series.size // 2) | 1)
    whole = _spread(residual)
    # Where half of all rows are equal the spread is nothing: then the tail measures.
    tail = float(np.quantile(size, 0.95)) / 1.96
    scale = np.maximum(1.4826 * usual, max(whole, 0.3 * tail, 1e-9))
    return np.asarray(size / np.maximum(scale, 0.7 * tail))


def _level_evidence(series: Values, period: int) -> Values:
    """How far the medians before and after a row lie apart, told on the rows around the change."""
    width = int(min(series.size // 6, max(10, period or 40)))
    if width < 5:  # noqa: PLR2004
        return np.zeros(series.size)
    rest = series - _season(series, period)
    medians = _window_medians(rest, width)
    change = np.zeros(series.size)
    change[width : series.size - width + 1] = np.abs(medians[width:] - medians[:-width])
    return _against_itself(change) * 0.8


def _window_evidence(series: Values, period: int) -> list[Values]:
    width = window_width(series.size, period)
    if series.size < _WINDOWS_MIN * width:
        return []
    subspace = subspace_scores(series, width)
    discord = discord_scores(series, width)
    loud = [_against_itself(_spread_over(each, width, series.size)) for each in (subspace, discord)]
    return [*loud, _against_itself(_spread_over(_quiet(series, max(8, width // 2)), max(8, width // 2), series.size))]


def _quiet(series: Values, width: int) -> Values:
    """How much less than usual happens in each window, on a logarithmic scale: a sensor that is stuck."""
    steps = np.abs(np.diff(series, prepend=series[0]))
    sums = np.convolve(steps, np.ones(width), mode="valid")
    usual = float(np.median(sums))
    if usual <= 0:
        return np.zeros(sums.size)
    return np.asarray(np.maximum(0.0, -np.log10(sums / usual + 1e-3)))


def window_width(size: int, period: int) -> int:
    """Rows of a window: a period where there is one of fitting length, or else a fortieth of the series."""
    usual = int(np.clip(size // 40, 8, 100))
    if not period:
        return usual
    width = period
    while width < 8:  # noqa: PLR2004  # a window of a few periods tells more than one of three rows
        width += period
    return int(min(width, WINDOW_MAX, size // _WINDOWS_MIN))


def _against_itself(scores: Values) -> Values:
    """Scores in deviations above their own usual, zero below it."""
    centre = float(np.median(scores))
    above = scores - centre
    usual = max(_spread(above), float(np.quantile(np.abs(above), 0.9)) / 1.645, 1e-9)
    return np.asarray(np.maximum(0.0, above / usual))


def _spread_over(scores: Values, width: int, size: int) -> Values:
    """A window's score given to its rows: the mean of all windows that hold a row."""
    total = np.zeros(size + 1)
    np.add.at(total, np.arange(scores.size), scores)
    np.add.at(total, np.arange(scores.size) + width, -scores)
    count = np.zeros(size + 1)
    np.add.at(count, np.arange(scores.size), 1.0)
    np.add.at(count, np.arange(scores.size) + width, -1.0)
    return np.asarray(np.cumsum(total)[:-1] / np.maximum(np.cumsum(count)[:-1], 1.0))


def _season(series: Values, period: int) -> Values:
    """Each phase's median."""
    if not period or series.size < 3 * period:
        return np.zeros(series.size)
    phases = np.arange(series.size) % period
    medians = np.array([np.median(series[phase::period]) for phase in range(period)])
    return np.asarray((medians - np.median(medians))[phases])


def _running_median(series: Values, width: int) -> Values:
    """The median around each row; long windows over a thinned series, which is as good and far faster."""
    width = min(width, series.size | 1)
    step = max(1, width // 64)
    half = width // 2
    padded = np.pad(series, half, mode="reflect" if half < series.size else "edge")
    medians = np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1)[::step, ::step], axis=1)
    if step == 1:
        return np.asarray(medians)
    return np.asarray(np.interp(np.arange(series.size), np.arange(0, series.size, step)[: medians.size], medians))


def _window_medians(series: Values, width: int) -> Values:
    step = max(1, width // 32)
    return np.asarray(np.median(np.lib.stride_tricks.sliding_window_view(series, width)[:, ::step], axis=1))


def _filled(values: Values) -> Values:
    known = np.flatnonzero(np.isfinite(values))
    return np.interp(np.arange(values.size), known, values[known])


def _spread(values: Values) -> float:
    return 1.4826 * float(np.median(np.abs(values - np.median(values))))
