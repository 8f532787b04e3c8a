"""What a receipt turned out to cost besides: an invoice at another price, landed costs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from transactional.catalog.models import CostingMethod
from transactional.inventory.balances import hold_items
from transactional.inventory.costing.steps import Place
from transactional.inventory.errors import OriginUnknown
from transactional.inventory.facts import Facts, load_facts
from transactional.inventory.history import Booked, load_history, load_moves, released
from transactional.inventory.models import CostBalance, CostLayer, MoveKind, StockMove
from transactional.inventory.postings import MoveDraft
from transactional.inventory.queries import default_locations
from transactional.inventory.services.post_moves import post_moves
from transactional.inventory.valuation import layers_left
from transactional.kernel.arrays import any_of
from transactional.kernel.money import ZERO, round_amount, split_amount
from transactional.kernel.session import Session
from transactional.ledger.models import AccountRole
from transactional.ledger.postings import EntryDraft, Journal, LineDraft
from transactional.ledger.services.post_entries import post_entries


@dataclass(frozen=True, slots=True)
class Revalued:
    """Where a difference went; the parts add up to it."""

    receipt_move_id: UUID
    inventory_amount: Decimal
    expense_amount: Decimal
    """To cost of goods sold for units gone, to purchase price variance for standard cost."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The document that brings a difference."""

    type: str
    id: UUID


def revalue_receipts(
    session: Session,
    differences: Sequence[tuple[UUID, Decimal]],
    *,
    on: date,
    at: datetime,
    contra_role: AccountRole,
    origin: Origin | None = None,
) -> list[Revalued]:
    """Each difference split between stock still on hand and units gone, posted against the contra role.

    What counts is the quantity kept: what went back to the supplier is neither on hand nor sold. Moving average shares
    by the quantity on hand, FIFO by what its layer holds in whatever warehouse, both at the end of the day; standard
    cost takes all to purchase price variance. `origin` is the receipt's own document where not given. Locks the items
    like a move: call it before the invoice's own entry is posted.
    Raises: OriginUnknown, PeriodMissing, PeriodClosed, RoleUnmapped.
    """
    wanted = [(move_id, amount) for move_id, amount in differences if amount]
    moves = load_moves(session, {move_id for move_id, _ in wanted})
    for move_id, _ in wanted:
        if move_id not in moves:
            raise OriginUnknown(id=move_id)
    facts = load_facts(session, {move.item_id for move in moves.values()}, {m.company_id for m in moves.values()})
    costs = hold_items(session, {move.item_id for move in moves.values()})
    fifo = [move for move in moves.values() if facts.items[move.item_id].costing_method is CostingMethod.FIFO]
    stands = _Standing(
        costs, _on_hand(session, moves, on), _layers(session, fifo, on, costs, facts), _sent_back(session, moves, on)
    )
    parts = [_parts(moves[move_id], amount, facts, stands) for move_id, amount in wanted]
    locations = default_locations(session, {key for each in parts for key in each})
    drafts = [
        _move(moves[move_id], (key, locations[key]), part, on, contra_role, origin)
        for (move_id, _), each in zip(wanted, parts, strict=True)
        for key, part in each.items()
        if part
    ]
    revalued = [_sum(*asked, each) for asked, each in zip(wanted, parts, strict=True)]
    sources = [(moves[one.receipt_move_id], one) for one in revalued]
    post_moves(session, drafts, at=at)
    keys = {move.id: _entry_key(move, on, origin) for move in moves.values()}
    expenses = [_entry(move, one, facts, contra_role, keys[move.id]) for move, one in sources if one.expense_amount]
    post_entries(session, expenses, at=at, at_the_end=True)
    return revalued


@dataclass(slots=True)
class _Standing:
    costs: Mapping[Place, CostBalance]
    on_hand: dict[Place, Decimal]
    layers: Mapping[UUID, Mapping[UUID, Decimal]]
    """By receipt and warehouse: a layer is revalued wherever it was taken to."""
    sent_back: Mapping[UUID, Decimal]


def _on_hand(session: Session, moves: Mapping[UUID, Booked], on: date) -> dict[Place, Decimal]:
    places = {move.place for move in moves.values()}
    if not places:
        return {}
    statement = (
        select(StockMove.item_id, StockMove.warehouse_id, func.sum(StockMove.qty))
        .where(any_of(StockMove.item_id, {item_id for item_id, _ in places}), StockMove.occurred_on <= on)
        .group_by(StockMove.item_id, StockMove.warehouse_id)
    )
    return {(row[0], row[1]): row[2] for row in session.execute(statement)}


