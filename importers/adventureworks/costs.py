"""What a product cost on a day."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from importers.source import Tables

ZERO = Decimal(0)


class CostBook:
    """Standard costs by product number and day, from the cost history, else from the product, else its vendor's price.

    The oldest cost holds for all days before it: 64 sales lines fall outside every period of the history.
    """

    def __init__(self, settings: Mapping[str, Any], tables: Tables) -> None:
        self._opening_on: date = settings["opening_on"]
        numbers = {product.id: product.number for product in tables["products"]}
        self._steps: defaultdict[str, list[tuple[date, Decimal]]] = defaultdict(list)
        for row in sorted(tables["costs"], key=lambda row: (row.product, row.starts_on)):
            steps = self._steps[numbers[row.product]]
            if row.starts_on <= self._opening_on:
                # Of the costs before the books the last one counts.
                steps.clear()
            steps.append((row.starts_on, row.cost))
        cheapest: dict[int, Decimal] = {}
        for row in tables["vendor_prices"]:
            cheapest[row.product] = min(row.price, cheapest.get(row.product, row.price))
        for product in tables["products"]:
            if product.number not in self._steps:
                cost = product.standard_cost or (ZERO if product.is_made else cheapest.get(product.id, ZERO))
                self._steps[product.number] = [(self._opening_on, cost)]

    def at(self, item: str, day: date) -> Decimal:
        """The cost of one piece on a day."""
        steps = self._steps[item]
        position = bisect_right(steps, day, key=lambda step: step[0])
        return steps[max(position - 1, 0)][1]

    def steps(self, item: str) -> list[tuple[date, Decimal]]:
        """Every change of cost, the first one moved to the opening day."""
        first, *rest = self._steps[item]
        return [(min(first[0], self._opening_on), first[1]), *rest]
