"""Suppliers' invoices: released for payment, credited after a return."""

from uuid import UUID

from starlette.responses import Response

from api.calls import Calling
from api.routing import Router, needs
from api.schemas.purchase.bills import BillIn
from api.schemas.purchase.documents import SupplierCreditIn
from api.totals import add_totals
from api.verbs import act, add_cancel, answers, make, today
from transactional.finance.resources import PURCHASE_INVOICES
from transactional.finance.services.release_invoices import release_invoices
from transactional.kernel.schema import Strict, text_of
from transactional.organization.resources import COMPANIES
from transactional.purchase.resources import PURCHASE_ORDERS
from transactional.purchase.services.cancel_invoices import cancel_invoices
from transactional.purchase.services.credit_returns import credit_returns
from transactional.purchase.services.enter_bills import enter_bills
from transactional.purchase.specs import NewSupplierCredit
from transactional.scm.resources import SUPPLIERS

router = Router(prefix=PURCHASE_INVOICES.path, tags=["purchase"])
add_totals(router, PURCHASE_INVOICES)


class ReasonIn(Strict):
    """Why."""

    reason: text_of(300, length_min=1)  # type: ignore[valid-type]


@router.post(
    "",
    summary="Enter a supplier's invoice without an order",
    status_code=201,
    responses=answers(PURCHASE_INVOICES, 201),
    openapi_extra=needs("purchase_invoice.create"),
)
def create_bill(given: BillIn, call: Calling) -> Response:
    """The invoice, posted: expense and input tax against payable."""
    new = given.spec(today(call))
    return make(
        call,
        PURCHASE_INVOICES,
        lambda session: enter_bills(session, [new], at=call.services.now())[0].id,
        sees=[(SUPPLIERS, [given.supplier_id]), (COMPANIES, [given.company_id])],
    )


@router.post(
    "/credit",
    summary="Enter a supplier's credit note for goods sent back",
    status_code=201,
    responses=answers(PURCHASE_INVOICES, 201),
    openapi_extra=needs("purchase_invoice.create"),
)
def credit(given: SupplierCreditIn, call: Calling) -> Response:
    """The credit note, posted."""
    new = NewSupplierCredit(given.order_id, given.external_number, given.credited_on or today(call))
    return make(
        call,
        PURCHASE_INVOICES,
        lambda session: credit_returns(session, [new], at=call.services.now())[0].id,
        sees=[(PURCHASE_ORDERS, [given.order_id])],
    )


@router.post(
    "/{id}/release",
    summary="Let a blocked invoice be paid",
    responses=answers(PURCHASE_INVOICES),
    openapi_extra=needs("purchase_invoice.release"),
)
def release(id: UUID, given: ReasonIn, call: Calling) -> Response:  # noqa: A002
    """The invoice, no longer blocked."""
    at = call.services.now()
    return act(call, PURCHASE_INVOICES, id, lambda session: release_invoices(session, [id], reason=given.reason, at=at))


add_cancel(
    router,
    PURCHASE_INVOICES,
    cancel_invoices,
    "The invoice or credit note, cancelled by its mirror image; its receipts may be invoiced again.",
)
