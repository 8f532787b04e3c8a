"""New standard costs: stock is valued anew, the difference goes to revaluation."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from transactional.catalog.models import ItemCost
from transactional.catalog.services.write_costs import NewStandardCost, write_costs
from transactional.inventory.balances import hold_items
from transactional.inventory.facts import load_facts
from transactional.inventory.models import MoveKind, StockMove
from transactional.inventory.postings import MoveDraft
from transactional.inventory.queries import default_locations
from transactional.inventory.services.post_moves import post_moves
from transactional.kernel.clock import day_of
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.money import ZERO
from transactional.kernel.session import Session
from transactional.ledger.models import AccountRole


def change_standard_costs(session: Session, changes: Sequence[NewStandardCost], *, at: datetime) -> list[StockMove]:
    """The moves of value alone that bring stock to its new standard; later moves of the item follow it.

    Raises: PeriodMissing, PeriodClosed, RoleUnmapped; Invalid for a negative cost or two costs of one day.
    """
    _check(changes)
    hold_items(session, {change.item_id for change in changes})
    costs = write_costs(session, changes, today=day_of(at))
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
