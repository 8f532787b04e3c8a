"""Series of servers, roads, machines and accounts, with unusual rows put into them, to judge scores of folders by.

They are of the kinds that public collections hold: loads every five minutes, traffic by the hour, figures by the day,
machines that repeat one cycle, walks, bills. Everything is made from a seed; kinds and seeds that the detectors were
built with are kept apart from those they are judged by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Values = NDArray[np.float64]
Rows = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ground:
    """A series with nothing unusual in it.  Units: period in rows, 0 where there is none; noise in those of values."""

    values: Values
    period: int
    noise: float
    steps_a_day: float | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """A series with what was put into it.  Shapes: values and unusual (n,)."""

    ground: str
    pattern: str
    values: Values
    unusual: Rows
    period: int
    steps_a_day: float | None


def _wave(rows: int, period: float, random: Generator, harmonics: int = 3) -> Values:
    """One cycle's shape, the same each time."""
    turns = 2 * np.pi * np.arange(rows) / period
    sizes = random.uniform(0.3, 1.0, harmonics) / np.arange(1, harmonics + 1)
    return np.asarray(
        sum(
            size * np.sin((place + 1) * turns + random.uniform(0, 2 * np.pi))
            for place, size in enumerate(sizes.tolist())
        )
    )


def _closeness(random: Generator, rows: int, memory: float) -> Values:
    """Noise that remembers, of deviation one."""
    kicks = random.standard_normal(rows) * np.sqrt(1 - memory**2)
    result = np.empty(rows)
    last = 0.0
    for row, kick in enumerate(kicks.tolist()):
        last = memory * last + kick
        result[row] = last
    return result


def _load(random: Generator) -> Ground:
    """A server every five minutes: a day faintly, and bursts that belong to it."""
    rows = int(random.integers(3_000, 6_000))
    noise = random.uniform(0.5, 2.0)
    bursts = noise * 4 * (random.random(rows) < 0.01) * random.random(rows)  # noqa: PLR2004  # one row in a hundred
    values = 40 + random.uniform(0.5, 3) * noise * _wave(rows, 288, random, 2)
    return Ground(values + noise * _closeness(random, rows, 0.4) + bursts, 288, noise, 288)


