"""Goods that waited for a second look are accepted or rejected."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from transactional.catalog.models import UnitOfMeasure
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.reference import read_all
from transactional.kernel.rows import insert_all, lock_by_id, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.purchase.errors import InspectionFailed, NotQuarantined
from transactional.purchase.inspecting import Plan, is_sorted_out, passes, problems_with
from transactional.purchase.inspection_models import GoodsInspection
from transactional.purchase.models import PurchaseOrder, PurchaseOrderLine, PurchaseReceipt, PurchaseReceiptLine
from transactional.purchase.services.find_plans import read_plans
from transactional.purchase.services.receive_orders import receive_orders
from transactional.purchase.specs import Inspection, NewReceipt, NewReceiptLine


def inspect_quarantine(
    session: Session, inspections: Sequence[Inspection], *, on: date, at: datetime
) -> list[PurchaseReceipt]:
    """A receipt of the day for each order: accepted goods enter stock now, rejected ones go back.

    The quantity moves from the line it waited on to the new receipt, so nothing has arrived twice.
    Goods that a plan has inspected come with their sample and what was measured, and are accepted if they pass.
    Raises: NotFound; NotQuarantined; InspectionFailed; PeriodClosed; Invalid.
    """
    lines = {
        row.id: row for row in lock_by_id(session, PurchaseReceiptLine, [one.receipt_line_id for one in inspections])
    }
    orders = {row.id: row for row in lock_by_id(session, PurchaseOrder, {line.order_id for line in lines.values()})}
    _check(inspections, lines)
    _check_day(session, lines, on)
    plans = read_plans(session, {line.inspection_plan_id for line in lines.values() if line.inspection_plan_id})
    found = [
        _row(one, plan, orders[lines[one.receipt_line_id].order_id].company_id, on)
        for one, plan in _judged(session, inspections, lines, plans)
    ]
    for one in inspections:
        line = lines[one.receipt_line_id]
        done = one.accepted_qty + one.rejected_qty
        if done > line.quarantined_qty:
            raise NotQuarantined(waiting_qty=line.quarantined_qty, wanted_qty=done)
        line.quarantined_qty -= done
        line.arrived_qty -= done
    update_all(session, list(lines.values()), PurchaseReceiptLine.quarantined_qty, PurchaseReceiptLine.arrived_qty)
    insert_all(session, found)
    by_order: defaultdict[UUID, list[NewReceiptLine]] = defaultdict(list)
    for one in inspections:
        line = lines[one.receipt_line_id]
        by_order[line.order_id].append(_receipt_line(one, line))
    return receive_orders(session, [NewReceipt(key, on, listed) for key, listed in by_order.items()], at=at)


def _check_day(session: Session, lines: Mapping[UUID, PurchaseReceiptLine], on: date) -> None:
    """Nothing is looked at before it has arrived.  Raises: Invalid."""
    arrived = read_by_id(session, PurchaseReceipt, {line.receipt_id for line in lines.values()})
    last = max(row.received_on for row in arrived.values())
    if on < last:
        raise Invalid([FieldProblem("on", f"before the goods arrived, {last}", "too_early")])


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
        is_inspected=True,
    )


def _judged(
    session: Session,
    inspections: Sequence[Inspection],
    lines: Mapping[UUID, PurchaseReceiptLine],
    plans: Mapping[UUID, Plan],
) -> list[tuple[Inspection, Plan]]:
    """The inspections by plan, whose goods pass or are not accepted.  Raises: Invalid; InspectionFailed."""
    units = _are_whole(session, lines.values()) if plans else {}
    problems: list[FieldProblem] = []
    planned: list[tuple[Inspection, Plan]] = []
    for number, one in enumerate(inspections):
        path, line = f"lines/{number}/", lines[one.receipt_line_id]
        plan = plans.get(line.inspection_plan_id) if line.inspection_plan_id else None
        if plan is not None:
            problems += problems_with(path, plan, one, is_whole=units[line.order_line_id])
            planned.append((one, plan))
        elif one.sample_qty is not None or one.defect_qty or one.results:
            problems.append(FieldProblem(f"{path}sample_qty", "no plan asks for one", "no_plan"))
    if problems:
        raise Invalid(problems)
    for one, plan in planned:
        if one.accepted_qty and not passes(plan, one) and not is_sorted_out(one):
            raise InspectionFailed(plan=plan.head.code)
    return planned


def _are_whole(session: Session, lines: Iterable[PurchaseReceiptLine]) -> dict[UUID, bool]:
    units = read_all(session, UnitOfMeasure)
    ordered = read_by_id(session, PurchaseOrderLine, {line.order_line_id for line in lines})
    return {key: units[line.unit_id].is_whole for key, line in ordered.items()}


def _row(one: Inspection, plan: Plan, company_id: UUID, on: date) -> GoodsInspection:
    return GoodsInspection(
        id=new_id(),
        company_id=company_id,
        receipt_line_id=one.receipt_line_id,
        plan_id=plan.head.id,
        inspected_on=on,
        accepted_qty=one.accepted_qty,
        rejected_qty=one.rejected_qty,
        sample_qty=one.sample_qty,
        defect_qty=one.defect_qty,
        results={name: str(value) for name, value in one.results.items()},
        is_passed=passes(plan, one),
    )
