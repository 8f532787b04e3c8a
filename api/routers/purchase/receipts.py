"""Goods that go back to their supplier."""

from starlette.responses import Response

from api.calls import Calling
from api.routing import Router, needs
from api.schemas.purchase.documents import InspectionIn, SupplierReturnIn
from api.verbs import add_cancel, answers, make, today
from transactional.purchase.resources import PURCHASE_ORDERS, RECEIPTS
from transactional.purchase.services.cancel_receipts import cancel_receipts
from transactional.purchase.services.inspect_quarantine import inspect_quarantine
from transactional.purchase.services.return_to_supplier import return_to_supplier

router = Router(prefix=RECEIPTS.path, tags=["purchase"])


@router.post(
    "/return",
    summary="Send accepted goods back",
    status_code=201,
    responses=answers(RECEIPTS, 201),
    openapi_extra=needs("receipt.return"),
)
def return_goods(given: SupplierReturnIn, call: Calling) -> Response:
    """The return, posted at the receipt's cost."""
    new = given.spec(today(call))
    return make(
        call,
        RECEIPTS,
        lambda session: return_to_supplier(session, [new], at=call.services.now())[0].id,
        sees=[(PURCHASE_ORDERS, [given.order_id])],
    )


@router.post(
    "/inspect",
    summary="Decide about goods in quarantine",
    status_code=201,
    responses=answers(RECEIPTS, 201),
    openapi_extra=needs("receipt.inspect"),
)
def inspect_goods(given: InspectionIn, call: Calling) -> Response:
    """The receipt of what was decided: accepted goods in stock, rejected ones on their way back."""
    inspections, on = given.spec(), given.on or today(call)
    return make(
        call,
        RECEIPTS,
        lambda session: inspect_quarantine(session, inspections, on=on, at=call.services.now())[0].id,
        sees=[(PURCHASE_ORDERS, [given.order_id])],
    )


add_cancel(
    router,
    RECEIPTS,
    cancel_receipts,
    "The receipt, cancelled by its mirror image; its order waits for the goods again. Goods of a return to the supplier"
    " are in stock again.",
)
