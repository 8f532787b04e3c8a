"""What one user may order alone: by the order's worth, and by that of an item category in it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import Item, ItemCategory
from transactional.kernel.arrays import any_of
from transactional.kernel.money import ZERO
from transactional.kernel.reference import read_all
from transactional.kernel.session import Session
from transactional.kernel.trees import ancestry
from transactional.organization.models import Company
from transactional.purchase.limit_models import CategoryLimit
from transactional.purchase.models import PurchaseOrder, PurchaseOrderLine


def beyond_limits(session: Session, orders: Sequence[PurchaseOrder]) -> set[UUID]:
    """The orders worth more than one user may order alone, as a whole or of a category."""
    companies = read_all(session, Company)
    found = {order.id for order in orders if _is_above(order, companies[order.company_id].purchase_limit_amount)}
    limits: defaultdict[UUID, dict[UUID, Decimal]] = defaultdict(dict)
    for row in read_all(session, CategoryLimit).values():
        limits[row.company_id][row.item_category_id] = row.limit_amount
    asked = {order.id: limits[order.company_id] for order in orders if order.company_id in limits}
    worth = _worth(session, asked) if asked else {}
    return found | {
        order_id
        for order_id, own in asked.items()
        if any(worth[order_id][category] > limit for category, limit in own.items())
    }


def _is_above(order: PurchaseOrder, limit: Decimal | None) -> bool:
    return limit is not None and order.company_net_amount > limit


def _worth(session: Session, order_ids: Iterable[UUID]) -> Mapping[UUID, Mapping[UUID, Decimal]]:
    """What orders hold of each category, what is below it included."""
    line = PurchaseOrderLine
    statement = (
        select(line.order_id, Item.category_id, line.company_net_amount)
        .join(Item, Item.id == line.item_id)
        .where(any_of(line.order_id, order_ids))
    )
    categories = read_all(session, ItemCategory)
    worth: defaultdict[UUID, defaultdict[UUID, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for order_id, category_id, amount in session.execute(statement):
        for above in ancestry(categories, category_id):
            worth[order_id][above] += amount
    return worth
