"""What a month's budget of an account plans and what is posted against it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Date, cast, func, select

from transactional.finance.models import Budget, BudgetLine, BudgetState
from transactional.kernel.arrays import any_of
from transactional.kernel.money import ZERO
from transactional.kernel.rows import read
from transactional.kernel.session import Session
from transactional.ledger.models import FiscalYear, JournalLine


class Spending(NamedTuple):
    """Where an amount is or will be spent; the month by its first day."""

    account_id: UUID
    cost_centre_id: UUID | None
    month_on: date


@dataclass(frozen=True, slots=True)
class Plan:
    """A year's budget of an account: of one cost centre, or of all that have none of their own."""

    budget: Budget
    account_id: UUID
    cost_centre_id: UUID | None
    planned: Mapping[date, Decimal]
    own_centres: frozenset[UUID]
    """Cost centres of the account that have a plan of their own."""

    def covers(self, spending: Spending) -> bool:
        """Whether an amount spent there is taken from this plan."""
        if spending.account_id != self.account_id:
            return False
        if self.cost_centre_id is not None:
            return spending.cost_centre_id == self.cost_centre_id
        return spending.cost_centre_id not in self.own_centres


class Plans:
    """The approved budgets of the fiscal years that spendings fall into."""

    def __init__(self, years: Iterable[FiscalYear], budgets: Iterable[Budget], lines: Iterable[BudgetLine]) -> None:
        """Keep the lines by budget and account."""
        self._years = {row.id: row for row in years}
        self._budgets = list(budgets)
        self._lines: defaultdict[tuple[UUID, UUID], list[BudgetLine]] = defaultdict(list)
        for line in lines:
            self._lines[line.budget_id, line.account_id].append(line)

    def of(self, company_id: UUID, spending: Spending) -> Plan | None:
        """The plan that a spending is taken from; none where nobody has planned it."""
        for budget in self._budgets:
            year = self._years[budget.fiscal_year_id]
            is_of_year = year.starts_on.replace(day=1) <= spending.month_on <= year.ends_on
            lines = self._lines.get((budget.id, spending.account_id))
            if lines and budget.company_id == company_id and is_of_year:
                return _plan(budget, spending, lines)
        return None


def _plan(budget: Budget, spending: Spending, lines: Iterable[BudgetLine]) -> Plan | None:
    planned: defaultdict[UUID | None, defaultdict[date, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for line in lines:
        planned[line.cost_centre_id][line.month_on] += line.amount
    centre = spending.cost_centre_id if spending.cost_centre_id in planned else None
    if centre not in planned:
        return None
    own = frozenset(key for key in planned if key is not None)
    return Plan(budget, spending.account_id, centre, planned[centre], own)


def has_budgets(session: Session, company_ids: Iterable[UUID]) -> bool:
    """Whether companies have an approved budget at all."""
    statement = select(Budget.id).where(any_of(Budget.company_id, company_ids), Budget.state == BudgetState.APPROVED)
    return session.execute(statement.limit(1)).first() is not None


def find_plans(session: Session, company_ids: Iterable[UUID], account_ids: Iterable[UUID]) -> Plans:
    """The approved budgets of companies for these accounts, held: who binds money waits for who binds it now."""
    statement = select(Budget).where(any_of(Budget.company_id, company_ids), Budget.state == BudgetState.APPROVED)
    budgets = read(session, statement.order_by(Budget.id).with_for_update())
    if not budgets:
        return Plans((), (), ())
    years = read(session, select(FiscalYear).where(any_of(FiscalYear.id, [row.fiscal_year_id for row in budgets])))
    of_budgets = any_of(BudgetLine.budget_id, [row.id for row in budgets])
    lines = read(session, select(BudgetLine).where(of_budgets, any_of(BudgetLine.account_id, account_ids)))
    return Plans(years, budgets, lines)


def read_spent(session: Session, account_ids: Iterable[UUID], since: date, until: date) -> dict[Spending, Decimal]:
    """What is posted to accounts in the months from one to the other, by cost centre.  Units: company currency."""
    month = cast(func.date_trunc("month", JournalLine.posted_on), Date)
    after = date(until.year + until.month // 12, until.month % 12 + 1, 1)
    statement = (
        select(JournalLine.account_id, JournalLine.cost_centre_id, month, func.sum(JournalLine.amount))
        .where(any_of(JournalLine.account_id, account_ids), JournalLine.posted_on >= since)
        .where(JournalLine.posted_on < after)
        .group_by(JournalLine.account_id, JournalLine.cost_centre_id, month)
    )
    return {Spending(row[0], row[1], row[2]): row[3] for row in session.execute(statement)}
