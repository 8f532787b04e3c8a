"""Opening stock and consumption, worked out backwards from what is known.

A source tells what came in, what went out and what was there at the end, but rarely what was there at the start or what
production used up. Both follow from three rules, per item:

1. What came in beyond what was sold and what remained has been used up. It leaves at the end of each month, in
   proportion to what had come in by then.
2. The opening stock is the least that keeps every day's stock at zero or above and reaches the known end.
3. What these two leave over is used up on the last day.

So the stock at the end is the known one to the piece, and no day of the timeline is negative: a day's arrivals come
before its issues, a month's consumption after everything else of that month.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

ZERO = Decimal(0)


class Flow(NamedTuple):
    """A known quantity of an item on a day: in positive, out negative."""

    item: str
    on: date
    qty: Decimal


@dataclass(frozen=True, slots=True)
class StockPlan:
    """What must have been there before the first day, and what must have been used up since."""

    opening: dict[str, Decimal]
    used: list[Flow]
    """Quantities positive, each on the last day of a month or of the whole."""


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def plan_stock(flows: Iterable[Flow], final: Mapping[str, Decimal], *, ends_on: date) -> StockPlan:
    """Opening stock and consumption of every item that moves or remains.

    Raises: ValueError for a flow after the end.
    """
    by_item: defaultdict[str, list[Flow]] = defaultdict(list)
    for flow in flows:
        if flow.on > ends_on:
            raise ValueError(f"item {flow.item} moves on {flow.on}, after the end on {ends_on}")
        by_item[flow.item].append(flow)
    opening: dict[str, Decimal] = {}
    used: list[Flow] = []
    for item in sorted({*by_item, *final}):
        level, uses = _plan_item(by_item[item], final.get(item, ZERO), ends_on)
        opening[item] = level
        used += [Flow(item, day, qty) for day, qty in uses]
    return StockPlan(opening, used)


def least_opening(flows: Iterable[Flow]) -> dict[str, Decimal]:
    """The least opening stock of each item that keeps every day at zero or above, where no final stock is known."""
    days: defaultdict[str, defaultdict[date, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for flow in flows:
        days[flow.item][flow.on] += flow.qty
    return {item: _deficit(moved) for item, moved in days.items()}


def _deficit(days: Mapping[date, Decimal]) -> Decimal:
    level, lowest = ZERO, ZERO
    for day in sorted(days):
        level += days[day]
        lowest = min(lowest, level)
    return -lowest


def _plan_item(flows: list[Flow], final: Decimal, ends_on: date) -> tuple[Decimal, list[tuple[date, Decimal]]]:
    days: defaultdict[date, Decimal] = defaultdict(lambda: ZERO)
    for flow in flows:
        days[flow.on] += flow.qty
    uses = _spread(flows, max(sum(days.values(), ZERO) - final, ZERO), ends_on)
    for day, qty in uses:
        days[day] -= qty
    level = sum(days.values(), ZERO)
    opening = max(_deficit(days), final - level)
    rest = opening + level - final
    return opening, _merged([*uses, (ends_on, rest)])


def _spread(flows: list[Flow], excess: Decimal, ends_on: date) -> list[tuple[date, Decimal]]:
    """The excess in whole pieces, by month ends, as what came in grew."""
    if not excess:
        return []
    arrivals: defaultdict[date, Decimal] = defaultdict(lambda: ZERO)
    for flow in flows:
        if flow.qty > 0:
            arrivals[min(month_end(flow.on), ends_on)] += flow.qty
    whole = sum(arrivals.values(), ZERO)
    uses: list[tuple[date, Decimal]] = []
    arrived, gone = ZERO, ZERO
    for day in sorted(arrivals):
        arrived += arrivals[day]
        share = (arrived * excess // whole) - gone
        uses.append((day, share))
        gone += share
    return uses


def _merged(uses: Iterable[tuple[date, Decimal]]) -> list[tuple[date, Decimal]]:
    merged: defaultdict[date, Decimal] = defaultdict(lambda: ZERO)
    for day, qty in uses:
        merged[day] += qty
    return [(day, merged[day]) for day in sorted(merged) if merged[day]]
