"""A goods receipt is taken back: its goods leave stock at what they came in for, and its order waits for them again."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import CostingMethod, Item
from transactional.finance.cancelling import (
    POSTED,
    RETURN,
    check_may_cancel,
    check_unused,
    invoices_on,
    mirrored,
    move_back,
    resting_on,
)
from transactional.finance.models import Invoice, InvoiceKind, InvoiceLine
from transactional.inventory.balances import lock_items
from transactional.inventory.layers import layer_left
from transactional.inventory.models import MoveKind, StockMove
from transactional.kernel.arrays import any_of
from transactional.kernel.mirrors import mirror_of, read_lines_of
from transactional.kernel.outbox import record
from transactional.kernel.rows import insert_all, lock_by_id, read, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.ledger.periods import check_days
from transactional.purchase.errors import GoodsUsed, RejectionFinal
from transactional.purchase.events import receipt_cancelled
from transactional.purchase.landed_cost_models import LandedCost, LandedCostLine
from transactional.purchase.models import PurchaseOrder, PurchaseReceipt, PurchaseReceiptLine
from transactional.purchase.services.receive_orders import number_receipts
from transactional.purchase.states import ReceiptState


def cancel_receipts(session: Session, receipt_ids: Sequence[UUID], *, on: date, at: datetime) -> list[PurchaseReceipt]:
    """Cancelled receipts: their mirror images take the goods out on the day, at what they came in for.

    What was rejected of them, and so is on a return of its own, is cancelled with them. Goods of a return to a supplier
    come in again at what they went out for.
    Raises: NotFound; what `check_may_cancel` raises; DocumentInUse naming the invoices, returns, landed costs and
    credit notes that rest on them; RejectionFinal; GoodsUsed where a layer is not whole any more; PeriodMissing,
    PeriodClosed, DayTooFar, and what moves refuse: StockNotAvailable, LotNotAvailable, SerialInStock.
    """
    found = read_by_id(session, PurchaseReceipt, receipt_ids)
    # Whoever receives, invoices or sends back holds the order.
    lock_by_id(session, PurchaseOrder, {row.order_id for row in found.values()})
    receipts = lock_by_id(session, PurchaseReceipt, receipt_ids)
    check_may_cancel(receipts, day="received_on", on=on)
    rejections = _rejections(session, [row for row in receipts if row.kind != RETURN])
    by_id = {row.id: row for row in (*receipts, *rejections)}
    lines = read_lines_of(session, PurchaseReceiptLine.receipt_id, by_id, PurchaseReceiptLine)
    _check_went_back(session, {row.id: row for row in receipts}, lines)
    receipts = list(by_id.values())
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


def _check_went_back(
    session: Session, receipts: Mapping[UUID, PurchaseReceipt], lines: Sequence[PurchaseReceiptLine]
) -> None:
    """Nothing where returns moved goods that are not credited yet.  Raises: RejectionFinal; DocumentInUse."""
    back = [line for line in lines if line.returned_line_id and line.receipt_id in receipts]
    originals = read_by_id(
        session, PurchaseReceiptLine, {line.returned_line_id for line in back if line.returned_line_id}
    )
    for line in back:
        original = originals[line.returned_line_id] if line.returned_line_id else None
        if original and not line.accepted_qty and original.receipt_id not in receipts:
            receipt = read_by_id(session, PurchaseReceipt, [original.receipt_id])[original.receipt_id]
            raise RejectionFinal(number=receipts[line.receipt_id].number, receipt=receipt.number)
    numbers = {line.returned_line_id: receipts[line.receipt_id].number for line in back if line.returned_line_id}
    notes = resting_on(
        InvoiceLine.delivery_line_id,
        InvoiceLine.invoice_id,
        Invoice,
        numbers,
        Invoice.kind == InvoiceKind.PURCHASE_CREDIT_NOTE,
        Invoice.state == POSTED,
    )
    check_unused(numbers, session.execute(notes) if numbers else ())


def _rejections(session: Session, receipts: Sequence[PurchaseReceipt]) -> list[PurchaseReceipt]:
    """The returns of what was rejected on arrival: they moved nothing, and are nothing without their receipt."""
    original, back = PurchaseReceiptLine, PurchaseReceiptLine.__table__.alias("back")
    statement = (
        select(back.c.receipt_id)
        .join(original, (original.tenant_id == back.c.tenant_id) & (original.id == back.c.returned_line_id))
        .where(any_of(original.receipt_id, {row.id for row in receipts}), back.c.accepted_qty == 0)
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
