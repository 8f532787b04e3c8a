"""What the warehouse people know: goods on hand and on order, and when to order more. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil

from simulator.world import ItemPlan

Place = tuple[int, int]
"""Warehouse and item, by position."""

COVER_WEEKS = 6
SAFETY_WEEKS = 3
SMOOTHING = 0.15


@dataclass(slots=True)
class StockRoom:
    """Pieces on hand, promised and on order in each place, with the demand seen so far."""

    items: Sequence[ItemPlan]
    on_hand: defaultdict[Place, int] = field(default_factory=lambda: defaultdict(int))
    on_order: defaultdict[Place, int] = field(default_factory=lambda: defaultdict(int))
    reserved: defaultdict[Place, int] = field(default_factory=lambda: defaultdict(int))
    waiting: defaultdict[Place, int] = field(default_factory=lambda: defaultdict(int))
    weekly_demand: defaultdict[Place, float] = field(default_factory=lambda: defaultdict(float))

    def see_demand(self, wanted: Iterable[tuple[Place, int]]) -> None:
        """Remember a week's orders: they wait for delivery and move the forecast."""
        seen: defaultdict[Place, int] = defaultdict(int)
        for place, qty in wanted:
            seen[place] += qty
            self.waiting[place] += qty
        for place in set(self.weekly_demand) | set(seen):
            self.weekly_demand[place] += SMOOTHING * (seen[place] - self.weekly_demand[place])

    def reserve(self, place: Place, qty: int) -> int:
        """The pieces promised to an order line when it is confirmed: what nobody else was promised."""
        promised = max(0, min(qty, self.on_hand[place] - self.reserved[place]))
        self.reserved[place] += promised
        return promised

    def take(self, place: Place, qty: int, promised: int) -> int:
        """The pieces that can be handed over now: what was promised to this line, and what is promised to nobody."""
        free = max(0, self.on_hand[place] - self.reserved[place])
        taken = min(qty, promised + free)
        self.on_hand[place] -= taken
        self.reserved[place] -= min(taken, promised)
        self.waiting[place] -= taken
        return taken

    def arrive(self, place: Place, accepted: int, ordered: int) -> None:
        """Goods came in: what was accepted is on hand, what was ordered is no longer awaited."""
        self.on_hand[place] += accepted
        self.on_order[place] -= ordered

    def to_order(self) -> dict[Place, int]:
        """What to order now, in full boxes of ten."""
        found = {}
        for place, demand in sorted(self.weekly_demand.items()):
            lead_weeks = self.items[place[1]].lead_time_days / 7
            projected = self.on_hand[place] + self.on_order[place] - self.waiting[place]
            if projected < demand * (lead_weeks + SAFETY_WEEKS):
                wanted = demand * (lead_weeks + SAFETY_WEEKS + COVER_WEEKS) - projected
                found[place] = max(10, ceil(wanted / 10) * 10)
                self.on_order[place] += found[place]
        return found


def opening_stock(orders: Iterable[tuple[Place, int]], weeks: float, items: Sequence[ItemPlan]) -> dict[Place, int]:
    """Enough of everything for the first weeks: the average demand, lead time and cover added."""
    total: defaultdict[Place, int] = defaultdict(int)
    for place, qty in orders:
        total[place] += qty
    return {
        place: ceil(qty / weeks * (items[place[1]].lead_time_days / 7 + SAFETY_WEEKS + COVER_WEEKS) / 10) * 10
        for place, qty in sorted(total.items())
    }


def cost_of(item: ItemPlan, year_offset: int, rise: Decimal) -> Decimal:
    """What a piece costs from its supplier that many years on."""
    return (item.unit_cost * rise**year_offset).quantize(Decimal("0.01"))
