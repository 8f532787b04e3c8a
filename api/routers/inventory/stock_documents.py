"""Stock documents: posted, arrived, taken back."""

from typing import Annotated
from uuid import UUID

from pydantic import Field
from starlette.responses import Response

from api.calls import Calling
from api.routing import Router, needs
from api.verbs import act, add_cancel, add_transition, answers, today
from transactional.flows.post_within_budgets import approve_stock_documents, post_stock_documents
from transactional.inventory.lot_specs import Batches, Serials, lots_given
from transactional.inventory.resources import STOCK_DOCUMENTS
from transactional.inventory.services.post_stock_documents import cancel_stock_documents
from transactional.inventory.services.receive_transfers import Arrival, receive_transfers
from transactional.kernel.errors import invalid
from transactional.kernel.schema import Day, Note, Qty, Strict

router = Router(prefix=STOCK_DOCUMENTS.path, tags=["inventory"])


class ArrivedLineIn(Strict):
    """What arrived of a line, in the item's stock unit."""

    line_id: UUID
    qty: Annotated[Qty, Field(ge=0)]
    batches: Batches = Field(default_factory=list)
    serials: Serials = Field(default_factory=list)


class ArrivalIn(Strict):
    """A transfer that arrives; a line left out arrives whole."""

    arrived_on: Day | None = None
    lines: Annotated[list[ArrivedLineIn], Field(max_length=1_000)] = Field(default_factory=list)
    shortage_reason: Note | None = None


@router.post(
    "/{id}/post",
    summary="Move the stock",
    responses=answers(STOCK_DOCUMENTS),
    openapi_extra=needs("stock_document.post"),
)
def post_document(id: UUID, call: Calling) -> Response:  # noqa: A002
    """The document, posted; an adjustment above the company's limit waits for approval."""
    at = call.services.now()
    return act(call, STOCK_DOCUMENTS, id, lambda session: post_stock_documents(session, [id], at=at))


add_transition(
    router,
    STOCK_DOCUMENTS,
    "approve",
    approve_stock_documents,
    "Approve an adjustment that waits",
    "The adjustment, posted.",
)


@router.post(
    "/{id}/arrive",
    summary="Take a transfer in",
    responses=answers(STOCK_DOCUMENTS),
    openapi_extra=needs("stock_document.arrive"),
)
def arrive(id: UUID, call: Calling, given: ArrivalIn | None = None) -> Response:  # noqa: A002
    """The transfer, arrived."""
    given = given or ArrivalIn()
    quantities = {line.line_id: line.qty for line in given.lines}
    if len(quantities) < len(given.lines):
        raise invalid("lines", "name each line once", "named_twice")
    lots = {line.line_id: lots_given(line.batches, line.serials) for line in given.lines}
    arrival = Arrival(id, given.arrived_on or today(call), quantities, given.shortage_reason, lots)
    return act(call, STOCK_DOCUMENTS, id, lambda session: receive_transfers(session, [arrival], at=call.services.now()))


add_cancel(router, STOCK_DOCUMENTS, cancel_stock_documents, "The document, its moves reversed.")
