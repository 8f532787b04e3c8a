"""What an order of AdventureWorks costs, in cents: the source keeps four decimals."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from importers.rounding import carry_to_cents
from importers.source import Row, Tables

ZERO = Decimal(0)


class OrderAmounts(NamedTuple):
    """Subtotal, tax and freight of an order, each less than a cent off its source."""

    net: Decimal
    tax: Decimal
    freight: Decimal


Amounts: TypeAlias = Mapping[int, OrderAmounts]
"""By the line of the order in its file."""


def order_amounts(tables: Tables, table: str, stream: Callable[[Row], Hashable]) -> Amounts:
    """The amounts of every order, remainders carried from order to order of a stream, each kind for itself.

    In the order of their numbers, whatever the order of the file. Orders that are left out count too: when they are
    mended, the others cost what was booked for them.
    """
    orders = sorted(tables.read[table], key=lambda order: (order.id or 0, order.line))
    streams = [stream(order) for order in orders]
    columns = (
        carry_to_cents([getattr(order, name) or ZERO for order in orders], streams) for name in OrderAmounts._fields
    )
    return {order.line: OrderAmounts(*cents) for order, *cents in zip(orders, *columns, strict=True)}
