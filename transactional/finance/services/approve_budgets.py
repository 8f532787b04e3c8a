"""Budgets are approved, and revised without losing what was approved before."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from transactional.finance.budgets import next_revisions
from transactional.finance.models import Budget, BudgetLine, BudgetState
from transactional.kernel.arrays import any_of
from transactional.kernel.ids import new_id
from transactional.kernel.outbox import Event, record
from transactional.kernel.rows import insert_all, lock_by_id, read, update_all
from transactional.kernel.session import Session
from transactional.kernel.states import move_to

BUDGET_MOVES = frozenset(
    {
        (BudgetState.DRAFT, BudgetState.APPROVED),
        (BudgetState.APPROVED, BudgetState.SUPERSEDED),
    }
)


def approve_budgets(session: Session, budget_ids: Sequence[UUID], *, at: datetime) -> list[Budget]:
    """Budgets that figures are compared with from now on; the year's approved one before is superseded.

    Raises: NotFound; TransitionRefused for a superseded one.
    """
    rows = lock_by_id(session, Budget, budget_ids)
    fresh = [row for row in rows if row.state != BudgetState.APPROVED]
    next_revisions(session, {row.fiscal_year_id for row in fresh})
    older = select(Budget).where(
        any_of(Budget.fiscal_year_id, {row.fiscal_year_id for row in fresh}), Budget.state == BudgetState.APPROVED
    )
    before = read(session, older.with_for_update())
    for row in before:
        move_to(row, BudgetState.SUPERSEDED, BUDGET_MOVES)
    update_all(session, before, Budget.state)
    for row in fresh:
        move_to(row, BudgetState.APPROVED, BUDGET_MOVES)
        row.approved_by = session.principal.user_id
    update_all(session, fresh, Budget.state, Budget.approved_by)
    record(session, [_approved(row, at) for row in fresh])
    return rows


def revise_budgets(session: Session, budget_ids: Sequence[UUID], *, at: datetime) -> list[Budget]:
    """Drafts with the same lines, one a budget and in their order: the years' next revisions.  Raises: NotFound."""
    rows = lock_by_id(session, Budget, budget_ids)
    last = next_revisions(session, {row.fiscal_year_id for row in rows})
    drafts: dict[UUID, Budget] = {}
    for row in rows:
        last[row.fiscal_year_id] += 1
        drafts[row.id] = Budget(
            id=new_id(),
            company_id=row.company_id,
            fiscal_year_id=row.fiscal_year_id,
            revision=last[row.fiscal_year_id],
            name=row.name,
            control=row.control,
            state=BudgetState.DRAFT.value,
            approved_by=None,
            created_at=at,
        )
    insert_all(session, list(drafts.values()))
    lines = read(session, select(BudgetLine).where(any_of(BudgetLine.budget_id, drafts)))
    insert_all(
        session,
        [
            BudgetLine(
                id=new_id(),
                budget_id=drafts[line.budget_id].id,
                account_id=line.account_id,
                cost_centre_id=line.cost_centre_id,
                month_on=line.month_on,
                amount=line.amount,
            )
            for line in lines
        ],
    )
    return list(drafts.values())


def _approved(row: Budget, at: datetime) -> Event:
    payload = {"company_id": str(row.company_id), "fiscal_year_id": str(row.fiscal_year_id), "revision": row.revision}
    return Event("finance.budget.approved", "budget", row.id, at, payload)
