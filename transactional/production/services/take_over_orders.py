"""Production orders that a former system carried out become part of the history."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.rows import insert_all, read_by_id
from transactional.kernel.session import Session
from transactional.production.models import (
    ProductionOperation,
    ProductionOrder,
    ProductionOrderState,
    ScrapReason,
    WorkCentre,
)
from transactional.production.services.create_orders import planned_orders
from transactional.production.specs import TakenOverOrder

ZERO = Decimal(0)


def take_over_orders(session: Session, given: Sequence[TakenOverOrder], *, at: datetime) -> list[ProductionOrder]:
    """Closed orders with the days, quantities and scrap reason they ended with, in the order given.

    They post nothing: what they used up and brought is in the books by the stock documents of that time.
    Raises: NotFound; Invalid naming every field that means nothing.
    """
    problems = [problem for position, each in enumerate(given) for problem in _problems(each, f"orders/{position}/")]
    if problems:
        raise Invalid(problems)
    read_by_id(session, ScrapReason, {each.scrap_reason_id for each in given if each.scrap_reason_id is not None})
    rows = planned_orders(session, [each.order for each in given], is_list=True)
    for row, each in zip(rows, given, strict=True):
        row.finished_on, row.closed_at = each.finished_on, at
        row.produced_qty, row.scrapped_qty = each.produced_qty, each.scrapped_qty
        row.scrap_reason_id, row.is_taken_over = each.scrap_reason_id, True
        row.state = ProductionOrderState.CLOSED.value
    insert_all(session, rows)
    insert_all(session, _operations(session, given, rows))
    return rows


def _operations(
    session: Session, given: Sequence[TakenOverOrder], rows: Sequence[ProductionOrder]
) -> list[ProductionOperation]:
    """The steps of the orders, with the rates that their work centres have now."""
    wanted = {step.work_centre_id for each in given for step in each.operations}
    centres = read_by_id(session, WorkCentre, wanted)
    return [
        ProductionOperation(
            id=new_id(),
            order_id=row.id,
            line_number=step.line_number,
            name=step.name,
            work_centre_id=step.work_centre_id,
            planned_minutes=ZERO,
            labour_hour_cost=centres[step.work_centre_id].labour_hour_cost,
            machine_hour_cost=centres[step.work_centre_id].machine_hour_cost,
            planned_amount=step.planned_amount,
            actual_amount=step.actual_amount,
            actual_hours=step.actual_hours,
            started_on=step.started_on,
            finished_on=step.finished_on,
        )
        for row, each in zip(rows, given, strict=True)
        for step in each.operations
    ]


def _problems(given: TakenOverOrder, path: str) -> Iterator[FieldProblem]:
    if given.finished_on is not None and given.finished_on < given.order.starts_on:
        yield FieldProblem(f"{path}finished_on", "before the day on which it started", "too_early")
    for name in ("produced_qty", "scrapped_qty"):
        if getattr(given, name) < 0:
            yield FieldProblem(f"{path}{name}", "must not be negative", "negative")
    if given.scrapped_qty > 0 and given.scrap_reason_id is None:
        yield FieldProblem(f"{path}scrap_reason_id", "say why pieces were scrapped", "reason_missing")
