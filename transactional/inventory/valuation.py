"""Valuing new moves: forward from the balances, or, where the past changes, by folding an item's whole history again.

An item of a company is folded again when a move is dated before others of its item and warehouse, when stock stands
below zero, when a FIFO return must find the layers its issue used or its transfer brought, and its cancellation those
that it opened, or when an adjustment is taken back. The fold says what every move should be worth; what the books say
otherwise is mended by moves of quantity zero (`Correction`). An adjustment and its mirror image are left out of it:
what moved in between is worth what it would have been without them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from transactional.catalog.models import CostingMethod
from transactional.inventory.costing.fold import Fold, Source
from transactional.inventory.costing.pools import AveragePool, FifoPool, Pool, Portion, StandardPool
from transactional.inventory.costing.steps import Mode, Outcome, Place, Step, mode_of
from transactional.inventory.facts import Facts
from transactional.inventory.history import Booked
from transactional.inventory.models import CostBalance, MoveKind
from transactional.kernel.errors import BrokenInvariant
from transactional.kernel.money import ZERO
from transactional.ledger.models import AccountRole

ItemOfCompany: TypeAlias = tuple[UUID, UUID]
Givens: TypeAlias = Mapping[UUID, Decimal | None]
"""The values new moves were given; empty means at cost."""
_FIXED = frozenset({Mode.RECEIVE, Mode.RETURN_OUT, Mode.MIRROR_OUT, Mode.MIRROR_IN})
"""What the contra account takes of these is fixed, whatever their stock is worth."""
_PURCHASING = frozenset({MoveKind.RECEIPT.value, MoveKind.PURCHASE_RETURN.value, MoveKind.SALES_RETURN.value})


@dataclass(frozen=True, slots=True)
class Correction:
    """Value that a move should have had besides what is booked; `role` is the other side, or the move's own contra."""

    move: Booked
    amount: Decimal
    on: date
    role: AccountRole | None = None


@dataclass(frozen=True, slots=True)
class Valuation:
    """What new moves are worth, what earlier ones need besides, and how the pools stand afterwards."""

    outcomes: dict[UUID, Outcome]
    corrections: list[Correction]
    pools: dict[Place, Pool]
    is_again: bool = False
    """Whether whole histories were folded, so that layers may stand elsewhere than they did."""


def variance_role(kind: str) -> AccountRole:
    """Where the difference between a move's value and what its contra account takes goes."""
    return AccountRole.PURCHASE_PRICE_VARIANCE if kind in _PURCHASING else AccountRole.INVENTORY_REVALUATION


def needs_replay(
    moves: Iterable[Booked], costs: dict[Place, CostBalance], sources: dict[UUID, Source], facts: Facts
) -> dict[ItemOfCompany, date | None]:
    """The items whose past changes or must be known again.

    With the day of the earliest backdated move where that is the only reason: later values may then wait for a while.
    """
    found: dict[ItemOfCompany, date | None] = {}
    for move in moves:
        if move.is_relocation:
            continue
        row = costs[move.place]
        item = facts.items[move.item_id]
        backdated = row.last_moved_on is not None and move.occurred_on < row.last_moved_on
        if (
            backdated
            and row.last_moved_on is not None
            and facts.keeps_standard(move.item_id, move.company_id, move.occurred_on, row.last_moved_on)
        ):
            # At one standard cost a move's worth does not depend on the moves around it.
            backdated = False
        if _is_restatement(move, facts):
            # A new standard holds from the beginning of its day.
            backdated = row.last_moved_on is not None and move.occurred_on <= row.last_moved_on
        below_zero = row.qty < 0 and not item.is_standard
        source = sources.get(move.reverses_id) if move.reverses_id is not None else None
        undoes = move.kind == MoveKind.ADJUSTMENT.value and source is not None and not source.is_transfer
        is_fifo = item.costing_method is CostingMethod.FIFO
        # Which layers an issue used, a transfer brought or a return opened, only the history tells.
        reopens = is_fifo and source is not None and (move.qty > 0 or source.is_transfer or source.is_return)
        if backdated or below_zero or reopens or undoes:
            key = (move.item_id, move.company_id)
            known = found.get(key, move.occurred_on)
            may_wait = not (below_zero or reopens or undoes or _is_restatement(move, facts) or move.is_transfer)
            found[key] = min(known, move.occurred_on) if may_wait and known is not None else None
    return found


@dataclass(frozen=True, slots=True)
class Balances:
    """How the pools stand before the first new move, and what new moves take back."""

    costs: dict[Place, CostBalance]
    layers: dict[Place, list[Portion]]
    sources: dict[UUID, Source]


