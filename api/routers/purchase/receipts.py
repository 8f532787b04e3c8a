"""Goods that go back to their supplier."""

from starlette.responses import Response

from api.calls import Calling
from api.routing import Router, needs
from api.schemas.purchase.documents import SupplierReturnIn
from api.verbs import answers, make, today
from transactional.purchase.resources import PURCHASE_ORDERS, RECEIPTS
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
