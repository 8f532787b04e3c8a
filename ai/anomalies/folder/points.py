"""Single rows and short stretches: too high, too low, too wild, too still."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ai.anomalies.folder.running import in_limits, running_mean, running_median, spread
from ai.anomalies.folder.seasons import Seasonal

Values = NDArray[np.float64]
_DEVIATIONS_MIN = 5.0
"""No row is unusual nearer than that to what is expected of it, in robust deviations."""
_NEAR = 5
_BUMPS = ((1, 3, 5.0), (6, 9, 4.0))
"""Rows that a bump may have, rows at either side it is compared with, deviations of the noise it has at least."""


def point_evidence(parts: Seasonal) -> list[Values]:
    """Distances from the rows around, near ones and far ones, in limits."""
    period = parts.period
    width = max(11, min(parts.rest.size // 4, 2 * period + 1 if period else 51)) | 1
    return [_distance(parts, width), _distance(parts, _NEAR)]


def _distance(parts: Seasonal, width: int) -> Values:
    residual = parts.rest - running_median(parts.rest, width)
    size = np.abs(residual) / parts.wildness
    far = (8 * max(width, 11)) | 1
    usual = 1.4826 * running_median(size, far) if size.size > 2 * far else np.zeros(size.size)
    scale = np.maximum(usual, max(0.5 * spread(residual), 0.1 * float(np.quantile(size, 0.95)), 1e-9))
    return in_limits(size / scale, floor=_DEVIATIONS_MIN)


def bump_evidence(series: Values, parts: Seasonal) -> list[Values]:
    """How far single rows, and a few in a row, stand above or below both what was before and what comes after.

    A step differs from one side only, a slope from none: so a peak is seen in a series that goes up and down by itself.
    What stands out only with its season, or only without, is the season's doing. In limits.
    """
    return [
        in_limits(
            np.minimum(_from_both_sides(series, gap, width), _from_both_sides(parts.rest, gap, width)), floor=floor
        )
        for gap, width, floor in _BUMPS
    ]


def _from_both_sides(series: Values, gap: int, width: int) -> Values:
    """Shapes: (n,).  The medians of `width` rows that end and begin `gap` rows away, the nearer one counts."""
    reach = gap + width - 1
    if series.size <= 2 * reach:
        return np.zeros(series.size)
    medians = np.median(np.lib.stride_tricks.sliding_window_view(series, width), axis=1)
    before, after = medians[: -reach - gap], medians[reach + gap :]
    inner = series[reach : series.size - reach]
    told = np.zeros(series.size)
    told[reach : series.size - reach] = np.maximum(
        np.minimum(inner - before, inner - after), np.minimum(before - inner, after - inner)
    )
    told = np.maximum(told, 0.0)
    noise = spread(np.diff(series)) / np.sqrt(2)
    return np.asarray(told / max(noise, 1e-9))


def wild_evidence(parts: Seasonal, width: int) -> Values:
    """Stretches in which more happens from row to row than elsewhere, in limits."""
    steps = np.abs(parts.rest - running_median(parts.rest, _NEAR)) / parts.wildness
    # One row is no stretch.
    steps = np.minimum(steps, max(4 * 1.4826 * float(np.median(steps)), float(np.quantile(steps, 0.97))))
    usual = max(float(np.median(steps)), float(np.mean(steps)) / 3, 1e-9)
    return in_limits(running_mean(steps, width) / usual, floor=1.0)


def still_evidence(series: Values, parts: Seasonal, width: int) -> list[Values]:
    """Rows that repeat the one before as never else, and stretches in which less happens, in limits."""
    runs = _runs(series)
    steps = np.abs(np.diff(parts.rest, prepend=parts.rest[0]))
    mean = running_mean(steps, width)
    usual = float(np.median(mean))
    quiet = np.log(usual / np.maximum(mean, 0.01 * usual)) if usual > 0 else np.zeros(series.size)
    return [in_limits(runs, floor=6.0), in_limits(np.maximum(quiet, 0.0), floor=1.2)]


def _runs(series: Values) -> Values:
    """How many equal rows in a row each belongs to, less one."""
    changes = np.flatnonzero(np.r_[True, np.diff(series) != 0, True])
    lengths = np.diff(changes)
    return np.repeat(lengths - 1.0, lengths)
