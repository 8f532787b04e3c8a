"""Figures as they leave the engine: decimals, with a ratio's binary noise taken off; pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext

from olap.query import Cell

RATIO_DIGITS = 15
"""Significant digits a division keeps: all that a double holds for certain."""

EXACT_SCALE_MAX = 10
"""Decimals with more places than any stored amount has come from a division."""

SHARE_PLACES = Decimal("0.000001")

DECIMAL_DIGITS = 38


_DECIMAL = re.compile(r"DECIMAL\(\d+, ?(\d+)\)")
_WHOLE = frozenset({"INTEGER", "BIGINT", "HUGEINT"})


def is_exact(kind: str) -> bool:
    """Whether the values of an engine's column of this type are figures as they are, so that none is looked at."""
    decimal = _DECIMAL.fullmatch(kind)
    return kind in _WHOLE or (decimal is not None and int(decimal[1]) <= EXACT_SCALE_MAX)


def figure(value: object) -> Decimal | int | None:
    """A metric's value: an exact decimal or a whole number; None where there is nothing, or nothing to divide by."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return Decimal(f"{value:.{RATIO_DIGITS}g}") if math.isfinite(value) else None
    given = value if isinstance(value, Decimal) else Decimal(str(value))
    exponent = given.as_tuple().exponent
    if not isinstance(exponent, int):
        return None
    return Decimal(f"{given:.{RATIO_DIGITS}g}") if -exponent > EXACT_SCALE_MAX else given


def change(value: Cell, previous: Cell) -> Decimal | None:
    """How much a figure grew; None where either side is missing."""
    if not isinstance(value, Decimal | int) or not isinstance(previous, Decimal | int):
        return None
    with localcontext(prec=DECIMAL_DIGITS):
        return Decimal(value) - Decimal(previous)


def change_share(value: Cell, previous: Cell) -> Decimal | None:
    """By which share of the earlier figure's size a figure grew; None where that was zero or is missing."""
    grown = change(value, previous)
    if grown is None or not isinstance(previous, Decimal | int) or previous == 0:
        return None
    with localcontext(prec=DECIMAL_DIGITS):
        return (grown / abs(Decimal(previous))).quantize(SHARE_PLACES)


def with_previous(metrics: Sequence[str], now: Mapping[str, Cell], before: Mapping[str, Cell]) -> dict[str, Cell]:
    """The figures of a row beside the earlier ones."""
    found: dict[str, Cell] = {}
    for name in metrics:
        value, previous = now.get(name), before.get(name)
        found |= {
            name: value,
            f"{name}_previous": previous,
            f"{name}_change": change(value, previous),
            f"{name}_change_share": change_share(value, previous),
        }
    return found
