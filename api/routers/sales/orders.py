"""Sales orders and what follows from them: delivery and invoice."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from api.calls import Calling
from api.resources import expected_version
from api.routing import Router, needs
from api.schemas.sales.documents import ChosenLotsIn, DeliveryIn, InvoiceIn, OrderChangeIn, OrderIn
from api.verbs import act, add_follow_up, add_transition, answers, make, today
from transactional.finance.resources import INVOICES
from transactional.kernel.records import check_may_set, check_version
from transactional.kernel.rows import lock_by_id
from transactional.kernel.session import Session
from transactional.sales.models import SalesOrder
from transactional.sales.resources import DELIVERIES, ORDERS
from transactional.sales.services.cancel_orders import cancel_orders
from transactional.sales.services.change_orders import change_orders
from transactional.sales.services.choose_lots import choose_lots
from transactional.sales.services.close_orders import close_orders
from transactional.sales.services.confirm_orders import confirm_orders
from transactional.sales.services.create_orders import create_orders
from transactional.sales.services.deliver_orders import deliver_orders
from transactional.sales.services.invoice_orders import invoice_orders
from transactional.sales.services.take_orders import take_orders
from transactional.sales.specs import OrderChange
from transactional.scm.resources import CUSTOMERS

router = Router(prefix=ORDERS.path, tags=["sales"])


@router.post(
    "",
    summary="Take an order",
    status_code=201,
    responses=answers(ORDERS, 201),
    openapi_extra=needs("order.create"),
)
def create_order(
    given: OrderIn,
    call: Calling,
    confirm: Annotated[bool, Query(description="Confirm it at once; asks for the right order.confirm too.")] = False,  # noqa: FBT002
) -> Response:
    """The order, priced from the valid price list."""
    if confirm:
        call.principal.check_may("order.confirm")
    new, at = given.spec(today(call)), call.services.now()

    def made(session: Session) -> UUID:
        verb = take_orders if confirm else create_orders
        [order] = verb(session, [new], at=at)
        return order.id

    return make(call, ORDERS, made, sees=[(CUSTOMERS, [given.customer_id])])


@router.post(
    "/{id}/confirm",
    summary="Confirm an order",
    responses=answers(ORDERS),
    openapi_extra=needs("order.confirm"),
)
def confirm_order(
    id: UUID,  # noqa: A002
    call: Calling,
    require_stock: Annotated[bool, Query(description="Refuse when not all of it can be reserved now.")] = False,  # noqa: FBT002
) -> Response:
    """The order, its stock reserved; an order already confirmed stays as it is."""
    at = call.services.now()
    return act(call, ORDERS, id, lambda session: confirm_orders(session, [id], at=at, require_stock=require_stock))


@router.post(
    "/{id}/change",
    summary="Change lines and dates of an order",
    responses=answers(ORDERS),
    openapi_extra=needs("order.change"),
)
def change_order(id: UUID, given: OrderChangeIn, request: Request, call: Calling) -> Response:  # noqa: A002
    """The order with its new revision."""
    version, _ = expected_version(request, given.version)
    change = OrderChange(
        order_id=id,
        lines=[line.spec() for line in given.lines],
        promised_on=given.promised_on,
        customer_reference=given.customer_reference,
        freight_amount=given.freight_amount,
        ship_method_id=given.ship_method_id,
    )

    def verb(session: Session) -> None:
        check_version(session, ORDERS, id, version)
        [order] = lock_by_id(session, SalesOrder, [id])
        check_may_set(ORDERS, given.model_fields_set - {"version"}, by=call.principal, state=order.state)
        change_orders(session, [change], at=call.services.now())

    return act(call, ORDERS, id, verb)


@router.post(
    "/{id}/reserve",
    summary="Promise certain batches or serial numbers",
    responses=answers(ORDERS),
    openapi_extra=needs("order.reserve"),
)
def reserve_lots_of_order(id: UUID, given: ChosenLotsIn, call: Calling) -> Response:  # noqa: A002
    """The order; nobody else is delivered what its lines are promised by name."""
    return act(call, ORDERS, id, lambda session: choose_lots(session, [given.spec(id)]))


add_transition(
    router, ORDERS, "cancel", cancel_orders, "Cancel an order", "The order, nothing of it reserved any more."
)
add_transition(router, ORDERS, "close", close_orders, "Deliver no more of an order", "The order, closed.")
add_follow_up(
    router,
    ORDERS,
    "deliver",
    deliver_orders,
    "Hand over what is open, or the lines named",
    "The delivery, posted.",
    made=DELIVERIES,
    takes=DeliveryIn,
)
add_follow_up(
    router,
    ORDERS,
    "invoice",
    invoice_orders,
    "Invoice what was delivered",
    "The invoice, posted.",
    made=INVOICES,
    takes=InvoiceIn,
)
