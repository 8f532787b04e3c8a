"""The vocabulary of valuation: what happens to a pool of stock, and what it comes to."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum, auto
from typing import TypeAlias
from uuid import UUID

from transactional.inventory.models import MoveKind
from transactional.kernel.money import PRICE_PLACES, quantum

Place: TypeAlias = tuple[UUID, UUID]
"""An item and a warehouse: what is valued together."""

TRANSFERS = frozenset({MoveKind.TRANSFER_IN.value, MoveKind.TRANSFER_OUT.value})
"""The kinds of the two sides of a transfer."""
_UNIT_STEP = quantum(PRICE_PLACES)


class Mode(Enum):
    """How a move takes part in valuation."""

    RECEIVE = auto()
    """Comes in at a given value, or at current cost."""
    RETURN_IN = auto()
    """Comes in at what its source went out for: a customer's return, a transfer's arrival, a cancelled issue."""
    ISSUE = auto()
    """Goes out at the method's cost."""
    RETURN_OUT = auto()
    """Goes out at the method's cost, while the contra account takes what the source brought in."""
    MIRROR_OUT = auto()
    """Goes out at what its source brought in: a cancelled receipt, a cancelled customer's return."""
    MIRROR_IN = auto()
    """Comes in at what its source went out for, while the contra account gives back what it took: a cancelled return
    to a supplier."""
    VALUE = auto()
    """Value alone."""
    RESTATE = auto()
    """The standard changes: the whole pool is valued anew."""


@dataclass(frozen=True, slots=True)
class Step:
    """A move as valuation sees it.  Units: `qty` signed; `given` and `contra_given` without the quantity's sign."""

    id: UUID
    place: Place
    mode: Mode
    qty: Decimal
    on: date
    given: Decimal | None = None
    source_id: UUID | None = None
    unit_cost: Decimal | None = None
    """The standard in force, for items valued by it."""
    is_transfer: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """A step's signed value, and the part of it that the contra account takes; the rest is a variance."""

    value: Decimal
    contra: Decimal


@dataclass(frozen=True, slots=True)
class TrueUp:
    """A correction of an issue that went below zero at an estimated cost, made on the day the real cost came in."""

    step_id: UUID
    amount: Decimal
    on: date


def unit_cost(value: Decimal, qty: Decimal) -> Decimal:
    """A value per unit, rounded half up to the places of a price."""
    return (value / qty).quantize(_UNIT_STEP, rounding=ROUND_HALF_UP)


def mode_of(kind: str, qty: Decimal, reverses_id: UUID | None, *, is_standard: bool) -> Mode:
    """How a move of a kind takes part in valuation."""
    if qty > 0:
        if reverses_id is None:
            return Mode.RECEIVE
        return Mode.MIRROR_IN if kind == MoveKind.PURCHASE_RETURN.value else Mode.RETURN_IN
    if qty < 0:
        if reverses_id is None:
            return Mode.ISSUE
        return Mode.RETURN_OUT if kind == MoveKind.PURCHASE_RETURN.value else Mode.MIRROR_OUT
    if is_standard and kind == MoveKind.REVALUATION.value and reverses_id is None:
        return Mode.RESTATE
    return Mode.VALUE


def is_transfer(kind: str) -> bool:
    """Whether a move is one side of a transfer, whose value must arrive as it left."""
    return kind in TRANSFERS
