"""Money that is paid on an order, before there is an invoice of it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, select

from transactional.finance.models import Payment, PaymentKind
from transactional.finance.services.register_payments import register_payments
from transactional.finance.specs import NewPayment
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid, Refused, place_in
from transactional.kernel.money import ZERO, round_amount
from transactional.kernel.session import Session
from transactional.organization.currencies import decimals_of
from transactional.purchase.models import PurchaseOrder, PurchaseOrderState
from transactional.sales.models import SalesOrder
from transactional.scm.queries import survivors_of

_CALLED_OFF = (PurchaseOrderState.CANCELLED, PurchaseOrderState.REJECTED)


class OrderPrepaid(Refused):
    """More would be paid on an order than it is worth."""

    code = "order_prepaid"
    message = "Order {number} is {state} and worth {worth_amount} {currency_code}: {paid_amount} would be paid on it."


def register_order_payments(session: Session, payments: Sequence[NewPayment], *, at: datetime) -> list[Payment]:
    """As `register_payments`, of payments that may name the order they prepay as their origin.

    What customers send is booked whatever it is; suppliers are paid no more on an order than it is worth.
    Raises: Invalid for an origin that is no order of the payment's party and company, OrderPrepaid, and what that
    service raises.
    """
    named = {ask.origin_id for ask in payments if ask.origin_id and ask.kind == PaymentKind.DISBURSEMENT}
    session.execute(select(PurchaseOrder.id).where(any_of(PurchaseOrder.id, named)).order_by("id").with_for_update())
    owners = _owners(session, payments)
    parties = {ask.party_id for ask in payments if ask.origin_id} | {owner[1] for owner in owners.values()}
    survivors = survivors_of(session, parties) if len(parties) > 1 else {}
    problems = [
        FieldProblem(
            f"{place_in('payments', number, payments)}origin_id", "is no order of this party and company", "other_order"
        )
        for number, ask in enumerate(payments)
        if ask.origin_id and not _is_owner(owners.get(ask.origin_id), ask, survivors)
    ]
    if problems:
        raise Invalid(problems)
    made = register_payments(session, payments, at=at)
    _check_worth(session, named)
    return made


def _is_owner(owner: tuple[PaymentKind, UUID, UUID] | None, ask: NewPayment, survivors: Mapping[UUID, UUID]) -> bool:
    if owner is None:
        return False
    kind, party_id, company_id = owner
    one, other = (survivors.get(each, each) for each in (party_id, ask.party_id))
    return (kind, one, company_id) == (ask.kind, other, ask.company_id)


def _check_worth(session: Session, order_ids: Collection[UUID]) -> None:
    """Nothing where the orders are not called off and what was paid on them, in their currency, is not beyond them."""
    paid = func.coalesce(func.sum(Payment.amount), 0)
    same = and_(Payment.origin_id == PurchaseOrder.id, Payment.currency_code == PurchaseOrder.currency_code)
    statement = (
        select(PurchaseOrder.number, PurchaseOrder.state, PurchaseOrder.total_amount, PurchaseOrder.currency_code, paid)
        .outerjoin(Payment, same)
        .where(any_of(PurchaseOrder.id, order_ids))
        .group_by(PurchaseOrder.id, PurchaseOrder.tenant_id)
        .order_by(PurchaseOrder.number)
    )
    for number, state, total, currency, amount in session.execute(statement) if order_ids else ():
        worth = ZERO if state in _CALLED_OFF else total
        if amount > worth:
            decimals = decimals_of(currency)
            values = {
                "worth_amount": f"{round_amount(worth, decimals):f}",
                "paid_amount": f"{round_amount(amount, decimals):f}",
                "currency_code": currency,
            }
            raise OrderPrepaid(number=number, state=state, **values)


def _owners(session: Session, payments: Sequence[NewPayment]) -> Mapping[UUID, tuple[PaymentKind, UUID, UUID]]:
    """Of each order named: who pays on it or is paid, and in which company."""
    owners: dict[UUID, tuple[PaymentKind, UUID, UUID]] = {}
    for kind, model, party in (
        (PaymentKind.RECEIPT, SalesOrder, SalesOrder.customer_id),
        (PaymentKind.DISBURSEMENT, PurchaseOrder, PurchaseOrder.supplier_id),
    ):
        wanted = [ask.origin_id for ask in payments if ask.origin_id and ask.kind == kind]
        if wanted:
            rows = session.execute(select(model.id, party, model.company_id).where(any_of(model.id, wanted)))
            owners |= {row[0]: (kind, row[1], row[2]) for row in rows}
    return owners
