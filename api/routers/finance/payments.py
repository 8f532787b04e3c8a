"""Payments: money received and paid."""

from starlette.responses import Response

from api.calls import Calling
from api.routing import Router, needs
from api.schemas.finance.payments import PaymentIn
from api.verbs import answers, make, today
from transactional.finance.models import PaymentKind
from transactional.finance.resources import PAYMENTS
from transactional.finance.services.register_payments import register_payments
from transactional.finance.specs import NewPayment

router = Router(prefix=PAYMENTS.path, tags=["finance"])


@router.post(
    "",
    summary="Register money received or paid",
    status_code=201,
    responses=answers(PAYMENTS, 201),
    openapi_extra=needs("payment.create"),
)
def create_payment(given: PaymentIn, call: Calling) -> Response:
    """The payment, posted and set against the invoices named."""
    new = NewPayment(
        company_id=given.company_id,
        kind=PaymentKind(given.kind),
        party_id=given.party_id,
        paid_on=given.paid_on or today(call),
        amount=given.amount,
        bank_account_id=given.bank_account_id,
        bank_reference=given.bank_reference,
        currency_code=given.currency_code,
        exchange_rate=given.exchange_rate,
        charge_amount=given.charge_amount,
        allocations=[allocation.spec() for allocation in given.allocations],
        origin_id=given.origin_id,
        approved_by=call.principal.user_id,
    )
    return make(call, PAYMENTS, lambda session: register_payments(session, [new], at=call.services.now())[0].id)
