"""Goods come back: into stock at the cost they left with, and credited at the price they were invoiced at."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import TrackingMode
from transactional.catalog.services.find_prices import find_stock_items
from transactional.catalog.units import stock_part
from transactional.finance.models import Invoice, InvoiceKind
from transactional.finance.services.post_invoices import post_invoices
from transactional.inventory.lot_booking import outstanding_lots
from transactional.inventory.lots import LotQty, field_of
from transactional.inventory.models import MoveKind, StockMove
from transactional.inventory.postings import MoveDraft
from transactional.inventory.queries import default_locations
from transactional.inventory.services.post_moves import post_moves
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.money import ZERO
from transactional.kernel.outbox import record
from transactional.kernel.rows import insert_all, lock_by_id, read, update_all
from transactional.kernel.session import Session
from transactional.kernel.states import move_to
from transactional.ledger.models import AccountRole
from transactional.sales.credits import credit_note_id, credits_of
from transactional.sales.events import delivery_posted
from transactional.sales.models import Delivery, DeliveryLine, ReturnRequest, ReturnRequestLine, SalesOrder
from transactional.sales.progress import Handed, Progress, read_progress
from transactional.sales.services.approve_returns import expected_receipts
from transactional.sales.specs import NewReturnReceipt
from transactional.sales.states import DELIVERY_MOVES, RETURN_MOVES, DeliveryState, ReturnState


@dataclass(frozen=True, slots=True)
class ReceivedReturn:
    """Goods that came back, and the credit notes of what was invoiced of them: one an invoice, so normally one."""

    delivery: Delivery
    credit_notes: list[Invoice]


def receive_returns(session: Session, receipts: Sequence[NewReturnReceipt], *, at: datetime) -> list[ReceivedReturn]:
    """Goods back in stock at their original outgoing cost, cost of goods sold reversed, and credited.

    A request received before gives what it gave then.
    Raises: NotFound; Invalid for a batch or serial that was not delivered on that order; TransitionRefused for a
    request that is not approved; PeriodClosed; ReturnBeforeMove.
    """
    requests = {row.id: row for row in lock_by_id(session, ReturnRequest, [new.request_id for new in receipts])}
    fresh = [new for new in receipts if requests[new.request_id].state != ReturnState.RECEIVED]
    for request in {new.request_id: requests[new.request_id] for new in fresh}.values():
        move_to(request, ReturnState.RECEIVED, RETURN_MOVES)
    notes = expected_receipts(session, list(requests))
    orders = {row.id: row for row in lock_by_id(session, SalesOrder, {row.order_id for row in requests.values()})}
    wanted = _request_lines(session, [new.request_id for new in fresh])
    progress = read_progress(session, orders)
    made = [
        _receive(
            new, notes[new.request_id], wanted[new.request_id], progress, orders[requests[new.request_id].order_id]
        )
        for new in fresh
    ]
    _place(session, made)
    _move(session, made, at=at)
    update_all(session, [one.note for one in made], Delivery.state, Delivery.delivered_on, Delivery.journal_entry_id)
    insert_all(session, [line for one in made for line in one.lines])
    update_all(session, [requests[one.request_id] for one in made], ReturnRequest.state)
    returned = [(one.note, one.lines) for one in made]
    posted = post_invoices(session, credits_of(session, orders, progress, returned), at=at)
    record(session, [delivery_posted(one.note, at) for one in made])
    return _results(session, receipts, notes, posted)


@dataclass(slots=True)
class _Receipt:
    """A return receipt in the making."""

    request_id: UUID
    note: Delivery
    lines: list[DeliveryLine]
    handed: dict[UUID, Handed]
    location_id: UUID | None
    given: Mapping[UUID, Sequence[LotQty]]
    """Batches and serials that came, by delivery line."""
    project_id: UUID | None


def _receive(
    new: NewReturnReceipt, note: Delivery, wanted: Sequence[ReturnRequestLine], progress: Progress, order: SalesOrder
) -> _Receipt:
    move_to(note, DeliveryState.POSTED, DELIVERY_MOVES)
    note.delivered_on = new.received_on
    lines, originals = [], {}
    for asked in wanted:
        handed = progress.by_delivery_line[asked.delivery_line_id]
        line = DeliveryLine(
            id=new_id(),
            delivery_id=note.id,
            order_id=note.order_id,
            order_line_id=handed.order_line_id,
            item_id=handed.item_id,
            location_id=handed.location_id,
            qty=asked.qty,
            stock_qty=stock_part(handed.stock_qty, asked.qty, handed.qty),
            cost_amount=ZERO,
            returned_line_id=handed.id,
        )
        lines.append(line)
        originals[line.id] = handed
    return _Receipt(new.request_id, note, lines, originals, new.location_id, new.lots, order.project_id)


def _place(session: Session, made: Sequence[_Receipt]) -> None:
    """Goods go to the location named, or else to the warehouse's default one."""
    defaults = default_locations(session, {one.note.warehouse_id for one in made})
    for one in made:
        for line in one.lines:
            line.location_id = one.location_id or defaults[one.note.warehouse_id]


