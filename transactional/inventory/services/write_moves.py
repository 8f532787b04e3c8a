"""What is valued, as it is written: corrections as moves, moves with their entries, balances as the pools stand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from transactional.inventory.balances import Held, write_stocks
from transactional.inventory.costing.pools import FifoPool
from transactional.inventory.entries import EntryKey, Posted, entry_drafts
from transactional.inventory.facts import Facts
from transactional.inventory.history import Booked
from transactional.inventory.layers import save_layers
from transactional.inventory.models import CostBalance, MoveKind, StockMove
from transactional.inventory.valuation import Correction, ItemOfCompany, Valuation
from transactional.kernel.ids import new_id
from transactional.kernel.money import ZERO
from transactional.kernel.rows import insert_all, update_all
from transactional.kernel.session import Session
from transactional.ledger.accounts import AccountMap
from transactional.ledger.periods import Calendar, read_calendar
from transactional.ledger.services.post_entries import post_entries


def correction_moves(
    session: Session,
    causes: Mapping[ItemOfCompany, Booked],
    valuations: Sequence[Valuation],
    facts: Facts,
    accounts: AccountMap,
) -> list[Posted]:
    """Moves of quantity zero, each with the document that caused it, on the first open day they may have."""
    corrections = [correction for valuation in valuations for correction in valuation.corrections]
    if not corrections:
        return []
    calendar = read_calendar(session, {company_id for _, company_id in causes})
    return [_correction_move(correction, causes, facts, accounts, calendar) for correction in corrections]


def _correction_move(
    correction: Correction,
    causes: Mapping[ItemOfCompany, Booked],
    facts: Facts,
    accounts: AccountMap,
    calendar: Calendar,
) -> Posted:
    target = correction.move
    category_id = facts.items[target.item_id].category_id
    cause = causes[target.item_id, target.company_id]
    contra_account_id = target.contra_account_id
    if correction.role is not None:
        contra_account_id = accounts.resolve(target.company_id, correction.role, category_id, target.warehouse_id)
    move = replace(
        target,
        id=new_id(),
        kind=MoveKind.REVALUATION.value,
        qty=ZERO,
        value_amount=correction.amount,
        contra_amount=correction.amount if correction.role is None else ZERO,
        occurred_on=calendar.open_day(target.company_id, correction.on),
        contra_account_id=contra_account_id,
        origin_type=cause.origin_type,
        origin_id=cause.origin_id,
        reverses_id=target.id,
    )
    is_transfer = target.is_transfer and correction.role is None
    return Posted(move, category_id, is_transfer=is_transfer, corrects=target)


def write_moves(
    session: Session, posted: Sequence[Posted], accounts: AccountMap, at: datetime
) -> dict[UUID, StockMove]:
    """The moves as written, by id, with their journal entries."""
    drafts = entry_drafts(posted, accounts)
    entries = post_entries(session, list(drafts.values()), at=at, at_the_end=True)
    entry_ids = {key: entry.id for key, entry in zip(drafts, entries, strict=True)}
    rows = [_row(one, entry_ids, at) for one in posted]
    insert_all(session, rows)
    return {row.id: row for row in rows}


def _row(posted: Posted, entry_ids: Mapping[EntryKey, UUID], at: datetime) -> StockMove:
    move = posted.move
    is_valued = bool(move.value_amount or move.contra_amount)
    return StockMove(
        id=move.id,
        company_id=move.company_id,
        item_id=move.item_id,
        warehouse_id=move.warehouse_id,
        location_id=move.location_id,
        kind=move.kind,
        qty=move.qty,
        value_amount=move.value_amount,
        contra_amount=move.contra_amount,
        occurred_on=move.occurred_on,
        account_id=move.account_id,
        contra_account_id=move.contra_account_id,
        journal_entry_id=entry_ids[posted.key] if is_valued else None,
        origin_type=move.origin_type,
        origin_id=move.origin_id,
        origin_line_id=move.origin_line_id,
        party_kind=move.party_kind,
        party_id=move.party_id,
        cost_centre_id=move.cost_centre_id,
        project_id=move.project_id,
        reverses_id=move.reverses_id,
        created_at=at,
    )


def save_balances(
    session: Session, moves: Sequence[Booked], valuations: Sequence[Valuation], held: Held, facts: Facts
) -> None:
    """Write the balances back: quantities as moved, values as the pools stand."""
    last: dict[tuple[UUID, UUID], date] = {}
    stocks: dict[tuple[UUID, UUID], Decimal] = {}
    for move in moves:
        shelf = (move.item_id, move.location_id)
        stocks[shelf] = stocks.get(shelf, ZERO) + move.qty
        last[move.place] = max(last.get(move.place, move.occurred_on), move.occurred_on)
    for shelf, qty in stocks.items():
        stock = held.stocks[shelf]
        stock.on_hand_qty += qty
        stock.allows_negative = facts.warehouses[stock.warehouse_id].allows_negative or stock.on_hand_qty < 0
    changed = {place: held.costs[place] for place in last}
    for valuation in valuations:
        for place, pool in valuation.pools.items():
            cost = changed.setdefault(place, held.costs[place])
            cost.qty, cost.value_amount, cost.last_unit_cost = pool.qty, pool.value, pool.last_unit_cost
        fifo = {place: pool for place, pool in valuation.pools.items() if isinstance(pool, FifoPool)}
        save_layers(session, fifo, is_again=valuation.is_again)
    for place, on in last.items():
        changed[place].last_moved_on = max(changed[place].last_moved_on or on, on)
    write_stocks(session, [held.stocks[shelf] for shelf in stocks])
    update_all(
        session,
        list(changed.values()),
        CostBalance.qty,
        CostBalance.value_amount,
        CostBalance.last_unit_cost,
        CostBalance.last_moved_on,
    )
