"""What a picture is made of: rectangles, lines, areas, dots and words on a plane, each knowing whose figure it is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Column = Mapping[str, Any]
Key = tuple[Column, Any]
"""A member or a period, with the column it stands in."""
Tone = int | str | float
"""A series by its place, a meaning (muted, good, bad, total), or a shade from 0 to 1."""
_TICKS = 5


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure as its column writes it, and the word for what it is where that is not the metric itself."""

    value: Any
    column: Column
    word: str = ""


@dataclass(frozen=True, slots=True)
class Says:
    """What a mark tells, and by whose members its documents are found."""

    keys: tuple[Key, ...] = ()
    facts: tuple[Fact, ...] = ()
    is_door: bool = True

    @property
    def cell(self) -> dict[str, Any]:
        """The members by dimension."""
        return {str(column["name"]): value for column, value in self.keys}


@dataclass(frozen=True, slots=True)
class Series:
    """What marks of one colour stand for: a member, a metric, or a word."""

    key: Key | None = None
    word: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle between two corners."""

    x0: float
    y0: float
    x1: float
    y1: float
    tone: Tone
    says: Says
    series: Series | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Points in their order; none of a height is a gap."""

    points: tuple[tuple[float, float | None], ...]
    tone: Tone
    series: Series | None = None
    is_dotted: bool = False
    is_named: bool = True
    """Whether its series stands at its end."""


@dataclass(frozen=True, slots=True)
class Area:
    """A closed outline, filled."""

    outline: tuple[tuple[float, float], ...]
    tone: Tone
    says: Says
    series: Series | None = None
    is_faint: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """A point that can be touched."""

    x: float
    y: float
    tone: Tone
    says: Says
    is_large: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A short text at a point: a member, a figure, or both."""

    x: float
    y: float
    key: Key | None = None
    fact: Fact | None = None
    anchor: str = "center"
    """Where the text lies: center, left or right of the point, above or below it."""
    tone: Tone = "ink"
    text: str = ""


Mark = Rect | Line | Area | Dot | Words
Note = tuple[str, Mapping[str, Any]]
"""A word's name, and the facts in it."""


@dataclass(frozen=True, slots=True)
class Places:
    """An axis of members or periods at 0, 1, 2 and so on."""

    keys: tuple[Key, ...]
    is_reversed: bool = False


@dataclass(frozen=True, slots=True)
class Values:
    """An axis of figures between its first and last round number."""

    column: Column
    marks: tuple[float, ...]

    @classmethod
    def of(cls, column: Column, values: Iterable[float | None]) -> Values:
        """The axis that has room for some values, zero included."""
        return cls(column, tuple(ticks(values)))

    @classmethod
    def around(cls, column: Column, values: Iterable[float]) -> Values:
        """The axis that has room for some values alone: of a course whose height is none of its size."""
        known = list(values)
        floor = min(known)
        marks = ticks([each - floor for each in known])
        step = marks[1] - marks[0] if len(marks) > 1 else 1.0
        first = math.floor(floor / step)
        last = math.ceil(max(known) / step)
        return cls(column, tuple(round(place * step, 12) for place in range(first, max(last, first + 1) + 1)))


@dataclass(frozen=True, slots=True)
class Extent:
    """An axis that is not written: from where to where."""

    low: float
    high: float


Axis = Places | Values | Extent


@dataclass(frozen=True)
class Picture:
    """A drawn chart: what it counts, its axes, its marks in the order in which they are painted, and what to know."""

    column: Column
    x: Axis
    y: Axis
    marks: tuple[Mark, ...]
    is_square: bool = False
    """Whether a step right is as long as a step up."""
    lines: int | None = None
    """How many rows of marks stand above one another, where the height follows from that."""
    notes: tuple[Note, ...] = field(default=())
    """What a reader has to know: a word's name, and the facts in it."""


def ticks(values: Iterable[float | None], *, count: int = _TICKS) -> list[float]:
    """Round numbers from zero (or below the lowest) to past the highest."""
    known = [value for value in values if value is not None and math.isfinite(value)]
    low, high = min([0.0, *known]), max([0.0, *known])
    if high == low:
        return [0.0, 1.0]
    rough = (high - low) / count
    size = 10.0 ** math.floor(math.log10(rough))
    step = size * next(factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= rough)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(place * step, 12) for place in range(first, last + 1)]


def extent_of(axis: Axis, *, room: float = 0.5) -> tuple[float, float]:
    """From where to where an axis reaches."""
    if isinstance(axis, Values):
        return axis.marks[0], axis.marks[-1]
    if isinstance(axis, Places):
        return -room, len(axis.keys) - 1 + room
    return axis.low, axis.high


def named(marks: Sequence[Mark]) -> list[tuple[Series, Tone]]:
    """The series of a picture, each once, with its colour."""
    found: list[tuple[Series, Tone]] = []
    for mark in marks:
        own = None if isinstance(mark, Dot | Words) else mark.series
        if own is not None and own not in [each for each, _ in found]:
            found.append((own, mark.tone))
    return found
