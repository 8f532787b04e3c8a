"""Promising stock to document lines, and taking promises back or using them up."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import select

from transactional.inventory.balances import Shelf, hold_shelves, lock_items, lock_stocks, save_stocks
from transactional.inventory.facts import ask_items
from transactional.inventory.lot_models import Lot, LotBalance, LotKind
from transactional.inventory.lots import LotQty
from transactional.inventory.models import Location, LocationKind, Reservation, StockBalance
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.money import ZERO
from transactional.kernel.reference import read_all
from transactional.kernel.rows import delete_all, insert_all, read, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.kernel.statements import Asked, Query, among

Place: TypeAlias = tuple[UUID, UUID, UUID | None]
"""A document line, a location, and the lot where one was chosen."""
LotShelf: TypeAlias = tuple[UUID, UUID]
"""A lot and a location."""
_Shelves: TypeAlias = dict[tuple[UUID, UUID], list[StockBalance]]
_RESERVATIONS = Query(
    select(Reservation).where(among(Reservation.origin_line_id, "lines")).order_by(Reservation.id).with_for_update()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """A document line that wants stock of a warehouse.  Units: `qty` positive, in the item's stock unit."""

    item_id: UUID
    warehouse_id: UUID
    qty: Decimal
    origin_type: str
    origin_id: UUID
    origin_line_id: UUID
    lots: Sequence[LotQty] = ()
    """The batches or serials that leave, where somebody said which: their own promises are used up first."""
    on: date | None = None
    """The day on which chosen batches have to be usable."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What a line was promised now, by location; `missing_qty` waits for stock."""

    origin_line_id: UUID
    by_location: dict[UUID, Decimal]
    missing_qty: Decimal
    lots: Mapping[UUID, Sequence[LotQty]] = field(default_factory=dict)
    """Of what was used up, the batches or serials that had been chosen, by location."""

    @property
    def reserved_qty(self) -> Decimal:
        """What was promised, in all locations."""
        return sum(self.by_location.values(), ZERO)


def reserve_stock(session: Session, demands: Sequence[Demand]) -> list[Promise]:
    """A promise for each demand, in their order: as much as storage holds unpromised, default locations first.

    A line that holds a reservation already gets the quantity in addition. Locks the items, then their stock rows.
    Raises: Invalid for a quantity that is not positive.
    """
    return ask_promises(session, demands)()


def ask_promises(session: Session, demands: Sequence[Demand]) -> Callable[[], list[Promise]]:
    """What promises stock as `reserve_stock` does; what is asked meanwhile is done behind its locks, in one round trip.

    Raises: Invalid for a quantity that is not positive.
    """
    _check(demands)
    if not demands:
        return list
    hold = _lock(session, demands)
    reserved = _RESERVATIONS.ask(session, lines={demand.origin_line_id for demand in demands})
    return lambda: _reserve(session, demands, hold(), _by_place(reserved))


def _reserve(
    session: Session, demands: Sequence[Demand], shelves: _Shelves, held: dict[Place, Reservation]
) -> list[Promise]:
    promises = []
    new: list[Reservation] = []
    for demand in demands:
        promise = _promise(demand, shelves.get((demand.item_id, demand.warehouse_id), []))
        promises.append(promise)
        new += _book(demand, promise, held)
    made = {id(row) for row in new}
    changed = [row for row in held.values() if id(row) not in made]
    save_stocks(session, [row for rows in shelves.values() for row in rows])
    update_all(session, changed, Reservation.qty)
    insert_all(session, new)
    return promises


def release_reservations(session: Session, origin_line_ids: Iterable[UUID]) -> None:
    """What was promised to these lines is free again; a line without a promise is passed over."""
    _release(session, set(origin_line_ids))


