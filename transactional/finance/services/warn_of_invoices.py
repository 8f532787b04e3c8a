"""A posted invoice gets a warning that everybody sees who is about to pay it, or is stopped."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from transactional.finance.models import Invoice
from transactional.finance.services.release_invoices import REASON_LENGTH_MAX
from transactional.kernel.rows import lock_by_id, update_all
from transactional.kernel.session import Session


def warn_of_invoices(session: Session, warnings: Mapping[UUID, str], *, is_blocking: bool) -> list[UUID]:
    """The invoices whose payment this has stopped; one that was blocked before keeps its own reason.

    Raises: NotFound.
    """
    invoices = lock_by_id(session, Invoice, warnings)
    stopped = []
    for invoice in invoices:
        invoice.payment_warning = warnings[invoice.id][:REASON_LENGTH_MAX]
        if is_blocking and not invoice.is_payment_blocked:
            invoice.is_payment_blocked = True
            invoice.block_reason = invoice.payment_warning
            stopped.append(invoice.id)
    update_all(session, invoices, Invoice.payment_warning, Invoice.is_payment_blocked, Invoice.block_reason)
    return stopped


def take_warnings_back(session: Session, invoice_ids: Sequence[UUID]) -> None:
    """The invoices carry no warning any more; whether they are blocked is not touched.  Raises: NotFound."""
    invoices = [each for each in lock_by_id(session, Invoice, invoice_ids) if each.payment_warning is not None]
    for invoice in invoices:
        invoice.payment_warning = None
    update_all(session, invoices, Invoice.payment_warning)
