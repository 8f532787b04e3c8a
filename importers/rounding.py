"""Amounts of a source in four or six decimals, booked in cents without drifting away from the source's sums."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
_PRICE = Decimal("0.000001")


def to_cents(amount: Decimal) -> Decimal:
    """An amount in whole cents, half up."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def carry_to_cents(exact: Sequence[Decimal], streams: Sequence[Hashable]) -> list[Decimal]:
    """Amounts in cents whose remainders are carried to the next of their stream; each is off by less than a cent.

    Whatever begins and ends in a stream adds up to less than a cent beside its exact sum, and which amounts go up and
    which go down follows no pattern of theirs: rounded one by one, freight that repeats (8.9985) is off by dollars a
    year. Whole cents stay as they are.
    Shapes: one stream and one result for each amount, in order.
    """
    summed: defaultdict[Hashable, Decimal] = defaultdict(Decimal)
    cents: list[Decimal] = []
    for amount, stream in zip(exact, streams, strict=True):
        before = to_cents(summed[stream])
        summed[stream] += amount
        cents.append(to_cents(summed[stream]) - before)
    return cents


def lines_to_cents(exact: Sequence[Decimal], total: Decimal | None = None) -> list[Decimal]:
    """Lines in cents that add up to their total, or to their sum in cents; each is off by less than a cent.

    The lines that rounding treated worst give or take the odd cents, the first of equals first: rounding line by line
    would add up to several dollars over a year, since prices repeat.
    Units: `total` in cents, less than a cent off the exact sum.
    """
    rounded = [to_cents(amount) for amount in exact]
    wanted = to_cents(sum(exact, Decimal(0))) if total is None else total
    cents = int((wanted - sum(rounded, Decimal(0))) / CENT)
    if cents:
        step = CENT if cents > 0 else -CENT
        by_wrong = sorted(range(len(exact)), key=lambda i: (rounded[i] - exact[i]) * (1 if cents > 0 else -1))
        for position in by_wrong[: abs(cents)]:
            rounded[position] += step
    return rounded


def fit_price(qty: Decimal, price: Decimal, net: Decimal) -> Decimal:
    """The price closest to the given one, in six decimals, at which the quantity comes to the net amount in cents.

    Units: `price` per unit of `qty`; it moves by less than a cent divided by the quantity.
    """
    if to_cents(qty * price) == net:
        return price
    half = CENT / 2
    least = ((net - half) / qty).quantize(_PRICE, rounding=ROUND_CEILING)
    most = ((net + half) / qty).quantize(_PRICE, rounding=ROUND_CEILING) - _PRICE
    return min(max(price, least), most)
