"""Moves as they stand in the stock ledger, or are about to: what a replay reads and what gets written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from transactional.inventory.costing.fold import Source
from transactional.inventory.costing.steps import TRANSFERS, Place, is_transfer
from transactional.inventory.models import MoveKind, StockMove
from transactional.kernel.arrays import any_of
from transactional.kernel.money import ZERO
from transactional.kernel.session import Session


@dataclass(slots=True)
class Booked:
    """A move with its value.  Units: signed quantity in the stock unit, signed amounts in company currency."""

    id: UUID
    company_id: UUID
    item_id: UUID
    warehouse_id: UUID
    location_id: UUID
    kind: str
    qty: Decimal
    value_amount: Decimal
    contra_amount: Decimal
    occurred_on: date
    account_id: UUID
    contra_account_id: UUID | None
    origin_type: str
    origin_id: UUID
    origin_line_id: UUID | None
    party_kind: str | None
    party_id: UUID | None
    cost_centre_id: UUID | None
    project_id: UUID | None
    reverses_id: UUID | None

    @property
    def place(self) -> Place:
        """What it is valued together with."""
        return (self.item_id, self.warehouse_id)

    @property
    def is_relocation(self) -> bool:
        """Whether it only changes the location within a warehouse."""
        return self.contra_account_id is None

    @property
    def is_transfer(self) -> bool:
        """Whether it is one side of a transfer between warehouses."""
        return is_transfer(self.kind)

    @property
    def is_made(self) -> bool:
        """Whether it brings what was made, which is worth what went into it."""
        return self.kind == MoveKind.PRODUCTION_RECEIPT.value and self.qty > 0 and self.reverses_id is None


_COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
    StockMove.id,
    StockMove.company_id,
    StockMove.item_id,
    StockMove.warehouse_id,
    StockMove.location_id,
    StockMove.kind,
    StockMove.qty,
    StockMove.value_amount,
    StockMove.contra_amount,
    StockMove.occurred_on,
    StockMove.account_id,
    StockMove.contra_account_id,
    StockMove.origin_type,
    StockMove.origin_id,
    StockMove.origin_line_id,
    StockMove.party_kind,
    StockMove.party_id,
    StockMove.cost_centre_id,
    StockMove.project_id,
    StockMove.reverses_id,
)


def load_history(session: Session, item_ids: Iterable[UUID]) -> list[Booked]:
    """All moves of items, in the order they are valued: by day, within a day as they were written."""
    statement = select(*_COLUMNS).where(any_of(StockMove.item_id, item_ids))
    return _booked(session.execute(statement.order_by(StockMove.occurred_on, StockMove.sequence)))


def load_moves(session: Session, ids: Iterable[UUID]) -> dict[UUID, Booked]:
    """Moves by id; an id that is not there is left out."""
    wanted = set(ids)
    if not wanted:
        return {}
    found = _booked(session.execute(select(*_COLUMNS).where(any_of(StockMove.id, wanted))))
    return {move.id: move for move in found}


def _booked(rows: Iterable[Any]) -> list[Booked]:
    return [Booked(*row) for row in rows]


def load_sources(session: Session, moves: dict[UUID, Booked]) -> dict[UUID, Source]:
    """What moves are worth now, corrections included, and how much of them was taken back before."""
    if not moves:
        return {}
    is_correction = StockMove.kind == MoveKind.REVALUATION.value
    statement = (
        select(
            StockMove.reverses_id,
            func.coalesce(func.sum(StockMove.value_amount).filter(is_correction), 0),
            func.coalesce(func.sum(StockMove.contra_amount).filter(is_correction), 0),
            func.coalesce(func.sum(func.abs(StockMove.qty)).filter(~is_correction), 0),
        )
        .where(any_of(StockMove.reverses_id, moves))
        .group_by(StockMove.reverses_id)
    )
    later = {row[0]: (row[1], row[2], row[3]) for row in session.execute(statement)}
    gone = released(session, moves) if later else {}
    found = {}
    for key, move in moves.items():
        corrected, corrected_contra, returned_qty = later.get(key, (ZERO, ZERO, ZERO))
        found[key] = _source(move, corrected, corrected_contra, returned_qty - gone.get(key, ZERO))
    return found


def released(session: Session, move_ids: Iterable[UUID], *, until: date = date.max) -> dict[UUID, Decimal]:
    """Of moves, by id: how much of what took them back was itself taken back by a day, transfers left out."""
    back = aliased(StockMove)
    statement = (
        select(back.reverses_id, func.sum(func.abs(StockMove.qty)))
        .join(back, (back.tenant_id == StockMove.tenant_id) & (back.id == StockMove.reverses_id))
        .where(
            any_of(back.reverses_id, move_ids),
            back.kind.not_in(TRANSFERS),
            StockMove.kind != MoveKind.REVALUATION.value,
            StockMove.occurred_on <= until,
        )
        .group_by(back.reverses_id)
    )
    return {row[0]: row[1] for row in session.execute(statement) if row[0]}


def _source(move: Booked, corrected: Decimal, corrected_contra: Decimal, returned_qty: Decimal) -> Source:
    if move.qty < 0:
        basis = -(move.value_amount + (corrected_contra if move.is_transfer else corrected))
    else:
        is_own = move.reverses_id is not None or move.is_made
        basis = move.contra_amount + (corrected_contra if is_own else ZERO)
    return Source(
        qty=abs(move.qty),
        basis=basis,
        returned_qty=returned_qty,
        place=move.place,
        is_transfer=move.is_transfer,
        is_return=move.qty > 0 and move.reverses_id is not None,
        contra=abs(move.contra_amount),
    )
