"""Issues, reports and receipts are taken back."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from transactional.inventory.services.reverse_moves import reverse_moves
from transactional.kernel.arrays import any_of
from transactional.kernel.outbox import record
from transactional.kernel.rows import lock_by_id, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.ledger.services.reverse_entries import reverse_entries
from transactional.production.errors import PaperCancelled, ReceivedSince
from transactional.production.events import paper_event
from transactional.production.models import ProductionOrder, ProductionPaper, ProductionPaperKind
from transactional.production.progress import Worked, hold_released
from transactional.production.states import CANCELLED, POSTED

_MOVING = frozenset({ProductionPaperKind.ISSUE.value, ProductionPaperKind.RECEIPT.value})


def cancel_papers(session: Session, paper_ids: Sequence[UUID], *, on: date, at: datetime) -> list[ProductionPaper]:
    """The papers, cancelled: what they posted is taken back on the given day at what it was worth.

    Material and work that went into goods which came in since are taken back after the goods.
    Raises: NotFound, OrderNotReleased, PaperCancelled, ReceivedSince, and what moves and entries refuse.
    """
    owners = read_by_id(session, ProductionPaper, paper_ids)
    worked = hold_released(session, {paper.order_id for paper in owners.values()})
    papers = lock_by_id(session, ProductionPaper, paper_ids)
    for paper in papers:
        if paper.state == CANCELLED:
            raise PaperCancelled(number=paper.number)
    _check_not_received(session, papers, worked)
    for paper in papers:
        paper.state = CANCELLED
        _count_back(worked.orders[paper.order_id], paper)
    # Before anything moves: goods that are restated meanwhile take no share of what is taken back.
    update_all(session, papers, ProductionPaper.state)
    moving = [paper.id for paper in papers if paper.kind in _MOVING]
    if moving:
        reverse_moves(session, moving, on=on, at=at)
    entries = [paper.journal_entry_id for paper in papers if paper.journal_entry_id is not None]
    if entries:
        reverse_entries(session, entries, on=on, at=at)
    update_all(
        session,
        list(worked.orders.values()),
        ProductionOrder.produced_qty,
        ProductionOrder.scrapped_qty,
        ProductionOrder.finished_on,
    )
    record(session, [paper_event("cancelled", paper, at) for paper in papers])
    return papers


def _check_not_received(session: Session, papers: Sequence[ProductionPaper], worked: Worked) -> None:
    """Nothing where no goods came in after what went into them.  Raises: ReceivedSince."""
    feeding = [paper for paper in papers if paper.kind != ProductionPaperKind.RECEIPT]
    cancelled = {paper.id for paper in papers}
    receipts = session.execute(
        select(ProductionPaper.id, ProductionPaper.order_id, ProductionPaper.posted_on)
        .where(
            any_of(ProductionPaper.order_id, {paper.order_id for paper in feeding}),
            ProductionPaper.kind == ProductionPaperKind.RECEIPT,
            ProductionPaper.state == POSTED,
        )
        .order_by(ProductionPaper.posted_on, ProductionPaper.id)
    )
    for receipt_id, order_id, posted_on in receipts:
        if receipt_id not in cancelled:
            raise ReceivedSince(number=worked.orders[order_id].number, posted_on=posted_on)


def _count_back(order: ProductionOrder, paper: ProductionPaper) -> None:
    if paper.kind == ProductionPaperKind.RECEIPT:
        order.produced_qty -= paper.good_qty
    if paper.kind == ProductionPaperKind.REPORT:
        order.scrapped_qty -= paper.scrapped_qty
    if order.produced_qty + order.scrapped_qty < order.qty:
        order.finished_on = None