def consume_reservations(session: Session, demands: Sequence[Demand]) -> list[Promise]:
    """What of each demand was promised before, by location: free for the issue that now follows, in one transaction.

    Pass every line that is to be issued, promised or not: its item is locked here, before any other lock is taken.
    `missing_qty` is what no promise covers.
    """
    _check(demands)
    if not demands:
        return []
    items = {demand.item_id for demand in demands}
    lock_items(session, items)
    asked = _RESERVATIONS.ask(session, lines={demand.origin_line_id for demand in demands})
    # They come with the same answer: the rows that promises are taken from, and what posting the moves will ask.
    shelves = lock_stocks(session, items, _storage_of(session, {demand.warehouse_id for demand in demands}))
    ask_items(session, items)
    held = _by_place(asked)
    shelves()
    by_line: defaultdict[UUID, list[Reservation]] = defaultdict(list)
    for reservation in held.values():
        by_line[reservation.origin_line_id].append(reservation)
    lots = _lots_of(session, held.values())
    used: defaultdict[Shelf, Decimal] = defaultdict(Decimal)
    used_lots: defaultdict[LotShelf, Decimal] = defaultdict(Decimal)
    promises = []
    for demand in demands:
        before = {id(row): row.qty for row in by_line[demand.origin_line_id]}
        promises.append(_use(demand, by_line[demand.origin_line_id], used, lots))
        for row in by_line[demand.origin_line_id]:
            if row.lot_id is not None:
                used_lots[row.lot_id, row.location_id] += before[id(row)] - row.qty
    _lower(session, used)
    lower_lots(session, used_lots)
    _store(session, list(held.values()))
    return promises


def _check(demands: Sequence[Demand]) -> None:
    problems = [
        FieldProblem(f"demands/{position}/qty", "must be positive", "not_above_zero")
        for position, demand in enumerate(demands)
        if demand.qty <= 0
    ]
    if problems:
        raise Invalid(problems)


def _lock(session: Session, demands: Sequence[Demand]) -> Callable[[], _Shelves]:
    """What gives stock rows in storage by item and warehouse, default locations first, locked behind their items."""
    items = {demand.item_id for demand in demands}
    lock_items(session, items)
    order = _storage_of(session, {demand.warehouse_id for demand in demands})
    hold = lock_stocks(session, items, order)

    def shelves() -> _Shelves:
        found: defaultdict[tuple[UUID, UUID], list[StockBalance]] = defaultdict(list)
        for row in sorted(hold(), key=lambda row: order[row.location_id]):
            found[row.item_id, row.warehouse_id].append(row)
        return found

    return shelves


def _storage_of(session: Session, warehouse_ids: set[UUID]) -> dict[UUID, tuple[bool, str]]:
    """The locations of warehouses that keep what can be promised, with their order: the default ones first."""
    return {
        row.id: (not row.is_default, row.code)
        for row in read_all(session, Location).values()
        if row.warehouse_id in warehouse_ids and row.kind == LocationKind.STORAGE
    }


def _promise(demand: Demand, rows: Iterable[StockBalance]) -> Promise:
    missing = demand.qty
    by_location: dict[UUID, Decimal] = {}
    for row in rows:
        part = min(missing, max(row.on_hand_qty - row.reserved_qty, ZERO))
        if part:
            row.reserved_qty += part
            by_location[row.location_id] = part
            missing -= part
    return Promise(demand.origin_line_id, by_location, missing)


def _book(demand: Demand, promise: Promise, held: dict[Place, Reservation]) -> list[Reservation]:
    """The reservations that are new; those there are grow."""
    new = []
    for location_id, qty in promise.by_location.items():
        row = held.get((demand.origin_line_id, location_id, None))
        if row is not None:
            row.qty += qty
            continue
        row = Reservation(
            item_id=demand.item_id,
            location_id=location_id,
            origin_type=demand.origin_type,
            origin_id=demand.origin_id,
            origin_line_id=demand.origin_line_id,
            qty=qty,
        )
        held[demand.origin_line_id, location_id, None] = row
        new.append(row)
    return new


