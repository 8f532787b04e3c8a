"""What was paid in advance on an order is set against its invoice."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from transactional.finance.models import Invoice, Payment, PaymentKind, PaymentState, Settlement
from transactional.finance.postings import side_of
from transactional.finance.services.settle import settle
from transactional.finance.specs import Allocation, NewSettlement
from transactional.kernel.arrays import any_of
from transactional.kernel.money import ZERO
from transactional.kernel.session import Session
from transactional.kernel.statements import Asked, Query, among

_PREPAYMENTS = Query(
    select(Payment)
    .where(among(Payment.origin_id, "orders"), Payment.state == PaymentState.POSTED)
    .order_by(Payment.id)
    .with_for_update()
)


def hold_prepayments(session: Session, order_ids: Iterable[UUID]) -> Asked[Payment]:
    """What was paid in advance on orders; held before the books are, like every payment."""
    return _PREPAYMENTS.ask(session, orders=order_ids)


def net_prepayments(
    session: Session, invoices: Sequence[Invoice], held: Asked[Payment], *, at: datetime
) -> list[Settlement]:
    """Settlements of held prepayments, oldest first, with the invoices of their orders, in the order of the invoices.

    A blocked invoice and a prepayment in another currency wait for a user.
    """
    payments = sorted(held.rows(), key=lambda row: (row.paid_on, row.number))
    by_order: defaultdict[UUID, list[Payment]] = defaultdict(list)
    for payment in payments:
        if payment.origin_id:
            by_order[payment.origin_id].append(payment)
    if not by_order:
        return []
    left = _open_amounts(session, payments)
    asks = []
    for invoice in invoices:
        if invoice.origin_id and not invoice.is_payment_blocked:
            asks += _asks(invoice, by_order[invoice.origin_id], left)
    return settle(session, asks, at=at)


def _asks(invoice: Invoice, payments: Sequence[Payment], left: dict[UUID, Decimal]) -> list[NewSettlement]:
    asks = []
    wanted = invoice.total_amount
    for payment in payments:
        amount = min(wanted, left[payment.id])
        if amount > 0 and payment.currency_code == invoice.currency_code and _same_side(payment, invoice):
            settled_on = max(invoice.invoiced_on, payment.paid_on)
            asks.append(NewSettlement(settled_on, [Allocation(invoice.id, amount)], payment_id=payment.id))
            left[payment.id] -= amount
            wanted -= amount
    return asks


def _same_side(payment: Payment, invoice: Invoice) -> bool:
    # Whose order it is was looked at when it was prepaid.
    return side_of(PaymentKind(payment.kind)) is side_of(invoice.kind)


def _open_amounts(session: Session, payments: Sequence[Payment]) -> dict[UUID, Decimal]:
    statement = (
        select(Settlement.payment_id, func.sum(Settlement.payment_amount))
        .where(any_of(Settlement.payment_id, [payment.id for payment in payments]))
        .group_by(Settlement.payment_id)
    )
    used = {row[0]: row[1] for row in session.execute(statement)}
    return {payment.id: payment.amount - used.get(payment.id, ZERO) for payment in payments}
