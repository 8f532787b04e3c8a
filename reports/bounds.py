"""A figure against its bounds: what is read, what should be, whether it is not."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

DIGITS_MAX = 15
"""Before the point: no figure of ours is longer."""


def bound_of(given: object) -> Decimal | None:
    """A bound as somebody wrote it; nothing where it is no number that a figure could have."""
    try:
        value = Decimal(str(given))
    except InvalidOperation:
        return None
    return value if not isinstance(given, bool) and value.is_finite() and value.adjusted() < DIGITS_MAX else None


@dataclass(frozen=True)
class Reading:
    """A figure of one member, what it should be, and whether it is not."""

    member: str
    figure: Decimal | None
    expected: str
    is_breach: bool


def bounds_text(low: Decimal | None, high: Decimal | None) -> str:
    """What should be: `>= 10`, `<= 20` or `10 .. 20`."""
    if low is None or high is None:
        return f">= {_short(low)}" if high is None else f"<= {_short(high)}"
    return f"{_short(low)} .. {_short(high)}"


def _short(value: Decimal | None) -> str:
    if value is None:
        return ""
    # A bound of a share may be far below a hundredth.
    if 0 < abs(value) < 1:
        return f"{Decimal(f'{value:.3g}').normalize():,f}"
    return f"{value.quantize(Decimal('0.01')):,f}"


def text_of(figure: Decimal | None) -> str | None:
    """A figure as it is told."""
    return None if figure is None else f"{figure.quantize(Decimal('0.0001')).normalize():,f}"
