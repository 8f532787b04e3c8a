"""A blocked invoice may be paid after all."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from transactional.finance.events import invoice_released
from transactional.finance.models import Invoice
from transactional.kernel.errors import invalid
from transactional.kernel.outbox import record
from transactional.kernel.rows import lock_by_id, update_all
from transactional.kernel.session import Session

REASON_LENGTH_MAX = 500


def release_invoices(session: Session, invoice_ids: Sequence[UUID], *, reason: str, at: datetime) -> list[Invoice]:
    """Invoices that may be paid, with the reason behind what blocked them; one that is not blocked stays as it is.

    Raises: NotFound; Invalid without a reason.
    """
    if not reason.strip():
        raise invalid("reason", "a reason is needed", "reason_missing")
    invoices = lock_by_id(session, Invoice, invoice_ids)
    blocked = [invoice for invoice in invoices if invoice.is_payment_blocked]
    for invoice in blocked:
        invoice.is_payment_blocked = False
        invoice.block_reason = f"{invoice.block_reason}; released: {reason}"[:REASON_LENGTH_MAX]
    update_all(session, blocked, Invoice.is_payment_blocked, Invoice.block_reason)
    record(session, [invoice_released(invoice, at) for invoice in blocked])
    return invoices
