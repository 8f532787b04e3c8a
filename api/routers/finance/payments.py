"""Payments: money received, paid and given back."""

from starlette.responses import Response

from api.calls import Calling
from api.routing import Router, needs
from api.schemas.finance.payments import PaymentIn
from api.verbs import add_cancel, answers, make, today
from transactional.finance.resources import PAYMENTS
from transactional.finance.services.cancel_payments import cancel_payments
from transactional.flows.prepay_orders import register_order_payments

router = Router(prefix=PAYMENTS.path, tags=["finance"])


@router.post(
    "",
    summary="Register money received, paid or given back",
    status_code=201,
    responses=answers(PAYMENTS, 201),
    openapi_extra=needs("payment.create"),
)
def create_payment(given: PaymentIn, call: Calling) -> Response:
    """The payment, posted and set against the invoices named; a refund against what it gives back."""
    new = given.spec(today(call), call.principal.user_id)
    return make(call, PAYMENTS, lambda session: register_order_payments(session, [new], at=call.services.now())[0].id)


add_cancel(router, PAYMENTS, cancel_payments, "The payment, cancelled; what it settled is open again.")