def value_forward(moves: Sequence[Booked], givens: Givens, facts: Facts, balances: Balances) -> Valuation:
    """New moves valued from where the balances stand."""
    pools: dict[Place, Pool] = {}
    for move in moves:
        if move.place not in pools:
            pools[move.place] = _pool(move, facts, balances.costs[move.place], balances.layers.get(move.place, []))
    fold = Fold(pools)
    fold.sources.update(balances.sources)
    fold.run(_steps(moves, givens, facts))
    own = {move.id: move for move in moves}
    corrections = [
        Correction(own[true_up.step_id], true_up.amount, true_up.on, _true_up_role(own[true_up.step_id]))
        for true_up in fold.true_ups
    ]
    return Valuation(fold.outcomes, corrections, pools)


def value_again(history: Sequence[Booked], moves: Sequence[Booked], givens: Givens, facts: Facts) -> Valuation:
    """New moves put into the history of their items, and what that changes of it.  Shapes: both in order.

    `givens` may also say what a past move of goods made should have brought.
    """
    known = {move.id: move for move in history}
    lines = [move for move in history if not is_correction(move, known)]
    merged = sorted([*lines, *moves], key=lambda move: (move.occurred_on, not _is_restatement(move, facts)))
    pools: dict[Place, Pool] = {}
    for move in merged:
        if move.place not in pools:
            pools[move.place] = _pool(move, facts, None, [])
    fold = Fold(pools)
    mended = _mended(history, known)
    undone = {key for move in merged if _takes_adjustment_back(move, known) for key in (move.id, move.reverses_id)}
    counted = [move for move in merged if not move.is_relocation and move.id not in undone]
    fold.run(_steps(counted, givens, facts, mended.contra))
    corrections = _differences(counted, known, mended, fold, facts)
    mirrors = [move for move in moves if move.id in undone]
    outcomes = fold.outcomes | {move.id: _taken_back(move, known, mended) for move in mirrors}
    # What stood until then stays as it was told.
    since = {(move.item_id, move.company_id): move.occurred_on for move in mirrors}
    corrections = [replace(each, on=max(each.on, since.get(_key(each.move), each.on))) for each in corrections]
    return Valuation(outcomes, corrections, pools, is_again=True)


def _key(move: Booked) -> ItemOfCompany:
    return move.item_id, move.company_id


def _takes_adjustment_back(move: Booked, known: Mapping[UUID, Booked]) -> bool:
    """Whether a move is the mirror image of an adjustment, which is taken back whole; a transfer's shortage is none."""
    source = known.get(move.reverses_id) if move.reverses_id is not None else None
    return source is not None and source.kind == move.kind == MoveKind.ADJUSTMENT.value


def _taken_back(move: Booked, known: Mapping[UUID, Booked], so_far: "_Mended") -> Outcome:
    """What an adjustment brought or took, corrections included, with the other sign."""
    if move.reverses_id is None:
        raise BrokenInvariant(f"move {move.id} takes nothing back")
    source = known[move.reverses_id]
    value = source.value_amount + so_far.whole[source.id]
    return Outcome(-value, -(source.contra_amount + so_far.contra[source.id]))


def layers_left(history: Sequence[Booked], facts: Facts) -> dict[UUID, dict[UUID, Decimal]]:
    """What is left of each FIFO layer after a history, by the move that brought it and warehouse.  Shapes: in order."""
    found: defaultdict[UUID, dict[UUID, Decimal]] = defaultdict(dict)
    for (_, warehouse_id), pool in value_again(history, [], {}, facts).pools.items():
        for layer_id, layer in pool.layers.items() if isinstance(pool, FifoPool) else ():
            found[layer_id][warehouse_id] = layer.qty
    return found


def is_correction(move: Booked, known: dict[UUID, Booked]) -> bool:
    """Whether a move of value alone mends an earlier value; a price difference of a receipt is a fact of its own.

    What was made has no price: its value is what went into it.
    """
    if move.qty or move.kind != MoveKind.REVALUATION.value or move.reverses_id is None:
        return False
    target = known[move.reverses_id]
    return target.is_made or not (target.qty > 0 and target.reverses_id is None) or move.contra_amount == 0


def _is_restatement(move: Booked, facts: Facts) -> bool:
    is_standard = facts.items[move.item_id].is_standard
    return not move.qty and mode_of(move.kind, move.qty, move.reverses_id, is_standard=is_standard) is Mode.RESTATE


