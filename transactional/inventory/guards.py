"""Nothing leaves that is not there: now, after what is promised, and at every later point of the timeline."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeAlias

from sqlalchemy import Date, and_, bindparam, func, select

from transactional.inventory.balances import Held, Shelf
from transactional.inventory.errors import StockNotAvailable
from transactional.inventory.facts import Facts
from transactional.inventory.history import Booked
from transactional.inventory.models import StockMove
from transactional.kernel.money import ZERO
from transactional.kernel.session import Session
from transactional.kernel.statements import Lookup, among

History: TypeAlias = list[tuple[date, Decimal]]


def check_stock(session: Session, moves: Sequence[Booked], held: Held, facts: Facts) -> None:
    """Nothing where stock suffices: promised stock stays, and no point of the timeline falls below zero.

    Within a day new moves come after those that stand there.  Shapes: moves in the order they will be written.
    Raises: StockNotAvailable naming what is available.
    """
    changes: defaultdict[Shelf, History] = defaultdict(list)
    for move in moves:
        if move.qty and not facts.warehouses[move.warehouse_id].allows_negative:
            changes[move.item_id, move.location_id].append((move.occurred_on, move.qty))
    past = _past(session, changes, held)
    for shelf, new in changes.items():
        row = held.stocks[shelf]
        total = sum((qty for _, qty in new), ZERO)
        free = row.on_hand_qty - row.reserved_qty
        if total < 0 and free + total < 0:
            _refuse(shelf, facts, new[-1][0], free, -total)
        _check_timeline(shelf, facts, new, past.get(shelf, [(new[0][0], row.on_hand_qty)]))


def _past(session: Session, changes: Mapping[Shelf, History], held: Held) -> dict[Shelf, History]:
    """What stands in the ledger of shelves that get a move before their last one: what there was, then move by move."""
    backdated: dict[Shelf, History] = {}
    for shelf, new in changes.items():
        last = held.costs[shelf[0], held.stocks[shelf].warehouse_id].last_moved_on
        if last is not None and new[0][0] < last:
            backdated[shelf] = []
    if not backdated:
        return {}
    since = min(changes[shelf][0][0] for shelf in backdated)
    asked = {
        "items": {item_id for item_id, _ in backdated},
        "locations": {location_id for _, location_id in backdated},
        "since": since,
    }
    before, later = _BEFORE.ask(session, **asked), _SINCE.ask(session, **asked)
    for item_id, location_id, qty in before.rows():
        if (item_id, location_id) in backdated:
            backdated[item_id, location_id].append((since - timedelta(days=1), qty))
    for item_id, location_id, on, qty in later.rows():
        if (item_id, location_id) in backdated:
            backdated[item_id, location_id].append((on, qty))
    return backdated


_OF_SHELVES = and_(among(StockMove.item_id, "items"), among(StockMove.location_id, "locations"), StockMove.qty != 0)
_BEFORE = Lookup(
    select(StockMove.item_id, StockMove.location_id, func.sum(StockMove.qty))
    .where(_OF_SHELVES, StockMove.occurred_on < bindparam("since", type_=Date()))
    .group_by(StockMove.item_id, StockMove.location_id)
)
_SINCE = Lookup(
    select(StockMove.item_id, StockMove.location_id, StockMove.occurred_on, StockMove.qty)
    .where(_OF_SHELVES, StockMove.occurred_on >= bindparam("since", type_=Date()))
    .order_by(StockMove.occurred_on, StockMove.sequence)
)


def _check_timeline(shelf: Shelf, facts: Facts, new: History, past: History) -> None:
    """Walk through both in order.  What stood below zero before is not these moves' fault."""
    lines = sorted(
        [(on, False, qty) for on, qty in past] + [(on, True, qty) for on, qty in new], key=lambda line: line[:2]
    )
    stands, change = ZERO, ZERO
    lowest: Decimal | None = None
    refused_on: date | None = None
    for on, is_new, qty in lines:
        change += qty if is_new else ZERO
        stands += ZERO if is_new else qty
        if change < 0:
            lowest = stands if lowest is None else min(lowest, stands)
            if stands + change < 0 and refused_on is None:
                refused_on = on
    if refused_on is not None and lowest is not None:
        _refuse(shelf, facts, refused_on, lowest, -sum((qty for _, qty in new if qty < 0), ZERO))


def _refuse(shelf: Shelf, facts: Facts, on: date, available: Decimal, wanted: Decimal) -> None:
    item_id, location_id = shelf
    raise StockNotAvailable(
        item=facts.items[item_id].code,
        item_id=item_id,
        location=facts.locations[location_id][1],
        location_id=location_id,
        on=on,
        available_qty=_plain(max(available, ZERO)),
        wanted_qty=_plain(wanted),
    )


def _plain(qty: Decimal) -> str:
    """A quantity as people write it, without trailing zeros."""
    return f"{qty.normalize():f}"