def _layers(
    session: Session, moves: Sequence[Booked], on: date, costs: Mapping[Place, CostBalance], facts: Facts
) -> dict[UUID, dict[UUID, Decimal]]:
    """What each layer holds at the end of the day: later moves will take their part of the difference themselves."""
    wanted = {move.item_id for move in moves}
    later = {item_id for (item_id, _), row in costs.items() if item_id in wanted and (row.last_moved_on or on) > on}
    statement = select(CostLayer.receipt_move_id, CostLayer.warehouse_id, CostLayer.remaining_qty).where(
        any_of(CostLayer.receipt_move_id, {move.id for move in moves if move.item_id not in later})
    )
    found: dict[UUID, dict[UUID, Decimal]] = {}
    for move_id, warehouse_id, qty in session.execute(statement):
        found.setdefault(move_id, {})[warehouse_id] = qty
    return found | layers_left([move for move in load_history(session, later) if move.occurred_on <= on], facts)


def _sent_back(session: Session, move_ids: Collection[UUID], on: date) -> dict[UUID, Decimal]:
    """What of each receipt went back to its supplier by the end of the day."""
    statement = (
        select(StockMove.reverses_id, func.sum(-StockMove.qty))
        .where(any_of(StockMove.reverses_id, move_ids), StockMove.qty < 0, StockMove.occurred_on <= on)
        .group_by(StockMove.reverses_id)
    )
    kept = released(session, move_ids, until=on)
    return {row[0]: row[1] - kept.get(row[0], ZERO) for row in session.execute(statement) if row[0]}


def _parts(move: Booked, amount: Decimal, facts: Facts, stands: _Standing) -> dict[UUID, Decimal]:
    """What stock on hand carries, by warehouse; the rest belongs to what is gone."""
    method, decimals = facts.items[move.item_id].costing_method, facts.decimals[move.company_id]
    kept = move.qty - stands.sent_back.get(move.id, ZERO)
    if method is CostingMethod.STANDARD or not kept:
        return {}
    on_hand = {move.warehouse_id: stands.on_hand.get(move.place, ZERO)}
    found = stands.layers.get(move.id, {}) if method is CostingMethod.FIFO else on_hand
    there = {key: min(qty, kept) for key, qty in found.items() if qty > 0}
    held = min(sum(there.values(), ZERO), kept)
    parts = split_amount(round_amount(amount * held / kept, decimals), list(there.values()), decimals)
    # A credit takes no more out of stock than stock is worth.
    return {
        key: max(part, -max(stands.costs[move.item_id, key].value_amount, ZERO))
        for key, part in zip(there, parts, strict=True)
    }


def _sum(move_id: UUID, amount: Decimal, parts: Mapping[UUID, Decimal]) -> Revalued:
    inventory_amount = sum(parts.values(), ZERO)
    return Revalued(move_id, inventory_amount, amount - inventory_amount)


def _move(
    move: Booked, place: tuple[UUID, UUID], amount: Decimal, on: date, role: AccountRole, origin: Origin | None
) -> MoveDraft:
    warehouse_id, location_id = place
    return MoveDraft(
        company_id=move.company_id,
        item_id=move.item_id,
        warehouse_id=warehouse_id,
        location_id=move.location_id if warehouse_id == move.warehouse_id else location_id,
        kind=MoveKind.REVALUATION,
        qty=ZERO,
        occurred_on=on,
        origin_type=origin.type if origin else move.origin_type,
        origin_id=origin.id if origin else move.origin_id,
        origin_line_id=move.origin_line_id,
        contra_role=role,
        value_amount=amount,
        reverses_id=move.id,
        party_kind=move.party_kind,
        party_id=move.party_id,
    )


def _entry_key(move: Booked, on: date, origin: Origin | None) -> tuple[date, str, UUID]:
    return (on, origin.type if origin else move.origin_type, origin.id if origin else move.origin_id)


def _entry(move: Booked, one: Revalued, facts: Facts, role: AccountRole, key: tuple[date, str, UUID]) -> EntryDraft:
    on, origin_type, origin_id = key
    item = facts.items[move.item_id]
    expense = AccountRole.PURCHASE_PRICE_VARIANCE if item.is_standard else AccountRole.COGS
    lines = [
        LineDraft(
            role=side,
            amount=amount,
            item_id=move.item_id,
            item_category_id=item.category_id,
            warehouse_id=move.warehouse_id,
            party_kind=move.party_kind if side is role else None,
            party_id=move.party_id if side is role else None,
        )
        for side, amount in ((expense, one.expense_amount), (role, -one.expense_amount))
    ]
    return EntryDraft(
        company_id=move.company_id,
        journal=Journal.INVENTORY,
        posted_on=on,
        origin_type=origin_type,
        origin_id=origin_id,
        lines=lines,
    )
