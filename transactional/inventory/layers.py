"""FIFO layers in the database: read for the next issue, written back as the pools leave them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from sqlalchemy import and_, or_, select

from transactional.inventory.costing.pools import FifoPool, Portion
from transactional.inventory.costing.steps import Place
from transactional.inventory.models import CostLayer, StockMove
from transactional.kernel.arrays import any_of
from transactional.kernel.money import ZERO
from transactional.kernel.rows import insert_all, read, update_all
from transactional.kernel.session import Session


def load_layers(session: Session, places: set[Place]) -> dict[Place, list[Portion]]:
    """Open layers by item and warehouse, oldest first.  The rows of the items are locked by the caller."""
    if not places:
        return {}
    statement = (
        select(
            CostLayer.item_id,
            CostLayer.warehouse_id,
            CostLayer.receipt_move_id,
            CostLayer.remaining_qty,
            CostLayer.remaining_amount,
            StockMove.occurred_on,
            StockMove.sequence,
        )
        .join(StockMove, StockMove.id == CostLayer.receipt_move_id)
        .where(any_of(CostLayer.item_id, {item_id for item_id, _ in places}), CostLayer.remaining_qty > 0)
        .order_by(StockMove.occurred_on, StockMove.sequence)
    )
    found: dict[Place, list[Portion]] = {}
    for item_id, warehouse_id, move_id, qty, amount, on, sequence in session.execute(statement):
        found.setdefault((item_id, warehouse_id), []).append(Portion(move_id, qty, amount, (on, sequence)))
    return found


def save_layers(session: Session, pools: Mapping[Place, FifoPool], *, is_again: bool) -> None:
    """Write what remains of each layer that the pools met; one that was taken elsewhere has a row in each warehouse.

    Of pools that were folded again, a layer that they did not meet is not there any more.
    """
    if not pools:
        return
    rows = _rows(session, pools, is_again=is_again)
    changed, new = [], []
    for (item_id, warehouse_id), pool in pools.items():
        for layer_id, layer in pool.layers.items():
            row = rows.pop((item_id, warehouse_id, layer_id), None)
            if row is not None and (row.remaining_qty, row.remaining_amount) != (layer.qty, layer.value):
                row.remaining_qty, row.remaining_amount = layer.qty, layer.value
                changed.append(row)
            elif row is None and layer.qty:
                new.append(_layer(item_id, warehouse_id, layer_id, layer))
    for (item_id, warehouse_id, _), row in rows.items():
        if (item_id, warehouse_id) in pools and row.remaining_qty:
            row.remaining_qty = row.remaining_amount = ZERO
            changed.append(row)
    _date(session, new)
    update_all(session, changed, CostLayer.remaining_qty, CostLayer.remaining_amount)
    insert_all(session, new)


def _rows(
    session: Session, pools: Mapping[Place, FifoPool], *, is_again: bool
) -> dict[tuple[UUID, UUID, UUID], CostLayer]:
    move_ids = {layer_id for pool in pools.values() for layer_id in pool.layers}
    wanted = any_of(CostLayer.receipt_move_id, move_ids)
    if is_again:
        still_open = and_(any_of(CostLayer.item_id, {item_id for item_id, _ in pools}), CostLayer.remaining_qty > 0)
        wanted = or_(wanted, still_open)
    statement = select(CostLayer).where(wanted)
    return {(row.item_id, row.warehouse_id, row.receipt_move_id): row for row in read(session, statement)}


def _layer(item_id: UUID, warehouse_id: UUID, move_id: UUID, layer: Portion) -> CostLayer:
    return CostLayer(
        item_id=item_id,
        warehouse_id=warehouse_id,
        receipt_move_id=move_id,
        remaining_qty=layer.qty,
        remaining_amount=layer.value,
    )


def _date(session: Session, layers: list[CostLayer]) -> None:
    """A layer is as old as the move that brought it."""
    if not layers:
        return
    statement = select(StockMove.id, StockMove.occurred_on).where(
        any_of(StockMove.id, {layer.receipt_move_id for layer in layers})
    )
    days = {row[0]: row[1] for row in session.execute(statement)}
    for layer in layers:
        layer.received_on = days[layer.receipt_move_id]


def layer_left(session: Session, move_ids: Iterable[UUID]) -> dict[UUID, Decimal]:
    """What layers still hold in the warehouse their receipts went to, by receipt move; without one: left out."""
    statement = (
        select(CostLayer.receipt_move_id, CostLayer.remaining_qty)
        .join(
            StockMove,
            (StockMove.tenant_id == CostLayer.tenant_id)
            & (StockMove.id == CostLayer.receipt_move_id)
            & (StockMove.warehouse_id == CostLayer.warehouse_id),
        )
        .where(any_of(CostLayer.receipt_move_id, move_ids))
    )
    return {row[0]: row[1] for row in session.execute(statement)}
