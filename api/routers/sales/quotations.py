"""Quotations: made, confirmed into orders, cancelled."""

from uuid import UUID

from starlette.responses import Response

from api.calls import Calling
from api.routing import Router, needs
from api.schemas.sales.documents import DatedIn, QuotationIn
from api.verbs import add_transition, answers, make, today
from transactional.sales.resources import ORDERS, QUOTATIONS
from transactional.sales.services.cancel_quotations import cancel_quotations
from transactional.sales.services.confirm_quotations import confirm_quotations
from transactional.sales.services.create_quotations import create_quotations
from transactional.scm.resources import CUSTOMERS

router = Router(prefix=QUOTATIONS.path, tags=["sales"])


@router.post(
    "",
    summary="Offer prices to a customer",
    status_code=201,
    responses=answers(QUOTATIONS, 201),
    openapi_extra=needs("quotation.create"),
)
def create_quotation(given: QuotationIn, call: Calling) -> Response:
    """The quotation, priced from the valid price list."""
    new = given.spec(today(call))
    return make(
        call,
        QUOTATIONS,
        lambda session: create_quotations(session, [new], at=call.services.now())[0].id,
        sees=[(CUSTOMERS, [given.customer_id])],
    )


@router.post(
    "/{id}/confirm",
    summary="Make an order of a quotation",
    status_code=201,
    responses=answers(ORDERS, 201),
    openapi_extra=needs("quotation.confirm"),
)
def confirm_quotation(id: UUID, call: Calling, given: DatedIn | None = None) -> Response:  # noqa: A002
    """The order at the quoted prices."""
    on = (given.on if given else None) or today(call)
    return make(
        call,
        ORDERS,
        lambda session: confirm_quotations(session, [id], on=on, at=call.services.now())[0].id,
        sees=[(QUOTATIONS, [id])],
    )


add_transition(
    router,
    QUOTATIONS,
    "cancel",
    cancel_quotations,
    "Withdraw a quotation",
    "The quotation, which can no longer be confirmed.",
)
