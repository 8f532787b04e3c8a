"""No lot leaves a location it is not at, no serial is anywhere twice: now and at every later point of the timeline."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from transactional.inventory.errors import LotNotAvailable, SerialInStock
from transactional.inventory.facts import Facts
from transactional.inventory.lot_models import Lot, LotKind, LotMove
from transactional.kernel.arrays import any_of
from transactional.kernel.money import ZERO
from transactional.kernel.session import Session


@dataclass(frozen=True, slots=True)
class Change:
    """A signed quantity of a lot at a location on a day."""

    lot: Lot
    warehouse_id: UUID
    location_id: UUID
    occurred_on: date
    qty: Decimal


@dataclass(frozen=True, slots=True)
class _Step:
    on: date
    is_new: bool
    location_id: UUID
    qty: Decimal


def check_timelines(session: Session, changes: Sequence[Change], new_lot_ids: Collection[UUID], facts: Facts) -> None:
    """Nothing where every change finds its lot, and leaves later ones theirs.

    Shapes: changes in the order they will be written; within a day they come after what stands there.
    Raises: LotNotAvailable, SerialInStock.
    """
    steps: defaultdict[UUID, list[_Step]] = defaultdict(list)
    lots = {change.lot.id: change.lot for change in changes}
    for lot_id, on, location_id, qty in _past(session, lots.keys() - set(new_lot_ids)):
        steps[lot_id].append(_Step(on, False, location_id, qty))
    for change in changes:
        steps[change.lot.id].append(_Step(change.occurred_on, True, change.location_id, change.qty))
    for lot_id, listed in steps.items():
        _walk(lots[lot_id], sorted(listed, key=lambda step: (step.on, step.is_new)), facts)


def _past(session: Session, lot_ids: Collection[UUID]) -> Sequence[tuple[UUID, date, UUID, Decimal]]:
    """What moved, a day and location as a whole: its order within the day was checked when it was written."""
    if not lot_ids:
        return ()
    statement = (
        select(LotMove.lot_id, LotMove.occurred_on, LotMove.location_id, func.sum(LotMove.qty))
        .where(any_of(LotMove.lot_id, lot_ids))
        .group_by(LotMove.lot_id, LotMove.occurred_on, LotMove.location_id)
        # What leaves comes first: a serial that changes its place within a day is never at two.
        .order_by(LotMove.occurred_on, func.sum(LotMove.qty))
    )
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(statement)]


def _walk(lot: Lot, steps: Sequence[_Step], facts: Facts) -> None:
    stands: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    for step in steps:
        before = stands[step.location_id]
        stands[step.location_id] += step.qty
        if stands[step.location_id] < 0:
            wanted = next((-each.qty for each in steps if each.is_new and each.qty < 0), -step.qty)
            raise LotNotAvailable(
                item=facts.items[lot.item_id].code,
                lot=lot.number,
                location=facts.locations[step.location_id][1],
                on=step.on,
                available_qty=f"{max(before, ZERO).normalize():f}",
                wanted_qty=f"{wanted.normalize():f}",
            )
        if lot.kind == LotKind.SERIAL.value and sum(stands.values(), ZERO) > 1:
            raise SerialInStock(item=facts.items[lot.item_id].code, lot=lot.number, on=step.on)
