"""Sales invoices made by naming the order."""

from starlette.responses import Response

from api.calls import Calling
from api.routing import Router, needs
from api.schemas.sales.documents import OrderInvoiceIn
from api.totals import add_totals
from api.verbs import add_cancel, answers, make, today
from transactional.finance.resources import INVOICES
from transactional.sales.resources import ORDERS
from transactional.sales.services.cancel_invoices import cancel_invoices
from transactional.sales.services.invoice_orders import invoice_orders

router = Router(prefix=INVOICES.path, tags=["sales"])
add_totals(router, INVOICES)


@router.post(
    "",
    summary="Invoice an order",
    status_code=201,
    responses=answers(INVOICES, 201),
    openapi_extra=needs("invoice.create"),
)
def create_invoice(given: OrderInvoiceIn, call: Calling) -> Response:
    """The invoice, posted."""
    new = given.spec(given.order_id, today(call))
    return make(
        call,
        INVOICES,
        lambda session: invoice_orders(session, [new], at=call.services.now())[0].id,
        sees=[(ORDERS, [given.order_id])],
    )


add_cancel(router, INVOICES, cancel_invoices, "The invoice, cancelled; its order may be invoiced again.")
