"""Series that mostly rest: bills once a month, counts that are nearly always zero."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ai.anomalies.folder.running import in_limits, running_mean

Values = NDArray[np.float64]
RESTING_SHARE = 0.65
_FIGURES_MIN = 6
_SIZE_LIMIT = 5.5
"""Robust deviations of the logarithm, of a figure that is too small."""
_GAP_LIMIT = 8.0
_RUN_MAX = 3


def is_resting(values: Values) -> bool:
    """Whether a series keeps to one value but for single figures here and there.

    Shapes: values (n,), all known.
    """
    value = resting_value(values)
    figures = values != value
    if figures.mean() > 1 - RESTING_SHARE:
        return False
    edges = np.flatnonzero(np.diff(np.r_[0, figures.astype(int), 0]))
    runs = edges[1::2] - edges[::2]
    return runs.size == 0 or float(np.median(runs)) <= _RUN_MAX


def resting_value(values: Values) -> float:
    """The most frequent value."""
    found, counts = np.unique(values, return_counts=True)
    return float(found[np.argmax(counts)])


def resting_evidence(values: Values) -> list[Values]:
    """How unusual each figure is among the others by size, by its distance from the one before, and by their number.

    In limits: 1 is the edge of belief. Where there are hardly any, each is news.
    """
    away = values - resting_value(values)
    places = np.flatnonzero(away)
    if places.size < _FIGURES_MIN:
        told = np.zeros(values.size)
        told[places] = 3.0 / max(1, places.size)
        return [told, np.zeros(values.size)]
    return [_by_size(away, places), _by_gap(values.size, places), _by_number(away, places)]


def _by_size(away: Values, places: NDArray[np.intp]) -> Values:
    sizes = np.abs(away[places])
    middle = float(np.median(sizes))
    # Bills that differ by a percent are the same bill.
    large = in_limits(sizes, floor=0.5 * middle)
    small = np.maximum(0.0, np.log(middle / sizes))
    scale = max(1.4826 * float(np.median(np.abs(np.log(sizes / middle)))), float(np.quantile(small, 0.9)) / 1.645, 0.08)
    told = np.zeros(away.size)
    told[places] = np.maximum(large, small / (_SIZE_LIMIT * scale))
    # What falls below nothing is another thing than what rises.
    against = np.sign(away[places]) != np.sign(np.median(away[places]))
    told[places[against]] = np.maximum(told[places[against]], 1.2 if against.mean() < 0.05 else 0.0)  # noqa: PLR2004
    return told


def _by_gap(rows: int, places: NDArray[np.intp]) -> Values:
    """Where figures come at even distances: one that comes far too early, or the row where one is missing."""
    told = np.zeros(rows)
    gaps = np.diff(places).astype(np.float64)
    middle = float(np.median(gaps))
    off = np.abs(gaps - middle)
    scale = max(1.4826 * float(np.median(off)), 0.05 * middle, 0.5)
    if middle < 3 or float(np.quantile(off, 0.75)) > 0.2 * middle:  # noqa: PLR2004  # they come as they like
        return told
    told[places[1:]] = np.where(gaps < middle, off / (_GAP_LIMIT * scale), 0.0)
    for place in np.flatnonzero(gaps > middle + _GAP_LIMIT * scale).tolist():
        due = places[place] + round(middle)
        told[due : min(rows, due + 3)] = off[place] / (_GAP_LIMIT * scale)
    return told


def _by_number(away: Values, places: NDArray[np.intp]) -> Values:
    """More figures close together than ever."""
    share = places.size / away.size
    width = int(np.clip(2 / share, 5, max(5, away.size // 10)))
    sizes = np.minimum(np.abs(away), float(np.quantile(np.abs(away[places]), 0.9)))
    crowd = running_mean(sizes, width)
    told = in_limits(crowd)
    # The figures are what is told, and of a crowd without a rest every row.
    return np.where(away != 0, told, 0.0)
