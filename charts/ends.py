"""Where the names of lines stand: at their ends, none upon another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from charts.marks import Line, Mark, Series, Tone


@dataclass(frozen=True, slots=True)
class End:
    """The last point of a line that is named there."""

    x: float
    y: float
    series: Series
    tone: Tone


def ends_of(marks: Sequence[Mark]) -> list[End]:
    """Of each named line the last point that has a height."""
    return list(_ends(marks))


def _ends(marks: Sequence[Mark]) -> Iterator[End]:
    for mark in marks:
        if not isinstance(mark, Line) or not mark.is_named or mark.series is None:
            continue
        last = next(((x, y) for x, y in reversed(mark.points) if y is not None), None)
        if last is not None:
            yield End(*last, mark.series, mark.tone)


def spread(wanted: Sequence[float], gap: float) -> list[float]:
    """Heights at least `gap` apart, in the order of those wanted and together as near to them as may be.

    Names that would lie upon each other stand as one block around their middle (least squares: pooled neighbours).
    """
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    blocks: list[list[int]] = []
    for rank in range(len(order)):
        blocks.append([rank])
        while len(blocks) > 1 and _middle(blocks[-2], order, wanted, gap) > _middle(blocks[-1], order, wanted, gap):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    found = [0.0] * len(wanted)
    for block in blocks:
        foot = _middle(block, order, wanted, gap)
        for rank in block:
            found[order[rank]] = foot + rank * gap
    return found


def _middle(block: Sequence[int], order: Sequence[int], wanted: Sequence[float], gap: float) -> float:
    """Where a block's names would begin if the first of all stood there."""
    return sum(wanted[order[rank]] - rank * gap for rank in block) / len(block)
