"""Payments that an incident warns of or stops, and lets go again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from transactional.finance.models import Invoice, InvoiceState
from transactional.finance.services.release_invoices import release_invoices
from transactional.finance.services.warn_of_invoices import take_warnings_back, warn_of_invoices
from transactional.kernel.arrays import any_of
from transactional.kernel.rows import insert_all, read, update_all
from transactional.kernel.session import Session
from transactional.watch.models import HeldInvoice, Incident, WatchPolicy
from transactional.watch.states import PaymentAction


def hold_invoices(
    session: Session, invoices: Mapping[UUID, Sequence[UUID]], incidents: Mapping[UUID, Incident], policy: WatchPolicy
) -> set[UUID]:
    """The incidents that now hold an unpaid invoice of theirs; `invoices` names those of each incident.

    What a person has released once for an incident is not held again by it.
    """
    if policy.payment_action == PaymentAction.OFF:
        return set()
    strong = {key for key, each in incidents.items() if each.score >= policy.block_score}
    wanted = {(key, invoice_id) for key in strong for invoice_id in invoices.get(key, ())}
    known = read(session, select(HeldInvoice).where(any_of(HeldInvoice.incident_id, list(strong))))
    wanted -= {(each.incident_id, each.invoice_id) for each in known}
    unpaid = _unpaid(session, {invoice_id for _, invoice_id in wanted})
    fresh = sorted(pair for pair in wanted if pair[1] in unpaid)
    if not fresh:
        return set()
    reasons = {invoice_id: incidents[key].reason for key, invoice_id in reversed(fresh)}
    is_blocking = policy.payment_action == PaymentAction.BLOCK
    stopped = set(warn_of_invoices(session, reasons, is_blocking=is_blocking))
    rows = [HeldInvoice(incident_id=key, invoice_id=each, is_blocking=each in stopped) for key, each in fresh]
    insert_all(session, rows)
    return {key for key, _ in fresh}


def let_go(session: Session, incident_ids: Sequence[UUID], *, reason: str, at: datetime) -> list[UUID]:
    """The incidents that held an invoice and do no more; an invoice held by another open incident stays held."""
    own = read(session, select(HeldInvoice).where(any_of(HeldInvoice.incident_id, incident_ids)).with_for_update())
    own = [each for each in own if not each.is_released]
    if not own:
        return []
    for each in own:
        each.is_released = True
    update_all(session, own, HeldInvoice.is_released)
    session.send_waiting()
    invoice_ids = sorted({each.invoice_id for each in own})
    others = read(session, select(HeldInvoice).where(any_of(HeldInvoice.invoice_id, invoice_ids)))
    still = {each.invoice_id for each in others if not each.is_released}
    take_warnings_back(session, [each for each in invoice_ids if each not in still])
    blocked = {each.invoice_id for each in others if each.is_blocking and each.invoice_id not in still}
    if blocked:
        release_invoices(session, sorted(blocked), reason=reason, at=at)
    return sorted({each.incident_id for each in own})


def _unpaid(session: Session, invoice_ids: set[UUID]) -> set[UUID]:
    if not invoice_ids:
        return set()
    statement = select(Invoice.id).where(
        any_of(Invoice.id, list(invoice_ids)), Invoice.state == InvoiceState.POSTED, Invoice.open_amount > 0
    )
    return set(session.scalars(statement))
