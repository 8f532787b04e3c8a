"""Goods that waited for a second look are accepted or rejected."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.rows import lock_by_id, update_all
from transactional.kernel.session import Session
from transactional.purchase.errors import NotQuarantined
from transactional.purchase.models import PurchaseOrder, PurchaseReceipt, PurchaseReceiptLine
from transactional.purchase.services.receive_orders import receive_orders
from transactional.purchase.specs import Inspection, NewReceipt, NewReceiptLine


def inspect_quarantine(
    session: Session, inspections: Sequence[Inspection], *, on: date, at: datetime
) -> list[PurchaseReceipt]:
    """A receipt of the day for each order: accepted goods enter stock now, rejected ones go back.

    The quantity moves from the line it waited on to the new receipt, so nothing has arrived twice.
    Raises: NotFound; NotQuarantined; PeriodClosed; Invalid.
    """
    lines = {
        row.id: row for row in lock_by_id(session, PurchaseReceiptLine, [one.receipt_line_id for one in inspections])
    }
    lock_by_id(session, PurchaseOrder, {line.order_id for line in lines.values()})
    _check(inspections, lines)
    for one in inspections:
        line = lines[one.receipt_line_id]
        done = one.accepted_qty + one.rejected_qty
        if done > line.quarantined_qty:
            raise NotQuarantined(waiting_qty=line.quarantined_qty, wanted_qty=done)
        line.quarantined_qty -= done
        line.arrived_qty -= done
    update_all(session, list(lines.values()), PurchaseReceiptLine.quarantined_qty, PurchaseReceiptLine.arrived_qty)
    by_order: defaultdict[UUID, list[NewReceiptLine]] = defaultdict(list)
    for one in inspections:
        line = lines[one.receipt_line_id]
        by_order[line.order_id].append(_receipt_line(one, line))
    return receive_orders(session, [NewReceipt(key, on, listed) for key, listed in by_order.items()], at=at)


def _check(inspections: Sequence[Inspection], lines: Mapping[UUID, PurchaseReceiptLine]) -> None:
    problems = []
    for number, one in enumerate(inspections):
        path = f"lines/{number}/"
        if one.order_id not in {None, lines[one.receipt_line_id].order_id}:
            problems.append(FieldProblem(f"{path}receipt_line_id", "not received on this order", "foreign_line"))
        if one.accepted_qty < 0 or one.rejected_qty < 0 or not one.accepted_qty + one.rejected_qty:
            problems.append(
                FieldProblem(f"{path}accepted_qty", "accepted or rejected must be above zero", "not_above_zero")
            )
    if problems:
        raise Invalid(problems)


def _receipt_line(one: Inspection, line: PurchaseReceiptLine) -> NewReceiptLine:
    return NewReceiptLine(
        order_line_id=line.order_line_id,
        arrived_qty=one.accepted_qty + one.rejected_qty,
        accepted_qty=one.accepted_qty,
        rejected_qty=one.rejected_qty,
        reject_reason=one.reject_reason,
        location_id=line.location_id,
        lots=one.lots,
    )
