"""Where a batch or serial came from and where it went: back to suppliers, forward to customers, through production."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import Item
from transactional.inventory.lot_models import Lot, LotBalance, LotLink, LotMove
from transactional.inventory.models import MoveKind, StockMove
from transactional.inventory.resources import BATCHES, SERIALS, STOCK_DOCUMENTS, STOCK_MOVES
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import NotFound
from transactional.kernel.policy import visible
from transactional.kernel.principal import Principal
from transactional.kernel.records import get_records
from transactional.kernel.resource import Resource
from transactional.kernel.rows import find_one, read
from transactional.kernel.session import Session
from transactional.purchase.resources import PURCHASE_ORDERS, RECEIPTS
from transactional.sales.resources import DELIVERIES, ORDERS
from transactional.scm.resources import CUSTOMERS, SUPPLIERS

_DOCUMENTS = {
    "purchase_receipt": RECEIPTS,
    "delivery": DELIVERIES,
    "inventory.stock_document": STOCK_DOCUMENTS,
}
"""What the origins of stock moves are called among records."""
_ORDERS_OF: dict[str, Resource] = {"purchase_receipt": PURCHASE_ORDERS, "delivery": ORDERS}
_LOTS_MAX = 10_000
"""Further lots than this are not followed; the answer says so."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A move of a lot with the document it comes from."""

    lot_id: UUID
    occurred_on: date
    kind: str
    qty: Decimal
    warehouse_id: UUID
    location_id: UUID
    origin_type: str
    origin_id: UUID
    party_kind: str | None
    party_id: UUID | None


@dataclass(frozen=True, slots=True)
class Side:
    """What a lot touched in one direction; records as far as the asker may see them."""

    lots: list[Lot]
    is_complete: bool
    parties: list[dict[str, Any]]
    orders: list[dict[str, Any]]
    documents: list[dict[str, Any]]
    productions: list[tuple[str, UUID]]
    """Origins of the links between lots that were used and lots that were made."""


@dataclass(frozen=True, slots=True)
class Trace:
    """A lot, its moves oldest first, what it came from and what became of it."""

    lot: Lot
    item: Item
    on_hand: list[LotBalance]
    moves: list[Moved]
    warranty_until: date | None
    """Of a serial: from its last delivery, where the item has a warranty."""
    backward: Side
    forward: Side


def trace_lot(session: Session, lot_id: UUID, kind: str, *, by: Principal) -> Trace:
    """Everything a batch or serial touched, both ways.  Raises: NotFound."""
    lot = find_one(session, select(Lot).where(Lot.id == lot_id, Lot.kind == kind))
    if lot is None:
        raise NotFound(kind=kind, id=lot_id)
    [item] = read(session, select(Item).where(Item.id == lot.item_id))
    sources, made_by, has_sources = _related(session, lot_id, LotLink.made_lot_id, LotLink.used_lot_id)
    results, used_by, has_results = _related(session, lot_id, LotLink.used_lot_id, LotLink.made_lot_id)
    moves = _moves(session, {lot_id} | sources | results, by)
    back = [move for move in moves if move.lot_id in sources | {lot_id}]
    on = [move for move in moves if move.lot_id in results | {lot_id}]
    own = [move for move in moves if move.lot_id == lot_id]
    is_there = LotBalance.on_hand_qty != 0
    return Trace(
        lot=lot,
        item=item,
        on_hand=read(session, select(LotBalance).where(LotBalance.lot_id == lot_id, is_there).order_by(LotBalance.id)),
        moves=own,
        warranty_until=_warranty(own, item),
        backward=Side(_lots(session, sources), has_sources, *_touched(session, back, "supplier", by), made_by),
        forward=Side(_lots(session, results), has_results, *_touched(session, on, "customer", by), used_by),
    )


def _related(session: Session, lot_id: UUID, near: Any, far: Any) -> tuple[set[UUID], list[tuple[str, UUID]], bool]:
    """The lots on the far side of links, however many steps away, with the links' origins."""
    found: set[UUID] = set()
    origins: dict[tuple[str, UUID], None] = {}
    step = {lot_id}
    while step and len(found) < _LOTS_MAX:
        rows = session.execute(select(far, LotLink.origin_type, LotLink.origin_id).where(any_of(near, step))).all()
        origins |= dict.fromkeys((row[1], row[2]) for row in rows)
        step = {row[0] for row in rows} - found - {lot_id}
        found |= step
    return found, list(origins), not step


def _lots(session: Session, lot_ids: set[UUID]) -> list[Lot]:
    return read(session, select(Lot).where(any_of(Lot.id, lot_ids)).order_by(Lot.number, Lot.id)) if lot_ids else []


def _moves(session: Session, lot_ids: set[UUID], by: Principal) -> list[Moved]:
    statement = (
        select(
            LotMove.lot_id,
            LotMove.occurred_on,
            StockMove.kind,
            LotMove.qty,
            StockMove.warehouse_id,
            StockMove.location_id,
            StockMove.origin_type,
            StockMove.origin_id,
            StockMove.party_kind,
            StockMove.party_id,
        )
        .join(StockMove, (StockMove.tenant_id == LotMove.tenant_id) & (StockMove.id == LotMove.move_id))
        .where(any_of(LotMove.lot_id, lot_ids), *visible(by, STOCK_MOVES.thing, STOCK_MOVES.table))
        .order_by(LotMove.occurred_on, StockMove.sequence)
    )
    rows: Sequence[Any] = session.execute(statement).all()
    return [Moved(*row) for row in rows]


def _warranty(moves: Sequence[Moved], item: Item) -> date | None:
    delivered = [move for move in moves if move.kind == MoveKind.DELIVERY.value]
    # A cancelled delivery is followed by its mirror image, which brings the piece back.
    if not delivered or delivered[-1].qty > 0 or item.warranty_days is None or item.tracking_mode != "serial":
        return None
    return delivered[-1].occurred_on + timedelta(days=item.warranty_days)


def _touched(
    session: Session, moves: Sequence[Moved], party_kind: str, by: Principal
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Parties, orders and documents of moves, each once."""
    origin = "purchase_receipt" if party_kind == "supplier" else "delivery"
    parties = {move.party_id for move in moves if move.party_kind == party_kind and move.party_id}
    documents = _seen(session, _DOCUMENTS[origin], {m.origin_id for m in moves if m.origin_type == origin}, by)
    orders = {document["order_id"] for document in documents if document.get("order_id")}
    resource = SUPPLIERS if party_kind == "supplier" else CUSTOMERS
    made = {m.origin_id for m in moves if m.origin_type == "inventory.stock_document"}
    return (
        _seen(session, resource, parties, by),
        _seen(session, _ORDERS_OF[origin], orders, by),
        documents + _seen(session, STOCK_DOCUMENTS, made, by),
    )


def _seen(session: Session, resource: Resource, ids: Iterable[UUID], by: Principal) -> list[dict[str, Any]]:
    wanted = sorted(set(ids))
    if not wanted or not by.may(f"{resource.thing}.read"):
        return []
    return get_records(session, resource, wanted, by=by)


LOTS = {"batch": BATCHES, "serial": SERIALS}
"""The records of each kind of lot."""
