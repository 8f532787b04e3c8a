"""Writing the stock ledger: the only place that inserts moves."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from transactional.inventory.balances import Held, hold_balances
from transactional.inventory.costing.fold import Source
from transactional.inventory.entries import Posted
from transactional.inventory.errors import NoStockToRevalue, OriginUnknown, ReturnBeforeMove
from transactional.inventory.facts import Facts, check_drafts, load_facts
from transactional.inventory.guards import check_stock
from transactional.inventory.history import Booked, load_history, load_moves, load_sources
from transactional.inventory.layers import load_layers
from transactional.inventory.lot_booking import plan_lots
from transactional.inventory.models import MoveKind, StockMove
from transactional.inventory.postings import MoveDraft
from transactional.inventory.recosting import find_waiting, mark_waiting
from transactional.inventory.services.pass_on_costs import pass_on_costs
from transactional.inventory.services.write_moves import correction_moves, save_balances, write_moves
from transactional.inventory.valuation import (
    Balances,
    Givens,
    ItemOfCompany,
    Valuation,
    needs_replay,
    value_again,
    value_forward,
)
from transactional.kernel.errors import invalid
from transactional.kernel.money import ZERO
from transactional.kernel.session import Session
from transactional.ledger.accounts import ACCOUNT_MAP, AccountMap
from transactional.ledger.models import AccountRole
from transactional.ledger.periods import hold_periods


def post_moves(session: Session, drafts: Sequence[MoveDraft], *, at: datetime) -> list[StockMove]:
    """Written moves, one a draft and in their order, valued by each item's method and posted to the ledger.

    One journal entry a source document and day. A move dated before others of its item changes what those are worth:
    moves of quantity zero mend them in the same transaction, dated in the first open period not before each; where too
    many follow, they are mended in the background, and until then the item's values are marked (`Recosting`). What was
    made of it is mended with it.
    Within a day a new standard comes first, then receipts, transfers and issues, in the order given.
    Locks: all cost rows of the items, then their stock rows, then periods and the ledger's head.
    Raises: StockNotAvailable, ReturnExceedsMove, ReturnBeforeMove, NoStockToRevalue, StandardCostMissing,
    RoleUnmapped, PeriodMissing, PeriodClosed, OriginUnknown; LotNotAvailable, SerialInStock, LotExpired, LotHeld;
    Invalid naming every draft that means nothing.
    """
    if not drafts:
        return []
    company_ids = {draft.company_id for draft in drafts}
    facts = load_facts(session, {draft.item_id for draft in drafts}, company_ids)
    check_drafts(drafts, facts)
    accounts = ACCOUNT_MAP.of(session)
    taken_back = _load_taken_back(session, drafts)
    ordered = _in_order(drafts)
    moves = [_booked(draft, facts, accounts) for draft in ordered]
    givens = {draft.id: draft.value_amount for draft in ordered}
    held = hold_balances(session, {(move.item_id, move.location_id): move.warehouse_id for move in moves})
    calendar = hold_periods(session, ((draft.company_id, draft.occurred_on) for draft in drafts))
    for company_id, on in {(draft.company_id, draft.occurred_on) for draft in drafts}:
        calendar.open_period(company_id, on)
    check_stock(session, moves, held, facts)
    tracked = [pair for pair in zip(moves, ordered, strict=True) if pair[0].qty and pair[1].lots]
    lots = plan_lots(session, tracked, facts) if tracked else None
    sources = load_sources(session, taken_back)
    again = needs_replay(moves, held.costs, sources, facts)
    waiting = find_waiting(session, again)
    valuations = _value(session, moves, givens, facts, _Context(held, sources, again.keys() - waiting.keys()))
    _settle(moves, givens, valuations, facts, held)
    corrections = correction_moves(session, _causes(moves), valuations, facts, accounts)
    posted = [
        Posted(move, facts.items[move.item_id].category_id, draft.reverses_entry_id, move.is_transfer)
        for move, draft in zip(moves, ordered, strict=True)
    ]
    rows = write_moves(session, [*posted, *corrections], accounts, at)
    if lots is not None:
        lots.write(session)
    save_balances(session, moves, valuations, held, facts)
    mark_waiting(session, moves, waiting)
    pass_on_costs(session, corrections, at=at)
    return [rows[draft.id] for draft in drafts]


@dataclass(frozen=True, slots=True)
class _Context:
    held: Held
    sources: dict[UUID, Source]
    again: AbstractSet[ItemOfCompany]
    """Items whose history is folded again now."""


def _load_taken_back(session: Session, drafts: Sequence[MoveDraft]) -> dict[UUID, Booked]:
    """The earlier moves that drafts take back.  Raises: OriginUnknown, ReturnBeforeMove, Invalid."""
    own = {draft.id: draft for draft in drafts}
    earlier = load_moves(session, {draft.reverses_id for draft in drafts if draft.reverses_id is not None} - set(own))
    for position, draft in enumerate(drafts):
        if draft.reverses_id is None:
            continue
        source = own.get(draft.reverses_id) or earlier.get(draft.reverses_id)
        if source is None:
            raise OriginUnknown(id=draft.reverses_id)
        if (source.item_id, source.company_id) != (draft.item_id, draft.company_id):
            raise invalid(f"moves/{position}/reverses_id", "is a move of another item or company", "wrong_move")
        if draft.qty and source.qty * draft.qty >= 0:
            raise invalid(f"moves/{position}/reverses_id", "is a move in the same direction", "wrong_move")
        if draft.occurred_on < source.occurred_on:
            raise ReturnBeforeMove(moved_on=source.occurred_on, on=draft.occurred_on)
    return earlier


def _in_order(drafts: Sequence[MoveDraft]) -> list[MoveDraft]:
    """By day; within a day what comes in, what is transferred, what goes out; what is taken back after its source."""
    own = {draft.id: draft for draft in drafts}
    positions = {draft.id: position for position, draft in enumerate(drafts)}
    for draft in drafts:
        if draft.reverses_id in positions and positions[draft.reverses_id] >= positions[draft.id]:
            raise invalid(f"moves/{positions[draft.id]}/reverses_id", "is a move listed later", "wrong_move")
    return sorted(drafts, key=lambda draft: (draft.occurred_on, _rank(draft, own)))


def _rank(draft: MoveDraft, own: Mapping[UUID, MoveDraft]) -> int:
    if draft.reverses_id is not None and draft.reverses_id in own:
        return _rank(own[draft.reverses_id], own)
    if draft.kind is MoveKind.REVALUATION and draft.reverses_id is None:
        return -1
    if draft.kind in (MoveKind.TRANSFER_IN, MoveKind.TRANSFER_OUT) or not draft.qty:
        return 1
    return 0 if draft.qty > 0 else 2


def _booked(draft: MoveDraft, facts: Facts, accounts: AccountMap) -> Booked:
    category_id = facts.items[draft.item_id].category_id
    contra_account_id = draft.contra_account_id
    if contra_account_id is None and draft.contra_role is not None:
        contra_account_id = accounts.resolve(draft.company_id, draft.contra_role, category_id, draft.warehouse_id)
    return Booked(
        id=draft.id,
        company_id=draft.company_id,
        item_id=draft.item_id,
        warehouse_id=draft.warehouse_id,
        location_id=draft.location_id,
        kind=draft.kind.value,
        qty=draft.qty,
        value_amount=ZERO,
        contra_amount=ZERO,
        occurred_on=draft.occurred_on,
        account_id=accounts.resolve(draft.company_id, AccountRole.INVENTORY, category_id, draft.warehouse_id),
        contra_account_id=contra_account_id,
        origin_type=draft.origin_type,
        origin_id=draft.origin_id,
        origin_line_id=draft.origin_line_id,
        party_kind=draft.party_kind,
        party_id=draft.party_id,
        cost_centre_id=draft.cost_centre_id,
        project_id=draft.project_id,
        reverses_id=draft.reverses_id,
    )


def _value(
    session: Session, moves: Sequence[Booked], givens: Givens, facts: Facts, context: _Context
) -> list[Valuation]:
    """Forward where the past stays as it is; items whose past changes are folded again."""
    again = context.again
    forward = [move for move in moves if not move.is_relocation and (move.item_id, move.company_id) not in again]
    valuations = []
    if forward:
        layers = load_layers(session, {move.place for move in forward if _is_fifo(move, facts)})
        balances = Balances(context.held.costs, layers, context.sources)
        valuations.append(value_forward(forward, givens, facts, balances))
    if again:
        history = [
            move
            for move in load_history(session, {item_id for item_id, _ in again})
            if (move.item_id, move.company_id) in again
        ]
        backdated = [move for move in moves if (move.item_id, move.company_id) in again]
        valuations.append(value_again(history, backdated, givens, facts))
    return valuations


def _is_fifo(move: Booked, facts: Facts) -> bool:
    return facts.items[move.item_id].costing_method.value == "fifo"


def _settle(moves: Sequence[Booked], givens: Givens, valuations: Sequence[Valuation], facts: Facts, held: Held) -> None:
    """Give each new move its value.  Raises: NoStockToRevalue where value alone finds nothing to stand on."""
    outcomes = {key: outcome for valuation in valuations for key, outcome in valuation.outcomes.items()}
    pools = {place: pool for valuation in valuations for place, pool in valuation.pools.items()}
    for move in moves:
        if move.is_relocation:
            continue
        outcome = outcomes[move.id]
        move.value_amount, move.contra_amount = outcome.value, outcome.contra
        given = givens.get(move.id) or ZERO
        if not move.qty and given and (outcome.value != given or pools[move.place].value < 0):
            before = held.costs.get(move.place)
            raise NoStockToRevalue(
                item=facts.items[move.item_id].code,
                qty=f"{before.qty if before else ZERO:f}".rstrip("0").rstrip("."),
                value_amount=before.value_amount if before else ZERO,
                change_amount=given,
            )


def _causes(moves: Sequence[Booked]) -> dict[ItemOfCompany, Booked]:
    """The first new move of each item: what its earlier moves are corrected for."""
    causes: dict[ItemOfCompany, Booked] = {}
    for move in moves:
        causes.setdefault((move.item_id, move.company_id), move)
    return causes
