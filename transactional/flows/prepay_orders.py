"""Money that is paid on an order, before there is an invoice of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from transactional.finance.models import Payment, PaymentKind
from transactional.finance.services.register_payments import register_payments
from transactional.finance.specs import NewPayment
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid, place_in
from transactional.kernel.session import Session
from transactional.purchase.models import PurchaseOrder
from transactional.sales.models import SalesOrder


def register_order_payments(session: Session, payments: Sequence[NewPayment], *, at: datetime) -> list[Payment]:
    """As `register_payments`, of payments that may name the order they prepay as their origin.

    Raises: Invalid for an origin that is no order of the payment's party and company, and what that service raises.
    """
    owners = _owners(session, payments)
    problems = [
        FieldProblem(
            f"{place_in('payments', number, payments)}origin_id", "is no order of this party and company", "other_order"
        )
        for number, ask in enumerate(payments)
        if ask.origin_id and owners.get(ask.origin_id) != (ask.kind, ask.party_id, ask.company_id)
    ]
    if problems:
        raise Invalid(problems)
    return register_payments(session, payments, at=at)


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
