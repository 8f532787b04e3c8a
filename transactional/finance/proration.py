"""Invoicing a line in parts: the parts add up to the line, to the cent."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from transactional.kernel.money import ZERO, round_amount


class OrderedLine(Protocol):
    """A line of an order with its amounts."""

    qty: Decimal
    net_amount: Decimal
    tax_amount: Decimal


@dataclass(slots=True)
class Billed:
    """What is invoiced of a line so far."""

    qty: Decimal = ZERO
    net_amount: Decimal = ZERO
    tax_amount: Decimal = ZERO
    discount_amount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class BilledPart:
    """A part of a line to invoice now."""

    net_amount: Decimal
    tax_amount: Decimal
    discount_amount: Decimal


def bill_part(line: OrderedLine, discount: Decimal, qty: Decimal, billed: Billed, decimals: int) -> BilledPart:
    """A quantity's part of a line's amounts, added to what is billed; the last part takes the rest."""
    is_last = billed.qty + qty == line.qty
    if is_last and not billed.qty:
        part = BilledPart(line.net_amount, line.tax_amount, discount)
    elif is_last:
        part = BilledPart(
            line.net_amount - billed.net_amount, line.tax_amount - billed.tax_amount, discount - billed.discount_amount
        )
    else:
        share = qty / line.qty
        part = BilledPart(*[round_amount(x * share, decimals) for x in (line.net_amount, line.tax_amount, discount)])
    billed.qty += qty
    billed.net_amount += part.net_amount
    billed.tax_amount += part.tax_amount
    billed.discount_amount += part.discount_amount
    return part


def part_of(
    total: Decimal, qty: Decimal, whole_qty: Decimal, taken_qty: Decimal, taken: Decimal, decimals: int
) -> Decimal:
    """A quantity's part of one amount; the part that completes the whole takes the rest."""
    if taken_qty + qty == whole_qty:
        return total - taken
    return round_amount(total * qty / whole_qty, decimals)
