"""What is on hand, promised, on its way in and asked for, of items: now, or on hand as of a past day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeAlias
from uuid import UUID

from sqlalchemy import Subquery, func, null, select, text

from transactional.inventory.lot_models import Lot, LotBalance, LotMove
from transactional.inventory.models import Location, LocationKind, Warehouse
from transactional.inventory.queries import default_locations, stock_as_of, stock_levels
from transactional.inventory.recosting import provisional_since
from transactional.kernel.arrays import any_of
from transactional.kernel.money import ZERO
from transactional.kernel.reference import read_all
from transactional.kernel.session import Session

By: TypeAlias = Literal["item", "location", "batch", "serial"]
Place: TypeAlias = tuple[UUID, UUID]
"""An item and a warehouse."""

# Grain: an item in a warehouse. What a confirmed order still lacks, in stock units.
_INCOMING = text(
    """
    select lines.item_id, orders.warehouse_id,
        sum(greatest(lines.qty - coalesce(arrived.qty, 0), 0) * lines.stock_qty / lines.qty) as qty
    from purchase.purchase_order_lines as lines
    inner join purchase.purchase_orders as orders
        on lines.tenant_id = orders.tenant_id and lines.order_id = orders.id and orders.state = 'confirmed'
    left join lateral (
        -- Rejected and returned goods are replaced; what waits for inspection has arrived.
        select
            sum(
                case receipts.kind
                    when 'receipt' then parts.accepted_qty + parts.quarantined_qty
                    else -parts.accepted_qty
                end
            ) as qty
        from purchase.purchase_receipt_lines as parts
        inner join purchase.purchase_receipts as receipts
            on parts.tenant_id = receipts.tenant_id and parts.receipt_id = receipts.id
        where parts.tenant_id = lines.tenant_id and parts.order_line_id = lines.id
    ) as arrived on true
    where lines.item_id = any(:items)
    group by lines.item_id, orders.warehouse_id
    union all
    select lines.item_id, documents.to_warehouse_id, sum(moves.qty) as qty
    from inventory.stock_documents as documents
    inner join inventory.stock_document_lines as lines
        on documents.tenant_id = lines.tenant_id and documents.id = lines.document_id
    inner join inventory.stock_moves as moves
        on lines.tenant_id = moves.tenant_id and moves.origin_id = documents.id and moves.origin_line_id = lines.id
    where documents.state = 'in_transit' and moves.kind = 'transfer_in' and lines.item_id = any(:items)
    group by lines.item_id, documents.to_warehouse_id
    """
)
_OUTGOING = text(
    """
    select lines.item_id, orders.warehouse_id,
        sum(greatest(lines.stock_qty - coalesce(handed.qty, 0), 0)) filter (where not lines.is_closed) as qty
    from sales.sales_order_lines as lines
    inner join sales.sales_orders as orders
        on lines.tenant_id = orders.tenant_id and lines.order_id = orders.id and orders.state = 'confirmed'
    left join lateral (
        select sum(parts.stock_qty) as qty
        from sales.delivery_lines as parts
        where parts.tenant_id = lines.tenant_id and parts.order_line_id = lines.id and parts.returned_line_id is null
    ) as handed on true
    where lines.item_id = any(:items)
    group by lines.item_id, orders.warehouse_id
    """
)


@dataclass(slots=True)
class Level:
    """What is there of an item at a place.  Units: the item's stock unit; None where nothing is known of the day."""

    item_id: UUID
    warehouse_id: UUID
    location_id: UUID | None = None
    lot_id: UUID | None = None
    lot_number: str | None = None
    on_hand_qty: Decimal = ZERO
    reserved_qty: Decimal | None = ZERO
    incoming_qty: Decimal | None = ZERO
    outgoing_qty: Decimal | None = ZERO
    available_qty: Decimal | None = ZERO
    provisional_from: date | None = None
    """Set while values are worked out anew in the background: what the item is worth from this day on may change."""


def inquire_stock(session: Session, item_ids: Sequence[UUID], *, by: By, as_of: date | None = None) -> list[Level]:
    """Levels by warehouse, location or lot.

    As of a past day only what was on hand is known: promises and open orders are told as they are now or not at all.
    Orders name no location: theirs is the warehouse's default one. A promise names a lot where one was chosen.
    """
    if by in {"batch", "serial"}:
        levels = _by_lot(session, item_ids, by, as_of)
    else:
        found = list((_past(session, item_ids, as_of) if as_of else _present(session, item_ids)).values())
        levels = sorted(_by_warehouse(found) if by == "item" else found, key=_order)
    _mark(session, item_ids, levels, as_of)
    return levels


def _mark(session: Session, item_ids: Sequence[UUID], levels: Sequence[Level], as_of: date | None) -> None:
    since = provisional_since(session, item_ids)
    warehouses = read_all(session, Warehouse) if since else {}
    for level in levels:
        on = since.get((level.item_id, warehouses[level.warehouse_id].company_id)) if since else None
        if on is not None and (as_of is None or as_of >= on):
            level.provisional_from = on


