"""Amounts, quantities and the few ways they may be rounded."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache

from transactional.kernel.errors import FieldProblem, Invalid

ZERO = Decimal(0)
AMOUNT_PLACES = 4
AMOUNT_DIGITS = 18
"""Below a hundred million millions: as many as fit into eight bytes, which figures are added up in."""
AMOUNT_END = Decimal(10) ** (AMOUNT_DIGITS - AMOUNT_PLACES)
QUANTITY_PLACES = 6
PRICE_PLACES = 6


@cache
def quantum(decimals: int) -> Decimal:
    """The smallest step of a number with so many decimals."""
    return Decimal(1).scaleb(-decimals)


def round_amount(value: Decimal, decimals: int = 2) -> Decimal:
    """A value rounded half up to a currency's decimals; the one rounding rule for money, applied once, at the line.

    Raises: Invalid for a value with more digits than are calculated with.
    """
    try:
        return value.quantize(quantum(decimals), rounding=ROUND_HALF_UP)
    except InvalidOperation:
        raise Invalid([FieldProblem("", "holds a number that is too large", "too_large_number")]) from None


def is_amount(value: Decimal) -> bool:
    """Whether a value has no more digits before its point than an amount may have."""
    return abs(value) < AMOUNT_END


def has_more_decimals(value: Decimal, decimals: int) -> bool:
    """Whether a value carries more decimals than allowed, trailing zeros aside."""
    return value != round_amount(value, decimals)


def split_amount(total: Decimal, weights: Sequence[Decimal], decimals: int = 2) -> list[Decimal]:
    """Parts of a total in proportion to weights, adding up to it exactly; the remainder goes to the largest part.

    Shapes: one part a weight, in order; equal parts where all weights are zero.
    """
    if not weights:
        return []
    whole = sum(weights, ZERO)
    shares = weights if whole else [Decimal(1)] * len(weights)
    whole = whole or Decimal(len(weights))
    parts = [round_amount(total * share / whole, decimals) for share in shares]
    largest = max(range(len(parts)), key=lambda position: abs(parts[position]))
    parts[largest] += total - sum(parts, ZERO)
    return parts
