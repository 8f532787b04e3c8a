"""A goods receipt is taken back: its goods leave stock at what they came in for, and its order waits for them again."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import CostingMethod, Item
from transactional.finance.cancelling import (
    POSTED,
    check_may_cancel,
    check_unused,
    invoices_on,
    mirrored,
    move_back,
    resting_on,
)
from transactional.inventory.balances import lock_items
from transactional.inventory.layers import layer_left
from transactional.inventory.models import MoveKind, StockMove
from transactional.kernel.arrays import any_of
from transactional.kernel.mirrors import mirror_of, read_lines_of
from transactional.kernel.outbox import record
from transactional.kernel.rows import insert_all, lock_by_id, read, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.ledger.periods import check_days
from transactional.purchase.errors import GoodsUsed
from transactional.purchase.events import receipt_cancelled
from transactional.purchase.landed_cost_models import LandedCost, LandedCostLine
from transactional.purchase.models import PurchaseOrder, PurchaseReceipt, PurchaseReceiptLine
from transactional.purchase.services.receive_orders import number_receipts
from transactional.purchase.states import ReceiptState


def cancel_receipts(session: Session, receipt_ids: Sequence[UUID], *, on: date, at: datetime) -> list[PurchaseReceipt]:
    """Cancelled receipts: their mirror images take the goods out on the day, at what they came in for.

    What was rejected of them, and so is on a return of its own, is cancelled with them.
    Raises: NotFound; what `check_may_cancel` raises; DocumentInUse naming the invoices, returns and landed costs that
    rest on them; GoodsUsed where a layer is not whole any more; PeriodMissing, PeriodClosed, DayTooFar, and what moves
    refuse: StockNotAvailable, LotNotAvailable.
    """
    found = read_by_id(session, PurchaseReceipt, receipt_ids)
    # Whoever receives, invoices or sends back holds the order.
    lock_by_id(session, PurchaseOrder, {row.order_id for row in found.values()})
    receipts = lock_by_id(session, PurchaseReceipt, receipt_ids)
    check_may_cancel(receipts, day="received_on", on=on)
    receipts += _rejections(session, found)
    by_id = {row.id: row for row in receipts}
    lines = read_lines_of(session, PurchaseReceiptLine.receipt_id, by_id, PurchaseReceiptLine)
    _check_unused(session, by_id, lines)
    check_days(session, {(row.company_id, on) for row in receipts}, at=at)
    lock_items(session, {line.item_id for line in lines if line.stock_qty})
    _check_layers(session, by_id)
    mirrors = {row.id: _mirror(row, on) for row in receipts}
    images = {line.id: mirror_of(line, receipt_id=mirrors[line.receipt_id].id) for line in lines}
    number_receipts(session, list(mirrors.values()))
    move_back(session, mirrors, images, on=on, at=at)
    insert_all(session, list(mirrors.values()))
    insert_all(session, list(images.values()))
    for row in receipts:
        row.state = ReceiptState.CANCELLED.value
    update_all(session, receipts, PurchaseReceipt.state)
    record(session, [receipt_cancelled(row, mirrors[row.id], at) for row in receipts])
    return [by_id[receipt_id] for receipt_id in receipt_ids]


def _mirror(receipt: PurchaseReceipt, on: date) -> PurchaseReceipt:
    return mirrored(receipt, received_on=on)


def _rejections(session: Session, receipts: Mapping[UUID, PurchaseReceipt]) -> list[PurchaseReceipt]:
    """The returns of what was rejected on arrival: they moved nothing, and are nothing without their receipt."""
    original, back = PurchaseReceiptLine, PurchaseReceiptLine.__table__.alias("back")
    statement = (
        select(back.c.receipt_id)
        .join(original, (original.tenant_id == back.c.tenant_id) & (original.id == back.c.returned_line_id))
        .where(any_of(original.receipt_id, receipts), back.c.accepted_qty == 0)
        .distinct()
    )
    returns = lock_by_id(session, PurchaseReceipt, list(session.scalars(statement)))
    return [row for row in returns if row.state == ReceiptState.POSTED]


def _check_unused(
    session: Session, receipts: Mapping[UUID, PurchaseReceipt], lines: Sequence[PurchaseReceiptLine]
) -> None:
    """Nothing where no invoice, return or landed cost rests on the lines.  Raises: DocumentInUse."""
    numbers = {line.id: receipts[line.receipt_id].number for line in lines}
    returns = resting_on(
        PurchaseReceiptLine.returned_line_id,
        PurchaseReceiptLine.receipt_id,
        PurchaseReceipt,
        numbers,
        PurchaseReceipt.state == ReceiptState.POSTED,
        PurchaseReceipt.id.not_in(list(receipts)),
    )
    costs = resting_on(
        LandedCostLine.receipt_line_id,
        LandedCostLine.landed_cost_id,
        LandedCost,
        numbers,
        LandedCost.state == POSTED,
    )
    check_unused(numbers, *(session.execute(each) for each in (invoices_on(numbers), returns, costs)))


def _check_layers(session: Session, receipts: Mapping[UUID, PurchaseReceipt]) -> None:
    """Nothing where the layers that FIFO receipts made are whole.  Raises: GoodsUsed."""
    statement = select(StockMove).where(any_of(StockMove.origin_id, receipts), StockMove.kind == MoveKind.RECEIPT)
    moves = read(session, statement.order_by(StockMove.sequence))
    items = read_by_id(session, Item, {move.item_id for move in moves})
    layered = [move for move in moves if items[move.item_id].costing_method == CostingMethod.FIFO]
    left = layer_left(session, {move.id for move in layered})
    for move in layered:
        if move.id in left and left[move.id] < move.qty:
            raise GoodsUsed(
                item=items[move.item_id].code,
                number=receipts[move.origin_id].number,
                left_qty=left[move.id],
                received_qty=move.qty,
            )
