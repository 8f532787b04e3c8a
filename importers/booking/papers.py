"""Stock documents: opening, production receipts, issues to production, adjustments; and new standard costs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from importers.booking.desk import Desk
from importers.plan import CostChange, Paper, PaperKind, PaperLine
from transactional.catalog.models import ItemCost
from transactional.catalog.services.write_costs import NewStandardCost
from transactional.inventory.models import StockDocument
from transactional.inventory.resources import STOCK_DOCUMENTS
from transactional.inventory.services.change_standard_costs import change_standard_costs
from transactional.inventory.services.post_stock_documents import post_stock_documents
from transactional.kernel.arrays import any_of
from transactional.kernel.records import create_records
from transactional.kernel.session import Session
from transactional.ledger.models import AccountMapping, AccountRole

_ROLES = {
    PaperKind.OPENING: AccountRole.OPENING_EQUITY,
    # What production takes stands against what it delivers.
    PaperKind.ISSUE: AccountRole.PRODUCTION_CLEARING,
    PaperKind.PRODUCTION_RECEIPT: AccountRole.PRODUCTION_CLEARING,
}


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
    if not fresh:
        return 0
    change_standard_costs(session, fresh, at=desk.at)
    return len(fresh)


def book_papers(session: Session, papers: Sequence[Paper], desk: Desk) -> int:
    """How many stock documents were written and posted."""
    if not papers:
        return 0
    refs = {paper.ref for paper in papers}
    # Two sources in one tenant may use the same names: each has a company of its own.
    booked = select(StockDocument.external_ref).where(
        StockDocument.company_id == desk.company_id, StockDocument.external_ref.in_(refs)
    )
    known = set(session.scalars(booked))
    fresh = [paper for paper in papers if paper.ref not in known]
    if not fresh:
        return 0
    accounts = _accounts(session, {paper.amends or paper.kind for paper in fresh}, desk)
    ids = create_records(session, STOCK_DOCUMENTS, [_document(paper, desk, accounts) for paper in fresh])
    post_stock_documents(session, ids, at=desk.at)
    return len(fresh)


def _document(paper: Paper, desk: Desk, accounts: Mapping[PaperKind, UUID]) -> dict[str, Any]:
    return {
        "company_id": desk.company_id,
        "kind": paper.kind.value,
        "document_on": paper.on,
        "warehouse_id": desk.warehouse_id,
        "reason": paper.reason,
        "account_id": accounts.get(paper.amends or paper.kind),
        "external_ref": paper.ref,
        "lines": [_line(line, desk) for line in paper.lines],
    }


def _line(line: PaperLine, desk: Desk) -> dict[str, Any]:
    return {
        "item_id": desk.item(line.item),
        "unit_id": desk.item_units[line.item],
        "location_id": desk.location_of(line.item, line.location),
        "qty": line.qty,
        "unit_cost": line.unit_cost,
    }


def _accounts(session: Session, kinds: Collection[PaperKind], desk: Desk) -> dict[PaperKind, UUID]:
    """The account that documents of these kinds stand against, where it is not that of the kind of ours they become."""
    wanted = {kind: role for kind, role in _ROLES.items() if kind in kinds}
    if not wanted:
        return {}
    mapping = select(AccountMapping.role, AccountMapping.account_id).where(
        AccountMapping.company_id == desk.company_id,
        AccountMapping.role.in_(wanted.values()),
        AccountMapping.item_category_id.is_(None),
        AccountMapping.warehouse_id.is_(None),
    )
    account_of = {row[0]: row[1] for row in session.execute(mapping)}
    return {kind: account_of[role] for kind, role in wanted.items() if role in account_of}
