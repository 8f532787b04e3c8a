"""Writing what happens to orders: the rows and stock moves of their papers."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from transactional.inventory.lots import LotQty
from transactional.inventory.models import MoveKind, StockMove
from transactional.inventory.postings import MoveDraft
from transactional.inventory.services.post_moves import post_moves
from transactional.kernel.ids import new_id
from transactional.kernel.outbox import record
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Session
from transactional.platform.services.take_numbers import take_numbers
from transactional.production.events import paper_event
from transactional.production.models import (
    ProductionOrder,
    ProductionPaper,
    ProductionPaperKind,
    ProductionPaperLine,
)
from transactional.production.progress import PAPER, Worked
from transactional.production.states import POSTED


@dataclass(frozen=True, slots=True)
class Moved:
    """A quantity of an item that goes into an order or comes out of it."""

    item_id: UUID
    location_id: UUID
    qty: Decimal
    component_id: UUID | None = None
    lots: Sequence[LotQty] = ()
    value_amount: Decimal | None = None
    """What it comes in for; empty for what goes out, and for what has a standard cost."""
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper with what it moves."""

    paper: ProductionPaper
    moved: Sequence[Moved] = field(default_factory=tuple)


def new_paper(order: ProductionOrder, kind: ProductionPaperKind, on: date) -> ProductionPaper:
    """A paper of an order, without its number."""
    return ProductionPaper(
        id=new_id(),
        company_id=order.company_id,
        order_id=order.id,
        kind=kind.value,
        number=None,
        posted_on=on,
        operation_id=None,
        scrap_reason_id=None,
        journal_entry_id=None,
        state=POSTED,
    )


def write_papers(session: Session, papers: Sequence[ProductionPaper], *, at: datetime) -> None:
    """Papers with their numbers."""
    groups: defaultdict[UUID, list[ProductionPaper]] = defaultdict(list)
    for paper in papers:
        groups[paper.company_id].append(paper)
    for company_id, group in sorted(groups.items()):
        numbers = take_numbers(session, "production_paper", company_id, [paper.posted_on for paper in group])
        for paper, number in zip(group, numbers, strict=True):
            paper.number = number
    insert_all(session, papers)
    record(session, [paper_event("posted", paper, at) for paper in papers])


def post_papers(session: Session, drafts: Sequence[Draft], worked: Worked, *, at: datetime) -> None:
    """Stock moved against work in progress, and the papers and their lines written with what it was worth."""
    pairs = [(draft, moved) for draft in drafts for moved in draft.moved]
    moves = post_moves(session, [_move(draft.paper, moved, worked) for draft, moved in pairs], at=at)
    write_papers(session, [draft.paper for draft in drafts], at=at)
    numbers: defaultdict[UUID, int] = defaultdict(int)
    lines = []
    for (draft, moved), move in zip(pairs, moves, strict=True):
        numbers[draft.paper.id] += 1
        lines.append(_line(draft.paper, numbers[draft.paper.id], moved, move))
    insert_all(session, lines)


def _move(paper: ProductionPaper, moved: Moved, worked: Worked) -> MoveDraft:
    order = worked.orders[paper.order_id]
    is_issue = paper.kind == ProductionPaperKind.ISSUE
    return MoveDraft(
        company_id=paper.company_id,
        item_id=moved.item_id,
        warehouse_id=order.warehouse_id,
        location_id=moved.location_id,
        kind=MoveKind.ISSUE if is_issue else MoveKind.PRODUCTION_RECEIPT,
        qty=-moved.qty if is_issue else moved.qty,
        occurred_on=paper.posted_on,
        origin_type=PAPER,
        origin_id=paper.id,
        origin_line_id=moved.component_id,
        contra_account_id=worked.account(order),
        value_amount=moved.value_amount,
        lots=moved.lots,
        path=moved.path,
    )


def _line(paper: ProductionPaper, number: int, moved: Moved, move: StockMove) -> ProductionPaperLine:
    return ProductionPaperLine(
        paper_id=paper.id,
        line_number=number,
        component_id=moved.component_id,
        item_id=moved.item_id,
        location_id=moved.location_id,
        qty=moved.qty,
        value_amount=abs(move.contra_amount),
    )