def _order(level: Level) -> tuple[str, str, str]:
    return str(level.item_id), str(level.warehouse_id), str(level.location_id)


def _past(session: Session, item_ids: Sequence[UUID], on: date) -> dict[tuple[UUID, UUID], Level]:
    rows = stock_as_of(session, on, item_ids=item_ids)
    return {
        (row.item_id, row.location_id): Level(
            row.item_id, row.warehouse_id, row.location_id, None, None, row.qty, None, None, None, None
        )
        for row in rows
    }


def _present(session: Session, item_ids: Sequence[UUID]) -> dict[tuple[UUID, UUID], Level]:
    found = {
        (row.item_id, row.location_id): Level(
            row.item_id,
            row.warehouse_id,
            row.location_id,
            on_hand_qty=row.on_hand_qty,
            reserved_qty=row.reserved_qty,
            available_qty=row.available_qty,
        )
        for row in stock_levels(session, item_ids=item_ids)
    }
    incoming, outgoing = (_open(session, statement, item_ids) for statement in (_INCOMING, _OUTGOING))
    defaults = default_locations(session, {warehouse_id for _, warehouse_id in incoming | outgoing})
    for item_id, warehouse_id in incoming | outgoing:
        location_id = defaults[warehouse_id]
        level = found.setdefault((item_id, location_id), Level(item_id, warehouse_id, location_id))
        level.incoming_qty = incoming.get((item_id, warehouse_id), ZERO)
        level.outgoing_qty = outgoing.get((item_id, warehouse_id), ZERO)
    return found


def _open(session: Session, statement: Any, item_ids: Sequence[UUID]) -> dict[Place, Decimal]:
    found: dict[Place, Decimal] = {}
    rows: Sequence[Any] = session.execute(statement, {"items": list(item_ids)}).all()
    for item_id, warehouse_id, qty in rows:
        found[item_id, warehouse_id] = found.get((item_id, warehouse_id), ZERO) + (qty or ZERO)
    return {place: qty for place, qty in found.items() if qty}


def _by_warehouse(levels: Sequence[Level]) -> list[Level]:
    found: dict[Place, Level] = {}
    for level in levels:
        total = found.get((level.item_id, level.warehouse_id))
        if total is None:
            level.location_id = None
            found[level.item_id, level.warehouse_id] = level
            continue
        total.on_hand_qty += level.on_hand_qty
        for name in ("reserved_qty", "incoming_qty", "outgoing_qty", "available_qty"):
            mine, other = getattr(total, name), getattr(level, name)
            setattr(total, name, None if mine is None or other is None else mine + other)
    return list(found.values())


def _by_lot(session: Session, item_ids: Sequence[UUID], kind: str, as_of: date | None) -> list[Level]:
    there = _moved(item_ids, as_of) if as_of else _balances(item_ids)
    statement = (
        select(Lot, there.c.location_id, there.c.qty, there.c.reserved_qty)
        .join(there, (Lot.tenant_id == there.c.tenant_id) & (Lot.id == there.c.lot_id))
        .where(Lot.kind == kind)
        .order_by(Lot.number, Lot.id)
    )
    rows: Sequence[Any] = session.execute(statement).all()
    session.expunge_all()
    locations = read_all(session, Location)
    return [_lot_level(lot, locations[location_id], qty, reserved) for lot, location_id, qty, reserved in rows]


def _moved(item_ids: Sequence[UUID], on: date) -> Subquery:
    qty = func.sum(LotMove.qty)
    return (
        select(LotMove.tenant_id, LotMove.lot_id, LotMove.location_id, qty.label("qty"), null().label("reserved_qty"))
        .where(any_of(LotMove.item_id, item_ids), LotMove.occurred_on <= on)
        .group_by(LotMove.tenant_id, LotMove.lot_id, LotMove.location_id)
        .having(qty != 0)
        .subquery()
    )


def _balances(item_ids: Sequence[UUID]) -> Subquery:
    return (
        select(
            LotBalance.tenant_id,
            LotBalance.lot_id,
            LotBalance.location_id,
            LotBalance.on_hand_qty.label("qty"),
            LotBalance.reserved_qty,
        )
        .where(any_of(LotBalance.item_id, item_ids), LotBalance.on_hand_qty != 0)
        .subquery()
    )


def _lot_level(lot: Lot, location: Location, qty: Decimal, reserved: Decimal | None) -> Level:
    is_free = location.kind == LocationKind.STORAGE.value and not lot.is_held
    return Level(
        item_id=lot.item_id,
        warehouse_id=location.warehouse_id,
        location_id=location.id,
        lot_id=lot.id,
        lot_number=lot.number,
        on_hand_qty=qty,
        reserved_qty=reserved,
        incoming_qty=None,
        outgoing_qty=None,
        available_qty=None if reserved is None else qty - reserved if is_free else ZERO,
    )
