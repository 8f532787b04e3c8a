"""What is about to be spent is held against budgets: planned less posted, ordered and asked for, each counted once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Date, case, cast, func, select

from transactional.catalog.models import Item
from transactional.finance.budget_control import Plan, Spending, find_plans, has_budgets, read_spent
from transactional.finance.errors import BudgetExceeded
from transactional.finance.models import BudgetControl, Invoice, InvoiceKind, InvoiceLine, InvoiceState
from transactional.kernel.arrays import any_of
from transactional.kernel.money import ZERO, round_amount
from transactional.kernel.reference import read_all
from transactional.kernel.session import Session
from transactional.ledger.accounts import ACCOUNT_MAP, ACCOUNTS
from transactional.ledger.models import AccountRole, JournalEntry, JournalLine
from transactional.organization.currencies import decimals_of
from transactional.organization.models import Company, CostCentre
from transactional.purchase.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderState,
    PurchaseRequisition,
    PurchaseRequisitionLine,
    RequisitionState,
)

WARNING_LENGTH_MAX = 500
_OPEN = (PurchaseOrderState.DRAFT.value, PurchaseOrderState.WAITING.value, PurchaseOrderState.CONFIRMED.value)


class Ask(NamedTuple):
    """What a document is about to spend somewhere.  Units: company currency."""

    document_id: UUID
    company_id: UUID
    spending: Spending
    amount: Decimal


def judge_spending(
    session: Session,
    asks: Sequence[Ask],
    *,
    requisitions: Collection[UUID] = (),
    orders: Collection[UUID] = (),
    is_posted: bool = False,
) -> dict[UUID, str]:
    """The warnings of documents that take more than is left of a budget, by their ids.

    What the requisitions and orders named bind themselves is not counted beside what they ask for, nor is what is
    posted already where that is what asks.
    Raises: BudgetExceeded where a budget blocks.
    """
    companies = {ask.company_id for ask in asks}
    plans = find_plans(session, companies, {ask.spending.account_id for ask in asks})
    planned = [(ask, plan) for ask in asks if (plan := plans.of(ask.company_id, ask.spending)) and ask.amount > 0]
    checked = [(ask, plan) for ask, plan in planned if plan.budget.control != BudgetControl.IGNORE]
    if not checked:
        return {}
    bound = _bound(session, [ask for ask, _ in checked], set(requisitions), set(orders))
    for ask in asks if is_posted else ():
        bound[ask.spending] -= ask.amount
    warnings: dict[UUID, str] = {}
    for ask, plan in checked:
        month = ask.spending.month_on
        spent = sum((amount for key, amount in bound.items() if key.month_on == month and plan.covers(key)), ZERO)
        remaining = plan.planned.get(month, ZERO) - spent
        if ask.amount > remaining:
            warnings[ask.document_id] = str(_refusal(session, ask, plan, remaining))[:WARNING_LENGTH_MAX]
        bound[ask.spending] += ask.amount
    return warnings


def judge_orders(session: Session, orders: Sequence[PurchaseOrder]) -> dict[UUID, str]:
    """The warnings of orders about to be confirmed.  Raises: BudgetExceeded."""
    ids = {order.id for order in orders}
    if not ids or not has_budgets(session, {order.company_id for order in orders}):
        return {}
    asks: defaultdict[tuple[UUID, UUID, Spending], Decimal] = defaultdict(lambda: ZERO)
    for order_id, company_id, spending, amount in _ordered(session, {order.company_id for order in orders}):
        if order_id in ids:
            asks[order_id, company_id, spending] += amount
    return judge_spending(session, [Ask(*key, amount) for key, amount in asks.items()], orders=ids)


def judge_postings(session: Session, company_ids: Iterable[UUID], origin_ids: Collection[UUID]) -> dict[UUID, str]:
    """The warnings of documents that this transaction has posted.  Raises: BudgetExceeded."""
    if not origin_ids or not has_budgets(session, company_ids):
        return {}
    line, entry = JournalLine, JournalEntry
    month = cast(func.date_trunc("month", line.posted_on), Date)
    statement = (
        select(entry.origin_id, line.company_id, line.account_id, line.cost_centre_id, month, func.sum(line.amount))
        .join(entry, entry.id == line.entry_id)
        .where(any_of(entry.origin_id, origin_ids), entry.reverses_id.is_(None))
        .group_by(entry.origin_id, line.company_id, line.account_id, line.cost_centre_id, month)
        .order_by(entry.origin_id, line.account_id, line.cost_centre_id)
    )
    rows = (tuple[Any, ...](row) for row in session.execute(statement))
    asks = [Ask(row[0], row[1], Spending(row[2], row[3], row[4]), row[5]) for row in rows]
    return judge_spending(session, asks, is_posted=True)


def expense_account(session: Session, company_id: UUID, category_id: UUID | None) -> UUID:
    """The account that takes what items of a category cost when a cost centre needs them."""
    return ACCOUNT_MAP.of(session).resolve(company_id, AccountRole.EXPENSE, category_id)


def _refusal(session: Session, ask: Ask, plan: Plan, remaining: Decimal) -> BudgetExceeded:
    """What is said of an exceeded budget.  Raises: BudgetExceeded where the budget blocks."""
    decimals = decimals_of(read_all(session, Company)[ask.company_id].currency_code)
    centre = read_all(session, CostCentre).get(plan.cost_centre_id) if plan.cost_centre_id else None
    refusal = BudgetExceeded(
        budget=plan.budget.name,
        account=ACCOUNTS.of(session)[plan.account_id].code,
        cost_centre=centre.code if centre else "-",
        month=f"{ask.spending.month_on:%Y-%m}",
        remaining_amount=str(round_amount(remaining, decimals)),
        asked_amount=str(round_amount(ask.amount, decimals)),
    )
    if plan.budget.control == BudgetControl.BLOCK:
        raise refusal
    return refusal


def _bound(
    session: Session, asks: Sequence[Ask], requisitions: set[UUID], orders: set[UUID]
) -> defaultdict[Spending, Decimal]:
    """What is posted, ordered and asked for in the accounts and months of asks, but by these documents."""
    accounts = {ask.spending.account_id for ask in asks}
    months = [ask.spending.month_on for ask in asks]
    bound: defaultdict[Spending, Decimal] = defaultdict(lambda: ZERO)
    for key, amount in read_spent(session, accounts, min(months), max(months)).items():
        bound[key] += amount
    companies = {ask.company_id for ask in asks}
    for document_id, _, key, amount in (*_ordered(session, companies), *_asked_for(session, companies)):
        if key.account_id in accounts and document_id not in requisitions | orders:
            bound[key] += amount
    return bound


def _ordered(session: Session, company_ids: Iterable[UUID]) -> Iterator[Ask]:
    """What open orders still bind: the part of their lines that no invoice has taken over."""
    line, order = PurchaseOrderLine, PurchaseOrder
    left = func.greatest(line.qty - func.coalesce(_invoiced_qty(), 0), 0)
    day = func.coalesce(line.promised_on, order.promised_on, order.ordered_on)
    statement = (
        select(order.id, order.company_id, line.account_id, Item.category_id, line.cost_centre_id, day)
        .add_columns(line.company_net_amount * left / line.qty)
        .join(order, order.id == line.order_id)
        .join(Item, Item.id == line.item_id)
        .where(any_of(order.company_id, company_ids), order.state.in_(_OPEN))
        .where(line.account_id.is_not(None) | line.cost_centre_id.is_not(None))
    )
    for row in session.execute(statement):
        order_id, company_id, account_id, category_id, centre_id, on, amount = tuple[Any, ...](row)
        account = account_id or expense_account(session, company_id, category_id)
        yield Ask(order_id, company_id, Spending(account, centre_id, on.replace(day=1)), amount)


def _invoiced_qty() -> ColumnElement[Decimal]:
    signed = case((Invoice.kind == InvoiceKind.PURCHASE_INVOICE, InvoiceLine.qty), else_=-InvoiceLine.qty)
    return (
        select(func.sum(signed))
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(InvoiceLine.order_line_id == PurchaseOrderLine.id, Invoice.state == InvoiceState.POSTED)
        .correlate(PurchaseOrderLine)
        .scalar_subquery()
    )


def _asked_for(session: Session, company_ids: Iterable[UUID]) -> Iterator[Ask]:
    """What approved requisitions need that is not ordered."""
    line, row = PurchaseRequisitionLine, PurchaseRequisition
    ordered = (
        select(func.sum(PurchaseOrderLine.qty))
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.order_id)
        .where(PurchaseOrderLine.requisition_line_id == line.id)
        .where(PurchaseOrder.state.not_in((PurchaseOrderState.CANCELLED.value, PurchaseOrderState.REJECTED.value)))
        .correlate(line)
        .scalar_subquery()
    )
    left = func.greatest(line.qty - func.coalesce(ordered, 0), 0)
    statement = (
        select(row.id, row.company_id, Item.category_id, row.cost_centre_id)
        .add_columns(func.coalesce(line.needed_on, row.needed_on), left * line.unit_price)
        .join(row, row.id == line.requisition_id)
        .join(Item, Item.id == line.item_id)
        .where(any_of(row.company_id, company_ids), row.state == RequisitionState.APPROVED.value)
        .where(line.unit_price.is_not(None), row.cost_centre_id.is_not(None) | (Item.kind != "stock"))
    )
    for found in session.execute(statement):
        row_id, company_id, category_id, centre_id, on, amount = tuple[Any, ...](found)
        account = expense_account(session, company_id, category_id)
        yield Ask(row_id, company_id, Spending(account, centre_id, on.replace(day=1)), amount)