def _use(
    demand: Demand, rows: Sequence[Reservation], used: defaultdict[Shelf, Decimal], lots: Mapping[UUID, Lot]
) -> Promise:
    missing = demand.qty
    by_location: dict[UUID, Decimal] = {}
    chosen: defaultdict[UUID, list[LotQty]] = defaultdict(list)
    for row, most in _in_turn(demand, rows, lots):
        part = min(missing, row.qty, most)
        if part:
            row.qty -= part
            used[row.item_id, row.location_id] += part
            by_location[row.location_id] = by_location.get(row.location_id, ZERO) + part
            missing -= part
            if row.lot_id is not None:
                lot = lots[row.lot_id]
                chosen[row.location_id].append(LotQty(LotKind(lot.kind), lot.number, part))
    return Promise(demand.origin_line_id, by_location, missing, chosen)


def _in_turn(
    demand: Demand, rows: Sequence[Reservation], lots: Mapping[UUID, Lot]
) -> list[tuple[Reservation, Decimal]]:
    """Promises in the order they are used up, each with the most of it: chosen lots, then what names none, then others.

    Of a chosen lot no more than leaves; where nobody said which lots leave, those promised do.
    """
    ordered = sorted(rows, key=lambda row: (row.lot_id is None, row.location_id, str(row.lot_id)))
    if not demand.lots:
        return [(row, row.qty) for row in ordered]
    leaving = {lot.number: lot.qty for lot in demand.lots}
    first: list[tuple[Reservation, Decimal]] = []
    for row in ordered:
        if row.lot_id is not None:
            part = min(leaving.get(lots[row.lot_id].number, ZERO), row.qty)
            leaving[lots[row.lot_id].number] = leaving.get(lots[row.lot_id].number, ZERO) - part
            first.append((row, part))
    return [*first, *[(row, row.qty) for row in reversed(ordered)]]


def _release(session: Session, origin_line_ids: set[UUID]) -> None:
    statement = select(Reservation.item_id).where(any_of(Reservation.origin_line_id, origin_line_ids))
    items = set(session.scalars(statement))
    if not items:
        return
    lock_items(session, items)
    # What was used up between the look and the lock is gone from this second reading.
    held = list(_by_place(_RESERVATIONS.ask(session, lines=origin_line_ids)).values())
    freed: defaultdict[Shelf, Decimal] = defaultdict(Decimal)
    freed_lots: defaultdict[LotShelf, Decimal] = defaultdict(Decimal)
    for row in held:
        freed[row.item_id, row.location_id] += row.qty
        if row.lot_id is not None:
            freed_lots[row.lot_id, row.location_id] += row.qty
    _lower(session, freed)
    lower_lots(session, freed_lots)
    delete_all(session, held)


def _by_place(asked: Asked[Reservation]) -> dict[Place, Reservation]:
    return {(row.origin_line_id, row.location_id, row.lot_id): row for row in asked.rows()}


def _lots_of(session: Session, held: Iterable[Reservation]) -> dict[UUID, Lot]:
    ids = {row.lot_id for row in held if row.lot_id is not None}
    return read_by_id(session, Lot, ids) if ids else {}


def lower_lots(session: Session, quantities: Mapping[LotShelf, Decimal]) -> None:
    """So much less is promised of lots at locations; a negative quantity promises more.  Their items are held."""
    wanted = {shelf: qty for shelf, qty in quantities.items() if qty}
    if not wanted:
        return
    statement = select(LotBalance).where(any_of(LotBalance.lot_id, {lot_id for lot_id, _ in wanted}))
    rows = [row for row in read(session, statement) if (row.lot_id, row.location_id) in wanted]
    for row in rows:
        row.reserved_qty -= wanted[row.lot_id, row.location_id]
    update_all(session, rows, LotBalance.reserved_qty)


def _lower(session: Session, quantities: dict[Shelf, Decimal]) -> None:
    if not quantities:
        return
    touched = hold_shelves(session, quantities)
    for shelf, row in touched.items():
        row.reserved_qty -= quantities[shelf]
    save_stocks(session, touched.values())


def _store(session: Session, rows: Sequence[Reservation]) -> None:
    """Reservations that are used up are deleted, the others keep their rest."""
    update_all(session, [row for row in rows if row.qty], Reservation.qty)
    delete_all(session, [row for row in rows if not row.qty])
