"""The styles of figures by conditions, and their shades between the lowest and the highest; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from olap.pivot.asking import meets
from olap.pivot.query import Measure
from olap.pivot.result import Key
from olap.query import Cell

SHADES = 10


def style_of(value: Cell, measure: Measure) -> str | None:
    """The style of the first condition that a figure meets."""
    return next((each.style for each in measure.conditions if meets(value, each.op, each.values)), None)


def shades(
    values: Mapping[tuple[Key, Key], Cell], rows: Sequence[Key], columns: Sequence[Key]
) -> dict[tuple[Key, Key], str]:
    """A shade from heat0 to heat9 for each figure, among those of its own level: totals would outshine their parts."""
    levels: dict[tuple[int, int], list[tuple[tuple[Key, Key], Decimal]]] = {}
    for row in rows:
        for column in columns:
            value = values.get((row, column))
            if isinstance(value, Decimal | int):
                levels.setdefault((len(row), len(column)), []).append(((row, column), Decimal(value)))
    found = {}
    for together in levels.values():
        low, high = min(value for _, value in together), max(value for _, value in together)
        for place, value in together:
            step = int((value - low) / (high - low) * (SHADES - 1)) if high > low else SHADES // 2
            found[place] = f"heat{step}"
    return found
