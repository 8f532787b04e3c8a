"""Which earlier sale a cancelled line takes back: the source does not say.

A cancellation is matched with the customer's latest sales of the same item at the same price that are not yet taken
back. Only a line that is covered in full is a return; the others become credit notes that stand alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple, TypeAlias

Key: TypeAlias = tuple[str, str, Decimal]
"""Customer, item, price."""


class Taken(NamedTuple):
    """A quantity of a sale's line that comes back."""

    sale: str
    line: str
    qty: Decimal


@dataclass(slots=True)
class _Open:
    sale: str
    line: str
    qty: Decimal


@dataclass(slots=True)
class SoldBook:
    """What has been sold and not come back, latest last."""

    open: defaultdict[Key, list[_Open]] = field(default_factory=lambda: defaultdict(list))

    def sell(self, key: Key, sale: str, line: str, qty: Decimal) -> None:
        """Remember a line sold."""
        self.open[key].append(_Open(sale, line, qty))

    def take_back(self, key: Key, qty: Decimal) -> list[Taken]:
        """The sales that a quantity comes back from, latest first; empty where they do not cover it."""
        sold = self.open.get(key, [])
        if sum((each.qty for each in sold), Decimal(0)) < qty:
            return []
        taken: list[Taken] = []
        while qty:
            last = sold[-1]
            part = min(last.qty, qty)
            taken.append(Taken(last.sale, last.line, part))
            last.qty -= part
            qty -= part
            if not last.qty:
                sold.pop()
        return taken
