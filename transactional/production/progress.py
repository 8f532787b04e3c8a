"""How far orders are: what they took in and brought, and what work in progress holds of them, from the books."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select, text

from transactional.catalog.models import Item
from transactional.kernel.arrays import any_of, uuid_array
from transactional.kernel.errors import BrokenInvariant
from transactional.kernel.money import ZERO
from transactional.kernel.reference import read_all
from transactional.kernel.rows import lock_by_id, read, read_by_id
from transactional.kernel.session import Session
from transactional.organization.currencies import decimals_of
from transactional.organization.models import Company
from transactional.production.errors import OrderNotReleased
from transactional.production.models import (
    BillLineKind,
    ProductionComponent,
    ProductionOrder,
    ProductionOrderState,
    ProductionPaper,
    ProductionPaperKind,
    ProductionPaperLine,
)
from transactional.production.states import POSTED

PAPER = "production.paper"
"""The origin of everything that an order's papers post."""
# A correction of a move's cost is posted with the document that caused it: it belongs to the paper of the move.
_WORK_IN_PROGRESS = text(
    "with papers as (select id, order_id, work_amount, state from production.production_papers"
    " where order_id = any(cast(:orders as uuid[]))),"
    " amounts as ("
    " select papers.order_id, papers.work_amount as amount from papers where papers.state = 'posted'"
    " union all"
    " select papers.order_id, -moves.contra_amount from papers"
    " inner join inventory.stock_moves as moves on moves.origin_id = papers.id"
    " left join inventory.stock_moves as corrected"
    " on moves.kind = 'revaluation' and corrected.id = moves.reverses_id"
    " where corrected.id is null or corrected.origin_id = moves.origin_id"
    " union all"
    " select papers.order_id, -moves.contra_amount from papers"
    " inner join inventory.stock_moves as corrected on corrected.origin_id = papers.id"
    " inner join inventory.stock_moves as moves"
    " on moves.reverses_id = corrected.id and moves.kind = 'revaluation' and moves.origin_id <> papers.id)"
    " select order_id, sum(amount) from amounts group by order_id"
)


@dataclass(frozen=True, slots=True)
class Material:
    """A component of an order: how much it requires and has taken.  Units: the item's stock unit."""

    component: ProductionComponent
    issued_qty: Decimal

    @property
    def open_qty(self) -> Decimal:
        """What is still required."""
        return max(self.component.qty - self.issued_qty, ZERO)


@dataclass(frozen=True, slots=True)
class Worked:
    """Released orders that are held, with what their papers need to know."""

    orders: Mapping[UUID, ProductionOrder]
    products: Mapping[UUID, Item]
    """By order."""
    materials: Mapping[UUID, Sequence[Material]]
    """By order, in their order; by-products too."""
    companies: Mapping[UUID, Company]

    def decimals(self, order: ProductionOrder) -> int:
        """Of the currency that the order's company keeps its books in."""
        return decimals_of(self.companies[order.company_id].currency_code)

    def most(self, order: ProductionOrder, qty: Decimal) -> Decimal:
        """A quantity with the company's tolerance."""
        return qty * (1 + self.companies[order.company_id].production_tolerance_share)

    def account(self, order: ProductionOrder) -> UUID:
        """The order's account of work in progress."""
        if order.wip_account_id is None:
            raise BrokenInvariant(f"order {order.id} was released without an account of work in progress")
        return order.wip_account_id


def hold_released(session: Session, order_ids: Iterable[UUID]) -> Worked:
    """Orders that take papers, locked.  Raises: NotFound, OrderNotReleased."""
    orders = {order.id: order for order in lock_by_id(session, ProductionOrder, order_ids)}
    for order in orders.values():
        if order.state != ProductionOrderState.RELEASED:
            raise OrderNotReleased(number=order.number, state=order.state)
    items = read_by_id(session, Item, {order.item_id for order in orders.values()})
    products = {order.id: items[order.item_id] for order in orders.values()}
    return Worked(orders, products, materials_of(session, orders), read_all(session, Company))


def materials_of(session: Session, order_ids: Iterable[UUID]) -> dict[UUID, list[Material]]:
    """Components and by-products of orders with what was issued or received of each, by order."""
    wanted = list(order_ids)
    statement = select(ProductionComponent).where(any_of(ProductionComponent.order_id, wanted))
    rows = read(session, statement.order_by(ProductionComponent.order_id, ProductionComponent.line_number))
    line = ProductionPaperLine
    moved = session.execute(
        select(line.component_id, func.sum(line.qty))
        .join(ProductionPaper, ProductionPaper.id == line.paper_id)
        .where(any_of(ProductionPaper.order_id, wanted), ProductionPaper.state == POSTED)
        .group_by(line.component_id)
    )
    taken: dict[UUID | None, Decimal] = {row[0]: row[1] for row in moved}
    found: defaultdict[UUID, list[Material]] = defaultdict(list)
    for row in rows:
        found[row.order_id].append(Material(row, taken.get(row.id, ZERO)))
    return found


def components_of(materials: Sequence[Material], kind: BillLineKind) -> list[Material]:
    """Those that go in, or those that come out."""
    return [material for material in materials if material.component.kind == kind]


def work_in_progress(session: Session, order_ids: Iterable[UUID]) -> dict[UUID, Decimal]:
    """What work in progress holds of orders now; nothing where an order has no papers."""
    found = session.execute(_WORK_IN_PROGRESS, {"orders": uuid_array(order_ids)})
    return {row[0]: row[1] for row in found}


def begun(session: Session, order_ids: Iterable[UUID]) -> set[UUID]:
    """The orders that have papers which hold."""
    statement = select(ProductionPaper.order_id).where(
        any_of(ProductionPaper.order_id, order_ids), ProductionPaper.state == POSTED
    )
    return set(session.scalars(statement.where(ProductionPaper.kind != ProductionPaperKind.CLOSING)))
