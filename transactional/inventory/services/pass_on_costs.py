"""Costs that changed go on to what was made of the goods, level by level."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from transactional.inventory.balances import Held, hold_items
from transactional.inventory.entries import Posted
from transactional.inventory.facts import load_facts
from transactional.inventory.history import Booked, load_history, load_moves
from transactional.inventory.makers import Maker, find_maker
from transactional.inventory.services.write_moves import correction_moves, save_balances, write_moves
from transactional.inventory.valuation import Givens, ItemOfCompany, value_again
from transactional.kernel.session import Session
from transactional.ledger.accounts import ACCOUNT_MAP

LEVELS_MAX = 100
"""So deep a change is followed; goods that go round in a circle of orders would be restated by less each time."""


def pass_on_costs(session: Session, corrections: Sequence[Posted], *, at: datetime) -> None:
    """Goods made of what became dearer or cheaper are worth so much more or less, and so is all that they went into.

    What no goods can carry is left to the makers. Locks: the makers' documents and the items of each level, after what
    the caller holds; who gets into another's way is told to try again.
    Raises: PeriodClosed where no period is open any more.
    """
    reached: dict[Maker, dict[UUID, date]] = {}
    for _ in range(LEVELS_MAX):
        worth: dict[UUID, Decimal] = {}
        for maker, origins in _origins(corrections).items():
            known = reached.setdefault(maker, {})
            known |= {key: max(on, known.get(key, on)) for key, on in origins.items()}
            worth |= maker.goods_worth(session, origins)
        if not worth:
            break
        made = load_moves(session, worth)
        # All that follows has one cause: the document whose moves came late.
        causes = {(move.item_id, move.company_id): corrections[0].move for move in made.values()}
        corrections = value_anew(session, causes, worth, at=at)
    for maker, origins in reached.items():
        maker.settle_rest(session, origins, at=at)


def _origins(corrections: Sequence[Posted]) -> dict[Maker, dict[UUID, date]]:
    """The documents of makers that took goods in whose cost changed, with the last day of a change."""
    found: defaultdict[Maker, dict[UUID, date]] = defaultdict(dict)
    for correction in corrections:
        target = correction.corrects
        maker = None if target is None or not correction.move.contra_amount else find_maker(target.origin_type)
        if target is not None and maker is not None and not target.is_made:
            days = found[maker]
            days[target.origin_id] = max(correction.move.occurred_on, days.get(target.origin_id, date.min))
    return found


def value_anew(
    session: Session, causes: Mapping[ItemOfCompany, Booked], givens: Givens, *, at: datetime
) -> list[Posted]:
    """What mends items whose whole history is folded again, written.

    `causes` names the items with the move whose document their corrections are posted with; `givens` says what goods
    made should have brought.
    """
    item_ids = {item_id for item_id, _ in causes}
    costs = hold_items(session, item_ids)
    facts = load_facts(session, item_ids, {company_id for _, company_id in causes})
    history = [move for move in load_history(session, item_ids) if (move.item_id, move.company_id) in causes]
    valuation = value_again(history, [], givens, facts)
    accounts = ACCOUNT_MAP.of(session)
    corrections = correction_moves(session, causes, [valuation], facts, accounts)
    write_moves(session, corrections, accounts, at)
    save_balances(session, [], [valuation], Held(costs=costs), facts)
    return corrections
