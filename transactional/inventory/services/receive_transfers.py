"""Transfers arrive: what is on the way comes in, a shortage is written off with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from transactional.inventory.documents import side
from transactional.inventory.errors import ShortageReasonMissing, StockDocumentState
from transactional.inventory.lot_specs import lots_kept
from transactional.inventory.lots import LotQty
from transactional.inventory.models import MoveKind, StockDocument, StockDocumentLine, StockMove
from transactional.inventory.postings import MoveDraft
from transactional.inventory.queries import default_locations
from transactional.inventory.services.post_moves import post_moves
from transactional.inventory.services.post_stock_documents import IN_TRANSIT, POSTED, posted_event, read_lines
from transactional.inventory.transit import transit_warehouse_id
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.money import ZERO
from transactional.kernel.outbox import record
from transactional.kernel.rows import lock_by_id, read, update_all
from transactional.kernel.session import Session
from transactional.ledger.models import AccountRole


@dataclass(frozen=True, slots=True)
class Arrival:
    """A transfer that arrives.  Units: quantities in the item's stock unit, by line; a line left out arrives whole."""

    document_id: UUID
    arrived_on: date
    quantities: Mapping[UUID, Decimal] = field(default_factory=dict)
    shortage_reason: str | None = None
    lots: Mapping[UUID, Sequence[LotQty]] = field(default_factory=dict)
    """Which batches or serials arrived, by line, where not all of them did."""


def receive_transfers(session: Session, arrivals: Sequence[Arrival], *, at: datetime) -> list[StockDocument]:
    """The transfers, arrived at the cost they left for; one that arrived before is returned as it is.

    What is missing is written off against inventory adjustments.
    Raises: ShortageReasonMissing, StockDocumentState, PeriodClosed; Invalid for another transfer's line or for more
    than was sent.
    """
    documents = lock_by_id(session, StockDocument, [arrival.document_id for arrival in arrivals])
    fresh = [
        (document, arrival)
        for document, arrival in zip(documents, arrivals, strict=True)
        if not (document.state == POSTED and document.arrived_on is not None)
    ]
    for document, _ in fresh:
        if document.state != IN_TRANSIT:
            raise StockDocumentState(number=document.number or document.id, state=document.state)
    lines = read_lines(session, [document.id for document, _ in fresh])
    sent = _sent(session, [document for document, _ in fresh])
    for _, arrival in fresh:
        _check_lines(arrival, lines[arrival.document_id], sent)
    defaults = default_locations(session, {d.to_warehouse_id for d, _ in fresh if d.to_warehouse_id is not None})
    drafts = []
    for document, arrival in fresh:
        document.arrived_on = arrival.arrived_on
        for line in lines[document.id]:
            drafts += _arrive(document, line, sent[line.id], arrival, defaults)
        document.state = POSTED
        document.reason = arrival.shortage_reason or document.reason
    post_moves(session, drafts, at=at)
    changed = [document for document, _ in fresh]
    update_all(session, changed, StockDocument.state, StockDocument.arrived_on, StockDocument.reason)
    record(session, [posted_event(document, at) for document in changed])
    return documents


def _check_lines(arrival: Arrival, lines: Sequence[StockDocumentLine], sent: Mapping[UUID, StockMove]) -> None:
    """Nothing where the lines named are the transfer's own, with no more than was sent.  Raises: Invalid."""
    own = {line.id for line in lines}
    problems = []
    for position, (line_id, qty) in enumerate(arrival.quantities.items()):
        if line_id not in own:
            reason = "is not a line of this transfer"
            problems.append(FieldProblem(f"lines/{position}/line_id", reason, "not_of_transfer"))
        elif not 0 <= qty <= sent[line_id].qty:
            reason = f"is not between zero and the {sent[line_id].qty.normalize():f} sent"
            problems.append(FieldProblem(f"lines/{position}/qty", reason, "above_sent"))
    if problems:
        raise Invalid(problems)


def _sent(session: Session, documents: Sequence[StockDocument]) -> dict[UUID, StockMove]:
    """What stands in transit, by document line."""
    warehouses = {transit_warehouse_id(session, document.company_id) for document in documents}
    statement = select(StockMove).where(
        any_of(StockMove.origin_id, [document.id for document in documents]),
        any_of(StockMove.warehouse_id, warehouses),
        StockMove.kind == MoveKind.TRANSFER_IN.value,
    )
    return {move.origin_line_id: move for move in read(session, statement) if move.origin_line_id is not None}


def _arrive(
    document: StockDocument,
    line: StockDocumentLine,
    sent: StockMove,
    arrival: Arrival,
    defaults: Mapping[UUID, UUID],
) -> list[MoveDraft]:
    arrived = arrival.quantities.get(line.id, sent.qty)
    missing = sent.qty - arrived
    if missing and not (arrival.shortage_reason or "").strip():
        raise ShortageReasonMissing(sent_qty=f"{sent.qty.normalize():f}", arrived_qty=f"{arrived.normalize():f}")
    drafts = []
    sent_lots = lots_kept(line.batches, line.serials)
    lots = sent_lots if not missing else arrival.lots.get(line.id, ())
    if arrived:
        target = document.to_warehouse_id or document.warehouse_id
        leaving = side(document, line, (sent.warehouse_id, sent.location_id), -arrived, reverses_id=sent.id, lots=lots)
        place = (target, line.to_location_id or defaults[target])
        drafts += [leaving, side(document, line, place, arrived, reverses_id=leaving.id, lots=lots)]
    if missing:
        place = (sent.warehouse_id, sent.location_id)
        lost = side(
            document,
            line,
            place,
            -missing,
            reverses_id=sent.id,
            lots=_without(sent_lots, lots) if lots or not arrived else (),
        )
        drafts.append(replace(lost, kind=MoveKind.ADJUSTMENT, contra_role=AccountRole.INVENTORY_ADJUSTMENT))
    return drafts


def _without(sent: Sequence[LotQty], arrived: Sequence[LotQty]) -> list[LotQty]:
    """What of the lots sent did not arrive."""
    found = {lot.number: lot.qty for lot in arrived}
    rest = [(lot, lot.qty - found.get(lot.number, ZERO)) for lot in sent]
    return [replace(lot, qty=qty) for lot, qty in rest if qty > 0]
