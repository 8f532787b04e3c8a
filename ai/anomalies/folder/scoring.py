"""Scores of any series: rows against their surroundings, stretches against all others, level against level.

Several witnesses look at a series. Points: what is left after season and running median, in robust deviations (Hampel
1974), and what stands out against both sides. Levels: medians before and after each row, at several widths. Stretches
that are wilder or stiller than all others. Subsequences: windows of a period's length against their principal
components, weighted by the inverse of what they usually carry, and their distance to the nearest other windows
(discords, Keogh 2005) and to a fifth of them, with and without level and size. Series that rest on one value, or on one
after another, are judged by their figures. Each witness is measured by what the series reaches by nature, and the two
that are surest decide: 0.5 is the edge of belief, whatever the series.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ai.anomalies.folder.levels import level_evidence
from ai.anomalies.folder.points import bump_evidence, point_evidence, still_evidence, wild_evidence
from ai.anomalies.folder.resting import is_resting, resting_evidence
from ai.anomalies.folder.running import in_limits, running_mean, running_median, spread
from ai.anomalies.folder.seasons import Seasonal, find_period, take_apart
from ai.anomalies.folder.windows import discord_scores, subspace_scores

Values = NDArray[np.float64]
POINTS_MIN = 8
_WINDOWS_MIN = 4
_WINDOWS_WANTED = 20
WINDOW_MAX = 400
_POINT_TOLD = 0.6
_TRACED, _TRACE = 0.5, 0.3
_WINDOW_SHARES = (0.3, 0.4, 0.3)
_SURE_GROWTH = 0.5
_FIRST_SHARE = 0.85
"""How much the surest witness counts against the next; before, of windows, the three surest."""


def score_values(values: Values, *, steps_a_day: float | None = None) -> Values:
    """How unusual each row is, from 0 to 1; from 0.5 on it is worth a look.

    Shapes: values (n,), oldest first, NaN where nothing is known; result (n,), 0 where nothing is known.
    Units: any; adding a constant or multiplying changes nothing. `steps_a_day` names the likely season.
    """
    known = np.isfinite(values)
    if known.sum() < POINTS_MIN or np.ptp(values[known]) == 0:
        return np.zeros(values.size)
    evidence = _resting(values[known])
    if evidence:
        scores = np.zeros(values.size)
        scores[known] = _near(_together(evidence))
        return scores
    series = _in_deviations(values)
    period = find_period(series, steps_a_day)
    parts = take_apart(series, period, steps_a_day)
    if not known.all():
        series, parts = _refilled(series, known, parts)
    scores = _together(_evidence(series, parts, period))
    return np.where(known, _near(scores), 0.0)


def _resting(values: Values) -> list[Values]:
    """What is unusual in a series that rests, at one level or at one after another; nothing where it does not."""
    if is_resting(values):
        return resting_evidence(values)
    level = running_median(values, max(25, values.size // 10))
    if not is_resting(values - level):
        return []
    return [*resting_evidence(values - level), level_evidence(level, level, 0)]


def _near(scores: Values) -> Values:
    """Scores with a trace of what is unusual on the rows beside it: times are seldom told to the row.

    A trace is never worth a look itself, so that it stands above the usual and below all that is unusual.
    """
    told = np.where(scores >= _TRACED, _TRACE, 0.0)
    reach = int(np.clip(scores.size // 100, 3, 50))
    for away in range(1, reach + 1):
        share = 1 - away / (reach + 1)
        np.maximum(scores[away:], share * told[:-away], out=scores[away:])
        np.maximum(scores[:-away], share * told[away:], out=scores[:-away])
    return scores


def _evidence(series: Values, parts: Seasonal, period: int) -> list[Values]:
    """What every witness says, in limits."""
    width = window_width(series.size, period)
    short = max(8, width // 2)
    points = point_evidence(parts)
    evidence = [*points, *bump_evidence(series, parts), level_evidence(series, parts.rest, period)]
    if series.size >= _WINDOWS_MIN * short:
        evidence += [wild_evidence(parts, short), *still_evidence(series, parts, short)]
    if series.size >= _WINDOWS_MIN * width:
        evidence.append(_window_evidence(_to_compare(parts, np.maximum(*points), width), width))
    return evidence


def _together(evidence: list[Values]) -> Values:
    """One score of all witnesses: the two surest decide."""
    ranked = np.sort(np.stack(evidence), axis=0)
    together = _FIRST_SHARE * ranked[-1] + (1 - _FIRST_SHARE) * ranked[-2]
    return np.asarray(together**2 / (together**2 + 1.0))


def _window_evidence(series: Values, width: int) -> Values:
    """What the five ways of comparing windows say: the three surest together, for each alone is easily surprised.

    What is beyond belief grows by its logarithm: a window is unusual for a few of its rows, and of these the witnesses
    of rows know more.
    """
    every = (
        subspace_scores(series, width),
        *discord_scores(series, width),
        *discord_scores(series, width, is_shape_alone=True),
    )
    told = [in_limits(_spread_over(each, width, series.size), is_slow=True) for each in every]
    ranked = np.sort(np.stack(told), axis=0)[::-1]
    together = np.tensordot(_WINDOW_SHARES, ranked[: len(_WINDOW_SHARES)], axes=1)
    return np.asarray(np.where(together > 1, 1 + _SURE_GROWTH * np.log(np.maximum(together, 1.0)), together))


def _to_compare(parts: Seasonal, points: Values, width: int) -> Values:
    """The series less what others tell: its wandering, and single unusual rows, which would fill all windows around.

    Of what goes to and fro between two levels the mean of a period stays where a median would jump.
    """
    rest = np.where(_is_single(points >= _POINT_TOLD), running_median(parts.rest, 5), parts.rest)
    return rest - running_median(running_mean(rest, width), 4 * width) + parts.season


def _is_single(unusual: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which unusual rows stand alone or in twos."""
    edges = np.flatnonzero(np.diff(np.r_[0, unusual.astype(int), 0]))
    result = np.zeros(unusual.size, dtype=bool)
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        result[start:stop] = stop - start <= 2  # noqa: PLR2004
    return result


