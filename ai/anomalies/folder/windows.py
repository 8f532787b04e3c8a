"""Subsequences of a series against all others: by principal components, and by nearest neighbours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
_TRIMMED = 0.05
_REFERENCES_MAX = 1_500
_COMPONENTS_MAX = 12
_BLOCK = 4_000
_POINTS_A_WINDOW = 64


def subspace_scores(series: Values, width: int) -> Values:
    """How much of each window lies where windows usually have nothing: squared components by their usual variance.

    The usual is learnt twice, the second time without the windows that stood out the first time.
    Shapes: result (n - width + 1,).
    """
    windows = _windows(series, width)
    scores = _distances(windows, windows)
    kept = windows[scores <= np.quantile(scores, 1 - _TRIMMED)]
    return _distances(windows, kept)


def discord_scores(series: Values, width: int) -> Values:
    """How far each window is from the nearest others that do not overlap it, its level and size kept.

    The distance is to the second nearest of a regular sample: an anomaly that occurs twice is still one.
    Shapes: result (n - width + 1,).
    """
    windows = _windows(series, width)
    features = _components(windows)
    step = max(1, windows.shape[0] // _REFERENCES_MAX)
    places = np.arange(0, windows.shape[0], step)
    references = features[places]
    norms = (references**2).sum(axis=1)
    result = np.empty(windows.shape[0])
    for start in range(0, windows.shape[0], _BLOCK):
        block = features[start : start + _BLOCK]
        squares = (block**2).sum(axis=1)[:, None] + norms[None, :] - 2 * block @ references.T
        near = np.abs(np.arange(start, start + len(block))[:, None] - places[None, :]) < width
        squares[near] = np.inf
        nearest = np.partition(squares, min(1, squares.shape[1] - 1), axis=1)[:, min(1, squares.shape[1] - 1)]
        result[start : start + len(block)] = nearest
    finite = result[np.isfinite(result)]
    result = np.where(np.isfinite(result), result, finite.max() if finite.size else 0.0)
    return np.asarray(np.sqrt(np.maximum(result, 0.0)))


def _windows(series: Values, width: int) -> Values:
    """Shapes: (n - width + 1, points): long windows are thinned by averaging, so that no row is overlooked."""
    step = max(1, width // _POINTS_A_WINDOW)
    if step == 1:
        return np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(series, width))
    sums = np.convolve(series, np.ones(step) / step, mode="valid")
    every = np.lib.stride_tricks.sliding_window_view(sums, width - step + 1)
    return np.ascontiguousarray(every[:, ::step])


def _distances(windows: Values, usual: Values) -> Values:
    centre = np.median(usual, axis=0)
    values, vectors = np.linalg.eigh(np.cov((usual - centre).T))
    variances = np.maximum(values, values[-1] * 1e-4 + 1e-12)
    projected = (windows - centre) @ vectors
    return np.asarray(np.sqrt((projected**2 / variances).mean(axis=1)))


def _components(windows: Values) -> Values:
    """The windows by their strongest components: what is left out is noise, and distances stay."""
    centred = windows - windows.mean(axis=0)
    values, vectors = np.linalg.eigh(centred.T @ centred / len(centred))
    return np.asarray(centred @ vectors[:, -_COMPONENTS_MAX:]) if values.size else centred
