"""Purchase orders and what follows from them: receipt and supplier's invoice."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from api.calls import Calling
from api.routing import Router, needs
from api.schemas.purchase.documents import PurchaseOrderIn, ReceiptIn, SupplierInvoiceIn
from api.verbs import act, answers, make, today
from transactional.finance.resources import PURCHASE_INVOICES
from transactional.kernel.session import Session
from transactional.purchase.resources import PURCHASE_ORDERS, RECEIPTS
from transactional.purchase.services.cancel_orders import cancel_orders
from transactional.purchase.services.close_orders import close_orders
from transactional.purchase.services.confirm_orders import confirm_orders
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
            confirm_orders(session, [order.id], at=at)
        return order.id

    return make(call, PURCHASE_ORDERS, made, sees=[(SUPPLIERS, [given.supplier_id])])


@router.post(
    "/{id}/confirm",
    summary="Confirm a purchase order",
    responses=answers(PURCHASE_ORDERS),
    openapi_extra=needs("purchase_order.confirm"),
)
def confirm_purchase_order(id: UUID, call: Calling) -> Response:  # noqa: A002
    """The order, which commits us now."""
    return act(call, PURCHASE_ORDERS, id, lambda session: confirm_orders(session, [id], at=call.services.now()))


@router.post(
    "/{id}/cancel",
    summary="Cancel a purchase order",
    responses=answers(PURCHASE_ORDERS),
    openapi_extra=needs("purchase_order.cancel"),
)
def cancel_purchase_order(id: UUID, call: Calling) -> Response:  # noqa: A002
    """The order, of which nothing more is expected."""
    return act(call, PURCHASE_ORDERS, id, lambda session: cancel_orders(session, [id], at=call.services.now()))


@router.post(
    "/{id}/reject",
    summary="Turn a purchase order down",
    responses=answers(PURCHASE_ORDERS),
    openapi_extra=needs("purchase_order.reject"),
)
def reject_purchase_order(id: UUID, call: Calling) -> Response:  # noqa: A002
    """The order, rejected."""
    return act(call, PURCHASE_ORDERS, id, lambda session: reject_orders(session, [id], at=call.services.now()))


@router.post(
    "/{id}/close",
    summary="Wait no longer for what has not arrived",
    responses=answers(PURCHASE_ORDERS),
    openapi_extra=needs("purchase_order.close"),
)
def close_purchase_order(id: UUID, call: Calling) -> Response:  # noqa: A002
    """The order, closed."""
    return act(call, PURCHASE_ORDERS, id, lambda session: close_orders(session, [id], at=call.services.now()))


@router.post(
    "/{id}/receive",
    summary="Take in what arrived, inspected",
    status_code=201,
    responses=answers(RECEIPTS, 201),
    openapi_extra=needs("purchase_order.receive"),
)
def receive_purchase_order(id: UUID, call: Calling, given: ReceiptIn | None = None) -> Response:  # noqa: A002
    """The receipt, posted."""
    new = (given or ReceiptIn()).spec(id, today(call))
    return make(
        call,
        RECEIPTS,
        lambda session: receive_orders(session, [new], at=call.services.now())[0].id,
        sees=[(PURCHASE_ORDERS, [id])],
    )


@router.post(
    "/{id}/invoice",
    summary="Enter the supplier's invoice",
    status_code=201,
    responses=answers(PURCHASE_INVOICES, 201),
    openapi_extra=needs("purchase_order.invoice"),
)
def invoice_purchase_order(id: UUID, given: SupplierInvoiceIn, call: Calling) -> Response:  # noqa: A002
    """The invoice, matched with order and receipts and posted; blocked for payment where they differ too much."""
    new = given.spec(id, today(call))
    return make(
        call,
        PURCHASE_INVOICES,
        lambda session: invoice_orders(session, [new], at=call.services.now())[0].id,
        sees=[(PURCHASE_ORDERS, [id])],
    )
