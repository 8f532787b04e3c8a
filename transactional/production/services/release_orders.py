"""Production orders are released: bill and routing are frozen, components are reserved."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import Item, UnitOfMeasure
from transactional.catalog.units import decimal_of
from transactional.inventory.queries import stock_levels
from transactional.inventory.services.reserve_stock import Demand, Promise, reserve_stock
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.money import QUANTITY_PLACES, ZERO
from transactional.kernel.outbox import record
from transactional.kernel.reference import read_all
from transactional.kernel.rows import insert_all, lock_by_id, read, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.kernel.states import move_to
from transactional.ledger.accounts import ACCOUNT_MAP
from transactional.ledger.models import AccountRole
from transactional.production.errors import ComponentsMissing
from transactional.production.events import order_event
from transactional.production.graph import BillFacts, LineFacts, bills_below, routings_of
from transactional.production.models import (
    BillLineKind,
    ProductionComponent,
    ProductionOperation,
    ProductionOrder,
    ProductionOrderState,
    Routing,
    RoutingOperation,
    WorkCentre,
)
from transactional.production.resources import RELEASE_SHORT
from transactional.production.states import ORDER_MOVES

ORIGIN = "production.order"
_Shelf = tuple[UUID, UUID]
"""An item and a warehouse."""


def release_orders(
    session: Session, order_ids: Sequence[UUID], *, at: datetime, force: bool = False
) -> list[ProductionOrder]:
    """Released orders with components and operations of their own; a released one is returned as it is.

    Of alternatives the first is taken that is there in full, else the first. With `force` an order is released although
    components are missing: what is there is reserved.
    Raises: NotFound; TransitionRefused; ComponentsMissing naming each; NotAllowed; Invalid for an item without bill.
    """
    if force:
        session.principal.check_may(RELEASE_SHORT)
    orders = lock_by_id(session, ProductionOrder, order_ids)
    fresh = [order for order in orders if order.state != ProductionOrderState.RELEASED]
    for order in fresh:
        move_to(order, ProductionOrderState.RELEASED, ORDER_MOVES)
        order.released_at = at
    plans = _plans(session, fresh)
    components = _components(session, fresh, plans)
    operations = _operations(session, fresh, plans)
    insert_all(session, components)
    insert_all(session, operations)
    _reserve(session, fresh, components, force=force)
    _write(session, fresh, plans)
    record(session, [order_event("released", order, at) for order in fresh])
    return orders


@dataclass(frozen=True, slots=True)
class _Plan:
    bill: BillFacts
    routing: Routing | None


def _plans(session: Session, orders: Sequence[ProductionOrder]) -> dict[UUID, _Plan]:
    """The bill and routing in force on the day each order starts.  Raises: Invalid where there is no bill."""
    groups: defaultdict[tuple[UUID, date], set[UUID]] = defaultdict(set)
    for order in orders:
        groups[order.company_id, order.starts_on].add(order.item_id)
    bills: dict[tuple[UUID, date, UUID], BillFacts] = {}
    routings: dict[tuple[UUID, date, UUID], Routing] = {}
    for (company_id, on), item_ids in sorted(groups.items()):
        found = bills_below(session, company_id, item_ids, on)
        bills |= {(company_id, on, key): found[key] for key in item_ids & found.keys()}
        routed = routings_of(session, company_id, item_ids, on)
        routings |= {(company_id, on, key): row for key, row in routed.items()}
    without = [order for order in orders if (order.company_id, order.starts_on, order.item_id) not in bills]
    if without:
        items = read_by_id(session, Item, {order.item_id for order in without})
        raise Invalid([_no_bill(order, items[order.item_id]) for order in without])
    keys = {order.id: (order.company_id, order.starts_on, order.item_id) for order in orders}
    return {order_id: _Plan(bills[key], routings.get(key)) for order_id, key in keys.items()}


def _no_bill(order: ProductionOrder, item: Item) -> FieldProblem:
    reason = f"item {item.code} has no bill of materials in force on {order.starts_on}"
    return FieldProblem("item_id", reason, "bill_missing")


def _components(
    session: Session, orders: Sequence[ProductionOrder], plans: Mapping[UUID, _Plan]
) -> list[ProductionComponent]:
    lines = [line for plan in plans.values() for line in plan.bill.lines]
    items = read_by_id(session, Item, {line.item_id for line in lines})
    units = read_all(session, UnitOfMeasure)
    whole = {key for key, item in items.items() if units[item.unit_id].is_whole}
    free = _free(session, orders, items)
    rows = []
    for order in orders:
        bill, times = plans[order.id].bill, Fraction(order.qty) / plans[order.id].bill.qty
        chosen = _chosen(bill, times, whole, free, order.warehouse_id)
        for number, line in enumerate([*bill.components(chosen), *bill.by_products], start=1):
            qty = _counted(times * line.qty, is_whole=line.item_id in whole)
            if line.kind is BillLineKind.COMPONENT:
                free[line.item_id, order.warehouse_id] -= qty
            rows.append(_component(order, number, line, qty))
    return rows


def _free(session: Session, orders: Sequence[ProductionOrder], items: Iterable[UUID]) -> defaultdict[_Shelf, Decimal]:
    """What is unpromised by item and warehouse."""
    free: defaultdict[_Shelf, Decimal] = defaultdict(Decimal)
    for level in stock_levels(session, item_ids=items, warehouse_ids={order.warehouse_id for order in orders}):
        free[level.item_id, level.warehouse_id] += level.available_qty
    return free


def _chosen(
    bill: BillFacts, times: Fraction, whole: set[UUID], free: Mapping[_Shelf, Decimal], warehouse_id: UUID
) -> list[UUID]:
    """Of each group of alternatives the first that is there in full."""
    found = []
    for group in dict.fromkeys(line.alternative_group for line in bill.lines if line.alternative_group):
        for line in bill.alternatives(group):
            if free.get((line.item_id, warehouse_id), ZERO) >= _counted(times * line.qty, line.item_id in whole):
                found.append(line.item_id)
                break
    return found


def _counted(qty: Fraction, is_whole: bool) -> Decimal:  # noqa: FBT001
    """A quantity to take: of what is only counted whole, all that is begun."""
    exact = decimal_of(qty, QUANTITY_PLACES)
    return exact.to_integral_value(ROUND_CEILING) if is_whole else exact


def _component(order: ProductionOrder, number: int, line: LineFacts, qty: Decimal) -> ProductionComponent:
    return ProductionComponent(
        id=new_id(),
        order_id=order.id,
        line_number=number,
        kind=line.kind.value,
        item_id=line.item_id,
        qty=qty,
        cost_share=decimal_of(line.cost_share, 10),
    )


def _operations(
    session: Session, orders: Sequence[ProductionOrder], plans: Mapping[UUID, _Plan]
) -> list[ProductionOperation]:
    routings = {key: plan.routing for key, plan in plans.items()}
    wanted = {routing.id for routing in routings.values() if routing is not None}
    statement = select(RoutingOperation).where(any_of(RoutingOperation.routing_id, wanted))
    by_routing: defaultdict[UUID, list[RoutingOperation]] = defaultdict(list)
    for row in read(session, statement.order_by(RoutingOperation.routing_id, RoutingOperation.line_number)):
        by_routing[row.routing_id].append(row)
    centres = read_by_id(session, WorkCentre, {row.work_centre_id for rows in by_routing.values() for row in rows})
    return [
        ProductionOperation(
            order_id=order.id,
            line_number=row.line_number,
            name=row.name,
            work_centre_id=row.work_centre_id,
            planned_minutes=row.setup_minutes + row.run_minutes * order.qty,
            labour_hour_cost=centres[row.work_centre_id].labour_hour_cost,
            machine_hour_cost=centres[row.work_centre_id].machine_hour_cost,
        )
        for order in orders
        if (routing := routings.get(order.id)) is not None
        for row in by_routing[routing.id]
    ]


def _reserve(
    session: Session, orders: Sequence[ProductionOrder], components: Sequence[ProductionComponent], *, force: bool
) -> None:
    by_id = {order.id: order for order in orders}
    wanted = [row for row in components if row.kind == BillLineKind.COMPONENT]
    promises = reserve_stock(session, [_demand(by_id[row.order_id], row) for row in wanted])
    short = [(row, promise) for row, promise in zip(wanted, promises, strict=True) if promise.missing_qty]
    if short and not force:
        items = read_by_id(session, Item, {row.item_id for row, _ in short})
        missing = [_shortage(items[row.item_id], row, promise) for row, promise in short]
        numbers = dict.fromkeys(str(by_id[row.order_id].number) for row, _ in short)
        raise ComponentsMissing(
            number=", ".join(numbers),
            missing=", ".join(f"{each['missing_qty']} of {each['item']}" for each in missing),
            components=missing,
        )


def _demand(order: ProductionOrder, row: ProductionComponent) -> Demand:
    return Demand(
        item_id=row.item_id,
        warehouse_id=order.warehouse_id,
        qty=row.qty,
        origin_type=ORIGIN,
        origin_id=order.id,
        origin_line_id=row.id,
    )


def _shortage(item: Item, row: ProductionComponent, promise: Promise) -> dict[str, str]:
    return {
        "item_id": str(item.id),
        "item": item.code,
        "required_qty": f"{row.qty.normalize():f}",
        "missing_qty": f"{promise.missing_qty.normalize():f}",
    }


def _write(session: Session, orders: Sequence[ProductionOrder], plans: Mapping[UUID, _Plan]) -> None:
    accounts = ACCOUNT_MAP.of(session)
    items = read_by_id(session, Item, {order.item_id for order in orders})
    for order in orders:
        plan = plans[order.id]
        order.bill_id, order.routing_id = plan.bill.id, plan.routing.id if plan.routing else None
        category_id = items[order.item_id].category_id
        order.wip_account_id = accounts.resolve(
            order.company_id, AccountRole.WORK_IN_PROGRESS, category_id, order.warehouse_id
        )
    update_all(
        session,
        orders,
        ProductionOrder.state,
        ProductionOrder.released_at,
        ProductionOrder.bill_id,
        ProductionOrder.routing_id,
        ProductionOrder.wip_account_id,
    )