def _pool(move: Booked, facts: Facts, row: CostBalance | None, layers: list[Portion]) -> Pool:
    decimals = facts.decimals[move.company_id]
    method = facts.items[move.item_id].costing_method
    qty, value, last = (row.qty, row.value_amount, row.last_unit_cost) if row else (ZERO, ZERO, ZERO)
    if method is CostingMethod.FIFO:
        return FifoPool(decimals, layers, last)
    pool = StandardPool if method is CostingMethod.STANDARD else AveragePool
    return pool(decimals, qty, value, last)


def _steps(
    moves: Iterable[Booked], givens: Givens, facts: Facts, mended: Mapping[UUID, Decimal] | None = None
) -> Iterable[Step]:
    mended = mended or {}
    for move in moves:
        mode = mode_of(move.kind, move.qty, move.reverses_id, is_standard=facts.items[move.item_id].is_standard)
        yield Step(
            id=move.id,
            place=move.place,
            mode=mode,
            qty=move.qty,
            on=move.occurred_on,
            given=givens[move.id] if move.id in givens else _booked_value(move, mode, mended.get(move.id, ZERO)),
            source_id=move.reverses_id,
            unit_cost=facts.standard(move.item_id, move.company_id, move.occurred_on),
            is_transfer=move.is_transfer,
        )


def _booked_value(move: Booked, mode: Mode, mended: Decimal) -> Decimal | None:
    """What a move of the past was given: its contra account knows, for a standard may have taken another value."""
    is_given = mode in {Mode.RECEIVE, Mode.RETURN_OUT, Mode.MIRROR_IN}
    return abs(move.contra_amount + mended) if is_given else move.value_amount


def _differences(
    merged: Sequence[Booked], known: dict[UUID, Booked], so_far: "_Mended", fold: Fold, facts: Facts
) -> list[Correction]:
    """What separates the books from the fold, move by move; true-ups of new moves are all new."""
    mended, mended_contra = so_far.whole, so_far.contra
    trued_up: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    last_on: dict[UUID, date] = {}
    for true_up in fold.true_ups:
        trued_up[true_up.step_id] += true_up.amount
        last_on[true_up.step_id] = true_up.on
    corrections = []
    for move in merged:
        if move.is_relocation:
            continue
        on = max(move.occurred_on, last_on.get(move.id, move.occurred_on))
        change = trued_up[move.id]
        if not move.is_transfer:
            change += fold.outcomes[move.id].value - move.value_amount if move.id in known else ZERO
            change -= mended[move.id]
            role = _correction_role(move, is_standard=facts.items[move.item_id].is_standard)
            corrections.append(Correction(move, change, on, role))
            continue
        # What a transfer left for also arrives; what it was trued up by does not.
        moved = fold.outcomes[move.id].value - move.value_amount if move.id in known else ZERO
        change -= mended[move.id] - mended_contra[move.id]
        corrections.append(Correction(move, moved - mended_contra[move.id], move.occurred_on))
        corrections.append(Correction(move, change, on, AccountRole.INVENTORY_REVALUATION))
    return [correction for correction in corrections if correction.amount]


@dataclass(frozen=True, slots=True)
class _Mended:
    """What corrections added to each move so far, and the part of it that its own contra account took."""

    whole: defaultdict[UUID, Decimal]
    contra: defaultdict[UUID, Decimal]


def _mended(history: Sequence[Booked], known: dict[UUID, Booked]) -> _Mended:
    whole: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    contra: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    for move in history:
        if move.reverses_id is not None and is_correction(move, known):
            whole[move.reverses_id] += move.value_amount
            contra[move.reverses_id] += move.contra_amount
    return _Mended(whole, contra)


def _true_up_role(move: Booked) -> AccountRole | None:
    return AccountRole.INVENTORY_REVALUATION if move.is_transfer else _correction_role(move, is_standard=False)


def _correction_role(move: Booked, *, is_standard: bool) -> AccountRole | None:
    """Where a correction goes: to the move's own contra account, or to a variance where that took a fixed amount."""
    mode = mode_of(move.kind, move.qty, move.reverses_id, is_standard=is_standard)
    if mode is Mode.VALUE:
        return AccountRole.COGS if move.reverses_id is not None else None
    if move.is_made and not is_standard:
        return None
    if mode is Mode.MIRROR_OUT and move.kind == MoveKind.SALES_RETURN.value and not is_standard:
        # What a corrected cost brought back leaves at that cost too.
        return None
    if mode in _FIXED or (is_standard and mode is Mode.RETURN_IN):
        return variance_role(move.kind)
    return None
