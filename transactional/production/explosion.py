"""What goes into a quantity of an item through all levels, what an item goes into, and what making it costs: pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from uuid import UUID

from transactional.kernel.errors import BrokenInvariant
from transactional.production.graph import BillFacts, Edge, LineFacts
from transactional.production.models import BillLineKind

ZERO, WHOLE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Needed:
    """How much of an item is needed, and how many levels below the product it stands at the most."""

    item_id: UUID
    qty: Fraction
    level: int
    is_made: bool


@dataclass(slots=True)
class Explosion:
    """Everything that goes into a quantity of an item, and what comes out beside it."""

    needed: list[Needed] = field(default_factory=list)
    by_products: dict[UUID, Fraction] = field(default_factory=dict)


def explode(bills: Mapping[UUID, BillFacts], item_id: UUID, qty: Fraction, chosen: Iterable[UUID] = ()) -> Explosion:
    """What a quantity needs, level by level; an item used in several places is told once, added up."""
    alternatives = frozenset(chosen)
    wanted: defaultdict[UUID, Fraction] = defaultdict(Fraction, {item_id: qty})
    levels = {item_id: 0}
    result = Explosion()
    for each in _top_down(bills, item_id, alternatives):
        bill = bills.get(each)
        if each != item_id:
            result.needed.append(Needed(each, wanted[each], levels[each], bill is not None))
        if bill is None:
            continue
        times = wanted[each] / bill.qty
        for line in bill.components(alternatives):
            wanted[line.item_id] += times * line.qty
            levels[line.item_id] = max(levels.get(line.item_id, 0), levels[each] + 1)
        for line in bill.by_products:
            result.by_products[line.item_id] = result.by_products.get(line.item_id, ZERO) + times * line.qty
    result.needed.sort(key=lambda each: each.level)
    return result


@dataclass(frozen=True, slots=True)
class Use:
    """A product that an item goes into: how much of the item one piece takes, and over how many levels at the most."""

    item_id: UUID
    qty: Fraction
    level: int


def uses(bills: Mapping[UUID, BillFacts], item_id: UUID) -> list[Use]:
    """Every product above an item, nearest first; alternatives count where they may be chosen."""
    above: defaultdict[UUID, list[BillFacts]] = defaultdict(list)
    for bill in bills.values():
        for key in {line.item_id for line in _inputs(bill)}:
            above[key].append(bill)
    qty: defaultdict[UUID, Fraction] = defaultdict(Fraction, {item_id: WHOLE})
    levels = {item_id: 0}
    for each in _ordered(item_id, lambda key: [bill.item_id for bill in above[key]]):
        for bill in above[each]:
            taken = sum((line.qty for line in _inputs(bill) if line.item_id == each), ZERO)
            qty[bill.item_id] += qty[each] * taken / bill.qty
            levels[bill.item_id] = max(levels.get(bill.item_id, 0), levels[each] + 1)
    found = [Use(key, qty[key], level) for key, level in levels.items() if key != item_id]
    return sorted(found, key=lambda use: (use.level, str(use.item_id)))


@dataclass(frozen=True, slots=True)
class OperationCost:
    """What the operations of a routing cost.  Units: company currency."""

    setup: Fraction = ZERO
    """Once an order."""
    run: Fraction = ZERO
    """For a piece."""


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What one piece costs: materials, work at this and all lower levels, less what by-products take."""

    material: Fraction
    operation: Fraction
    """Of the item's own routing."""
    by_product: Fraction = ZERO

    @property
    def total(self) -> Fraction:
        """All of it."""
        return self.material + self.operation - self.by_product


def roll_up(
    bills: Mapping[UUID, BillFacts],
    item_ids: Iterable[UUID],
    bought: Mapping[UUID, Fraction],
    operations: Mapping[UUID, OperationCost],
) -> dict[UUID, UnitCost]:
    """What one piece of each item costs, made from the bottom; what has no bill costs what it is bought for.

    Set-up is shared among the quantity of the bill.
    """
    costs: dict[UUID, UnitCost] = {}
    for item_id in item_ids:
        for each in reversed(_top_down(bills, item_id, frozenset())):
            if each not in costs:
                costs[each] = _unit_cost(bills.get(each), each, costs, bought, operations)
    return costs


def _unit_cost(
    bill: BillFacts | None,
    item_id: UUID,
    costs: Mapping[UUID, UnitCost],
    bought: Mapping[UUID, Fraction],
    operations: Mapping[UUID, OperationCost],
) -> UnitCost:
    if bill is None:
        return UnitCost(bought.get(item_id, ZERO), ZERO)
    work = operations.get(item_id, OperationCost())
    material = sum((line.qty * costs[line.item_id].total for line in bill.components()), ZERO) / bill.qty
    operation = work.setup / bill.qty + work.run
    share = sum((line.cost_share for line in bill.by_products), ZERO)
    return UnitCost(material, operation, (material + operation) * share)


def ringed(edges: Iterable[Edge]) -> set[UUID]:
    """The items that may go into themselves if days did not matter, and what these go through: mostly none."""
    below: defaultdict[UUID, set[UUID]] = defaultdict(set)
    above: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for edge in edges:
        below[edge.parent_id].add(edge.child_id)
        above[edge.child_id].add(edge.parent_id)
    free = [key for key in above if not below[key]]
    while free:
        leaf = free.pop()
        for key in above.pop(leaf, ()):
            below[key].discard(leaf)
            if not below[key]:
                free.append(key)
    return {key for key, left in below.items() if left}


def find_cycle(edges: Sequence[Edge], start: UUID) -> list[UUID] | None:
    """The items from one back to itself, each going into the one before on one and the same day; none where none do."""
    below: defaultdict[UUID, list[Edge]] = defaultdict(list)
    for edge in edges:
        below[edge.parent_id].append(edge)
    seen: set[tuple[UUID, date, date]] = set()
    waiting: list[tuple[list[UUID], date, date]] = [([start], date.min, date.max)]
    while waiting:
        path, first, end = waiting.pop()
        for edge in below[path[-1]]:
            begins, ends = max(first, edge.valid_from), min(end, edge.valid_to or date.max)
            state = (edge.child_id, begins, ends)
            if begins >= ends or state in seen:
                continue
            if edge.child_id == start:
                return [*path, start]
            seen.add(state)
            waiting.append(([*path, edge.child_id], begins, ends))
    return None


def _inputs(bill: BillFacts) -> list[LineFacts]:
    return [line for line in bill.lines if line.kind is BillLineKind.COMPONENT]


def _top_down(bills: Mapping[UUID, BillFacts], item_id: UUID, chosen: frozenset[UUID]) -> list[UUID]:
    return _ordered(
        item_id, lambda key: [line.item_id for line in bills[key].components(chosen)] if key in bills else []
    )


def _ordered(start: UUID, following: Callable[[UUID], Sequence[UUID]]) -> list[UUID]:
    """The start and everything that follows it, each after all that it follows.  Raises: BrokenInvariant for a ring."""
    order: list[UUID] = []
    state: dict[UUID, bool] = {}
    waiting: list[tuple[UUID, bool]] = [(start, False)]
    while waiting:
        key, is_done = waiting.pop()
        if is_done:
            state[key] = True
            order.append(key)
        elif key not in state:
            state[key] = False
            waiting.append((key, True))
            waiting += [(each, False) for each in following(key)]
        elif not state[key]:
            raise BrokenInvariant(f"item {key} goes into itself")
    return order[::-1]
