"""What goods made are worth now that material cost something else; the stock ledger asks it.

See `transactional.inventory.makers`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from transactional.catalog.models import CostingMethod, Item
from transactional.inventory.models import MoveKind, StockMove
from transactional.kernel.arrays import any_of
from transactional.kernel.money import ZERO
from transactional.kernel.reference import read_all
from transactional.kernel.rows import lock_by_id, read, read_by_id
from transactional.kernel.session import Session
from transactional.ledger.periods import read_calendar
from transactional.organization.currencies import decimals_of
from transactional.organization.models import Company
from transactional.production.models import (
    ProductionComponent,
    ProductionOrder,
    ProductionOrderState,
    ProductionPaper,
    ProductionPaperKind,
)
from transactional.production.progress import work_in_progress
from transactional.production.services.close_orders import post_variances
from transactional.production.sharing import Brought, Event, worth_of
from transactional.production.states import POSTED

_CLOSING = ProductionPaperKind.CLOSING.value


def goods_worth(session: Session, origins: Mapping[UUID, date]) -> dict[UUID, Decimal]:
    """By stock move, what the receipts of the papers' orders should have brought, where they brought something else.

    Locks: the orders.
    """
    papers = read_by_id(session, ProductionPaper, origins)
    orders = lock_by_id(session, ProductionOrder, {paper.order_id for paper in papers.values()})
    desk = _read_desk(session, orders)
    companies = read_all(session, Company)
    found: dict[UUID, Decimal] = {}
    for order in orders:
        decimals = decimals_of(companies[order.company_id].currency_code)
        worth = worth_of(order.qty, desk.events(order.id), decimals)
        found |= {move_id: amount for move_id, amount in worth.items() if amount != desk.taken[move_id]}
    return found


def settle_rest(session: Session, origins: Mapping[UUID, date], *, at: datetime) -> None:
    """What is left in work in progress of the papers' closed orders becomes variance: no goods carry it.

    That is a share of pieces scrapped or never made, and all of goods at standard cost.
    """
    papers = read_by_id(session, ProductionPaper, origins)
    days: dict[UUID, date] = {}
    for paper in papers.values():
        days[paper.order_id] = max(origins[paper.id], days.get(paper.order_id, date.min))
    orders = [
        order
        for order in lock_by_id(session, ProductionOrder, days)
        if order.state == ProductionOrderState.CLOSED.value
    ]
    held = work_in_progress(session, [order.id for order in orders])
    left = [order for order in orders if held.get(order.id)]
    if not left:
        return
    calendar = read_calendar(session, {order.company_id for order in left})
    closed_on = _closed_on(session, [order.id for order in left])
    on = {
        order.id: calendar.open_day(order.company_id, max(days[order.id], closed_on.get(order.id, date.min)))
        for order in left
    }
    post_variances(session, left, held, on=on, at=at)


def _closed_on(session: Session, order_ids: Iterable[UUID]) -> dict[UUID, date]:
    statement = (
        select(ProductionPaper.order_id, func.max(ProductionPaper.posted_on))
        .where(any_of(ProductionPaper.order_id, order_ids), ProductionPaper.kind == _CLOSING)
        .group_by(ProductionPaper.order_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


@dataclass(frozen=True, slots=True)
class _Move:
    id: UUID
    item_id: UUID
    component_id: UUID | None
    amount: Decimal
    """What it brought into work in progress, corrections included; negative of goods."""


@dataclass(frozen=True, slots=True)
class _Desk:
    papers: Mapping[UUID, Sequence[ProductionPaper]]
    """By order, in the order they were written, without those that were taken back."""
    moves: Mapping[UUID, Sequence[_Move]]
    """By paper, in the order of its lines."""
    items: Mapping[UUID, Item]
    shares: Mapping[UUID, Decimal]
    """By by-product."""

    @property
    def taken(self) -> dict[UUID, Decimal]:
        """What each move of goods took of work in progress."""
        return {move.id: -move.amount for moves in self.moves.values() for move in moves}

    def events(self, order_id: UUID) -> list[Event]:
        """The papers of an order as they count now."""
        return [self._event(paper) for paper in self.papers.get(order_id, ())]

    def _event(self, paper: ProductionPaper) -> Event:
        moves = self.moves.get(paper.id, ())
        if paper.kind != ProductionPaperKind.RECEIPT:
            added = paper.work_amount + sum((move.amount for move in moves), ZERO)
            return Event(added=added, scrapped_qty=paper.scrapped_qty)
        return Event(good_qty=paper.good_qty, goods=[self._brought(move) for move in moves])

    def _brought(self, move: _Move) -> Brought:
        return Brought(
            move_id=move.id,
            taken=-move.amount,
            cost_share=ZERO if move.component_id is None else self.shares[move.component_id],
            is_standard=self.items[move.item_id].costing_method == CostingMethod.STANDARD,
        )


def _read_desk(session: Session, orders: Sequence[ProductionOrder]) -> _Desk:
    order_ids = [order.id for order in orders]
    wanted = select(ProductionPaper).where(
        any_of(ProductionPaper.order_id, order_ids),
        ProductionPaper.state == POSTED,
        ProductionPaper.kind != _CLOSING,
    )
    papers: defaultdict[UUID, list[ProductionPaper]] = defaultdict(list)
    # Ids grow as papers are written, and whoever writes one holds its order.
    for paper in sorted(read(session, wanted), key=lambda row: row.id):
        papers[paper.order_id].append(paper)
    moves = _read_moves(session, [paper.id for found in papers.values() for paper in found])
    components = read(session, select(ProductionComponent).where(any_of(ProductionComponent.order_id, order_ids)))
    item_ids = {move.item_id for found in moves.values() for move in found}
    return _Desk(papers, moves, read_by_id(session, Item, item_ids), {row.id: row.cost_share for row in components})


def _read_moves(session: Session, paper_ids: Iterable[UUID]) -> dict[UUID, list[_Move]]:
    own = select(
        StockMove.id, StockMove.origin_id, StockMove.item_id, StockMove.origin_line_id, StockMove.contra_amount
    ).where(any_of(StockMove.origin_id, paper_ids), StockMove.kind != MoveKind.REVALUATION.value)
    rows = session.execute(own.order_by(StockMove.sequence)).all()
    corrections = (
        select(StockMove.reverses_id, func.sum(StockMove.contra_amount))
        .where(any_of(StockMove.reverses_id, [row[0] for row in rows]), StockMove.kind == MoveKind.REVALUATION.value)
        .group_by(StockMove.reverses_id)
    )
    mended = {row[0]: row[1] for row in session.execute(corrections)}
    found: defaultdict[UUID, list[_Move]] = defaultdict(list)
    for move_id, paper_id, item_id, component_id, amount in rows:
        found[paper_id].append(_Move(move_id, item_id, component_id, -(amount + mended.get(move_id, ZERO))))
    return found
