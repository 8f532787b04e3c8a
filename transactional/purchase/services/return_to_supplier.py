"""Accepted goods go back to the supplier, at what their receipt or its invoice made them cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.units import stock_part
from transactional.inventory.lot_booking import outstanding_lots
from transactional.inventory.lots import LotQty, field_of
from transactional.inventory.models import MoveKind, StockMove
from transactional.inventory.postings import MoveDraft
from transactional.inventory.services.post_moves import post_moves
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.money import ZERO, round_amount
from transactional.kernel.outbox import record
from transactional.kernel.rows import insert_all, lock_by_id, read, read_by_id
from transactional.kernel.session import Session
from transactional.ledger.models import AccountRole
from transactional.organization.currencies import decimals_of
from transactional.organization.models import Company
from transactional.purchase.errors import OrderNotConfirmed, OverReturn
from transactional.purchase.events import receipt_posted
from transactional.purchase.models import PurchaseOrder, PurchaseOrderState, PurchaseReceipt, PurchaseReceiptLine
from transactional.purchase.progress import Arrived, Progress, read_progress
from transactional.purchase.services.receive_orders import new_receipt, number_receipts
from transactional.purchase.specs import NewSupplierReturn


def return_to_supplier(
    session: Session, returns: Sequence[NewSupplierReturn], *, at: datetime
) -> list[PurchaseReceipt]:
    """Posted returns: stock falls against goods received not invoiced, which a credit note clears if it was invoiced.

    A return whose id is known is returned as it was posted first.
    Raises: NotFound; OrderNotConfirmed; OverReturn; StockNotAvailable; PeriodClosed; Invalid.
    """
    orders = {row.id: row for row in lock_by_id(session, PurchaseOrder, [new.order_id for new in returns])}
    ids = [new.id for new in returns if new.id]
    known = {row.id: row for row in read(session, select(PurchaseReceipt).where(any_of(PurchaseReceipt.id, ids)))}
    fresh = [new for new in returns if new.id not in known]
    progress = read_progress(session, orders)
    companies = read_by_id(session, Company, {order.company_id for order in orders.values()})
    made: dict[int, _Made] = {}
    for new in fresh:
        order = orders[new.order_id]
        _check(new, order, progress)
        decimals = decimals_of(companies[order.company_id].currency_code)
        note = new_receipt(order, "return", new.returned_on, new.id)
        lots = [line.lots for line in new.lines]
        made[id(new)] = _Made(note, _lines(new, note, progress, decimals), lots)
    _post(session, list(made.values()), at=at)
    return [known[new.id] if new.id in known else made[id(new)].note for new in returns]


@dataclass(frozen=True, slots=True)
class _Made:
    """A return with its lines, and the batches or serials of each."""

    note: PurchaseReceipt
    lines: list[PurchaseReceiptLine]
    lots: list[Sequence[LotQty]]


def _check(new: NewSupplierReturn, order: PurchaseOrder, progress: Progress) -> None:
    if order.state not in {PurchaseOrderState.CONFIRMED, PurchaseOrderState.CLOSED}:
        raise OrderNotConfirmed(number=order.number, state=order.state)
    problems = []
    if not new.lines:
        problems.append(FieldProblem("lines", "at least one line is needed", "no_lines"))
    for position, line in enumerate(new.lines):
        arrived = progress.by_receipt_line.get(line.receipt_line_id)
        if arrived is None or arrived.order_id != order.id:
            problems.append(
                FieldProblem(f"lines/{position}/receipt_line_id", "not received on this order", "foreign_line")
            )
        if line.qty <= 0:
            problems.append(FieldProblem(f"lines/{position}/qty", "the quantity must be above zero", "not_above_zero"))
    if problems:
        raise Invalid(problems)


def _lines(
    new: NewSupplierReturn, note: PurchaseReceipt, progress: Progress, decimals: int
) -> list[PurchaseReceiptLine]:
    rows = []
    for position, line in enumerate(new.lines):
        arrived = progress.by_receipt_line[line.receipt_line_id]
        if line.qty > arrived.kept_qty:
            raise OverReturn(open_qty=arrived.kept_qty, wanted_qty=line.qty)
        value = _value(arrived, line.qty, decimals)
        stock_qty = stock_part(arrived.stock_qty, line.qty, arrived.accepted_qty, f"lines/{position}/")
        arrived.returned_qty += line.qty
        arrived.returned_stock_qty += stock_qty
        rows.append(
            PurchaseReceiptLine(
                id=new_id(),
                receipt_id=note.id,
                order_id=note.order_id,
                order_line_id=arrived.order_line_id,
                item_id=arrived.item_id,
                location_id=arrived.location_id,
                arrived_qty=line.qty,
                accepted_qty=line.qty,
                rejected_qty=ZERO,
                quarantined_qty=ZERO,
                stock_qty=stock_qty,
                value_amount=value,
                reject_reason=new.reason,
                returned_line_id=arrived.id,
            )
        )
    return rows


def _value(arrived: Arrived, qty: Decimal, decimals: int) -> Decimal:
    """What goods received not invoiced is debited with: order price before the invoice, the invoice's price after."""
    if not arrived.value_amount:
        return ZERO
    uninvoiced = min(qty, arrived.billable_qty)
    open_value = arrived.value_amount - arrived.invoiced_value_amount
    open_qty = arrived.accepted_qty - arrived.invoiced_qty
    value = open_value if uninvoiced == open_qty else arrived.value_amount * uninvoiced / arrived.accepted_qty
    return round_amount(value, decimals) + invoiced_part(arrived, qty - uninvoiced, decimals)


