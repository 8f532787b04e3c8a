"""Requisitions are held against the budget: what is planned less what is posted, ordered and asked for already."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from transactional.catalog.models import Item
from transactional.catalog.pricing import PriceAsk
from transactional.catalog.units import UnitRefused
from transactional.finance.budget_control import Plan, Spending, find_plans, has_budgets, read_spent
from transactional.finance.errors import BudgetExceeded
from transactional.finance.models import BudgetControl, Invoice, InvoiceKind, InvoiceLine, InvoiceState
from transactional.finance.pricing import Desk
from transactional.finance.services.open_desk import open_desk
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.money import PRICE_PLACES, ZERO, round_amount
from transactional.kernel.reference import read_all
from transactional.kernel.rows import read, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.ledger.accounts import ACCOUNT_MAP, ACCOUNTS
from transactional.ledger.models import AccountRole
from transactional.organization.currencies import decimals_of
from transactional.organization.models import Company, CostCentre
from transactional.organization.services.find_rates import RateTable, find_rates
from transactional.purchase.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderState,
    PurchaseRequisition,
    PurchaseRequisitionLine,
    RequisitionState,
)
from transactional.purchase.specs import NewPurchaseLine
from transactional.scm.models import Supplier

_OPEN = (PurchaseOrderState.DRAFT.value, PurchaseOrderState.WAITING.value, PurchaseOrderState.CONFIRMED.value)


@dataclass(frozen=True, slots=True)
class _Need:
    """A line asked for, where it will be spent, and the problem of its price where none is known."""

    row: PurchaseRequisition
    line: PurchaseRequisitionLine
    position: int
    spending: Spending


def check_budgets(session: Session, rows: Sequence[PurchaseRequisition]) -> None:
    """Nothing: the requisitions, about to be approved, are within their budgets, or carry a warning.

    What a cost centre needs is its expense; what goes to stock is none yet. Lines without a price take the supplier's
    listed or the last one. A need counts until it is ordered, an order until it is invoiced: each amount once.
    Raises: BudgetExceeded where a budget blocks; Invalid for a line of a budget that nobody knows a price for.
    """
    if not has_budgets(session, {row.company_id for row in rows}):
        return
    needs = list(_needs(session, rows))
    plans = find_plans(session, {row.company_id for row in rows}, {need.spending.account_id for need in needs})
    planned = [(need, plan) for need in needs if (plan := plans.of(need.row.company_id, need.spending))]
    checked = [(need, plan) for need, plan in planned if plan.budget.control != BudgetControl.IGNORE]
    if not checked:
        return
    _set_prices(session, [need for need, _ in checked])
    bound = _bound(session, [need for need, _ in checked], {row.id for row in rows})
    warned: dict[UUID, PurchaseRequisition] = {}
    for need, plan in checked:
        asked = need.line.qty * (need.line.unit_price or ZERO)
        if not asked:
            continue
        month = need.spending.month_on
        spent = sum((amount for key, amount in bound.items() if key.month_on == month and plan.covers(key)), ZERO)
        remaining = plan.planned.get(month, ZERO) - spent
        if asked > remaining:
            need.row.budget_warning = str(_refusal(session, need, plan, remaining, asked))[:500]
            warned[need.row.id] = need.row
        bound[need.spending] += asked
    update_all(session, list(warned.values()), PurchaseRequisition.budget_warning)


def _refusal(session: Session, need: _Need, plan: Plan, remaining: Decimal, asked: Decimal) -> BudgetExceeded:
    """What is said of an exceeded budget.  Raises: BudgetExceeded where the budget blocks."""
    decimals = decimals_of(read_all(session, Company)[need.row.company_id].currency_code)
    centre = read_all(session, CostCentre).get(plan.cost_centre_id) if plan.cost_centre_id else None
    refusal = BudgetExceeded(
        budget=plan.budget.name,
        account=ACCOUNTS.of(session)[plan.account_id].code,
        cost_centre=centre.code if centre else "-",
        month=f"{need.spending.month_on:%Y-%m}",
        remaining_amount=str(round_amount(remaining, decimals)),
        asked_amount=str(round_amount(asked, decimals)),
    )
    if plan.budget.control == BudgetControl.BLOCK:
        raise refusal
    return refusal


def _needs(session: Session, rows: Sequence[PurchaseRequisition]) -> Iterator[_Need]:
    by_id = {row.id: row for row in rows}
    statement = select(PurchaseRequisitionLine).where(any_of(PurchaseRequisitionLine.requisition_id, by_id))
    lines = read(
        session, statement.order_by(PurchaseRequisitionLine.requisition_id, PurchaseRequisitionLine.line_number)
    )
    items = read_by_id(session, Item, {line.item_id for line in lines})
    for line in lines:
        row, item = by_id[line.requisition_id], items[line.item_id]
        if row.cost_centre_id is not None or item.kind != "stock":
            account_id = _expense_account(session, row.company_id, item.category_id)
            spending = Spending(account_id, row.cost_centre_id, (line.needed_on or row.needed_on).replace(day=1))
            yield _Need(row, line, line.line_number - 1, spending)


def _expense_account(session: Session, company_id: UUID, category_id: UUID | None) -> UUID:
    return ACCOUNT_MAP.of(session).resolve(company_id, AccountRole.EXPENSE, category_id)


def _set_prices(session: Session, needs: Sequence[_Need]) -> None:
    """Lines without a price take one.  Raises: Invalid."""
    without = [need for need in needs if need.line.unit_price is None]
    if not without:
        return
    desk = open_desk(session, "purchase", [NewPurchaseLine(need.line.item_id, need.line.qty) for need in without])
    suppliers = read_by_id(session, Supplier, {need.line.supplier_id for need in without if need.line.supplier_id})
    last = _last_prices(session, {need.line.item_id for need in without})
    companies = read_all(session, Company)
    codes = {row.currency_code for row in suppliers.values()} | {row.currency_code for row in companies.values()}
    rates = find_rates(session, codes, until=max(need.row.needed_on for need in without))
    problems = []
    for need in without:
        supplier = suppliers.get(need.line.supplier_id) if need.line.supplier_id else None
        listed = _listed(desk, need, companies[need.row.company_id], supplier, rates)
        known = listed if listed is not None else _per_unit(desk, need, last.get(need.line.item_id))
        if known is None:
            reason = "no price is known: say what it is expected to cost"
            problems.append(FieldProblem(f"lines/{need.position}/unit_price", reason, "price_unknown"))
        else:
            need.line.unit_price = round_amount(known, PRICE_PLACES)
    if problems:
        raise Invalid(problems)
    update_all(session, [need.line for need in without], PurchaseRequisitionLine.unit_price)


def _listed(desk: Desk, need: _Need, company: Company, supplier: Supplier | None, rates: RateTable) -> Decimal | None:
    """The listed price of the supplier named, or of any, in company currency."""
    line, currency = need.line, supplier.currency_code if supplier else company.currency_code
    on = need.row.requested_on or need.row.needed_on
    item = desk.items[line.item_id]
    ask = PriceAsk("purchase", item, line.unit_id, line.qty, currency, on, None, line.supplier_id)
    price = desk.prices.find(ask)
    if price is None:
        return None
    rate = rates.rate(currency, company.currency_code, on, age_days_max=company.rate_age_days_max)
    return price.unit_price * (1 - price.discount_share) * rate


def _per_unit(desk: Desk, need: _Need, stock_price: Decimal | None) -> Decimal | None:
    if stock_price is None:
        return None
    try:
        return (
            stock_price
            * desk.units.stock_qty(desk.items[need.line.item_id], need.line.unit_id, need.line.qty)
            / need.line.qty
        )
    except UnitRefused as refusal:
        raise Invalid([FieldProblem(f"lines/{need.position}/qty", str(refusal), "unit_refused")]) from refusal


def _last_prices(session: Session, item_ids: Iterable[UUID]) -> dict[UUID, Decimal]:
    """What items cost when they were ordered last, per stock unit in company currency."""
    line = PurchaseOrderLine
    statement = (
        select(line.item_id, line.company_net_amount / line.stock_qty)
        .join(PurchaseOrder, PurchaseOrder.id == line.order_id)
        .where(any_of(line.item_id, item_ids), PurchaseOrder.state.in_(("confirmed", "closed")), line.stock_qty > 0)
        .ext(distinct_on(line.item_id))
        .order_by(line.item_id, PurchaseOrder.ordered_on.desc(), line.id.desc())
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def _bound(session: Session, needs: Sequence[_Need], but: set[UUID]) -> defaultdict[Spending, Decimal]:
    """What is posted, ordered and asked for in the accounts and months of needs, other requisitions' needs included."""
    accounts = {need.spending.account_id for need in needs}
    months = [need.spending.month_on for need in needs]
    bound: defaultdict[Spending, Decimal] = defaultdict(lambda: ZERO)
    for key, amount in read_spent(session, accounts, min(months), max(months)).items():
        bound[key] += amount
    companies = {need.row.company_id for need in needs}
    for key, amount in (*_ordered(session, companies), *_asked_for(session, companies, but)):
        if key.account_id in accounts:
            bound[key] += amount
    return bound


