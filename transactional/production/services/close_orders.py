"""Production orders are done with: what is left of work in progress is their variance."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import Item
from transactional.inventory.services.reserve_stock import release_reservations
from transactional.kernel.arrays import any_of
from transactional.kernel.money import ZERO
from transactional.kernel.outbox import record
from transactional.kernel.rows import lock_by_id, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.kernel.states import TransitionRefused, move_to
from transactional.ledger.models import AccountRole
from transactional.ledger.postings import EntryDraft, Journal, LineDraft
from transactional.ledger.services.post_entries import post_entries
from transactional.production.events import order_event
from transactional.production.models import (
    ProductionComponent,
    ProductionOrder,
    ProductionOrderState,
    ProductionPaper,
    ProductionPaperKind,
)
from transactional.production.papers import new_paper, write_papers
from transactional.production.progress import PAPER, work_in_progress
from transactional.production.states import ORDER_MOVES


def close_orders(session: Session, order_ids: Sequence[UUID], *, on: date, at: datetime) -> list[ProductionOrder]:
    """Closed orders, whose work in progress is zero; what was reserved for them is free.

    An order closed before is returned as it is: what corrections of its costs leave there becomes variance with them.
    One taken over has nothing in the books.
    Raises: NotFound; TransitionRefused for a draft or a cancelled order; PeriodClosed.
    """
    orders = lock_by_id(session, ProductionOrder, order_ids)
    fresh = [order for order in orders if order.state != ProductionOrderState.CLOSED]
    for order in fresh:
        if order.state == ProductionOrderState.DRAFT:
            after = ProductionOrderState.CLOSED.value
            raise TransitionRefused(kind="ProductionOrder", id=order.id, before=order.state, after=after)
        move_to(order, ProductionOrderState.CLOSED, ORDER_MOVES)
        order.closed_at, order.finished_on = at, order.finished_on or on
    free_components(session, fresh)
    held = work_in_progress(session, [order.id for order in orders])
    left = [order for order in orders if held.get(order.id)]
    post_variances(session, left, held, on={order.id: on for order in left}, at=at)
    update_all(session, fresh, ProductionOrder.state, ProductionOrder.closed_at, ProductionOrder.finished_on)
    record(session, [order_event("closed", order, at) for order in fresh])
    return orders


def free_components(session: Session, orders: Sequence[ProductionOrder]) -> None:
    """What was reserved for orders is free again."""
    wanted = select(ProductionComponent.id).where(any_of(ProductionComponent.order_id, [order.id for order in orders]))
    release_reservations(session, session.scalars(wanted) if orders else ())


def post_variances(
    session: Session,
    orders: Sequence[ProductionOrder],
    held: Mapping[UUID, Decimal],
    *,
    on: Mapping[UUID, date],
    at: datetime,
) -> None:
    """Papers that take what work in progress holds of orders to their variance, each on its order's day."""
    items = read_by_id(session, Item, {order.item_id for order in orders})
    papers, drafts = [], []
    for order in orders:
        paper = new_paper(order, ProductionPaperKind.CLOSING, on[order.id])
        paper.work_amount = -held[order.id]
        papers.append(paper)
        drafts.append(_entry(order, items[order.item_id], paper))
    for paper, entry in zip(papers, post_entries(session, drafts, at=at, at_the_end=True), strict=True):
        paper.journal_entry_id = entry.id
    write_papers(session, papers, at=at)


def _entry(order: ProductionOrder, item: Item, paper: ProductionPaper) -> EntryDraft:
    return EntryDraft(
        company_id=order.company_id,
        journal=Journal.INVENTORY,
        posted_on=paper.posted_on,
        origin_type=PAPER,
        origin_id=paper.id,
        lines=[
            LineDraft(
                account_id=order.wip_account_id,
                amount=paper.work_amount,
                item_id=order.item_id,
                warehouse_id=order.warehouse_id,
            ),
            LineDraft(
                role=AccountRole.PRODUCTION_VARIANCE,
                amount=ZERO - paper.work_amount,
                item_id=order.item_id,
                item_category_id=item.category_id,
                warehouse_id=order.warehouse_id,
            ),
        ],
    )
