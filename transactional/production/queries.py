"""What people ask of bills and orders: what goes in, where it goes, what it costs, how far it is."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import Item, ItemCost
from transactional.catalog.units import decimal_of
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.money import PRICE_PLACES, QUANTITY_PLACES, ZERO
from transactional.kernel.rows import read, read_by_id
from transactional.kernel.session import Session
from transactional.production.explosion import OperationCost, UnitCost, explode, roll_up, uses
from transactional.production.graph import BillFacts, bills_above, bills_below, routings_of
from transactional.production.models import ProductionOrder, Routing, RoutingOperation, WorkCentre
from transactional.production.progress import materials_of, work_in_progress

_HOUR = Fraction(60)


def explosion_of(
    session: Session, company_id: UUID, item_id: UUID, qty: Decimal, on: date, chosen: Sequence[UUID] = ()
) -> dict[str, Any]:
    """Everything that goes into a quantity of an item on a day through all levels, and what comes out beside it.

    Raises: NotFound; Invalid for an item without a bill.
    """
    bills = bills_below(session, company_id, [item_id], on)
    _check_made(session, [item_id], bills, on)
    found = explode(bills, item_id, Fraction(qty), chosen)
    items = read_by_id(session, Item, {item_id, *[each.item_id for each in found.needed], *found.by_products})
    return {
        **_named(items[item_id]),
        "qty": qty,
        "on": on,
        "components": [
            {**_named(items[each.item_id]), "level": each.level, "qty": _qty(each.qty), "is_made": each.is_made}
            for each in found.needed
        ],
        "by_products": [{**_named(items[key]), "qty": _qty(part)} for key, part in found.by_products.items()],
    }


def uses_of(session: Session, company_id: UUID, item_id: UUID, on: date) -> list[dict[str, Any]]:
    """Every product that an item goes into on a day, directly or through others, nearest first.  Raises: NotFound."""
    read_by_id(session, Item, [item_id])
    found = uses(bills_above(session, company_id, [item_id], on), item_id)
    items = read_by_id(session, Item, {use.item_id for use in found})
    return [{**_named(items[use.item_id]), "level": use.level, "qty": _qty(use.qty)} for use in found]


def costs_of(session: Session, company_id: UUID, item_ids: Sequence[UUID], on: date) -> list[dict[str, Any]]:
    """What one piece of each item costs by bills, routings and standard costs of a day: materials plus operations.

    What is bought costs its standard. A few statements whatever the number of items and levels.
    Raises: NotFound; Invalid for an item without a bill.
    """
    bills = bills_below(session, company_id, item_ids, on)
    _check_made(session, item_ids, bills, on)
    inside = {line.item_id for bill in bills.values() for line in bill.lines} | set(item_ids)
    items = read_by_id(session, Item, inside)
    bought = standards_of(session, company_id, items, on)
    found = roll_up(bills, item_ids, bought, operation_costs(session, company_id, bills, on))
    return [{**_named(items[key]), **_told(found[key])} for key in item_ids]


def standards_of(session: Session, company_id: UUID, items: Mapping[UUID, Item], on: date) -> dict[UUID, Fraction]:
    """The standard cost of each item on a day, zero where it has none."""
    wanted = select(ItemCost).where(
        any_of(ItemCost.item_id, items), ItemCost.company_id == company_id, ItemCost.valid_from <= on
    )
    dated = {
        row.item_id: row.unit_cost for row in read(session, wanted.order_by(ItemCost.item_id, ItemCost.valid_from))
    }
    return {key: Fraction(dated.get(key, item.standard_cost or ZERO)) for key, item in items.items()}


def operation_costs(
    session: Session, company_id: UUID, item_ids: Iterable[UUID], on: date
) -> dict[UUID, OperationCost]:
    """What the operations of each item's routing of a day cost, where it has one."""
    routings = {row.id: row for row in routings_of(session, company_id, item_ids, on).values()}
    operations = read(session, select(RoutingOperation).where(any_of(RoutingOperation.routing_id, routings)))
    centres = read_by_id(session, WorkCentre, {row.work_centre_id for row in operations})
    found: dict[UUID, OperationCost] = {}
    for row in operations:
        item_id = _item_of(routings, row)
        rate = _minute_cost(centres[row.work_centre_id])
        known = found.get(item_id, OperationCost())
        found[item_id] = OperationCost(
            known.setup + Fraction(row.setup_minutes) * rate, known.run + Fraction(row.run_minutes) * rate
        )
    return found


def progress_of(session: Session, order_id: UUID) -> dict[str, Any]:
    """How far an order is: open pieces, materials taken, and what work in progress holds of it.  Raises: NotFound."""
    order = read_by_id(session, ProductionOrder, [order_id])[order_id]
    materials = materials_of(session, [order_id]).get(order_id, [])
    held = work_in_progress(session, [order_id]).get(order_id, ZERO)
    return {
        "order_id": order_id,
        "qty": order.qty,
        "produced_qty": order.produced_qty,
        "scrapped_qty": order.scrapped_qty,
        "open_qty": max(order.qty - order.produced_qty - order.scrapped_qty, ZERO),
        "work_in_progress_amount": held,
        "materials": [
            {
                "component_id": each.component.id,
                "item_id": each.component.item_id,
                "kind": each.component.kind,
                "required_qty": each.component.qty,
                "moved_qty": each.issued_qty,
                "open_qty": each.open_qty,
            }
            for each in materials
        ],
    }


def _item_of(routings: Mapping[UUID, Routing], operation: RoutingOperation) -> UUID:
    return routings[operation.routing_id].item_id


def _minute_cost(centre: WorkCentre) -> Fraction:
    return (Fraction(centre.labour_hour_cost) + Fraction(centre.machine_hour_cost)) / _HOUR


def _check_made(session: Session, item_ids: Sequence[UUID], bills: Mapping[UUID, BillFacts], on: date) -> None:
    items = read_by_id(session, Item, item_ids)
    problems = [
        FieldProblem("item_id", f"item {items[key].code} has no bill of materials in force on {on}", "bill_missing")
        for key in item_ids
        if key not in bills
    ]
    if problems:
        raise Invalid(problems)


def _named(item: Item) -> dict[str, Any]:
    return {"item_id": item.id, "code": item.code, "name": item.name}


def _qty(qty: Fraction) -> Decimal:
    return decimal_of(qty, QUANTITY_PLACES)


def _told(cost: UnitCost) -> dict[str, Decimal]:
    return {
        "material_cost": decimal_of(cost.material, PRICE_PLACES),
        "operation_cost": decimal_of(cost.operation, PRICE_PLACES),
        "by_product_cost": decimal_of(cost.by_product, PRICE_PLACES),
        "unit_cost": decimal_of(cost.total, PRICE_PLACES),
    }
