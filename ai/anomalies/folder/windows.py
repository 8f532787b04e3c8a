"""Subsequences of a series against all others: by principal components, and by nearest neighbours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
_TRIMMED = 0.05
_REFERENCES_MAX = 3_000
_QUERIES_MAX = 12_000
_LEARNT_MAX = 20_000
_COMPONENTS_MAX = 16
_BLOCK = 2_000
_USUAL_SHARE = 0.2
_WINDOWS_MAX = 200_000
_POINTS_A_WINDOW = 64
_STILL = 0.1
"""A window with less than that share of the usual spread has no shape of its own."""


def subspace_scores(series: Values, width: int) -> Values:
    """How much of each window lies where windows usually have nothing: squared components by their usual variance.

    The usual is learnt twice, the second time without the windows that stood out the first time.
    Shapes: result (n - width + 1,).
    """
    windows, places = _windows(series, width)
    learnt = windows[:: max(1, len(windows) // _LEARNT_MAX)]
    scores = _distances(learnt, learnt)
    kept = learnt[scores <= np.quantile(scores, 1 - _TRIMMED)]
    return _everywhere(places, _distances(windows, kept), series.size - width + 1)


def discord_scores(series: Values, width: int, *, is_shape_alone: bool = False) -> tuple[Values, Values]:
    """How far each window is from the nearest others that do not overlap it (Keogh 2005).

    With their level and size kept, or of their shape alone. The distance is to the second nearest of a regular sample:
    an anomaly that occurs twice is still one. The second score is the distance to as many as a fifth of the periods
    have: what comes back ten times in seventy is near to its like and still far from most. Of very long series a
    regular sample of windows is asked for.
    Shapes: both (n - width + 1,).
    """
    windows, rows = _windows(series, width)
    if is_shape_alone:
        windows = _shapes(windows)
    features = _components(windows).astype(np.float32)
    sample = np.arange(0, rows.size, max(1, -(-rows.size // _REFERENCES_MAX)))
    asked = np.arange(0, rows.size, max(1, -(-rows.size // _QUERIES_MAX)))
    references, places = features[sample], rows[sample]
    norms = (references**2).sum(axis=1)
    nearest, usual = np.empty(asked.size), np.empty(asked.size)
    many = int(np.clip(_USUAL_SHARE * series.size / width, 2, sample.size // 4))
    for start in range(0, asked.size, _BLOCK):
        own = asked[start : start + _BLOCK]
        block = features[own]
        squares = norms[None, :] - 2 * block @ references.T
        squares[np.abs(rows[own][:, None] - places[None, :]) < width] = np.inf
        lowest = squares.argmin(axis=1)
        # Neighbours of the nearest are the same occasion.
        squares[np.abs(places[lowest][:, None] - places[None, :]) < width] = np.inf
        own_size = (block**2).sum(axis=1)
        nearest[start : start + own.size] = squares.min(axis=1) + own_size
        usual[start : start + own.size] = np.partition(squares, many, axis=1)[:, many] + own_size
    first, second = (_everywhere(rows[asked], _distance(each), series.size - width + 1) for each in (nearest, usual))
    return first, second


def _distance(squares: Values) -> Values:
    """What had no neighbour at all is as far as the farthest."""
    finite = squares[np.isfinite(squares)]
    return np.sqrt(np.maximum(np.where(np.isfinite(squares), squares, finite.max() if finite.size else 0.0), 0.0))


def _windows(series: Values, width: int) -> tuple[Values, NDArray[np.int64]]:
    """Windows and the rows they begin at: all, or of very long series a regular part.

    Shapes: (windows, points): long windows are thinned by averaging, so that no row is overlooked.
    """
    step = max(1, width // _POINTS_A_WINDOW)
    count = series.size - width + 1
    rows = np.arange(0, count, max(1, -(-count // _WINDOWS_MAX)))
    sums = np.convolve(series, np.ones(step) / step, mode="valid") if step > 1 else series
    every = np.lib.stride_tricks.sliding_window_view(sums, width - step + 1)
    return np.ascontiguousarray(every[rows, ::step]), rows


def _everywhere(rows: NDArray[np.int64], scores: Values, count: int) -> Values:
    """Scores of some windows as scores of all: neighbours have nearly the same rows."""
    return np.asarray(np.interp(np.arange(count), rows, scores)) if rows.size < count else scores


def _shapes(windows: Values) -> Values:
    """Windows without their level, and of one size; where nearly nothing happens, without a size blown up."""
    centred = windows - windows.mean(axis=1, keepdims=True)
    sizes = centred.std(axis=1, keepdims=True)
    return np.asarray(centred / np.maximum(sizes, _STILL * float(np.median(sizes)) + 1e-12))


def _distances(windows: Values, usual: Values) -> Values:
    centre = np.median(usual, axis=0)
    values, vectors = np.linalg.eigh(np.cov((usual - centre).T))
    variances = np.maximum(values, values[-1] * 1e-4 + 1e-12)
    projected = (windows - centre) @ vectors
    return np.asarray(np.sqrt((projected**2 / variances).mean(axis=1)))


def _components(windows: Values) -> Values:
    """The windows by their strongest components: what is left out is noise, and distances stay."""
    centred = windows - windows.mean(axis=0)
    learnt = centred[:: max(1, len(centred) // _LEARNT_MAX)]
    values, vectors = np.linalg.eigh(learnt.T @ learnt / len(learnt))
    return np.asarray(centred @ vectors[:, -_COMPONENTS_MAX:]) if values.size else centred
