"""The guarded rows: created once, locked in one order, written back.

Lock order of everything that touches stock: the cost rows of all items concerned in (item, warehouse) order - that is
the lock of an item, in all its warehouses, for costs travel with transfers and returns - then the stock rows in
(item, location) order. Periods and the head of the ledger come last.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import select, text

from transactional.inventory.costing.steps import Place
from transactional.inventory.models import CostBalance, StockBalance
from transactional.kernel.arrays import any_of
from transactional.kernel.ids import new_id
from transactional.kernel.rows import read
from transactional.kernel.session import Session

_MAKE_COSTS = text(
    "insert into inventory.cost_balances (tenant_id, id, item_id, warehouse_id, created_by, updated_by)"
    " select :tenant, given.id, given.item_id, given.warehouse_id, :author, :author"
    " from unnest(cast(:ids as uuid[]), cast(:items as uuid[]), cast(:warehouses as uuid[]))"
    " as given (id, item_id, warehouse_id) order by given.item_id, given.warehouse_id on conflict do nothing"
)
_MAKE_STOCKS = text(
    "insert into inventory.stock_balances"
    " (tenant_id, id, item_id, warehouse_id, location_id, created_by, updated_by)"
    " select :tenant, given.id, given.item_id, given.warehouse_id, given.location_id, :author, :author"
    " from unnest(cast(:ids as uuid[]), cast(:items as uuid[]), cast(:warehouses as uuid[]),"
    " cast(:locations as uuid[]))"
    " as given (id, item_id, warehouse_id, location_id)"
    " order by given.item_id, given.location_id on conflict do nothing"
)

Shelf: TypeAlias = tuple[UUID, UUID]
"""An item and a location: where stock is guarded."""


@dataclass(frozen=True, slots=True)
class Held:
    """The rows of a call's items, locked until the transaction ends."""

    costs: dict[Place, CostBalance]
    stocks: dict[Shelf, StockBalance]


def hold_items(session: Session, item_ids: Iterable[UUID]) -> dict[Place, CostBalance]:
    """The cost rows of items in all warehouses, locked: nobody else moves or reserves these items meanwhile."""
    statement = (
        select(CostBalance)
        .where(any_of(CostBalance.item_id, set(item_ids)))
        .order_by(CostBalance.item_id, CostBalance.warehouse_id)
        .with_for_update()
    )
    return {(row.item_id, row.warehouse_id): row for row in read(session, statement)}


def hold_balances(session: Session, shelves: dict[Shelf, UUID]) -> Held:
    """All cost rows of the items and the stock rows of the shelves, made where missing, locked in one order.

    Shapes: shelves maps item and location to the location's warehouse.
    """
    items = {item_id for item_id, _ in shelves}
    _make_costs(session, {(item_id, warehouse_id) for (item_id, _), warehouse_id in shelves.items()})
    costs = hold_items(session, items)
    _make_stocks(session, shelves)
    return Held(costs, hold_stocks(session, items, {location_id for _, location_id in shelves}))


def hold_stocks(session: Session, item_ids: set[UUID], location_ids: set[UUID]) -> dict[Shelf, StockBalance]:
    """The stock rows of items at locations, locked."""
    statement = (
        select(StockBalance)
        .where(any_of(StockBalance.item_id, item_ids), any_of(StockBalance.location_id, location_ids))
        .order_by(StockBalance.item_id, StockBalance.location_id)
        .with_for_update()
    )
    return {(row.item_id, row.location_id): row for row in read(session, statement)}


def _make_costs(session: Session, places: set[Place]) -> None:
    """Rows are made before any is locked, so that two makers never wait for each other while holding locks."""
    statement = select(CostBalance.item_id, CostBalance.warehouse_id).where(
        any_of(CostBalance.item_id, {item_id for item_id, _ in places})
    )
    missing = sorted(places - {(row[0], row[1]) for row in session.execute(statement)})
    if missing:
        session.execute(
            _MAKE_COSTS,
            {
                "tenant": session.tenant_id,
                "author": session.principal.user_id,
                "ids": [new_id() for _ in missing],
                "items": [item_id for item_id, _ in missing],
                "warehouses": [warehouse_id for _, warehouse_id in missing],
            },
        )


def _make_stocks(session: Session, shelves: dict[Shelf, UUID]) -> None:
    statement = select(StockBalance.item_id, StockBalance.location_id).where(
        any_of(StockBalance.item_id, {item_id for item_id, _ in shelves})
    )
    missing = sorted(set(shelves) - {(row[0], row[1]) for row in session.execute(statement)})
    if missing:
        session.execute(
            _MAKE_STOCKS,
            {
                "tenant": session.tenant_id,
                "author": session.principal.user_id,
                "ids": [new_id() for _ in missing],
                "items": [item_id for item_id, _ in missing],
                "warehouses": [shelves[shelf] for shelf in missing],
                "locations": [location_id for _, location_id in missing],
            },
        )
