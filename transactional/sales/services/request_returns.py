"""A customer asks to send goods back (RMA)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from transactional.catalog.models import UnitOfMeasure
from transactional.catalog.units import whole_problems
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.money import ZERO
from transactional.kernel.outbox import record
from transactional.kernel.reference import read_all
from transactional.kernel.rows import insert_all, lock_by_id, read, read_by_id
from transactional.kernel.session import Session
from transactional.ledger.periods import check_days
from transactional.platform.services.take_numbers import take_numbers
from transactional.sales.errors import OverReturn, ReturnBeforeDelivery, ReturnPeriodOver
from transactional.sales.events import return_event
from transactional.sales.models import Delivery, ReturnRequest, ReturnRequestLine, SalesOrder, SalesOrderLine
from transactional.sales.progress import Handed, Progress, read_deliveries
from transactional.sales.specs import NewReturnRequest
from transactional.sales.states import ReturnState

RETURN_DAYS_MAX = 30


def request_returns(
    session: Session, requests: Sequence[NewReturnRequest], *, at: datetime, return_days_max: int = RETURN_DAYS_MAX
) -> list[ReturnRequest]:
    """Requests to send delivered goods back, waiting for approval.

    Raises: NotFound; Invalid for another order's lines or a quantity of zero; ReturnPeriodOver; OverReturn, where what
    other open requests ask for counts as coming back.
    """
    orders = {row.id: row for row in lock_by_id(session, SalesOrder, [new.order_id for new in requests])}
    progress = read_deliveries(session, orders)
    _check_input(requests, progress)
    _check_whole(session, requests, progress)
    left = _left(session, progress)
    notes = {row.id: row for row in read(session, select(Delivery).where(any_of(Delivery.order_id, orders)))}
    for new in requests:
        for line in new.lines:
            _check_period(notes[progress.by_delivery_line[line.delivery_line_id].delivery_id], new, return_days_max)
            if line.qty > left[line.delivery_line_id]:
                raise OverReturn(open_qty=left[line.delivery_line_id], wanted_qty=line.qty)
            left[line.delivery_line_id] -= line.qty
    check_days(session, [(orders[new.order_id].company_id, new.requested_on) for new in requests], at=at)
    rows = [_request(new, orders[new.order_id]) for new in requests]
    _number(session, rows)
    insert_all(session, rows)
    insert_all(session, [line for new, row in zip(requests, rows, strict=True) for line in _lines(new, row)])
    record(session, [return_event("requested", row, at) for row in rows])
    return rows


def _check_input(requests: Sequence[NewReturnRequest], progress: Progress) -> None:
    problems = []
    for number, new in enumerate(requests):
        path = "" if len(requests) == 1 else f"requests/{number}/"
        if not new.lines:
            problems.append(FieldProblem(f"{path}lines", "at least one line is needed", "no_lines"))
        if not new.reason.strip():
            problems.append(FieldProblem(f"{path}reason", "a reason is needed", "reason_missing"))
        for position, line in enumerate(new.lines):
            handed: Handed | None = progress.by_delivery_line.get(line.delivery_line_id)
            if handed is None or handed.order_id != new.order_id:
                problems.append(
                    FieldProblem(
                        f"{path}lines/{position}/delivery_line_id", "not delivered on this order", "foreign_line"
                    )
                )
            if line.qty <= 0:
                problems.append(
                    FieldProblem(f"{path}lines/{position}/qty", "the quantity must be above zero", "not_above_zero")
                )
    if problems:
        raise Invalid(problems)


def _check_whole(session: Session, requests: Sequence[NewReturnRequest], progress: Progress) -> None:
    """Nothing where no line asks for a fraction of what is counted whole.  Raises: Invalid."""
    handed = progress.by_delivery_line
    lines = read_by_id(
        session, SalesOrderLine, {handed[line.delivery_line_id].order_line_id for new in requests for line in new.lines}
    )
    units = read_all(session, UnitOfMeasure)
    problems: list[FieldProblem] = []
    for number, new in enumerate(requests):
        path = "" if len(requests) == 1 else f"requests/{number}/"
        for position, line in enumerate(new.lines):
            unit_id = lines[handed[line.delivery_line_id].order_line_id].unit_id
            problems += whole_problems(units, unit_id, {f"{path}lines/{position}/qty": line.qty})
    if problems:
        raise Invalid(problems)


def _left(session: Session, progress: Progress) -> dict[UUID, Decimal]:
    """What can still come back of each delivery line: handed over, less returned, less asked for."""
    waiting = (
        select(ReturnRequestLine.delivery_line_id, func.sum(ReturnRequestLine.qty))
        .join(
            ReturnRequest,
            (ReturnRequest.tenant_id == ReturnRequestLine.tenant_id)
            & (ReturnRequest.id == ReturnRequestLine.request_id),
        )
        .where(
            any_of(ReturnRequestLine.delivery_line_id, progress.by_delivery_line),
            ReturnRequest.state.in_([ReturnState.REQUESTED.value, ReturnState.APPROVED.value]),
        )
        .group_by(ReturnRequestLine.delivery_line_id)
    )
    asked = {row[0]: row[1] for row in session.execute(waiting)}
    return {key: handed.returnable_qty - asked.get(key, ZERO) for key, handed in progress.by_delivery_line.items()}


def _check_period(note: Delivery, new: NewReturnRequest, days: int) -> None:
    if new.requested_on < note.delivered_on:
        raise ReturnBeforeDelivery(number=note.number, delivered_on=note.delivered_on.isoformat())
    if new.requested_on > note.delivered_on + timedelta(days=days):
        raise ReturnPeriodOver(number=note.number, delivered_on=note.delivered_on.isoformat(), days=days)


def _request(new: NewReturnRequest, order: SalesOrder) -> ReturnRequest:
    return ReturnRequest(
        id=new.id or new_id(),
        company_id=order.company_id,
        order_id=order.id,
        customer_id=order.customer_id,
        requested_on=new.requested_on,
        reason=new.reason,
        state=ReturnState.REQUESTED.value,
    )


def _lines(new: NewReturnRequest, row: ReturnRequest) -> list[ReturnRequestLine]:
    return [
        ReturnRequestLine(
            id=new_id(), request_id=row.id, delivery_line_id=line.delivery_line_id, qty=line.qty, reason=line.reason
        )
        for line in new.lines
    ]


def _number(session: Session, rows: Sequence[ReturnRequest]) -> None:
    groups: defaultdict[UUID, list[ReturnRequest]] = defaultdict(list)
    for row in rows:
        groups[row.company_id].append(row)
    for company_id, group in sorted(groups.items()):
        numbers = take_numbers(session, "return_request", company_id, [row.requested_on for row in group])
        for row, number in zip(group, numbers, strict=True):
            row.number = number