def _move(session: Session, made: Sequence[_Receipt], *, at: datetime) -> None:
    item_ids = {line.item_id for one in made for line in one.lines}
    stocked = find_stock_items(session, item_ids)
    originals = _original_moves(session, [handed.id for one in made for handed in one.handed.values()])
    lots = _lots(session, made, stocked, originals)
    drafts: dict[UUID, MoveDraft] = {}
    for one in made:
        for line in one.lines:
            if line.item_id in stocked:
                drafts[line.id] = _draft(one, line, originals[one.handed[line.id].id], lots.get(line.id, ()))
    moves = {move.id: move for move in post_moves(session, list(drafts.values()), at=at)}
    for one in made:
        for line in one.lines:
            if line.id in drafts:
                move = moves[drafts[line.id].id]
                line.cost_amount = move.value_amount
                one.note.journal_entry_id = move.journal_entry_id


def _lots(
    session: Session, made: Sequence[_Receipt], stocked: Mapping[UUID, str], originals: Mapping[UUID, UUID]
) -> dict[UUID, Sequence[LotQty]]:
    """Which batches or serials each line brings back: those named, or all that are still out of its delivery line.

    Raises: Invalid for one that was not delivered there, or is back already.
    """
    tracked = [
        (one, line)
        for one in made
        for line in one.lines
        if stocked.get(line.item_id, TrackingMode.NONE) != TrackingMode.NONE or one.handed[line.id].id in one.given
    ]
    if not tracked and not any(one.given for one in made):
        return {}
    out = outstanding_lots(
        session, [originals[one.handed[line.id].id] for one, line in tracked if line.item_id in stocked]
    )
    found: dict[UUID, Sequence[LotQty]] = {}
    problems = [problem for one in made for problem in _foreign(one)]
    for one, line in tracked:
        handed_id = one.handed[line.id].id
        there = out.get(originals.get(handed_id, handed_id), {})
        given = one.given.get(handed_id, ())
        for position, lot in enumerate(given):
            if lot.number not in there or lot.qty > there[lot.number].qty:
                path = f"lines/{one.lines.index(line)}/{field_of(lot.kind)}/{position}"
                reason = f"{lot.number} was not delivered on this line, or is back already"
                problems.append(FieldProblem(path, reason, "lot_not_delivered"))
        is_whole = sum((lot.qty for lot in there.values()), ZERO) == line.stock_qty
        found[line.id] = list(there.values()) if not given and is_whole else given
    if problems:
        raise Invalid(problems)
    return found


def _foreign(one: _Receipt) -> Iterator[FieldProblem]:
    asked = {handed.id for handed in one.handed.values()}
    for position, key in enumerate(one.given):
        if key not in asked:
            yield FieldProblem(f"lines/{position}/delivery_line_id", "is not of this return", "foreign_line")


def _draft(one: _Receipt, line: DeliveryLine, original_id: UUID, lots: Sequence[LotQty]) -> MoveDraft:
    note = one.note
    return MoveDraft(
        company_id=note.company_id,
        item_id=line.item_id,
        warehouse_id=note.warehouse_id,
        location_id=line.location_id,
        kind=MoveKind.SALES_RETURN,
        qty=line.stock_qty,
        occurred_on=note.delivered_on,
        origin_type="delivery",
        origin_id=note.id,
        origin_line_id=line.id,
        contra_role=AccountRole.COGS,
        reverses_id=original_id,
        party_kind="customer",
        party_id=note.customer_id,
        project_id=one.project_id,
        lots=lots,
        path=f"lines/{one.lines.index(line)}/",
    )


def _original_moves(session: Session, delivery_line_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The move of each delivery line, found through its delivery, which the stock ledger is indexed by."""
    statement = (
        select(StockMove.origin_line_id, StockMove.id)
        .join(
            DeliveryLine,
            (DeliveryLine.tenant_id == StockMove.tenant_id) & (DeliveryLine.delivery_id == StockMove.origin_id),
        )
        .where(
            any_of(DeliveryLine.id, delivery_line_ids),
            StockMove.origin_line_id == DeliveryLine.id,
            StockMove.kind == MoveKind.DELIVERY,
        )
    )
    return {row[0]: row[1] for row in session.execute(statement) if row[0]}


def _request_lines(session: Session, request_ids: Sequence[UUID]) -> dict[UUID, list[ReturnRequestLine]]:
    found: defaultdict[UUID, list[ReturnRequestLine]] = defaultdict(list)
    statement = select(ReturnRequestLine).where(any_of(ReturnRequestLine.request_id, request_ids))
    for line in read(session, statement.order_by(ReturnRequestLine.id)):
        found[line.request_id].append(line)
    return found


def _results(
    session: Session, receipts: Sequence[NewReturnReceipt], notes: Mapping[UUID, Delivery], posted: Sequence[Invoice]
) -> list[ReceivedReturn]:
    """What each request gave, now or before: a credit note's id follows from its return receipt and invoice."""
    statement = select(Invoice).where(
        any_of(Invoice.origin_id, {note.order_id for note in notes.values()}),
        Invoice.kind == InvoiceKind.SALES_CREDIT_NOTE,
    )
    credits_by_id = {row.id: row for row in (*read(session, statement), *posted)}
    results = []
    for new in receipts:
        note = notes[new.request_id]
        own = [row for row in credits_by_id.values() if row.id == credit_note_id(note.id, row.corrects_id)]
        results.append(ReceivedReturn(note, own))
    return results
