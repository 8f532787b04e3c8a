"""A landed cost is taken back: from the value of units on hand and the cost of units gone, as they are now."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from transactional.finance.cancelling import CANCELLED, check_may_cancel
from transactional.inventory.services.revalue_receipts import Origin, Revalued, revalue_receipts
from transactional.kernel.mirrors import cancelled_event, mirror_of, read_lines_of
from transactional.kernel.money import ZERO
from transactional.kernel.outbox import record
from transactional.kernel.rows import insert_all, lock_by_id, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.ledger.models import AccountRole
from transactional.ledger.periods import check_days
from transactional.platform.services.take_numbers import take_numbers
from transactional.purchase.landed_cost_models import LandedCost, LandedCostLine
from transactional.purchase.models import PurchaseReceipt, PurchaseReceiptLine
from transactional.purchase.services.return_to_supplier import receipt_moves


def cancel_landed_costs(session: Session, cost_ids: Sequence[UUID], *, on: date, at: datetime) -> list[LandedCost]:
    """Cancelled landed costs: their mirror images take each share back from where the goods of its receipt line are.

    Raises: NotFound; what `check_may_cancel` raises; PeriodMissing, PeriodClosed, DayTooFar.
    """
    lines = read_lines_of(session, LandedCostLine.landed_cost_id, cost_ids, LandedCostLine)
    received = read_by_id(session, PurchaseReceiptLine, {line.receipt_line_id for line in lines})
    # Receipts are held before what rests on them.
    lock_by_id(session, PurchaseReceipt, {row.receipt_id for row in received.values()})
    costs = lock_by_id(session, LandedCost, cost_ids)
    check_may_cancel(costs, day="cost_on", on=on)
    check_days(session, {(row.company_id, on) for row in costs}, at=at)
    moves = receipt_moves(session, [line.receipt_line_id for line in lines])
    mirrors, images = [], []
    for cost in costs:
        own = [line for line in lines if line.landed_cost_id == cost.id]
        mirror = mirror_of(
            cost,
            number=take_numbers(session, "landed_cost", cost.company_id, [on])[0],
            cost_on=on,
            state=CANCELLED,
            reverses_id=cost.id,
        )
        went = _take_back(session, mirror, own, moves, at)
        mirrors.append(mirror)
        images += [_image(line, mirror, went.get(moves[line.receipt_line_id])) for line in own]
    insert_all(session, mirrors)
    insert_all(session, images)
    for cost in costs:
        cost.state = CANCELLED
    update_all(session, costs, LandedCost.state)
    topic = "purchase.landed_cost.cancelled"
    pairs = zip(costs, mirrors, strict=True)
    record(session, [cancelled_event(topic, "landed_cost", cost, mirror, on, at) for cost, mirror in pairs])
    return costs


def _take_back(
    session: Session, mirror: LandedCost, lines: Sequence[LandedCostLine], moves: Mapping[UUID, UUID], at: datetime
) -> dict[UUID, Revalued]:
    revalued = revalue_receipts(
        session,
        [(moves[line.receipt_line_id], -line.amount) for line in lines],
        on=mirror.cost_on,
        at=at,
        contra_role=AccountRole.LANDED_COST_CLEARING,
        origin=Origin("landed_cost", mirror.id),
    )
    return {one.receipt_move_id: one for one in revalued}


def _image(line: LandedCostLine, mirror: LandedCost, went: Revalued | None) -> LandedCostLine:
    return mirror_of(
        line,
        landed_cost_id=mirror.id,
        inventory_amount=went.inventory_amount if went else ZERO,
        expense_amount=went.expense_amount if went else ZERO,
    )
