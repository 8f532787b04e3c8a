"""Month end: the whole checklist, from all modules, then the lock."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from transactional.checks import check_company
from transactional.finance.models import Invoice, InvoiceState
from transactional.finance.services.depreciate_periods import due_depreciation
from transactional.finance.services.revalue_periods import open_differences
from transactional.inventory.models import StockDocument
from transactional.kernel.session import Session
from transactional.ledger.closing import LEDGER_CHECKS, ChecklistItem, CloseCheck
from transactional.ledger.models import Period
from transactional.ledger.services import close_periods as ledger
from transactional.organization.services.find_rates import RateMissing

_RECONCILED = ("I1", "I2", "I3", "I5")


def close_periods(session: Session, period_ids: Sequence[UUID], *, at: datetime) -> list[Period]:
    """The periods, closed after every point of the checklist was found done.

    Raises: NotFound, PeriodStateRefused, ChecklistNotDone naming every open point.
    """
    return ledger.close_periods(session, period_ids, at=at, checks=CHECKS)


def no_draft_invoices(session: Session, period: Period) -> ChecklistItem:
    """No invoice of the period waits to be posted."""
    statement = select(func.count()).where(
        Invoice.company_id == period.company_id,
        Invoice.state == InvoiceState.DRAFT.value,
        Invoice.invoiced_on.between(period.starts_on, period.ends_on),
    )
    count = session.scalar(statement) or 0
    return ChecklistItem("no_draft_invoices", count == 0, f"{count} invoices are not posted")


def no_draft_stock_documents(session: Session, period: Period) -> ChecklistItem:
    """No stock document of the period waits to be posted."""
    statement = select(func.count()).where(
        StockDocument.company_id == period.company_id,
        StockDocument.state == "draft",
        StockDocument.document_on.between(period.starts_on, period.ends_on),
    )
    count = session.scalar(statement) or 0
    return ChecklistItem("no_draft_stock_documents", count == 0, f"{count} stock documents are not posted")


def subledgers_reconciled(session: Session, period: Period) -> ChecklistItem:
    """Stock, receivables, payables, advances and goods received not invoiced equal their accounts."""
    findings = check_company(session, period.company_id, _RECONCILED)
    first = findings[0].what if findings else f"all agree up to {period.ends_on}"
    return ChecklistItem("subledgers_reconciled", not findings, f"{len(findings)} differences: {first}")


def revaluation_run(session: Session, period: Period) -> ChecklistItem:
    """Everything held in foreign currencies stands at the closing rate."""
    try:
        open_items = len(open_differences(session, period))
    except RateMissing as missing:
        return ChecklistItem("revaluation_run", is_done=False, detail=str(missing))
    detail = f"{open_items} open items and bank accounts are not revalued"
    return ChecklistItem("revaluation_run", open_items == 0, detail)


def depreciation_run(session: Session, period: Period) -> ChecklistItem:
    """Every asset in service has lost its share of the period."""
    due = len(due_depreciation(session, period))
    return ChecklistItem("depreciation_run", due == 0, f"{due} assets are not depreciated")


CHECKS: tuple[CloseCheck, ...] = (
    *LEDGER_CHECKS,
    no_draft_invoices,
    no_draft_stock_documents,
    subledgers_reconciled,
    revaluation_run,
    depreciation_run,
)
