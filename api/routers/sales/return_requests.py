"""Returns: asked for, decided, received with a credit note."""

from uuid import UUID

from starlette.responses import Response

from api.calls import Calling
from api.routing import Router, needs
from api.schemas.sales.documents import DatedIn, ReturnReceiptIn, ReturnRequestIn
from api.verbs import act, answers, make, today
from transactional.sales.resources import ORDERS, RETURN_REQUESTS
from transactional.sales.services.approve_returns import approve_returns, reject_returns
from transactional.sales.services.receive_returns import receive_returns
from transactional.sales.services.request_returns import request_returns

router = Router(prefix=RETURN_REQUESTS.path, tags=["sales"])


@router.post(
    "",
    summary="Ask to send delivered goods back",
    status_code=201,
    responses=answers(RETURN_REQUESTS, 201),
    openapi_extra=needs("return_request.create"),
)
def create_return_request(given: ReturnRequestIn, call: Calling) -> Response:
    """The request, to be decided."""
    new = given.spec(today(call))
    return make(
        call,
        RETURN_REQUESTS,
        lambda session: request_returns(session, [new], at=call.services.now())[0].id,
        sees=[(ORDERS, [given.order_id])],
    )


@router.post(
    "/{id}/approve",
    summary="Let the goods come back",
    responses=answers(RETURN_REQUESTS),
    openapi_extra=needs("return_request.approve"),
)
def approve_return(id: UUID, call: Calling, given: DatedIn | None = None) -> Response:  # noqa: A002
    """The request, approved; `on` is the day the goods are expected."""
    on = (given.on if given else None) or today(call)
    at = call.services.now()
    return act(call, RETURN_REQUESTS, id, lambda session: approve_returns(session, [id], expected_on=on, at=at))


@router.post(
    "/{id}/reject",
    summary="Refuse a return",
    responses=answers(RETURN_REQUESTS),
    openapi_extra=needs("return_request.reject"),
)
def reject_return(id: UUID, call: Calling) -> Response:  # noqa: A002
    """The request, refused."""
    return act(call, RETURN_REQUESTS, id, lambda session: reject_returns(session, [id], at=call.services.now()))


@router.post(
    "/{id}/receive",
    summary="Take goods back and credit them",
    responses=answers(RETURN_REQUESTS),
    openapi_extra=needs("return_request.receive"),
)
def receive_return(id: UUID, call: Calling, given: ReturnReceiptIn | None = None) -> Response:  # noqa: A002
    """The request, received; stock and credit note are posted."""
    receipt = (given or ReturnReceiptIn()).spec(id, today(call))
    return act(call, RETURN_REQUESTS, id, lambda session: receive_returns(session, [receipt], at=call.services.now()))
