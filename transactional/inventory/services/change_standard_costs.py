"""New standard costs: stock is valued anew, the difference goes to revaluation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import Item, ItemCost
from transactional.inventory.balances import hold_items
from transactional.inventory.facts import load_facts
from transactional.inventory.models import MoveKind, StockMove
from transactional.inventory.postings import MoveDraft
from transactional.inventory.queries import default_locations
from transactional.inventory.services.post_moves import post_moves
from transactional.kernel.arrays import any_of
from transactional.kernel.clock import day_of
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.money import ZERO
from transactional.kernel.rows import insert_all, lock_by_id, read, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.ledger.models import AccountRole

_SINCE_EVER = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class NewStandardCost:
    """An item's standard cost from a day on, in company currency."""

    item_id: UUID
    company_id: UUID
    unit_cost: Decimal
    valid_from: date


def change_standard_costs(session: Session, changes: Sequence[NewStandardCost], *, at: datetime) -> list[StockMove]:
    """The moves of value alone that bring stock to its new standard; later moves of the item follow it.

    Raises: PeriodMissing, PeriodClosed, RoleUnmapped; Invalid for a negative cost or two costs of one day.
    """
    _check(changes)
    hold_items(session, {change.item_id for change in changes})
    costs = _write_costs(session, changes)
    _write_items(session, changes, day_of(at))
    facts = load_facts(session, {change.item_id for change in changes}, {change.company_id for change in changes})
    held = hold_items(session, {change.item_id for change in changes})
    places = [
        (cost, warehouse_id)
        for cost in costs
        for item_id, warehouse_id in held
        if item_id == cost.item_id
        and warehouse_id in facts.warehouses
        and facts.warehouses[warehouse_id].company_id == cost.company_id
        and facts.items[item_id].is_standard
    ]
    locations = default_locations(session, {warehouse_id for _, warehouse_id in places})
    return post_moves(session, [_draft(cost, place, locations[place]) for cost, place in places], at=at)


def _check(changes: Sequence[NewStandardCost]) -> None:
    problems = [
        FieldProblem(f"costs/{position}/unit_cost", "must not be negative", "negative")
        for position, change in enumerate(changes)
        if change.unit_cost < 0
    ]
    seen: set[tuple[UUID, UUID, date]] = set()
    for position, change in enumerate(changes):
        key = (change.item_id, change.company_id, change.valid_from)
        if key in seen:
            path = f"costs/{position}/item_id"
            problems.append(FieldProblem(path, "has two costs from one day on", "row_twice_in_day"))
        seen.add(key)
    if problems:
        raise Invalid(problems)


def _write_costs(session: Session, changes: Sequence[NewStandardCost]) -> list[ItemCost]:
    """A cost from the same day on is replaced, others are added; the first one keeps what held before it."""
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
    items = lock_by_id(session, Item, current)
    for item in items:
        item.standard_cost = current[item.id].unit_cost
    update_all(session, items, Item.standard_cost)


def _draft(cost: ItemCost, warehouse_id: UUID, location_id: UUID) -> MoveDraft:
    return MoveDraft(
        company_id=cost.company_id,
        item_id=cost.item_id,
        warehouse_id=warehouse_id,
        location_id=location_id,
        kind=MoveKind.REVALUATION,
        qty=ZERO,
        occurred_on=cost.valid_from,
        origin_type="catalog.item_cost",
        origin_id=cost.id,
        contra_role=AccountRole.INVENTORY_REVALUATION,
    )
