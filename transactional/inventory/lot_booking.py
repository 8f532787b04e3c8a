"""Writing which lots moved: behind the locks of their items, beside the stock moves they are parts of."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, String, any_, bindparam, select

from transactional.inventory.costing.steps import TRANSFERS
from transactional.inventory.errors import LotDatesDiffer, LotExpired, LotHeld, LotNotAvailable, LotReserved
from transactional.inventory.facts import Facts
from transactional.inventory.history import Booked
from transactional.inventory.lot_models import Lot, LotBalance, LotKind, LotLink, LotMove
from transactional.inventory.lot_timeline import Change, check_timelines
from transactional.inventory.lots import LotQty, field_of
from transactional.inventory.models import MoveKind, StockMove
from transactional.inventory.postings import MoveDraft
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.rows import insert_all, read, update_all
from transactional.kernel.session import Session

_MAKES = frozenset({MoveKind.OPENING, MoveKind.RECEIPT, MoveKind.ADJUSTMENT, MoveKind.PRODUCTION_RECEIPT})
"""Kinds that may bring a lot that is not known yet."""
_USES = frozenset({MoveKind.DELIVERY, MoveKind.ISSUE})
"""Kinds that refuse what has expired or is held; it may still be moved, sent back and written off."""

LotKey: TypeAlias = tuple[UUID, str]
"""An item and a number."""


@dataclass(slots=True)
class LotPlan:
    """What is to be written about the lots of some moves."""

    new_lots: list[Lot] = field(default_factory=list)
    moves: list[LotMove] = field(default_factory=list)
    new_balances: list[LotBalance] = field(default_factory=list)
    changed: list[LotBalance] = field(default_factory=list)
    links: list[LotLink] = field(default_factory=list)

    def write(self, session: Session) -> None:
        """Write it, after the stock moves."""
        insert_all(session, self.new_lots)
        insert_all(session, self.moves)
        update_all(session, self.changed, LotBalance.on_hand_qty)
        insert_all(session, self.new_balances)
        insert_all(session, self.links)


def plan_lots(session: Session, moves: Sequence[tuple[Booked, MoveDraft]], facts: Facts) -> LotPlan:
    """What these moves of tracked items mean for their lots.  Their items are held, so no lot changes meanwhile.

    Raises: LotNotAvailable, SerialInStock, LotExpired, LotHeld, LotDatesDiffer; Invalid for a new batch without its
    expiry and for a lot made of one that is not there.
    """
    plan = LotPlan()
    known = _known_lots(session, moves)
    changes: list[Change] = []
    problems: list[FieldProblem] = []
    for position, (move, draft) in enumerate(moves):
        for at, given in enumerate(draft.lots):
            lot = known.get((move.item_id, given.number))
            if lot is None:
                lot = _new_lot(given, move, draft, facts)
                path = f"{draft.path or f'moves/{position}/'}{field_of(given.kind)}/{at}/expires_on"
                problems += _date_problems(path, lot, given)
                known[move.item_id, given.number] = lot
                plan.new_lots.append(lot)
            _check_usable(lot, given, draft, facts)
            qty = given.qty if move.qty > 0 else -given.qty
            changes.append(Change(lot, move.warehouse_id, move.location_id, move.occurred_on, qty))
            plan.moves.append(_lot_move(move, lot, qty))
            plan.links += [_link(lot, used, move) for used in given.made_of]
    if problems:
        raise Invalid(problems)
    _check_links(session, plan.links)
    check_timelines(session, changes, {lot.id for lot in plan.new_lots}, facts)
    _plan_balances(session, plan, changes, facts)
    return plan


def _known_lots(session: Session, moves: Sequence[tuple[Booked, MoveDraft]]) -> dict[LotKey, Lot]:
    numbers = {lot.number for _, draft in moves for lot in draft.lots}
    statement = select(Lot).where(
        any_of(Lot.item_id, {move.item_id for move, _ in moves}),
        Lot.number == any_(bindparam(None, sorted(numbers), type_=ARRAY(String))),
    )
    return {(lot.item_id, lot.number): lot for lot in read(session, statement)}


def _new_lot(given: LotQty, move: Booked, draft: MoveDraft, facts: Facts) -> Lot:
    item = facts.items[move.item_id]
    if move.qty < 0 or draft.kind not in _MAKES or draft.reverses_id is not None:
        raise LotNotAvailable(
            item=item.code,
            lot=given.number,
            location=facts.locations[move.location_id][1],
            on=move.occurred_on,
            available_qty="0",
            wanted_qty=f"{given.qty.normalize():f}",
        )
    expires_on = given.expires_on
    if expires_on is None and given.manufactured_on is not None and item.shelf_life_days is not None:
        expires_on = given.manufactured_on + timedelta(days=item.shelf_life_days)
    return Lot(
        id=new_id(),
        item_id=move.item_id,
        kind=given.kind.value,
        number=given.number,
        manufactured_on=given.manufactured_on,
        expires_on=expires_on,
    )


def _date_problems(path: str, lot: Lot, given: LotQty) -> list[FieldProblem]:
    if lot.kind == LotKind.BATCH.value and lot.expires_on is None:
        return [FieldProblem(path, f"is needed: batch {given.number} is new", "batch_dates_missing")]
    if lot.manufactured_on and lot.expires_on and lot.expires_on < lot.manufactured_on:
        return [FieldProblem(path, "lies before the day of making", "range_reversed")]
    return []


def _check_usable(lot: Lot, given: LotQty, draft: MoveDraft, facts: Facts) -> None:
    item = facts.items[lot.item_id].code
    differs = (given.expires_on or lot.expires_on) != lot.expires_on
    if differs or (given.manufactured_on or lot.manufactured_on) != lot.manufactured_on:
        told = {"manufactured_on": lot.manufactured_on or "-", "expires_on": lot.expires_on or "-"}
        raise LotDatesDiffer(item=item, lot=lot.number, **told)
    if draft.qty > 0 or draft.kind not in _USES or draft.reverses_id is not None:
        return
    if lot.is_held:
        raise LotHeld(item=item, lot=lot.number)
    if lot.expires_on is not None and lot.expires_on < draft.occurred_on:
        raise LotExpired(item=item, lot=lot.number, expires_on=lot.expires_on, on=draft.occurred_on)


def _lot_move(move: Booked, lot: Lot, qty: Decimal) -> LotMove:
    return LotMove(
        id=new_id(),
        move_id=move.id,
        lot_id=lot.id,
        item_id=move.item_id,
        location_id=move.location_id,
        occurred_on=move.occurred_on,
        qty=qty,
    )


def _link(lot: Lot, used: UUID, move: Booked) -> LotLink:
    return LotLink(
        id=new_id(), made_lot_id=lot.id, used_lot_id=used, origin_type=move.origin_type, origin_id=move.origin_id
    )


def _check_links(session: Session, links: Sequence[LotLink]) -> None:
    wanted = {link.used_lot_id for link in links}
    if not wanted:
        return
    found = set(session.scalars(select(Lot.id).where(any_of(Lot.id, wanted))))
    if found != wanted:
        raise Invalid([FieldProblem("made_of", f"there is no lot {min(wanted - found)}", "unknown_lot")])


def _plan_balances(session: Session, plan: LotPlan, changes: Sequence[Change], facts: Facts) -> None:
    totals: defaultdict[tuple[UUID, UUID], Decimal] = defaultdict(Decimal)
    places: dict[tuple[UUID, UUID], Change] = {}
    for change in changes:
        totals[change.lot.id, change.location_id] += change.qty
        places[change.lot.id, change.location_id] = change
    held = _balances(session, {change.lot.id for change in changes} - {lot.id for lot in plan.new_lots})
    for key, qty in totals.items():
        row = held.get(key)
        if row is None and qty:
            plan.new_balances.append(_new_balance(places[key], qty))
        elif row is not None and qty:
            row.on_hand_qty += qty
            _check_promises(row, places[key], facts)
            plan.changed.append(row)


def _check_promises(row: LotBalance, change: Change, facts: Facts) -> None:
    if row.on_hand_qty < row.reserved_qty:
        raise LotReserved(
            item=facts.items[row.item_id].code,
            lot=change.lot.number,
            location=facts.locations[row.location_id][1],
            reserved_qty=f"{row.reserved_qty.normalize():f}",
        )


def _balances(session: Session, lot_ids: set[UUID]) -> Mapping[tuple[UUID, UUID], LotBalance]:
    if not lot_ids:
        return {}
    rows = read(session, select(LotBalance).where(any_of(LotBalance.lot_id, lot_ids)))
    return {(row.lot_id, row.location_id): row for row in rows}


def _new_balance(change: Change, qty: Decimal) -> LotBalance:
    return LotBalance(
        id=new_id(),
        lot_id=change.lot.id,
        item_id=change.lot.item_id,
        warehouse_id=change.warehouse_id,
        location_id=change.location_id,
        kind=change.lot.kind,
        on_hand_qty=qty,
    )


def outstanding_lots(session: Session, move_ids: Sequence[UUID]) -> dict[UUID, dict[str, LotQty]]:
    """What of the lots of moves was not taken back since, by move and number; moves of untracked items are left out."""
    wanted = set(move_ids)
    roots = _taken_back_by(session, wanted) | {key: key for key in wanted}
    # What took a move back may have been taken back itself, which leaves the move as it was; a transfer moves on.
    again = _taken_back_by(session, roots.keys() - wanted, StockMove.kind.not_in(TRANSFERS))
    roots |= {key: roots[root] for key, root in again.items() if key not in roots}
    parts = select(LotMove.lot_id, LotMove.qty, LotMove.move_id).where(any_of(LotMove.move_id, roots))
    totals: defaultdict[tuple[UUID, UUID], Decimal] = defaultdict(Decimal)
    for lot_id, qty, move_id in session.execute(parts):
        totals[roots[move_id], lot_id] += qty
    lots = {row.id: row for row in read(session, select(Lot).where(any_of(Lot.id, {key[1] for key in totals})))}
    found: defaultdict[UUID, dict[str, LotQty]] = defaultdict(dict)
    for (root, lot_id), qty in totals.items():
        if qty:
            found[root][lots[lot_id].number] = as_given(lots[lot_id], abs(qty))
    return dict(found)


def _taken_back_by(session: Session, move_ids: Iterable[UUID], *conditions: ColumnElement[bool]) -> dict[UUID, UUID]:
    """The moves that take others back, with what each takes back."""
    wanted = set(move_ids)
    if not wanted:
        return {}
    statement = select(StockMove.id, StockMove.reverses_id).where(any_of(StockMove.reverses_id, wanted), *conditions)
    return {row[0]: row[1] for row in session.execute(statement) if row[1]}


def as_given(lot: Lot, qty: Decimal) -> LotQty:
    """A lot as a document names it."""
    return LotQty(LotKind(lot.kind), lot.number, qty)
