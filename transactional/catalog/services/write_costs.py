"""Standard costs by date. Stock is not valued anew here: that is inventory's verb, which begins with this one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import Item, ItemCost
from transactional.kernel.arrays import any_of
from transactional.kernel.ids import new_id
from transactional.kernel.rows import insert_all, lock_pointed_at, read, read_by_id, update_all
from transactional.kernel.session import Session

_SINCE_EVER = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class NewStandardCost:
    """An item's standard cost from a day on, in company currency."""

    item_id: UUID
    company_id: UUID
    unit_cost: Decimal
    valid_from: date


def write_costs(session: Session, changes: Sequence[NewStandardCost], *, today: date) -> list[ItemCost]:
    """The costs as they are kept by date; items show the one in force today.

    A cost from the same day on is replaced, others are added; the first one keeps what held before it.
    """
    statement = select(ItemCost).where(any_of(ItemCost.item_id, {change.item_id for change in changes}))
    known = {(row.item_id, row.company_id, row.valid_from): row for row in read(session, statement)}
    insert_all(session, _former_costs(session, changes, {(item_id, company_id) for item_id, company_id, _ in known}))
    new, changed = [], []
    for change in changes:
        row = known.get((change.item_id, change.company_id, change.valid_from))
        if row is None:
            new.append(
                ItemCost(
                    id=new_id(),
                    item_id=change.item_id,
                    company_id=change.company_id,
                    valid_from=change.valid_from,
                    unit_cost=change.unit_cost,
                )
            )
        else:
            row.unit_cost = change.unit_cost
            changed.append(row)
    insert_all(session, new)
    update_all(session, changed, ItemCost.unit_cost)
    _write_items(session, changes, today)
    return [*new, *changed]


def _former_costs(
    session: Session, changes: Sequence[NewStandardCost], known: set[tuple[UUID, UUID]]
) -> list[ItemCost]:
    """What an item cost before its costs were kept by date."""
    items = read_by_id(session, Item, {change.item_id for change in changes})
    firsts = {(change.item_id, change.company_id) for change in changes} - known
    return [
        ItemCost(item_id=item_id, company_id=company_id, valid_from=_SINCE_EVER, unit_cost=items[item_id].standard_cost)
        for item_id, company_id in sorted(firsts)
        if items[item_id].standard_cost is not None
    ]


def _write_items(session: Session, changes: Sequence[NewStandardCost], today: date) -> None:
    """The item shows the cost in force today."""
    newest = {change.item_id: change for change in sorted(changes, key=lambda change: change.valid_from)}
    current = {item_id: change for item_id, change in newest.items() if change.valid_from <= today}
    items = lock_pointed_at(session, Item, current)
    for item in items:
        item.standard_cost = current[item.id].unit_cost
    update_all(session, items, Item.standard_cost)
