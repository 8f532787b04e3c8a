"""Invoices and credit notes that stand alone."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from importers.booking.desk import Desk, known_ids
from importers.plan import Note, NoteKind
from transactional.finance.models import Invoice, InvoiceKind
from transactional.finance.services.post_invoices import post_invoices
from transactional.finance.specs import InvoiceDraft, InvoiceDraftLine
from transactional.kernel.session import Session
from transactional.ledger.models import AccountRole


def book_notes(session: Session, notes: Sequence[Note], currency_code: str, desk: Desk) -> int:
    """How many notes were posted."""
    ids = [desk.id_of("note", note.ref) for note in notes]
    known = known_ids(session, Invoice, ids)
    fresh = [
        _draft(note, note_id, currency_code, desk)
        for note, note_id in zip(notes, ids, strict=True)
        if note_id not in known
    ]
    if not fresh:
        return 0
    post_invoices(session, fresh, at=desk.at)
    return len(fresh)


def _draft(note: Note, note_id: UUID, currency_code: str, desk: Desk) -> InvoiceDraft:
    is_credit = note.kind is NoteKind.CREDIT
    role = AccountRole.BAD_DEBT if note.is_bad_debt else AccountRole.SALES_RETURNS if is_credit else AccountRole.REVENUE
    return InvoiceDraft(
        company_id=desk.company_id,
        kind=InvoiceKind.SALES_CREDIT_NOTE if is_credit else InvoiceKind.SALES_INVOICE,
        party_id=desk.ids["customers"][note.customer],
        invoiced_on=note.on,
        currency_code=currency_code,
        lines=[
            InvoiceDraftLine(
                qty=line.qty,
                unit_price=line.unit_price,
                net_amount=line.net_amount,
                item_id=desk.item(line.item),
                role=role,
            )
            for line in note.lines
        ],
        external_number=note.ref,
        origin_type="import",
        origin_id=note_id,
        id=note_id,
    )
