"""Figures worked out of a result's rows, and the arithmetic that all ways of working out share. Pure and exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

from ai.questions.plans import Derive
from olap.query import Cell

Row = Mapping[str, Cell]
SHARE_PLACES = Decimal("0.000001")
DIGITS = 38
BOUNDS = {
    "exactly": lambda value, bound: value == bound,
    "more": lambda value, bound: value > bound,
    "less": lambda value, bound: value < bound,
    "at_least": lambda value, bound: value >= bound,
    "at_most": lambda value, bound: value <= bound,
}


@dataclass(frozen=True)
class Derived:
    """A figure worked out from a result, with how it was."""

    kind: str
    value: Decimal | int | None
    rows: tuple[Row, ...] = ()
    """For a share of each row: the row with its share under the name `share`."""
    over: int | None = None
    """How many rows it was worked out over."""
    part: Decimal | int | None = None
    whole: Decimal | int | None = None

    def as_data(self) -> dict[str, Any]:
        """For JSON: figures as text."""
        return {
            "kind": self.kind,
            "value": _text(self.value),
            "over": self.over,
            "part": _text(self.part),
            "whole": _text(self.whole),
            "rows": [{name: _text(cell) for name, cell in row.items()} for row in self.rows],
        }


def number_in(value: Cell) -> Decimal:
    """A cell as a number; none is nothing."""
    return Decimal(value) if isinstance(value, Decimal | int) else Decimal(0)


def ratio_of(part: Cell, whole: Decimal | int) -> Decimal | None:
    """A part of a whole, or one figure for one of another; None where that is nothing."""
    if not isinstance(part, Decimal | int) or whole == 0:
        return None
    with localcontext(prec=DIGITS):
        return (Decimal(part) / Decimal(whole)).quantize(SHARE_PLACES)


def in_order(rows: Sequence[Row], how: Derive) -> list[Row]:
    """Rows by their figure, the largest first unless a plan says otherwise."""

    def size(row: Row) -> Decimal:
        value = row[how.metric]
        return Decimal(value) if isinstance(value, Decimal | int) else Decimal(0)

    return sorted(rows, key=size, reverse=how.order is not False)


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value.isoformat() if hasattr(value, "isoformat") else value
