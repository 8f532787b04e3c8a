"""Changes of level: at once or slowly, for good or for a while."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ai.anomalies.folder.running import running_median, spread

Values = NDArray[np.float64]
_LIMIT = 7.0
"""Robust deviations of a level's usual changes that make the edge of belief."""
_RETURN_SHARE = 0.35
_KNOWN_MAX = 0.6
"""A change to a level that the series knows is no more than that of belief."""


@dataclass(frozen=True, slots=True)
class _Change:
    """From one level to another.  Units: size in those of the series, strength in limits."""

    at: int
    before: float
    after: float
    strength: float


def level_evidence(series: Values, rest: Values, period: int) -> Values:
    """How surely each row lies in a change of level, in limits.

    Medians before and after each row are compared at several widths: short ones find steps, long ones drifts. Told
    are the rows of the change, and after a step the first rows of the new level; of a level that comes back, all of it.
    A season that keeps no time is evened out by windows of its length, one that does is taken away before: `rest`.
    """
    result = np.zeros(rest.size)
    first = period * -(-8 // period) if 0 < period <= rest.size // 12 else 12
    tail = max(10, rest.size // 40)
    smooth = running_median(rest, 7)
    last = max(first, rest.size // 10 // first * first)
    for width in sorted({first, min(3 * first, last), min(9 * first, last), last}):
        if width <= rest.size // 5:
            looks = [_changes(each, width) for each in ((rest, series) if period else (rest,))]
            changes, _ = min(looks, key=lambda look: look[1])
            _tell(result, smooth, changes, width, tail)
    return result


def _changes(rest: Values, width: int) -> tuple[list[_Change], float]:
    """The strongest changes at a width, none within that width of a stronger one, and how large they usually are."""
    step = max(1, width // 12)
    thin = max(1, width // 32)
    windows = np.lib.stride_tricks.sliding_window_view(rest, width)[::step, ::thin]
    medians = np.median(windows, axis=1)
    back = max(1, width // step)
    before, after = medians[:-back], medians[back:]
    places = np.arange(before.size) * step + width
    difference = after - before
    # A trend changes all the time by the same.
    difference = difference - np.median(difference)
    noise = spread(np.diff(rest)) / np.sqrt(2)
    # What the noise alone makes of two medians.
    chance = 1.7725 * noise / np.sqrt(width) * 0.8
    # Where most rows see no change at all, the upper quarter tells how large they are.
    usual = max(spread(difference), float(np.quantile(np.abs(difference), 0.75)) / 1.15, chance, 1e-9)
    strength = np.abs(difference) / (_LIMIT * usual)
    found: list[_Change] = []
    for place in np.argsort(-strength):
        if strength[place] < 0.3 or len(found) >= 12:  # noqa: PLR2004  # too weak to matter to any score
            break
        if all(abs(int(places[place]) - each.at) > width for each in found):
            found.append(_Change(int(places[place]), float(before[place]), float(after[place]), float(strength[place])))
    return sorted(found, key=lambda each: each.at), usual


def _tell(result: Values, smooth: Values, changes: list[_Change], width: int, tail: int) -> None:
    """The strength of each change on its rows."""
    for place, each in enumerate(changes):
        start, stop = _transition(smooth, each, width)
        back = changes[place + 1] if place + 1 < len(changes) else None
        before = changes[place - 1] if place else None
        if before is not None and _is_return(before, each, smooth.size):
            continue
        if back is not None and _is_return(each, back, smooth.size):
            stop = _transition(smooth, back, width)[0]
        else:
            stop = min(smooth.size, stop + tail)
        strength = min(each.strength, _KNOWN_MAX) if _is_known(smooth, each, start) else each.strength
        np.maximum(result[start:stop], strength, out=result[start:stop])


def _is_known(smooth: Values, change: _Change, start: int) -> bool:
    """Whether the series had the new level before, for a tenth of its length: a machine goes between its settings."""
    near = np.abs(smooth[:start] - change.after) <= 0.25 * abs(change.after - change.before)
    return int(near.sum()) >= smooth.size // 10


def _is_return(there: _Change, back: _Change, rows: int) -> bool:
    """Whether a change takes the one before back, before it has become the usual."""
    jump = there.after - there.before
    return back.at - there.at <= rows // 8 and abs(back.after - there.before) <= _RETURN_SHARE * abs(jump)


def _transition(smooth: Values, change: _Change, width: int) -> tuple[int, int]:
    """The row where a change has begun, and the row where it is done."""
    first, last = max(0, change.at - width), min(smooth.size, change.at + width)
    progress = (smooth[first:last] - change.before) / ((change.after - change.before) or 1.0)
    # Begun is after the last row still at the old level; done is at the first of the new one.
    old = np.flatnonzero(progress[: change.at - first + width // 2] < 0.25)  # noqa: PLR2004
    start = first + (int(old[-1]) + 1 if old.size else change.at - first)
    new = np.flatnonzero(progress > 0.75)  # noqa: PLR2004
    done = [first + int(each) for each in new if first + each >= start]
    return min(start, change.at + width // 2), done[0] if done else change.at
