"""Stock documents: opening, production receipts, issues to production, adjustments; and new standard costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from importers.booking.desk import Desk
from importers.plan import CostChange, Paper, PaperKind, PaperLine
from transactional.catalog.models import ItemCost
from transactional.inventory.models import StockDocument
from transactional.inventory.resources import STOCK_DOCUMENTS
from transactional.inventory.services.change_standard_costs import NewStandardCost, change_standard_costs
from transactional.inventory.services.post_stock_documents import post_stock_documents
from transactional.kernel.arrays import any_of
from transactional.kernel.records import create_records
from transactional.kernel.session import Session
from transactional.ledger.models import AccountMapping, AccountRole


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
    clearing = _clearing_account(session, desk) if any(paper.kind is PaperKind.ISSUE for paper in fresh) else None
    ids = create_records(session, STOCK_DOCUMENTS, [_document(paper, desk, clearing) for paper in fresh])
    post_stock_documents(session, ids, at=desk.at)
    return len(fresh)


def _document(paper: Paper, desk: Desk, clearing: UUID | None) -> dict[str, Any]:
    return {
        "company_id": desk.company_id,
        "kind": paper.kind.value,
        "document_on": paper.on,
        "warehouse_id": desk.warehouse_id,
        "reason": paper.reason,
        # What production takes stands against what it delivers.
        "account_id": clearing if paper.kind is PaperKind.ISSUE else None,
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


def _clearing_account(session: Session, desk: Desk) -> UUID | None:
    """The account of the role that production receipts stand against."""
    mapping = select(AccountMapping.account_id).where(
        AccountMapping.company_id == desk.company_id,
        AccountMapping.role == AccountRole.PRODUCTION_CLEARING,
        AccountMapping.item_category_id.is_(None),
        AccountMapping.warehouse_id.is_(None),
    )
    return session.scalar(mapping)
