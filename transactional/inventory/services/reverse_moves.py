"""Taking back all that a document moved: its mirror image, dated in an open period."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from transactional.inventory.costing.steps import TRANSFERS
from transactional.inventory.errors import OriginUnknown
from transactional.inventory.lot_booking import outstanding_lots
from transactional.inventory.models import MoveKind, StockMove
from transactional.inventory.postings import MoveDraft
from transactional.inventory.services.post_moves import post_moves
from transactional.kernel.arrays import any_of
from transactional.kernel.rows import read
from transactional.kernel.session import Session


def reverse_moves(
    session: Session,
    origin_ids: Sequence[UUID],
    *,
    on: date,
    at: datetime,
    origins: Mapping[UUID, UUID] | None = None,
) -> list[StockMove]:
    """The moves that take back what documents moved, at what it cost, linked entry to entry; originals stay.

    `origins` are the documents and lines that the mirror images of documents and lines belong to, where they have some.

    What a correction or a price difference added since goes back with the issue it belongs to. An adjustment goes back
    with all that it changed since: what moved in between is worth what it would have been without it.
    Raises: OriginUnknown for a document that moved nothing, AlreadyReversed, ReturnExceedsMove where a part came back
    already, StockNotAvailable where what came in is gone, ReturnBeforeMove, PeriodClosed.
    """
    statement = select(StockMove).where(
        any_of(StockMove.origin_id, origin_ids), StockMove.kind != MoveKind.REVALUATION.value
    )
    moves = read(session, statement.order_by(StockMove.occurred_on, StockMove.sequence))
    for origin_id in origin_ids:
        if all(move.origin_id != origin_id for move in moves):
            raise OriginUnknown(id=origin_id)
    transfers = [move for move in moves if move.kind in TRANSFERS and move.contra_account_id is not None]
    sent = {move.id for move in transfers}
    plain = [_mirror(move, on) for move in moves if move.id not in sent]
    lots = outstanding_lots(session, [move.id for move in moves])
    # What a mirror image takes back, it takes back of the same lots.
    of_move = {draft.id: move.id for draft, move in zip(plain, (m for m in moves if m.id not in sent), strict=True)}
    drafts = [*plain, *_sent_back(transfers, on, of_move)]
    own = origins or {}
    named = [
        replace(
            draft,
            lots=tuple(lots.get(of_move[draft.id], {}).values()),
            origin_id=own.get(draft.origin_id, draft.origin_id),
            origin_line_id=own.get(draft.origin_line_id, draft.origin_line_id) if draft.origin_line_id else None,
        )
        for draft in drafts
    ]
    return post_moves(session, named, at=at)


def _mirror(move: StockMove, on: date) -> MoveDraft:
    is_linked = move.contra_account_id is not None and (move.qty or move.kind == MoveKind.ADJUSTMENT.value)
    draft = _draft(move, on, kind=MoveKind(move.kind), reverses_id=move.id if is_linked else None)
    return draft if move.qty else replace(draft, value_amount=-move.value_amount)


def _sent_back(moves: Sequence[StockMove], on: date, of_move: dict[UUID, UUID]) -> list[MoveDraft]:
    """A transfer is taken back by a transfer: out where it arrived, then in where it came from.

    Notes in `of_move` which draft takes back which move.
    """
    outs = {
        move.reverses_id: _draft(move, on, kind=MoveKind.TRANSFER_OUT, reverses_id=move.id)
        for move in moves
        if move.qty > 0
    }
    ins = {
        move.id: _draft(
            move, on, kind=MoveKind.TRANSFER_IN, reverses_id=outs[move.id].id if move.id in outs else move.id
        )
        for move in moves
        if move.qty < 0
    }
    # A move in reverses the move out it came from, so the lots of both are those of the move out.
    of_move |= {draft.id: key for taken in (outs, ins) for key, draft in taken.items() if key is not None}
    return [*outs.values(), *ins.values()]


def _draft(move: StockMove, on: date, *, kind: MoveKind, reverses_id: UUID | None) -> MoveDraft:
    return MoveDraft(
        company_id=move.company_id,
        item_id=move.item_id,
        warehouse_id=move.warehouse_id,
        location_id=move.location_id,
        kind=kind,
        qty=-move.qty,
        occurred_on=on,
        origin_type=move.origin_type,
        origin_id=move.origin_id,
        origin_line_id=move.origin_line_id,
        contra_account_id=move.contra_account_id,
        reverses_id=reverses_id,
        reverses_entry_id=move.journal_entry_id,
        party_kind=move.party_kind,
        party_id=move.party_id,
        cost_centre_id=move.cost_centre_id,
        project_id=move.project_id,
    )
