"""Requisitions are held against the budget: what is planned less what is posted, ordered and asked for already."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from transactional.catalog.models import Item
from transactional.catalog.pricing import PriceAsk
from transactional.catalog.units import UnitRefused
from transactional.finance.budget_control import Spending, find_plans, has_budgets
from transactional.finance.models import BudgetControl
from transactional.finance.pricing import Desk
from transactional.finance.services.open_desk import open_desk
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.money import PRICE_PLACES, ZERO, round_amount
from transactional.kernel.reference import read_all
from transactional.kernel.rows import read, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.organization.models import Company
from transactional.organization.services.find_rates import RateTable, find_rates
from transactional.purchase.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseRequisition,
    PurchaseRequisitionLine,
)
from transactional.purchase.services.judge_spending import Ask, expense_account, judge_spending
from transactional.purchase.specs import NewPurchaseLine
from transactional.scm.models import Supplier


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
    asks = [
        Ask(need.row.id, need.row.company_id, need.spending, need.line.qty * (need.line.unit_price or ZERO))
        for need, _ in checked
    ]
    warnings = judge_spending(session, asks, requisitions={row.id for row in rows})
    warned = [row for row in rows if row.id in warnings]
    for row in warned:
        row.budget_warning = warnings[row.id]
    update_all(session, warned, PurchaseRequisition.budget_warning)


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
            account_id = expense_account(session, row.company_id, item.category_id)
            spending = Spending(account_id, row.cost_centre_id, (line.needed_on or row.needed_on).replace(day=1))
            yield _Need(row, line, line.line_number - 1, spending)


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
        raise Invalid(
            [FieldProblem(f"lines/{need.position}/{refusal.field}", str(refusal), "unit_refused")]
        ) from refusal


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
