"""Stock as one asks for it: on hand, promised, incoming, outgoing and available."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from api.calls import Calling
from api.lists import envelope_of, list_body
from api.routing import Router, needs
from api.verbs import today
from transactional.flows.stock_inquiry import By, Level, inquire_stock
from transactional.inventory.resources import STOCK
from transactional.kernel.errors import invalid
from transactional.kernel.schema import Day, Shown
from transactional.kernel.session import Session

router = Router(prefix=STOCK.path, tags=["inventory"])
_ITEMS_MAX = 100


class StockLevelOut(Shown):
    """What is there of an item at a place, in its stock unit; null where the lot does not tell."""

    item_id: UUID
    warehouse_id: UUID
    location_id: UUID | None
    lot_id: UUID | None
    lot_number: str | None
    on_hand_qty: str
    reserved_qty: str | None
    incoming_qty: str | None
    outgoing_qty: str | None
    available_qty: str | None
    provisional_from: str | None
    """While values are worked out anew in the background: from this day on."""


@router.get(
    "/levels",
    summary="Ask what is there of items",
    responses={200: {"model": envelope_of(StockLevelOut)}},
    openapi_extra=needs("stock.read"),
)
def levels(
    call: Calling,
    item_id: Annotated[list[UUID], Query(min_length=1, max_length=_ITEMS_MAX)],
    by: Annotated[By, Query(description="How far the answer is told apart.")] = "item",
    as_of: Annotated[
        Day | None, Query(description="As it was at the end of this day, by the days of documents.")
    ] = None,
) -> Response:
    """By warehouse, location, batch or serial, now or as of a past day.

    A past day is told by the days that documents bear: orders count, with the quantities they have now, from the day
    they were made until they were handed over, closed or cancelled; promised is what these orders are promised now and
    were handed since, as far as stock was there. Approved returns of customers are on their way in.
    """
    if as_of is not None and as_of > today(call):
        raise invalid("as_of", "lies in the future: what is on its way is told beside what is there", "future")

    def work(session: Session) -> list[dict[str, Any]]:
        return [_told(level) for level in inquire_stock(session, item_id, by=by, as_of=as_of)]

    return list_body(call.read(work))


def _told(level: Level) -> dict[str, Any]:
    return {name: getattr(level, name) for name in StockLevelOut.model_fields}
