"""Stock as it stands: on hand, promised and available, now or at the end of a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from transactional.inventory.errors import LocationMissing
from transactional.inventory.models import CostBalance, Location, LocationKind, StockBalance, StockMove, Warehouse
from transactional.kernel.arrays import any_of
from transactional.kernel.money import ZERO
from transactional.kernel.reference import Reference, read_all
from transactional.kernel.session import Session


@dataclass(frozen=True, slots=True)
class StockLevel:
    """What is there of an item at a location.  Units: the item's stock unit."""

    item_id: UUID
    warehouse_id: UUID
    location_id: UUID
    on_hand_qty: Decimal
    reserved_qty: Decimal
    is_available: bool
    """Whether the location's stock may be promised: storage is, inspection and transit are not."""

    @property
    def available_qty(self) -> Decimal:
        """What can still be promised."""
        return self.on_hand_qty - self.reserved_qty if self.is_available else ZERO


def stock_levels(
    session: Session, *, item_ids: Iterable[UUID] | None = None, warehouse_ids: Iterable[UUID] | None = None
) -> list[StockLevel]:
    """What is there now, by item and location."""
    statement = select(
        StockBalance.item_id,
        StockBalance.warehouse_id,
        StockBalance.location_id,
        StockBalance.on_hand_qty,
        StockBalance.reserved_qty,
        Location.kind,
    ).join(Location, Location.id == StockBalance.location_id)
    if item_ids is not None:
        statement = statement.where(any_of(StockBalance.item_id, item_ids))
    if warehouse_ids is not None:
        statement = statement.where(any_of(StockBalance.warehouse_id, warehouse_ids))
    rows = session.execute(statement.order_by(StockBalance.item_id, StockBalance.location_id))
    return [StockLevel(*row[:5], is_available=row[5] == LocationKind.STORAGE.value) for row in rows]


@dataclass(frozen=True, slots=True)
class StockAsOf:
    """Quantity and value of an item at a location at the end of a day."""

    item_id: UUID
    warehouse_id: UUID
    location_id: UUID
    qty: Decimal
    value_amount: Decimal


def stock_as_of(
    session: Session,
    on: date,
    *,
    item_ids: Iterable[UUID] | None = None,
    warehouse_ids: Iterable[UUID] | None = None,
) -> list[StockAsOf]:
    """What was there at the end of a day: the sum of all moves up to it."""
    statement = (
        select(
            StockMove.item_id,
            StockMove.warehouse_id,
            StockMove.location_id,
            func.sum(StockMove.qty),
            func.sum(StockMove.value_amount),
        )
        .where(StockMove.occurred_on <= on)
        .group_by(StockMove.item_id, StockMove.warehouse_id, StockMove.location_id)
        .order_by(StockMove.item_id, StockMove.location_id)
    )
    if item_ids is not None:
        statement = statement.where(any_of(StockMove.item_id, item_ids))
    if warehouse_ids is not None:
        statement = statement.where(any_of(StockMove.warehouse_id, warehouse_ids))
    return [StockAsOf(*row) for row in session.execute(statement)]


@dataclass(frozen=True, slots=True)
class StockValue:
    """Quantity and value of an item in a warehouse."""

    item_id: UUID
    warehouse_id: UUID
    qty: Decimal
    value_amount: Decimal
    last_unit_cost: Decimal


def stock_values(session: Session, item_ids: Iterable[UUID] | None = None) -> list[StockValue]:
    """What stock is worth now, by item and warehouse."""
    statement = select(
        CostBalance.item_id,
        CostBalance.warehouse_id,
        CostBalance.qty,
        CostBalance.value_amount,
        CostBalance.last_unit_cost,
    ).order_by(CostBalance.item_id, CostBalance.warehouse_id)
    if item_ids is not None:
        statement = statement.where(any_of(CostBalance.item_id, item_ids))
    return [StockValue(*row) for row in session.execute(statement)]


def _find_defaults(session: Session) -> dict[UUID, UUID]:
    usable = [row for row in read_all(session, Location).values() if row.kind != LocationKind.INSPECTION]
    found: dict[UUID, UUID] = {}
    for row in sorted(usable, key=lambda row: (not row.is_default, row.code)):
        found.setdefault(row.warehouse_id, row.id)
    return found


def _find_default_warehouses(session: Session) -> dict[UUID, UUID]:
    found: dict[UUID, UUID] = {}
    for row in sorted(read_all(session, Warehouse).values(), key=lambda row: row.code):
        if row.is_active:
            found.setdefault(row.company_id, row.id)
    return found


_DEFAULT_WAREHOUSES = Reference(_find_default_warehouses)


def default_warehouses(session: Session) -> Mapping[UUID, UUID]:
    """The first active warehouse of each company by code: where no document names one."""
    return _DEFAULT_WAREHOUSES.of(session)


_DEFAULT_LOCATIONS = Reference(_find_defaults)


def default_locations(session: Session, warehouse_ids: Iterable[UUID]) -> Mapping[UUID, UUID]:
    """The location each warehouse puts stock at where none is named: its default, else its first storage location.

    Raises: LocationMissing for a warehouse without one.
    """
    known = _DEFAULT_LOCATIONS.of(session)
    for warehouse_id in warehouse_ids:
        if warehouse_id not in known:
            raise LocationMissing(warehouse=warehouse_id)
    return known