def window_width(size: int, period: int) -> int:
    """Rows of a window: a period where there is one of fitting length, or else a fortieth of the series."""
    usual = int(np.clip(size // 40, 8, 100))
    if not period:
        return usual
    width = period
    while width < 8:  # noqa: PLR2004  # a window of a few periods tells more than one of three rows
        width += period
    # Of a long period a part: there must be others to compare it with.
    parts = -(-width // max(8, min(WINDOW_MAX, size // _WINDOWS_WANTED)))
    return int(min(-(-width // parts), size // _WINDOWS_MIN))


def _spread_over(scores: Values, width: int, size: int) -> Values:
    """A window's score given to its rows: the mean of all windows that hold a row."""
    sums = np.r_[0.0, np.cumsum(scores)]
    rows = np.arange(size)
    first, last = np.maximum(0, rows - width + 1), np.minimum(scores.size, rows + 1)
    return np.asarray((sums[last] - sums[first]) / (last - first))


def _in_deviations(values: Values) -> Values:
    """The series around zero in its own robust deviations, unknown rows between those known."""
    known = np.flatnonzero(np.isfinite(values))
    series = np.interp(np.arange(values.size), known, values[known])
    centred = series - np.median(series)
    scale = spread(series) or float(np.std(series)) or 1.0
    return np.asarray(np.clip(centred / scale, -1e6, 1e6))


def _refilled(series: Values, known: NDArray[np.bool_], parts: Seasonal) -> tuple[Values, Seasonal]:
    """The same with unknown rows as the season has them: a straight line through a gap is no news of the series."""
    places = np.flatnonzero(known)
    rest = np.interp(np.arange(series.size), places, parts.rest[places])
    return rest + parts.season, Seasonal(parts.period, parts.season, rest, parts.wildness)
