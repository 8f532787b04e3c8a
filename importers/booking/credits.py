"""Goods that came back: asked for, allowed, received and credited in one go."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from importers.booking.desk import Desk, known_ids
from importers.plan import Credit, Sale
from transactional.kernel.arrays import any_of
from transactional.kernel.session import Session
from transactional.sales.models import DeliveryLine, ReturnRequest
from transactional.sales.services.approve_returns import approve_returns
from transactional.sales.services.receive_returns import receive_returns
from transactional.sales.services.request_returns import request_returns
from transactional.sales.specs import NewReturnLine, NewReturnReceipt, NewReturnRequest

NO_LIMIT_DAYS = 36_500
"""The source has let them come back: our own limit does not bind it."""


def book_credits(session: Session, credits_: Sequence[Credit], sales: dict[str, Sale], desk: Desk) -> int:
    """How many returns were received and credited."""
    ids = [desk.id_of("return", credit.ref) for credit in credits_]
    known = known_ids(session, ReturnRequest, ids)
    fresh = [(credit, new_id) for credit, new_id in zip(credits_, ids, strict=True) if new_id not in known]
    if not fresh:
        return 0
    delivered = _delivered(session, [credit.sale for credit, _ in fresh], desk)
    requests = [_request(credit, request_id, delivered, desk) for credit, request_id in fresh]
    request_returns(session, requests, at=desk.at, return_days_max=NO_LIMIT_DAYS)
    for day in sorted({credit.on for credit, _ in fresh}):
        today = [request_id for credit, request_id in fresh if credit.on == day]
        approve_returns(session, today, expected_on=day, at=desk.at)
    receipts = [
        NewReturnReceipt(request_id, credit.on, location_id=_place(credit, sales, desk)) for credit, request_id in fresh
    ]
    receive_returns(session, receipts, at=desk.at)
    return len(fresh)


def _request(credit: Credit, request_id: UUID, delivered: dict[UUID, UUID], desk: Desk) -> NewReturnRequest:
    lines = [
        NewReturnLine(delivered[desk.id_of("sale", line.sale, line.line)], line.qty, credit.reason)
        for line in credit.lines
    ]
    return NewReturnRequest(desk.id_of("sale", credit.sale), credit.on, credit.reason, lines, id=request_id)


def _delivered(session: Session, sales: Sequence[str], desk: Desk) -> dict[UUID, UUID]:
    """Delivery line by order line; each order line left in one piece."""
    notes = [desk.id_of("delivery", sale) for sale in set(sales)]
    statement = select(DeliveryLine.order_line_id, DeliveryLine.id).where(any_of(DeliveryLine.delivery_id, notes))
    return {row[0]: row[1] for row in session.execute(statement)}


def _place(credit: Credit, sales: dict[str, Sale], desk: Desk) -> UUID | None:
    """Where the first of its items belongs."""
    wanted = credit.lines[0].line
    item = next(line.item for line in sales[credit.sale].lines if line.ref == wanted)
    return desk.location_of(item)
