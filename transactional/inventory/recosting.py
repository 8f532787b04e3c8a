"""Which items are valued anew in the background, and the mark their values carry until then."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from transactional.inventory.history import Booked
from transactional.inventory.models import Recosting, RecostingState, StockMove
from transactional.inventory.valuation import ItemOfCompany
from transactional.kernel.arrays import any_of
from transactional.kernel.ids import new_id
from transactional.kernel.reference import read_all
from transactional.kernel.rows import insert_all, read, update_all
from transactional.kernel.session import Session
from transactional.organization.models import Company

Waiting = Mapping[ItemOfCompany, tuple[date, int]]
"""Items of companies with the day from which on their values wait, and how many moves follow it."""


def find_waiting(session: Session, again: Mapping[ItemOfCompany, date | None]) -> Waiting:
    """Those of the items that more moves follow than their company has valued at once."""
    may_wait = {key: on for key, on in again.items() if on is not None}
    if not may_wait:
        return {}
    companies = read_all(session, Company)
    found: dict[ItemOfCompany, tuple[date, int]] = {}
    for (item_id, company_id), on in may_wait.items():
        count = select(func.count()).where(
            StockMove.item_id == item_id, StockMove.company_id == company_id, StockMove.occurred_on > on
        )
        later = session.scalar(count) or 0
        if later > companies[company_id].recost_moves_max:
            found[item_id, company_id] = (on, later)
    return found


def mark_waiting(session: Session, moves: Sequence[Booked], waiting: Waiting) -> None:
    """A pending recosting for each of the items; one that is pending already begins earlier where it has to."""
    if not waiting:
        return
    pending = {(row.item_id, row.company_id): row for row in find_pending(session, {key[0] for key in waiting})}
    new = []
    for key, (on, later) in waiting.items():
        known = pending.get(key)
        cause = next(move for move in moves if (move.item_id, move.company_id) == key and move.occurred_on == on)
        if known is None:
            new.append(_recosting(cause, later))
        elif on < known.from_on:
            known.from_on, known.cause_move_id, known.later_moves = on, cause.id, later
    update_all(
        session,
        [row for key, row in pending.items() if key in waiting],
        Recosting.from_on,
        Recosting.cause_move_id,
        Recosting.later_moves,
    )
    insert_all(session, new)


def _recosting(cause: Booked, later: int) -> Recosting:
    return Recosting(
        id=new_id(),
        company_id=cause.company_id,
        item_id=cause.item_id,
        from_on=cause.occurred_on,
        cause_move_id=cause.id,
        later_moves=later,
        state=RecostingState.PENDING.value,
    )


def find_pending(session: Session, item_ids: Iterable[UUID]) -> Sequence[Recosting]:
    """What is pending of items."""
    statement = select(Recosting).where(
        any_of(Recosting.item_id, item_ids), Recosting.state == RecostingState.PENDING.value
    )
    return read(session, statement)


def count_provisional(session: Session) -> tuple[int, date | None]:
    """How many items, by company, have provisional values, and from which day on the earliest of them."""
    waits = Recosting.state == RecostingState.PENDING.value
    found = session.execute(select(func.count(), func.min(Recosting.from_on)).where(waits)).one()
    return found[0], found[1]


def provisional_since(session: Session, item_ids: Iterable[UUID]) -> dict[ItemOfCompany, date]:
    """From which day on values of items are provisional, by item and company."""
    columns: tuple[Any, ...] = (Recosting.item_id, Recosting.company_id, Recosting.from_on)
    statement = select(*columns).where(
        any_of(Recosting.item_id, item_ids), Recosting.state == RecostingState.PENDING.value
    )
    rows: Sequence[Any] = session.execute(statement).all()
    return {(item_id, company_id): on for item_id, company_id, on in rows}
