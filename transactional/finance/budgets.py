"""What holds of budgets and their lines as they are written."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from transactional.finance.errors import BudgetNotDraft
from transactional.finance.models import Budget, BudgetLine, BudgetState
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem
from transactional.kernel.money import has_more_decimals
from transactional.kernel.reference import read_all
from transactional.kernel.resource import Change
from transactional.kernel.rows import read
from transactional.kernel.session import Session
from transactional.ledger.accounts import ACCOUNTS
from transactional.ledger.models import FiscalYear
from transactional.organization.currencies import decimals_of
from transactional.organization.models import Company, CostCentre


def check_years(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
    """No problems: new budgets of a year are its next revisions."""
    fresh = [change for change in changes if change.before is None]
    years = {change.value("fiscal_year_id") for change in fresh}
    last = dict(next_revisions(session, years))
    for change in fresh:
        year = change.value("fiscal_year_id")
        change.values["revision"] = last[year] = last.get(year, 0) + 1
    return ()


def next_revisions(session: Session, year_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The last revision of each year that has one; the years are held, so that two writers count on."""
    wanted = sorted(year_ids)
    read(session, select(FiscalYear).where(any_of(FiscalYear.id, wanted)).order_by(FiscalYear.id).with_for_update())
    statement = select(Budget.fiscal_year_id, func.max(Budget.revision)).where(any_of(Budget.fiscal_year_id, wanted))
    return {row[0]: row[1] for row in session.execute(statement.group_by(Budget.fiscal_year_id))}


def check_budget_lines(session: Session, changes: Sequence[Change]) -> Iterator[tuple[int, FieldProblem]]:
    """Lines outside the budget's company or year, on accounts that plan nothing, or too fine for the currency.

    Raises: BudgetNotDraft.
    """
    budgets = _hold_drafts(session, {change.value("budget_id") for change in changes})
    years = {row.id: row for row in read(session, select(FiscalYear))}
    accounts, centres, companies = ACCOUNTS.of(session), read_all(session, CostCentre), read_all(session, Company)
    for position, change in enumerate(changes):
        budget = budgets.get(change.value("budget_id"))
        if budget is None:
            # That there is no such budget is told where the line is written.
            if change.value("month_on").day != 1:
                yield position, FieldProblem("month_on", "is no first day of a month", "no_month_of_year")
            continue
        account = accounts.get(change.value("account_id"))
        if account is not None and account.company_id != budget.company_id:
            yield position, FieldProblem("account_id", "belongs to another company", "another_company")
        elif account is not None and not account.is_posting:
            reason = f"account {account.code} is a group: choose one below it"
            yield position, FieldProblem("account_id", reason, "account_group")
        centre = centres.get(change.value("cost_centre_id"))
        if centre is not None and centre.company_id != budget.company_id:
            yield position, FieldProblem("cost_centre_id", "belongs to another company", "another_company")
        if not _is_month_of(change.value("month_on"), years[budget.fiscal_year_id]):
            yield (
                position,
                FieldProblem("month_on", "is no first day of a month of the fiscal year", "no_month_of_year"),
            )
        if has_more_decimals(change.value("amount"), decimals_of(companies[budget.company_id].currency_code)):
            yield position, FieldProblem("amount", "has more decimals than the currency", "too_many_decimals")


def check_draft(session: Session, line: BudgetLine) -> None:
    """Nothing where the line's budget may still change.  Raises: BudgetNotDraft."""
    _hold_drafts(session, {line.budget_id})


def _hold_drafts(session: Session, budget_ids: Iterable[UUID]) -> dict[UUID, Budget]:
    """Budgets held against approval while their lines change."""
    wanted = select(Budget).where(any_of(Budget.id, budget_ids)).order_by(Budget.id).with_for_update(read=True)
    found = {row.id: row for row in read(session, wanted)}
    for row in found.values():
        if row.state != BudgetState.DRAFT:
            raise BudgetNotDraft(name=row.name, revision=row.revision, state=row.state)
    return found


def _is_month_of(month_on: date, year: FiscalYear) -> bool:
    return month_on.day == 1 and year.starts_on.replace(day=1) <= month_on <= year.ends_on