def _ordered(session: Session, company_ids: Iterable[UUID]) -> Iterator[tuple[Spending, Decimal]]:
    """What open orders still bind: the part of their lines that no invoice has taken over."""
    line, order = PurchaseOrderLine, PurchaseOrder
    left = func.greatest(line.qty - func.coalesce(_invoiced_qty(), 0), 0)
    day = func.coalesce(line.promised_on, order.promised_on, order.ordered_on)
    statement = (
        select(order.company_id, line.account_id, Item.category_id, line.cost_centre_id, day)
        .add_columns(line.company_net_amount * left / line.qty)
        .join(order, order.id == line.order_id)
        .join(Item, Item.id == line.item_id)
        .where(any_of(order.company_id, company_ids), order.state.in_(_OPEN))
        .where(line.account_id.is_not(None) | line.cost_centre_id.is_not(None))
    )
    for row in session.execute(statement):
        company_id, account_id, category_id, centre_id, on, amount = tuple[Any, ...](row)
        account = account_id or _expense_account(session, company_id, category_id)
        yield Spending(account, centre_id, on.replace(day=1)), amount


def _invoiced_qty() -> ColumnElement[Decimal]:
    signed = case((Invoice.kind == InvoiceKind.PURCHASE_INVOICE, InvoiceLine.qty), else_=-InvoiceLine.qty)
    return (
        select(func.sum(signed))
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(InvoiceLine.order_line_id == PurchaseOrderLine.id, Invoice.state == InvoiceState.POSTED)
        .correlate(PurchaseOrderLine)
        .scalar_subquery()
    )


def _asked_for(session: Session, company_ids: Iterable[UUID], but: set[UUID]) -> Iterator[tuple[Spending, Decimal]]:
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
        if row_id not in but:
            yield Spending(_expense_account(session, company_id, category_id), centre_id, on.replace(day=1)), amount