def _traffic(random: Generator) -> Ground:
    """A road by the hour: days and a week, busy hours wilder than quiet ones."""
    rows = int(random.integers(1_200, 4_000))
    hours = np.arange(rows)
    day = np.exp(1.2 * np.sin(2 * np.pi * (hours % 24 - 8) / 24))
    weekend = np.where((hours // 24) % 7 >= 5, random.uniform(0.4, 0.7), 1.0)  # noqa: PLR2004
    mean = 100 * day * weekend
    return Ground(mean * (1 + 0.1 * random.standard_normal(rows)), 168, float(0.1 * np.median(mean)), 24)


def _sines(random: Generator) -> Ground:
    """Some seasons upon a trend by the hour, with noise: as synthetic collections are made."""
    rows = 1_500
    trend = random.uniform(-0.5, 0.5) * np.arange(rows)
    values = 100 * _wave(rows, 24, random, 2) + 60 * _wave(rows, 168, random, 2) + trend
    noise = random.uniform(8, 25)
    return Ground(values + noise * random.standard_normal(rows), 168, noise, 24)


def _cycle(random: Generator) -> Ground:
    """A machine or a breath: one cycle again and again, its length and size varying a little."""
    period = int(random.integers(40, 220))
    rows = int(random.integers(40, 90)) * period
    speed = 1 + 0.02 * _closeness(random, rows, 0.995)
    phase = np.cumsum(speed) / period
    size = 1 + 0.05 * _closeness(random, rows, 0.999)
    harmonics = [(place, random.uniform(0.2, 1.0) / place, random.uniform(0, 2 * np.pi)) for place in range(1, 6)]
    values = sum(weight * np.sin(2 * np.pi * place * phase + shift) for place, weight, shift in harmonics)
    return Ground(10 * size * values + 0.3 * random.standard_normal(rows), period, 0.3)


def _beat(random: Generator) -> Ground:
    """A heart: a sharp beat between calm, the distance varying."""
    period = int(random.integers(80, 200))
    rows = int(random.integers(50, 80)) * period
    values = 0.02 * random.standard_normal(rows) + 0.05 * _closeness(random, rows, 0.995)
    at = period // 2
    while at < rows:
        near = (np.arange(rows) - at) / period
        window = slice(max(0, at - period), min(rows, at + period))
        values[window] += np.exp(-((near[window] / 0.02) ** 2)) * random.normal(1, 0.03)
        values[window] += 0.25 * np.exp(-(((near[window] - 0.25) / 0.07) ** 2))
        at += int(period * random.normal(1, 0.03))
    return Ground(values, period, 0.05)


def _walk(random: Generator) -> Ground:
    """A price: each row a step from the one before."""
    rows = int(random.integers(1_000, 5_000))
    return Ground(500 + np.cumsum(random.standard_normal(rows)), 0, 1.0, 288)


def _sales(random: Generator) -> Ground:
    """A company by the day: weekdays, a year, a trend, noise in proportion."""
    rows = int(random.integers(400, 1_100))
    days = np.arange(rows)
    weekdays = np.array([1, 1.1, 1.05, 1.2, 1.4, 0.5, 0.3])[days % 7] * random.uniform(0.9, 1.1)
    year = 1 + 0.2 * np.sin(2 * np.pi * (days + random.uniform(0, 365)) / 365)
    mean = 1_000 * weekdays * year * (1 + random.uniform(0, 0.3) * days / 365)
    share = random.uniform(0.06, 0.15)
    return Ground(mean * (1 + share * random.standard_normal(rows)), 7, float(share * np.median(mean)), 1)


def _seldom(random: Generator) -> Ground:
    """Counts, most of them zero."""
    rows = int(random.integers(600, 4_000))
    happens = random.random(rows) < random.uniform(0.08, 0.3)
    values = np.where(happens, random.negative_binomial(3, 0.4, rows) + 1.0, 0.0)
    return Ground(values, 0, 4.0, 24)


def _bills(random: Generator) -> Ground:
    """Nothing, and once a month about the same."""
    rows = int(random.integers(400, 1_100))
    months = np.cumsum(np.tile([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], 4))
    amount = random.uniform(5_000, 70_000)
    spread = random.choice([0.0, 0.02, 0.1])
    values = np.zeros(rows)
    for at in np.r_[0, months]:
        if at < rows:
            values[at] = round(amount * (1 + spread * random.standard_normal()), 2)
    return Ground(values, 0, 0.15 * amount, 1)


def _latency(random: Generator) -> Ground:
    """Milliseconds of a service: a heavy tail, and no season."""
    rows = int(random.integers(2_000, 6_000))
    return Ground(30 * random.lognormal(0, 0.35, rows) * np.exp(0.1 * _closeness(random, rows, 0.98)), 0, 11.0, 288)


def _warmth(random: Generator) -> Ground:
    """A room's temperature by the hour: wanders slowly, a day upon it, told in tenths."""
    rows = int(random.integers(2_000, 7_000))
    values = 21 + 1.5 * _closeness(random, rows, 0.995) + 0.6 * _wave(rows, 24, random, 1)
    return Ground(np.round(values + 0.15 * random.standard_normal(rows), 1), 24, 0.25, 24)


def _valve(random: Generator) -> Ground:
    """A valve: open, shut, open, the times nearly equal, with a swing at each change."""
    period = int(random.integers(60, 160))
    rows = int(random.integers(40, 70)) * period
    values = np.zeros(rows)
    at = 0
    while at < rows:
        length = int(period * random.normal(1, 0.02))
        half = length // 2
        shape = np.r_[np.ones(half) + 0.3 * np.exp(-np.arange(half) / 5), np.zeros(length - half)]
        values[at : at + length] = shape[: max(0, min(length, rows - at))]
        at += length
    return Ground(values + 0.02 * random.standard_normal(rows), period, 0.05)


def _visits(random: Generator) -> Ground:
    """Calls by the half hour as counts: two humps a day, a calm weekend, more of them as time goes on."""
    rows = int(random.integers(1_500, 6_000))
    halves = np.arange(rows)
    hour = halves % 48 / 2
    day = 3 + 60 * np.exp(-(((hour - 11) / 2.5) ** 2)) + 45 * np.exp(-(((hour - 17) / 3) ** 2))
    weekend = np.where((halves // 48) % 7 >= 5, 0.5, 1.0)  # noqa: PLR2004
    mean = day * weekend * (1 + 0.5 * halves / rows)
    return Ground(random.poisson(mean).astype(float), 336, float(np.sqrt(np.median(mean)) + 3), 48)


BUILT_WITH: Mapping[str, Callable[[Generator], Ground]] = {
    "load": _load,
    "traffic": _traffic,
    "sines": _sines,
    "cycle": _cycle,
    "walk": _walk,
    "sales": _sales,
    "seldom": _seldom,
    "bills": _bills,
    "valve": _valve,
}
JUDGED_BY: Mapping[str, Callable[[Generator], Ground]] = {
    "beat": _beat,
    "latency": _latency,
    "warmth": _warmth,
    "visits": _visits,
}
"""Grounds that no threshold was chosen on; those built with come again with other seeds."""
_PLACES = (
    "load",
    "traffic",
    "sines",
    "cycle",
    "walk",
    "sales",
    "seldom",
    "bills",
    "beat",
    "latency",
    "warmth",
    "valve",
    "visits",
)
"""A kind's place is part of its seeds: a new kind comes last."""
_REPEATING = ("cycle", "beat", "valve")
_PLAIN = ("spike", "dip", "burst", "shift", "plateau", "drift", "noise", "flat")
_OF_CYCLES = ("beat_reversed", "beat_stretched", "beat_flattened", "beat_bumped", "noise", "flat", "spike")


def patterns_of(ground: str) -> tuple[str, ...]:
    """What can happen to a series of that kind."""
    if ground in _REPEATING:
        return _OF_CYCLES
    if ground == "bills":
        return ("spike", "burst")
    if ground == "seldom":
        return ("spike", "burst", "shift")
    if ground == "walk":
        return ("spike", "dip", "noise", "flat")
    return (*_PLAIN, "wrong_hour") if ground in {"traffic", "visits", "sines", "sales"} else _PLAIN


def make(ground: str, pattern: str, seed: int) -> Signal:
    """One series of a kind with one pattern, or `clean`, in it; once to three times where it is short."""
    places = ("clean", *patterns_of(ground))
    random = np.random.default_rng([seed, _PLACES.index(ground), places.index(pattern)])
    made = {**BUILT_WITH, **JUDGED_BY}[ground](random)
    values, unusual = made.values.copy(), np.zeros(made.values.size, dtype=bool)
    if pattern != "clean":
        times = 1 if pattern in {"shift", "drift"} or pattern.startswith("beat") else int(random.integers(1, 4))
        for at in _places(random, values.size, times, made.period):
            unusual[_put(random, values, made, pattern, at)] = True
        if made.values.min() >= 0:
            values = np.maximum(values, 0.0)
    if seed % 3 == 0:
        _leave_out(random, values, unusual)
    return Signal(ground, pattern, values, unusual, made.period, made.steps_a_day)


def _leave_out(random: Generator, values: Values, unusual: Rows) -> None:
    """Rows that nobody knows: one in fifty, and a stretch."""
    rows = values.size
    gone = random.random(rows) < 0.02  # noqa: PLR2004
    at = int(random.integers(rows // 10, rows // 2))
    gone[at : at + rows // 60 + 3] = True
    values[gone & ~unusual] = np.nan


def _places(random: Generator, rows: int, times: int, period: int) -> list[int]:
    """Where patterns begin: in the later four fifths, far from each other and from the end."""
    first, last = rows // 5, rows - max(rows // 12, 3 * period)
    part = (last - first) // times
    return [first + place * part + int(random.integers(0, max(1, part - rows // 20))) for place in range(times)]


def _put(random: Generator, values: Values, ground: Ground, pattern: str, at: int) -> slice:
    """The rows that are unusual now."""
    if pattern.startswith("beat"):
        return _put_cycle(random, values, pattern, at, ground.period)
    if pattern in {"spike", "dip"}:
        return _put_point(random, values, ground, at, sign=1 if pattern == "spike" else -1)
    if pattern in {"shift", "plateau", "drift", "burst"}:
        return _put_level(random, values, ground, pattern, at)
    return _put_stretch(random, values, ground, pattern, at)


def _length(random: Generator, rows: int) -> int:
    return int(np.clip(rows * random.uniform(0.01, 0.03), 6, 200))


def _put_level(random: Generator, values: Values, ground: Ground, pattern: str, at: int) -> slice:
    """Another level: for some rows, for a stretch, for good, or little by little."""
    rows = values.size
    length = _length(random, rows)
    size = ground.noise * random.uniform(6, 12) * random.choice([-1.0, 1.0])
    if pattern == "burst":
        span = slice(at, at + int(random.integers(3, 8)))
        values[span] += abs(size) * random.uniform(0.7, 1.3, span.stop - span.start)
        return span
    if pattern == "shift":
        values[at:] += size if ground.values.min() < 0 else abs(size)
        return slice(at, at + max(10, rows // 30))
    if pattern == "plateau":
        values[at : at + length] += size
        return slice(at, at + length)
    length = max(length, rows // 12)
    values[at : at + length] += np.linspace(0, 1.5 * size, length)
    values[at + length :] += 1.5 * size
    return slice(at + length // 4, at + length)


def _put_stretch(random: Generator, values: Values, ground: Ground, pattern: str, at: int) -> slice:
    """A stretch that is wilder, still, or at another hour than it should be."""
    length, period = _length(random, values.size), ground.period
    if pattern == "wrong_hour":
        length = period if period < 100 else period // 7  # noqa: PLR2004  # a week of days, or one of its days
        values[at : at + length] = np.roll(values[at - period : at - period + length], length // 2)
    elif pattern == "noise":
        values[at : at + length] += ground.noise * random.uniform(4, 6) * random.standard_normal(length)
    else:
        # Half of a cycle may be flat by nature.
        length = max(length, 3 * period // 2) if ground.noise < 1 else length
        values[at : at + length] = values[at]
    return slice(at, at + length)


def _put_point(random: Generator, values: Values, ground: Ground, at: int, *, sign: int) -> slice:
    """One row far off; what is never below zero falls at a busy time, at a quiet one that is no news."""
    if sign < 0 and ground.values.min() >= 0:
        at += int(np.argmax(values[at : at + max(1, min(ground.period, values.size - at))]))
        values[at] *= random.uniform(0.0, 0.3)
        return slice(at, at + 1)
    values[at] += sign * ground.noise * random.uniform(9, 18)
    return slice(at, at + 1)


def _put_cycle(random: Generator, values: Values, pattern: str, at: int, period: int) -> slice:
    """One cycle changed in shape, its range kept."""
    span = slice(at, at + period)
    own = values[span].copy()
    if pattern == "beat_reversed":
        values[span] = own[::-1]
    elif pattern == "beat_stretched":
        places = np.linspace(0, period * random.choice([0.65, 1.5]), period)
        values[span] = np.interp(places, np.arange(2 * period), values[at : at + 2 * period])
    elif pattern == "beat_flattened":
        values[span] = np.median(own) + 0.35 * (own - np.median(own))
    else:
        half = slice(at + period // 4, at + period // 2)
        values[half] += 0.35 * np.ptp(own) * np.hanning(half.stop - half.start)
        return half
    return span
