"""Purchase orders and what follows from them: receipt and supplier's invoice."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from api.calls import Calling
from api.rendering import json_response, shown
from api.resources import expected_version
from api.routing import Router, needs
from api.schemas.purchase.documents import (
    OrderProgressOut,
    OrderRejectionIn,
    PurchaseOrderChangeIn,
    PurchaseOrderIn,
    ReceiptIn,
    SupplierInvoiceIn,
)
from api.verbs import act, add_follow_up, add_transition, answers, make, today
from transactional.finance.resources import PURCHASE_INVOICES
from transactional.flows.send_orders import approve_and_send, change_and_send, confirm_and_send
from transactional.kernel.records import check_exists, check_may_set, check_version
from transactional.kernel.rows import lock_by_id
from transactional.kernel.session import Session
from transactional.purchase.models import PurchaseOrder
from transactional.purchase.queries import order_progress
from transactional.purchase.resources import PURCHASE_ORDERS, RECEIPTS
from transactional.purchase.services.cancel_orders import cancel_orders
from transactional.purchase.services.close_orders import close_orders
from transactional.purchase.services.create_orders import create_orders
from transactional.purchase.services.invoice_orders import invoice_orders
from transactional.purchase.services.receive_orders import receive_orders
from transactional.purchase.services.reject_orders import reject_orders
from transactional.scm.resources import SUPPLIERS

router = Router(prefix=PURCHASE_ORDERS.path, tags=["purchase"])


@router.post(
    "",
    summary="Order from a supplier",
    status_code=201,
    responses=answers(PURCHASE_ORDERS, 201),
    openapi_extra=needs("purchase_order.create"),
)
def create_purchase_order(
    given: PurchaseOrderIn,
    call: Calling,
    confirm: Annotated[bool, Query(description="Confirm it at once; asks for purchase_order.confirm too.")] = False,  # noqa: FBT002
) -> Response:
    """The order, priced from the supplier's price list."""
    if confirm:
        call.principal.check_may("purchase_order.confirm")
    new, at = given.spec(today(call)), call.services.now()

    def made(session: Session) -> UUID:
        [order] = create_orders(session, [new], at=at)
        if confirm:
            confirm_and_send(session, [order.id], at=at)
        return order.id

    return make(call, PURCHASE_ORDERS, made, sees=[(SUPPLIERS, [given.supplier_id])])


@router.post(
    "/{id}/change",
    summary="Change lines and dates of a purchase order",
    responses=answers(PURCHASE_ORDERS),
    openapi_extra=needs("purchase_order.change"),
)
def change_purchase_order(
    id: UUID,  # noqa: A002
    given: PurchaseOrderChangeIn,
    request: Request,
    call: Calling,
) -> Response:
    """The order with its new revision; it waits for approval where the change asks for one."""
    version, _ = expected_version(request, given.version)

    def verb(session: Session) -> None:
        check_version(session, PURCHASE_ORDERS, id, version)
        [order] = lock_by_id(session, PurchaseOrder, [id])
        check_may_set(PURCHASE_ORDERS, given.model_fields_set - {"version"}, by=call.principal, state=order.state)
        change_and_send(session, [given.spec(id)], at=call.services.now())

    return act(call, PURCHASE_ORDERS, id, verb)


for _verb, _service, _summary, _shows in (
    ("confirm", confirm_and_send, "Confirm a purchase order", "The order, which commits us now."),
    ("cancel", cancel_orders, "Cancel a purchase order", "The order, of which nothing more is expected."),
    ("approve", approve_and_send, "Approve a purchase order that waits", "The order, which commits us now."),
    ("close", close_orders, "Wait no longer for what has not arrived", "The order, closed."),
):
    add_transition(router, PURCHASE_ORDERS, _verb, _service, _summary, _shows)


@router.post(
    "/{id}/reject",
    summary="Turn a purchase order down",
    responses=answers(PURCHASE_ORDERS),
    openapi_extra=needs("purchase_order.reject"),
)
def reject_purchase_order(id: UUID, call: Calling, given: OrderRejectionIn | None = None) -> Response:  # noqa: A002
    """The order, rejected; one that waits for approval goes back with a reason."""
    reason, at = given.reason if given else None, call.services.now()
    return act(call, PURCHASE_ORDERS, id, lambda session: reject_orders(session, [id], at=at, reason=reason))


add_follow_up(
    router,
    PURCHASE_ORDERS,
    "receive",
    receive_orders,
    "Take in what arrived, inspected",
    "The receipt, posted.",
    made=RECEIPTS,
    takes=ReceiptIn,
)
add_follow_up(
    router,
    PURCHASE_ORDERS,
    "invoice",
    invoice_orders,
    "Enter the supplier's invoice",
    "The invoice, matched with order and receipts and posted; blocked for payment where they differ too much.",
    made=PURCHASE_INVOICES,
    takes=SupplierInvoiceIn,
    is_optional=False,
)


@router.get(
    "/{id}/progress",
    summary="How far a purchase order is",
    responses={200: {"model": OrderProgressOut}},
    openapi_extra=needs("purchase_order.read"),
)
def progress_of_purchase_order(id: UUID, call: Calling) -> Response:  # noqa: A002
    """What arrived and is invoiced and paid, and what is still committed."""

    def work(session: Session) -> dict[str, Any]:
        check_exists(session, PURCHASE_ORDERS, id, by=call.principal)
        return order_progress(session, [id])[id].as_record()

    return json_response(shown(call.read(work)))