def invoiced_part(arrived: Arrived, qty: Decimal, decimals: int) -> Decimal:
    """The invoiced amount of a quantity of a receipt line, in company currency."""
    if not qty:
        return ZERO
    if qty == arrived.invoiced_qty:
        return arrived.invoiced_company_amount
    return round_amount(arrived.invoiced_company_amount * qty / arrived.invoiced_qty, decimals)


def _post(session: Session, made: Sequence[_Made], *, at: datetime) -> None:
    number_receipts(session, [one.note for one in made])
    originals = receipt_moves(session, [line.returned_line_id for one in made for line in one.lines])
    moving = [
        (one.note, _move(one.note, line, originals, lots, position))
        for one in made
        for position, (line, lots) in enumerate(zip(one.lines, one.lots, strict=True))
        if line.stock_qty
    ]
    _check_lots(session, [move for _, move in moving])
    moves = post_moves(session, [move for _, move in moving], at=at)
    for (note, _), move in zip(moving, moves, strict=True):
        note.journal_entry_id = move.journal_entry_id
    insert_all(session, [one.note for one in made])
    insert_all(session, [line for one in made for line in one.lines])
    record(session, [receipt_posted(one.note, at) for one in made])


def _check_lots(session: Session, moves: Sequence[MoveDraft]) -> None:
    """Nothing where what goes back came with its receipt.  Raises: Invalid naming each lot that did not."""
    named = [move for move in moves if move.lots]
    if not named:
        return
    received = outstanding_lots(session, [move.reverses_id for move in named if move.reverses_id])
    problems = [
        FieldProblem(
            f"{move.path}{field_of(lot.kind)}/{position}",
            f"{lot.number} was not received there, or is gone back",
            "lot_not_received",
        )
        for move in named
        for position, lot in enumerate(move.lots)
        if lot.number not in (there := received.get(move.reverses_id, {}) if move.reverses_id else {})
        or lot.qty > there[lot.number].qty
    ]
    if problems:
        raise Invalid(problems)


def _move(
    note: PurchaseReceipt,
    line: PurchaseReceiptLine,
    originals: Mapping[UUID, UUID],
    lots: Sequence[LotQty],
    position: int,
) -> MoveDraft:
    return MoveDraft(
        company_id=note.company_id,
        item_id=line.item_id,
        warehouse_id=note.warehouse_id,
        location_id=line.location_id,
        kind=MoveKind.PURCHASE_RETURN,
        qty=-line.stock_qty,
        occurred_on=note.received_on,
        origin_type="purchase_receipt",
        origin_id=note.id,
        origin_line_id=line.id,
        contra_role=AccountRole.GRNI,
        value_amount=line.value_amount,
        reverses_id=originals[line.returned_line_id] if line.returned_line_id else None,
        party_kind="supplier",
        party_id=note.supplier_id,
        lots=lots,
        path=f"lines/{position}/",
    )


def receipt_moves(session: Session, receipt_line_ids: Sequence[UUID | None]) -> dict[UUID, UUID]:
    """The stock move of each receipt line, found through its receipt, which the stock ledger is indexed by."""
    receipts = select(PurchaseReceiptLine.receipt_id).where(any_of(PurchaseReceiptLine.id, receipt_line_ids))
    statement = select(StockMove.origin_line_id, StockMove.id).where(
        any_of(StockMove.origin_id, set(session.scalars(receipts))), StockMove.kind == MoveKind.RECEIPT
    )
    return {row[0]: row[1] for row in session.execute(statement) if row[0]}
