"""What is on hand, promised, on its way in and asked for, of items: now, or as of a past day.

A past day is told by the days that documents bear, as what was on hand is: an order counts from the day it was made
until it was handed over, closed or cancelled, with the quantities it has now.
"""

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
"""An item and a warehouse, or a location of one."""

# Grain: an item in a warehouse. What a confirmed order still lacked at the end of a day, in stock units; a document and
# its mirror image take each other back from the day of the mirror image on.
_INCOMING = text(
    """
    select lines.item_id, orders.warehouse_id,
        sum(greatest(lines.qty - coalesce(arrived.qty, 0), 0) * lines.stock_qty / lines.qty) as qty
    from purchase.purchase_order_lines as lines
    inner join purchase.purchase_orders as orders
        on lines.tenant_id = orders.tenant_id and lines.order_id = orders.id and orders.ordered_on <= :on
        and (
            orders.state = 'confirmed'
            or (
                orders.state in ('closed', 'cancelled') and orders.confirmed_at is not null
                and (orders.updated_at at time zone 'utc')::date > :on
            )
        )
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
            on parts.tenant_id = receipts.tenant_id and parts.receipt_id = receipts.id and receipts.received_on <= :on
        where parts.tenant_id = lines.tenant_id and parts.order_line_id = lines.id
    ) as arrived on true
    where lines.item_id = any(:items)
    group by lines.item_id, orders.warehouse_id
    union all
    -- What was sent and has not arrived stands in transit.
    select moves.item_id, documents.to_warehouse_id, sum(moves.qty) as qty
    from inventory.stock_moves as moves
    inner join inventory.locations as locations
        on moves.tenant_id = locations.tenant_id and moves.location_id = locations.id and locations.kind = 'transit'
    inner join inventory.stock_documents as documents
        on moves.tenant_id = documents.tenant_id and moves.origin_id = documents.id
    where moves.item_id = any(:items) and moves.occurred_on <= :on and documents.to_warehouse_id is not null
    group by moves.item_id, documents.to_warehouse_id
    union all
    -- Returns of customers that were approved and have not come.
    select lines.item_id, notes.warehouse_id, sum(asked.qty * lines.stock_qty / lines.qty) as qty
    from sales.return_requests as requests
    inner join sales.deliveries as notes
        on requests.tenant_id = notes.tenant_id and requests.id = notes.return_request_id
    inner join sales.return_request_lines as asked
        on requests.tenant_id = asked.tenant_id and requests.id = asked.request_id
    inner join sales.delivery_lines as lines
        on asked.tenant_id = lines.tenant_id and asked.delivery_line_id = lines.id
    where
        lines.item_id = any(:items) and requests.requested_on <= :on
        and (notes.state = 'expected' or (notes.state = 'posted' and notes.delivered_on > :on))
    group by lines.item_id, notes.warehouse_id
    """
)
_OUTGOING = text(
    """
    select lines.item_id, orders.warehouse_id,
        -- A line that is closed as enough waited for the rest until its last delivery.
        sum(greatest(lines.stock_qty - coalesce(handed.qty, 0), 0))
            filter (where not lines.is_closed or coalesce(handed.later_qty, 0) <> 0) as qty
    from sales.sales_order_lines as lines
    inner join sales.sales_orders as orders
        on lines.tenant_id = orders.tenant_id and lines.order_id = orders.id and orders.ordered_on <= :on
        and (
            orders.state = 'confirmed'
            or (
                orders.state in ('closed', 'cancelled') and orders.confirmed_at is not null
                and (coalesce(orders.cancelled_at, orders.updated_at) at time zone 'utc')::date > :on
            )
        )
    left join lateral (
        select
            sum(parts.stock_qty) filter (where notes.delivered_on <= :on) as qty,
            sum(parts.stock_qty) filter (where notes.delivered_on > :on) as later_qty
        from sales.delivery_lines as parts
        inner join sales.deliveries as notes
            on parts.tenant_id = notes.tenant_id and parts.delivery_id = notes.id
        where parts.tenant_id = lines.tenant_id and parts.order_line_id = lines.id and parts.returned_line_id is null
    ) as handed on true
    where lines.item_id = any(:items)
    group by lines.item_id, orders.warehouse_id
    """
)
# Grain: an item at a location. What orders of a day or before are promised now, and what they were handed since.
_RESERVED = text(
    """
    select promises.item_id, promises.location_id, sum(promises.qty) as qty
    from inventory.reservations as promises
    left join sales.sales_orders as orders
        on promises.tenant_id = orders.tenant_id and promises.origin_id = orders.id
    where
        promises.item_id = any(:items)
        and coalesce(orders.ordered_on, (promises.created_at at time zone 'utc')::date) <= :on
    group by promises.item_id, promises.location_id
    union all
    select lines.item_id, lines.location_id, sum(lines.stock_qty) as qty
    from sales.sales_order_lines as ordered
    inner join sales.sales_orders as orders
        on ordered.tenant_id = orders.tenant_id and ordered.order_id = orders.id and orders.ordered_on <= :on
    inner join sales.delivery_lines as lines
        on ordered.tenant_id = lines.tenant_id and ordered.id = lines.order_line_id
    inner join sales.deliveries as notes
        on lines.tenant_id = notes.tenant_id and lines.delivery_id = notes.id and notes.delivered_on > :on
    where ordered.item_id = any(:items) and lines.returned_line_id is null
    group by lines.item_id, lines.location_id
    """
)


@dataclass(slots=True)
class Level:
    """What is there of an item at a place.  Units: the item's stock unit; None where a lot does not tell."""

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

    Orders name no location: theirs is the warehouse's default one. A promise names a lot where one was chosen. What
    was promised on a past day is what orders made by then are promised now and were handed since, as far as there was
    stock.
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
    kinds = {key: location.kind for key, location in read_all(session, Location).items()}
    reserved = _open(session, _RESERVED, item_ids, on)
    found: dict[tuple[UUID, UUID], Level] = {}
    for row in rows:
        level = Level(row.item_id, row.warehouse_id, row.location_id, on_hand_qty=row.qty)
        if kinds[row.location_id] == LocationKind.STORAGE:
            promised = max(reserved.get((row.item_id, row.location_id), ZERO), ZERO)
            level.reserved_qty = min(promised, max(row.qty, ZERO))
            level.available_qty = row.qty - level.reserved_qty
        found[row.item_id, row.location_id] = level
    return _with_orders(session, found, item_ids, on)


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
    return _with_orders(session, found, item_ids, date.max)


def _with_orders(
    session: Session, found: dict[tuple[UUID, UUID], Level], item_ids: Sequence[UUID], on: date
) -> dict[tuple[UUID, UUID], Level]:
    """Levels with what orders still lacked at the end of a day."""
    incoming, outgoing = (_open(session, statement, item_ids, on) for statement in (_INCOMING, _OUTGOING))
    defaults = default_locations(session, {warehouse_id for _, warehouse_id in incoming | outgoing})
    for item_id, warehouse_id in incoming | outgoing:
        location_id = defaults[warehouse_id]
        level = found.setdefault((item_id, location_id), Level(item_id, warehouse_id, location_id))
        level.incoming_qty = incoming.get((item_id, warehouse_id), ZERO)
        level.outgoing_qty = outgoing.get((item_id, warehouse_id), ZERO)
    return found


def _open(session: Session, statement: Any, item_ids: Sequence[UUID], on: date) -> dict[Place, Decimal]:
    found: dict[Place, Decimal] = {}
    rows: Sequence[Any] = session.execute(statement, {"items": list(item_ids), "on": on}).all()
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
