"""What goods that come in take of work in progress: a pure rule, for receipts and for what they should have been."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from transactional.kernel.money import ZERO, round_amount, split_amount


def shared(held: Decimal, qty: Decimal, left: Decimal, cost_shares: Sequence[Decimal], decimals: int) -> list[Decimal]:
    """What the product and each by-product take of work in progress, which is shared among all pieces left.

    Shapes: one more than by-products, the product first.  Units: `held` in company currency, quantities in the
    product's stock unit.
    """
    pieces, held = max(left, qty), max(held, ZERO)
    taken = held if qty == pieces else round_amount(held * qty / pieces, decimals)
    return split_amount(taken, [1 - sum(cost_shares, ZERO), *cost_shares], decimals)


@dataclass(frozen=True, slots=True)
class Brought:
    """Goods that a receipt brought: its move, what that took of work in progress, corrections included."""

    move_id: UUID
    taken: Decimal
    cost_share: Decimal
    """Of a by-product; the product has what these leave."""
    is_standard: bool


@dataclass(frozen=True, slots=True)
class Event:
    """A paper as it counts now.  Units: `added` in company currency, quantities in the product's stock unit."""

    added: Decimal = ZERO
    """What it brought into work in progress: material at what it is worth now, or work."""
    scrapped_qty: Decimal = ZERO
    good_qty: Decimal = ZERO
    goods: Sequence[Brought] = ()
    """Of a receipt, the product first."""


def worth_of(ordered_qty: Decimal, events: Sequence[Event], decimals: int) -> dict[UUID, Decimal]:
    """What each move of goods should have taken, had all been known when it was written; those at standard as they did.

    Shapes: events of one order, in the order they were written.
    """
    held, left = ZERO, ordered_qty
    found: dict[UUID, Decimal] = {}
    for event in events:
        held += event.added
        left -= event.scrapped_qty
        if not event.goods:
            continue
        by_products = [goods.cost_share for goods in event.goods[1:]]
        for goods, share in zip(event.goods, shared(held, event.good_qty, left, by_products, decimals), strict=True):
            found[goods.move_id] = goods.taken if goods.is_standard else share
        held -= sum((found[goods.move_id] for goods in event.goods), ZERO)
        left -= event.good_qty
    return found
