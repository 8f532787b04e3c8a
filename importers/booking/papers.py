"""Stock documents: opening, production receipts, issues to production, adjustments; and new standard costs."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from importers.booking.desk import Desk
from importers.plan import CostChange, Paper
from transactional.catalog.models import ItemCost
from transactional.inventory.services.change_standard_costs import NewStandardCost, change_standard_costs
from transactional.kernel.session import Session
from transactional.kernel.arrays import any_of


def book_standard_costs(session: Session, changes: Sequence[CostChange], desk: Desk) -> int:
    """How many items got a new standard cost; their stock is valued anew."""
    if not changes:
        return 0
    items = {desk.item(change.item) for change in changes}
    statement = select(ItemCost.item_id, ItemCost.valid_from).where(
        any_of(ItemCost.item_id, items), ItemCost.company_id == desk.company_id
    )
    known = {(row[0], row[1]) for row in session.execute(statement)}
    fresh = [
        NewStandardCost(desk.item(change.item), desk.company_id, change.unit_cost, change.on)
        for change in changes
        if (desk.item(change.item), change.on) not in known
    ]
    change_standard_costs(session, fresh, at=desk.at)
    return len(fresh)
