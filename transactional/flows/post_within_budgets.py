"""Documents that spend without an order are posted and held against the budgets they are taken from."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from transactional.inventory.models import StockDocument
from transactional.inventory.services import post_stock_documents as stock
from transactional.kernel.rows import update_all
from transactional.kernel.session import Session
from transactional.ledger.models import ManualEntry
from transactional.ledger.services import post_manual_entries as manual
from transactional.purchase.services.judge_spending import judge_postings

_Row = TypeVar("_Row", ManualEntry, StockDocument)


def post_manual_entries(
    session: Session, entry_ids: Sequence[UUID], *, at: datetime, late_reason: str | None = None
) -> list[ManualEntry]:
    """The entries, posted; one that takes more than is left of a budget that warns says so.

    Raises: what posting them raises; BudgetExceeded where a budget blocks.
    """
    entries = manual.post_manual_entries(session, entry_ids, at=at, late_reason=late_reason)
    warned = _warned(session, entries)
    update_all(session, warned, ManualEntry.budget_warning)
    return entries


def post_stock_documents(session: Session, document_ids: Sequence[UUID], *, at: datetime) -> list[StockDocument]:
    """The documents, posted; one that takes more than is left of a budget that warns says so.

    Raises: what posting them raises; BudgetExceeded where a budget blocks.
    """
    documents = stock.post_stock_documents(session, document_ids, at=at)
    warned = _warned(session, documents)
    update_all(session, warned, StockDocument.budget_warning)
    return documents


def approve_stock_documents(session: Session, document_ids: Sequence[UUID], *, at: datetime) -> list[StockDocument]:
    """The documents that waited, posted like others.

    Raises: what approving them raises; BudgetExceeded where a budget blocks.
    """
    documents = stock.approve_stock_documents(session, document_ids, at=at)
    warned = _warned(session, documents)
    update_all(session, warned, StockDocument.budget_warning)
    return documents


def _warned(session: Session, rows: Sequence[_Row]) -> list[_Row]:
    ids = {row.id for row in rows}
    warnings = judge_postings(session, {row.company_id for row in rows}, ids)
    warned = [row for row in rows if row.id in warnings]
    for row in warned:
        row.budget_warning = warnings[row.id]
    return warned
