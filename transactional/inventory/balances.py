"""The guarded rows: created once, locked in one order, written back.

Lock order of everything that touches stock: the cost rows of all items concerned in (item, warehouse) order - that is
the lock of an item, in all its warehouses, for costs travel with transfers and returns - then the stock rows in
(item, location) order. Periods and the head of the ledger come last.
A row that is held stays as it is known until the transaction ends: it is read once, whoever asks.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import select

from transactional.inventory.costing.steps import Place
from transactional.inventory.models import CostBalance, StockBalance
from transactional.kernel.ids import new_id
from transactional.kernel.rows import update_all
from transactional.kernel.session import Session
from transactional.kernel.statements import Asked, Lookup, Query, among

_MAKE_COSTS = (
    "insert into inventory.cost_balances (tenant_id, id, item_id, warehouse_id, created_by, updated_by)"
    " select %(tenant)s, given.id, given.item_id, given.warehouse_id, %(author)s, %(author)s"
    " from unnest(%(ids)s::uuid[], %(items)s::uuid[], %(warehouses)s::uuid[])"
    " as given (id, item_id, warehouse_id) order by given.item_id, given.warehouse_id on conflict do nothing"
)
_MAKE_STOCKS = (
    "insert into inventory.stock_balances"
    " (tenant_id, id, item_id, warehouse_id, location_id, created_by, updated_by)"
    " select %(tenant)s, given.id, given.item_id, given.warehouse_id, given.location_id, %(author)s, %(author)s"
    " from unnest(%(ids)s::uuid[], %(items)s::uuid[], %(warehouses)s::uuid[],"
    " %(locations)s::uuid[])"
    " as given (id, item_id, warehouse_id, location_id)"
    " order by given.item_id, given.location_id on conflict do nothing"
)

Shelf: TypeAlias = tuple[UUID, UUID]
"""An item and a location: where stock is guarded."""


_PLACES = Lookup(select(CostBalance.item_id, CostBalance.warehouse_id).where(among(CostBalance.item_id, "items")))
_COSTS = Query(
    select(CostBalance)
    .where(among(CostBalance.item_id, "items"))
    .order_by(CostBalance.item_id, CostBalance.warehouse_id)
    .with_for_update()
)
_STOCKS = Query(
    select(StockBalance)
    .where(among(StockBalance.item_id, "items"), among(StockBalance.location_id, "locations"))
    .order_by(StockBalance.item_id, StockBalance.location_id)
    .with_for_update()
)


@dataclass(frozen=True, slots=True)
class Held:
    """The rows that a transaction has locked."""

    costs: dict[Place, CostBalance] = field(default_factory=dict)
    stocks: dict[Shelf, StockBalance] = field(default_factory=dict)
    items: set[UUID] = field(default_factory=set)
    """Those whose cost rows are all held."""
    asked: list[Asked[CostBalance]] = field(default_factory=list)
    """Cost rows that are locked and were not looked at yet."""
    unsaved: dict[UUID, StockBalance] = field(default_factory=dict)
    """Stock rows that have changed and are not written yet."""

    def collect(self) -> None:
        """Look at what is locked."""
        while self.asked:
            for row in self.asked.pop(0).rows():
                self.costs.setdefault((row.item_id, row.warehouse_id), row)


def hold_items(session: Session, item_ids: Iterable[UUID]) -> dict[Place, CostBalance]:
    """The cost rows of items in all warehouses, locked: nobody else moves or reserves these items meanwhile."""
    wanted = set(item_ids)
    lock_items(session, wanted)
    held = _held(session)
    held.collect()
    return {place: row for place, row in held.costs.items() if place[0] in wanted}


def lock_items(session: Session, item_ids: Iterable[UUID]) -> None:
    """Have items held; what is asked next is read behind their locks, in the same round trip."""
    held = _held(session)
    wanted = set(item_ids) - held.items
    if wanted:
        held.asked.append(_COSTS.ask(session, items=wanted))
        held.items.update(wanted)


def hold_balances(session: Session, shelves: Mapping[Shelf, UUID]) -> Held:
    """All cost rows of the items and the stock rows of the shelves, made where missing, locked in one order.

    Shapes: shelves maps item and location to the location's warehouse.
    """
    held = _held(session)
    _hold_made_costs(session, held, {(item_id, warehouse_id) for (item_id, _), warehouse_id in shelves.items()})
    _hold_made_stocks(session, held, shelves)
    return held


def hold_shelves(session: Session, shelves: Iterable[Shelf]) -> dict[Shelf, StockBalance]:
    """The stock rows of shelves, locked; a shelf without one is left out.  Their items are held before."""
    held, wanted = _held(session), set(shelves)
    unknown = wanted - held.stocks.keys()
    if unknown:
        hold_stocks(session, {item_id for item_id, _ in unknown}, {location_id for _, location_id in unknown})
    return {shelf: held.stocks[shelf] for shelf in wanted if shelf in held.stocks}


def hold_stocks(session: Session, item_ids: Iterable[UUID], location_ids: Iterable[UUID]) -> list[StockBalance]:
    """The stock rows of items at locations, locked.  Their items are held before."""
    return lock_stocks(session, item_ids, location_ids)()


def lock_stocks(
    session: Session, item_ids: Iterable[UUID], location_ids: Iterable[UUID]
) -> Callable[[], list[StockBalance]]:
    """What gives rows as `hold_stocks` does; what is asked meanwhile is read behind the locks."""
    known = _held(session).stocks
    asked = _STOCKS.ask(session, items=item_ids, locations=location_ids)
    return lambda: [known.setdefault((row.item_id, row.location_id), row) for row in asked.rows()]


def save_stocks(session: Session, rows: Iterable[StockBalance]) -> None:
    """Have held rows written before anybody reads them, or with the moves that follow: once, however often changed."""
    _held(session).unsaved.update({row.id: row for row in rows})
    session.postpone(_STOCK_TABLE, lambda: write_stocks(session))


def write_stocks(session: Session, rows: Iterable[StockBalance] = ()) -> None:
    """Write held rows, and those that wait to be written."""
    held = _held(session)
    changed = held.unsaved | {row.id: row for row in rows}
    held.unsaved.clear()
    session.postponed.pop(_STOCK_TABLE, None)
    update_all(
        session,
        list(changed.values()),
        StockBalance.on_hand_qty,
        StockBalance.reserved_qty,
        StockBalance.allows_negative,
    )


_STOCK_TABLE = ("inventory.stock_balances",)


def _held(session: Session) -> Held:
    found: Held = session.held.setdefault("stock", Held())
    return found


def _hold_made_costs(session: Session, held: Held, places: set[Place]) -> None:
    """Rows are made before any is locked, so that two makers never wait for each other while holding locks."""
    held.collect()
    unknown = {item_id for item_id, _ in places} - held.items
    missing = sorted(places - held.costs.keys() - set(_PLACES.rows(session, items=unknown) if unknown else ()))
    if missing:
        _make(session, _MAKE_COSTS, items=[place[0] for place in missing], warehouses=[place[1] for place in missing])
    made = {item_id for item_id, _ in missing}
    held.items.difference_update(made)
    lock_items(session, unknown | made)
    held.collect()


def _hold_made_stocks(session: Session, held: Held, shelves: Mapping[Shelf, UUID]) -> None:
    hold_shelves(session, shelves)
    missing = sorted(shelves.keys() - held.stocks.keys())
    if missing:
        _make(
            session,
            _MAKE_STOCKS,
            items=[item_id for item_id, _ in missing],
            warehouses=[shelves[shelf] for shelf in missing],
            locations=[location_id for _, location_id in missing],
        )
        hold_shelves(session, missing)


def _make(session: Session, statement: str, *, items: list[UUID], **more: list[UUID]) -> None:
    author = {"tenant": session.tenant_id, "author": session.principal.user_id}
    session.send(statement, {**author, "ids": [new_id() for _ in items], "items": items, **more})
