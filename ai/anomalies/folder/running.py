"""What goes on around each row, and how unusual that is for its series."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
_BLOCKS = 60
_RETURN = 6.5
"""Gumbel's variate of the height that one block in some 700 reaches by nature."""
_QUARTER = 1.246
"""The same of the height that a quarter of the blocks reach, and how much more that is than the median's."""
_QUARTER_OVER_MEDIAN = 0.879
_MEDIAN = 0.3665
_MEDIAN_OVER_LOWER = 0.693
"""The same of the median, and how much more that is than of the height that three quarters of the blocks reach."""
_LOWER_SHARE = 0.45
_GROWTH = 0.11
"""Of a normal tail, in logarithms a variate."""
_GROWTH_MAX = 0.4
"""What is wilder is all anomaly."""


def spread(values: Values) -> float:
    """The robust standard deviation."""
    return 1.4826 * float(np.median(np.abs(values - np.median(values))))


def running_median(series: Values, width: int) -> Values:
    """The median around each row; long windows over a thinned series, which is as good and far faster."""
    width = min(width, series.size | 1)
    step = max(1, width // 32)
    half = width // 2
    padded = np.pad(series, half, mode="reflect" if half < series.size else "edge")
    medians = np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1)[::step, ::step], axis=1)
    if step == 1:
        return np.asarray(medians)
    return np.asarray(np.interp(np.arange(series.size), np.arange(0, series.size, step)[: medians.size], medians))


def running_mean(series: Values, width: int) -> Values:
    """The mean of the rows around each, fewer at both ends."""
    sums = np.r_[0.0, np.cumsum(series)]
    rows = np.arange(series.size)
    first, last = np.maximum(0, rows - width // 2), np.minimum(series.size, rows - width // 2 + width)
    return np.asarray((sums[last] - sums[first]) / (last - first))


def in_limits(evidence: Values, *, floor: float = 1e-9, is_slow: bool = False) -> Values:
    """Evidence above its median as a multiple of what the series might reach by nature: 1 is the edge of belief.

    The highest of each of some sixty blocks of rows are compared: from their median and their upper quartile follows
    how heavy the tail is, and how high one of many blocks comes by chance (Gumbel 1958). So a series of many peaks is
    given the room it needs, a few unusual blocks change nothing, and scores of different series mean the same. A tail
    is believed by half to be normal, or of evidence that changes slowly, where few blocks know of each other, as heavy
    as it looks. Of slow evidence the lower half of the blocks has a say too: where a sixth of a series is unusual, and
    unusual in the same way, the upper quartile is theirs. A limit is never below the floor.
    """
    above = np.maximum(evidence - np.median(evidence), 0.0)
    size = max(2, -(-above.size // _BLOCKS))
    whole = above[: above.size // size * size]
    highest = whole.reshape(-1, size).max(axis=1) if whole.size >= 2 * size else np.array([float(above.max())])
    low, middle, high = np.quantile(highest, [0.25, 0.5, 0.75])
    told = float(np.log(high / middle)) / _QUARTER_OVER_MEDIAN if middle > 0 else _GROWTH_MAX
    growth = min(_GROWTH_MAX, max(told if is_slow else 0.0, (told + _GROWTH) / 2))
    limit = float(high) * float(np.exp(growth * (_RETURN - _QUARTER)))
    if is_slow:
        lower = float(middle + (middle - low) / _MEDIAN_OVER_LOWER * (_RETURN - _MEDIAN))
        limit *= min(1.0, lower / limit) ** _LOWER_SHARE if limit > 0 else 1.0
    return np.asarray(above / max(limit, floor))
