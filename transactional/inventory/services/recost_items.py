"""Valuing items anew whose past changed, in the background."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from transactional.inventory.balances import hold_items
from transactional.inventory.history import load_moves
from transactional.inventory.models import Recosting, RecostingState
from transactional.inventory.services.pass_on_costs import pass_on_costs, value_anew
from transactional.kernel.money import ZERO
from transactional.kernel.rows import lock_by_id, read, update_all
from transactional.kernel.session import Session


def recost_next(session: Session, *, at: datetime) -> Recosting | None:
    """The oldest pending recosting, done by now; nothing where none waits.

    Moves of quantity zero bring every later value to what it should be, dated in the first open period not before
    each, as they would have been at once. An item that was valued anew meanwhile needs none.
    Raises: PeriodMissing where no period is open any more.
    """
    statement = select(Recosting).where(Recosting.state == RecostingState.PENDING.value).order_by(Recosting.id).limit(1)
    found = read(session, statement)
    if not found:
        return None
    # The item first, as everybody who moves it does: whoever else works on this one has done it when we get here.
    hold_items(session, {found[0].item_id})
    [row] = lock_by_id(session, Recosting, [found[0].id])
    if row.state == RecostingState.PENDING:
        row.corrected_amount = _recost(session, row.item_id, row.company_id, row.cause_move_id, at=at)
        row.state, row.done_at = RecostingState.DONE.value, at
        update_all(session, [row], Recosting.state, Recosting.corrected_amount, Recosting.done_at)
    return row


def _recost(session: Session, item_id: UUID, company_id: UUID, cause_id: UUID, *, at: datetime) -> Decimal:
    cause = load_moves(session, [cause_id])[cause_id]
    corrections = value_anew(session, {(item_id, company_id): cause}, {}, at=at)
    pass_on_costs(session, corrections, at=at)
    return sum((abs(each.move.value_amount) for each in corrections), ZERO)


def recost_all(session: Session, *, at: datetime) -> Sequence[Recosting]:
    """Everything that waits, done: before figures are told that must not be provisional."""
    done = []
    while (row := recost_next(session, at=at)) is not None:
        done.append(row)
    return done
