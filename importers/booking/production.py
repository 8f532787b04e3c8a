"""Bills of materials, and production orders as they ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from importers.booking.desk import Desk, known_ids
from importers.plan import BillVersion, Operation, Production
from transactional.kernel.records import change_record, create_records
from transactional.kernel.session import Session
from transactional.production.models import Bill, BillLine, ProductionOrder
from transactional.production.resources import BILLS
from transactional.production.services.take_over_orders import take_over_orders
from transactional.production.specs import NewProductionOrder, TakenOverOperation, TakenOverOrder


def put_bills(session: Session, bills: Sequence[BillVersion], desk: Desk) -> int:
    """How many versions of bills were written, or changed since: a mended file may know more of a bill."""
    known = _known_bills(session, desk)
    written = 0
    fresh = []
    for bill in bills:
        values = _bill(bill, desk)
        found = known.get((values["item_id"], bill.on))
        if found is None:
            fresh.append(values)
        elif found.parts != Counter((line["item_id"], line["qty"]) for line in values["lines"]):
            change = {"lines": values["lines"], "valid_to": bill.ends_on}
            change_record(session, BILLS, found.id, change, version=found.version, by=session.principal)
            written += 1
    if fresh:
        create_records(session, BILLS, fresh)
    return written + len(fresh)


@dataclass(frozen=True, slots=True)
class _Known:
    id: UUID
    version: int
    parts: Counter[tuple[UUID, Decimal]] = field(default_factory=Counter)


def _known_bills(session: Session, desk: Desk) -> dict[tuple[UUID, date], _Known]:
    """The versions that are there, by item and day."""
    ours = Bill.company_id == desk.company_id
    heads = session.execute(select(Bill.id, Bill.version, Bill.item_id, Bill.valid_from).where(ours))
    found = {row[0]: ((row[2], row[3]), _Known(row[0], row[1])) for row in heads}
    parts = select(BillLine.bill_id, BillLine.item_id, BillLine.qty).join(Bill, Bill.id == BillLine.bill_id)
    for bill_id, item_id, qty in session.execute(parts.where(ours)):
        found[bill_id][1].parts[item_id, qty] += 1
    return dict(found.values())


def _bill(bill: BillVersion, desk: Desk) -> dict[str, Any]:
    return {
        "company_id": desk.company_id,
        "code": f"{bill.item}/{bill.on}",
        "item_id": desk.item(bill.item),
        "valid_from": bill.on,
        "valid_to": bill.ends_on,
        "lines": [{"item_id": desk.item(part.item), "qty": part.qty} for part in bill.parts],
    }


def book_productions(session: Session, productions: Sequence[Production], desk: Desk) -> int:
    """How many orders were taken over; their stock is in the books by the stock documents of their days."""
    ids = {production.ref: desk.id_of("production", production.ref) for production in productions}
    known = known_ids(session, ProductionOrder, ids.values())
    fresh = [production for production in productions if ids[production.ref] not in known]
    take_over_orders(session, [_taken_over(production, desk) for production in fresh], at=desk.at)
    return len(fresh)


def _taken_over(production: Production, desk: Desk) -> TakenOverOrder:
    order = NewProductionOrder(
        company_id=desk.company_id,
        item_id=desk.item(production.item),
        qty=production.qty,
        starts_on=production.starts_on,
        due_on=production.due_on,
        warehouse_id=desk.warehouse_id,
        external_ref=production.ref,
        number=f"WO-{production.ref}",
        id=desk.id_of("production", production.ref),
    )
    return TakenOverOrder(
        order,
        production.finished_on,
        production.produced_qty,
        production.scrapped_qty,
        desk.find("scrap_reasons", production.scrap_reason),
        [_operation(step, desk) for step in production.operations],
    )


def _operation(step: Operation, desk: Desk) -> TakenOverOperation:
    return TakenOverOperation(
        line_number=step.number,
        name=f"Operation {step.number}",
        work_centre_id=desk.ids["work_centres"][step.work_centre],
        started_on=step.started_on,
        finished_on=step.finished_on,
        actual_hours=step.hours,
        planned_amount=step.planned_amount,
        actual_amount=step.actual_amount,
    )
