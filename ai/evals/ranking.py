"""How well scores point at rows known to be unusual: by rows, by ranges, and at a threshold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Rows = NDArray[np.bool_]
_THRESHOLDS = 250
_BUFFERS = 5


def average_precision(scores: Values, unusual: Rows) -> float:
    """The area under precision over recall, row by row, as a sum of steps; NaN where nothing is unusual.

    Shapes: both (n,).
    """
    if not unusual.any():
        return float("nan")
    order = np.argsort(-scores, kind="stable")
    ranked, hits = scores[order], np.cumsum(unusual[order])
    # Rows of one score come together: whichever is named first would be chance.
    ends = np.r_[np.flatnonzero(np.diff(ranked)), ranked.size - 1]
    precision, recall = hits[ends] / (ends + 1), hits[ends] / hits[-1]
    return float(np.sum(np.diff(recall, prepend=0.0) * precision))


def best_f1(scores: Values, unusual: Rows) -> float:
    """The best balance of precision and recall that any threshold gives, row by row."""
    if not unusual.any():
        return float("nan")
    order = np.argsort(-scores, kind="stable")
    ranked, hits = scores[order], np.cumsum(unusual[order])
    ends = np.r_[np.flatnonzero(np.diff(ranked)), ranked.size - 1]
    return float(np.max(2 * hits[ends] / (ends + 1 + hits[-1])))


def volume_under_surface(scores: Values, unusual: Rows, buffer: int) -> float:
    """The area under precision over recall of ranges, averaged over buffers around them up to a length in rows.

    A row near a range counts in part, and recall is lessened by ranges that nothing points at.
    Source: Paparrizos et al. 2022, volume under the surface.
    """
    if not unusual.any():
        return float("nan")
    widths = np.unique(np.linspace(0, buffer, _BUFFERS).astype(int))
    return float(np.mean([_range_precision(scores, unusual, int(width)) for width in widths]))


def _range_precision(scores: Values, unusual: Rows, width: int) -> float:
    near = _softened(unusual, width)
    edges = np.flatnonzero(np.diff(np.r_[0, (near > 0).astype(int), 0]))
    ranges = list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    highest = np.array([scores[start:stop].max() for start, stop in ranges])
    wanted = (unusual.sum() + near.sum()) / 2
    order = np.argsort(-scores, kind="stable")
    ranked, held = scores[order], np.cumsum(near[order])
    places = np.unique(np.linspace(0, ranked.size - 1, _THRESHOLDS).astype(int))
    places = np.unique(np.searchsorted(-ranked, -ranked[places], side="right") - 1)
    found = (highest[None, :] >= ranked[places][:, None]).mean(axis=1)
    recall = np.minimum(held[places] / wanted, 1.0) * found
    precision = held[places] / (places + 1)
    return float(np.sum(np.diff(recall, prepend=0.0) * precision))


def _softened(unusual: Rows, width: int) -> Values:
    """One on unusual rows, falling to nothing half a buffer away."""
    result = unusual.astype(np.float64)
    if width < 2:  # noqa: PLR2004
        return result
    edges = np.flatnonzero(np.diff(np.r_[0, unusual.astype(int), 0]))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        for away in range(1, width // 2 + 1):
            share = float(np.sqrt(1 - away / width))
            for row in (start - away, stop - 1 + away):
                if 0 <= row < result.size:
                    result[row] = max(result[row], share)
    return result
