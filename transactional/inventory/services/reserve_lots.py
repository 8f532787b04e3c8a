"""Promising certain batches or serial numbers to document lines."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ARRAY, String, any_, bindparam, select

from transactional.catalog.models import Item
from transactional.inventory.balances import Shelf, hold_shelves, lock_items
from transactional.inventory.errors import LotExpired, LotHeld, LotNotAvailable
from transactional.inventory.lot_models import Lot
from transactional.inventory.lot_shelves import LotShelves
from transactional.inventory.models import Location, Reservation, StockBalance, Warehouse
from transactional.inventory.services.reserve_stock import (
    Demand,
    LotShelf,
    Promise,
    lower_lots,
    release_reservations,
    reserve_stock,
)
from transactional.kernel.arrays import any_of
from transactional.kernel.money import ZERO
from transactional.kernel.reference import read_all
from transactional.kernel.rows import insert_all, read, read_by_id, update_all
from transactional.kernel.session import Session


def reserve_lots(session: Session, demands: Sequence[Demand]) -> list[Promise]:
    """The lots of each demand promised by name, in place of what its line was promised before; the rest as usual.

    Locks the items, then their stock rows.
    Raises: LotNotAvailable for what is not there or promised to others, LotHeld, LotExpired.
    """
    lock_items(session, {demand.item_id for demand in demands})
    release_reservations(session, [demand.origin_line_id for demand in demands])
    items = read_by_id(session, Item, {demand.item_id for demand in demands})
    known = _known(session, demands)
    shelves = LotShelves.of_items(session, items)
    warehouses = read_all(session, Warehouse)
    rows: list[Reservation] = []
    for demand in demands:
        rows += _promise(demand, known, shelves, items[demand.item_id], warehouses)
    _hold(
        session,
        rows,
        {row.id: row for row in known.values()},
        items,
        {demand.origin_line_id: demand.on for demand in demands},
    )
    named: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    for row in rows:
        named[row.origin_line_id] += row.qty
    return reserve_stock(
        session, [_rest(demand, named) for demand in demands if demand.qty > named[demand.origin_line_id]]
    )


def _rest(demand: Demand, named: Mapping[UUID, Decimal]) -> Demand:
    return Demand(
        item_id=demand.item_id,
        warehouse_id=demand.warehouse_id,
        qty=demand.qty - named[demand.origin_line_id],
        origin_type=demand.origin_type,
        origin_id=demand.origin_id,
        origin_line_id=demand.origin_line_id,
    )


def _known(session: Session, demands: Sequence[Demand]) -> dict[tuple[UUID, str], Lot]:
    numbers = sorted({lot.number for demand in demands for lot in demand.lots})
    statement = select(Lot).where(
        any_of(Lot.item_id, {demand.item_id for demand in demands}),
        Lot.number == any_(bindparam(None, numbers, type_=ARRAY(String))),
    )
    return {(lot.item_id, lot.number): lot for lot in read(session, statement)}


def _promise(
    demand: Demand,
    known: Mapping[tuple[UUID, str], Lot],
    shelves: LotShelves,
    item: Item,
    warehouses: Mapping[UUID, Warehouse],
) -> list[Reservation]:
    rows = []
    on = demand.on
    for given in demand.lots:
        lot = known.get((demand.item_id, given.number))
        if lot is not None and lot.is_held:
            raise LotHeld(item=item.code, lot=lot.number)
        if lot is not None and lot.expires_on is not None and on is not None and lot.expires_on < on:
            raise LotExpired(item=item.code, lot=lot.number, expires_on=lot.expires_on, on=on)
        found = shelves.free(demand.item_id, demand.warehouse_id, given)
        if lot is None or sum(found.values(), ZERO) < given.qty:
            place = warehouses[demand.warehouse_id].code
            raise _short(item, given.number, place, sum(found.values(), ZERO), given.qty, demand.on)
        rows += [_row(demand, lot, location_id, qty) for location_id, qty in found.items()]
    return rows


def _short(
    item: Item, number: str, place: str, available: Decimal, wanted: Decimal, on: date | None
) -> LotNotAvailable:
    return LotNotAvailable(
        item=item.code,
        lot=number,
        location=place,
        on=on or "-",
        available_qty=f"{available.normalize():f}",
        wanted_qty=f"{wanted.normalize():f}",
    )


def _row(demand: Demand, lot: Lot, location_id: UUID, qty: Decimal) -> Reservation:
    return Reservation(
        item_id=demand.item_id,
        location_id=location_id,
        lot_id=lot.id,
        origin_type=demand.origin_type,
        origin_id=demand.origin_id,
        origin_line_id=demand.origin_line_id,
        qty=qty,
    )


def _hold(
    session: Session,
    rows: Sequence[Reservation],
    lots: Mapping[UUID, Lot],
    items: Mapping[UUID, Item],
    days: Mapping[UUID, date | None],
) -> None:
    """The promises written, where the location holds that much that nobody was promised."""
    wanted: defaultdict[Shelf, Decimal] = defaultdict(Decimal)
    lot_wanted: defaultdict[LotShelf, Decimal] = defaultdict(Decimal)
    held = hold_shelves(session, {(row.item_id, row.location_id) for row in rows})
    for row in rows:
        shelf = held[row.item_id, row.location_id]
        free = shelf.on_hand_qty - shelf.reserved_qty
        if row.lot_id is None or row.qty > free:
            number = lots[row.lot_id].number if row.lot_id else ""
            code = read_all(session, Location)[row.location_id].code
            raise _short(items[row.item_id], number, code, free, row.qty, days[row.origin_line_id])
        shelf.reserved_qty += row.qty
        wanted[row.item_id, row.location_id] += row.qty
        lot_wanted[row.lot_id, row.location_id] -= row.qty
    update_all(session, [held[shelf] for shelf in wanted], StockBalance.reserved_qty)
    lower_lots(session, lot_wanted)
    insert_all(session, rows)
