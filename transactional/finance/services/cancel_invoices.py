"""An invoice or credit note is taken back: by its mirror image, which settles it."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from transactional.finance.cancelling import check_may_cancel, mirrored
from transactional.finance.errors import DocumentCorrected, DocumentSettled
from transactional.finance.events import invoice_cancelled
from transactional.finance.models import Invoice, InvoiceLine, InvoiceState, Payment, Settlement
from transactional.finance.services.post_invoices import number_invoices
from transactional.finance.services.undo_settlements import check_not_refunded, find_live, undo_settlements
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import BrokenInvariant, invalid
from transactional.kernel.ids import new_id
from transactional.kernel.mirrors import mirror_of, read_lines_of
from transactional.kernel.money import ZERO
from transactional.kernel.outbox import record
from transactional.kernel.rows import insert_all, lock_by_id, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.ledger.services.reverse_entries import reverse_entries

MirroredLines = Mapping[UUID, Sequence[InvoiceLine]]
"""The lines of mirror images by the id of the invoice that each takes back."""
Before = Callable[[Mapping[UUID, Invoice], MirroredLines], None]


def cancel_invoices(
    session: Session, invoice_ids: Sequence[UUID], *, on: date, at: datetime, before_posting: Before | None = None
) -> list[Invoice]:
    """Cancelled invoices and credit notes: their mirror images, numbered like them, post them back on the day.

    What a credit note settled is open again; a supplier's number may be entered again. `before_posting` is given the
    mirror images, by the id of what they take back, and their lines, before anything is posted: what else the
    documents did is taken back there.
    Raises: NotFound; what `check_may_cancel` raises; DocumentSettled naming what settles an invoice; DocumentCorrected
    naming its credit notes; DocumentInUse naming the refunds of a credit note; PeriodClosed; Invalid for a day before a
    settlement's.
    """
    invoices = hold_invoices(session, invoice_ids)
    fresh = list(invoices.values())
    _check(session, fresh, on)
    sources = find_live(session, Settlement.credit_note_id, {row.id for row in fresh})
    check_not_refunded(session, sources, invoices)
    if sources:
        undo_settlements(session, [row.id for row in sources], on=on, at=at)
        invoices |= {row.id: row for row in lock_by_id(session, Invoice, [row.id for row in fresh])}
        fresh = [invoices[row.id] for row in fresh]
    mirrors = {row.id: _mirror(row, on) for row in fresh}
    lines = _mirrored_lines(session, mirrors)
    if before_posting:
        before_posting(mirrors, lines)
    number_invoices(session, list(mirrors.values()))
    _post(session, fresh, mirrors, on=on, at=at)
    insert_all(session, list(mirrors.values()))
    insert_all(session, [line for own in lines.values() for line in own])
    insert_all(session, [_settlement(row, mirrors[row.id]) for row in fresh])
    for row in fresh:
        row.state, row.settled_amount, row.open_amount = InvoiceState.CANCELLED.value, row.total_amount, ZERO
    update_all(session, fresh, Invoice.state, Invoice.settled_amount, Invoice.open_amount)
    record(session, [invoice_cancelled(row, mirrors[row.id], at) for row in fresh])
    return [invoices[invoice_id] for invoice_id in invoice_ids]


def hold_invoices(session: Session, invoice_ids: Sequence[UUID]) -> dict[UUID, Invoice]:
    """Invoices and credit notes about to be cancelled, by id, held with all that this touches.

    What they settle is open again, and mirror images point at what theirs corrects: whoever settles or pays holds the
    same documents in the same order. For a verb that moves goods or numbers documents before it cancels.
    """
    noted = find_live(session, Settlement.credit_note_id, set(invoice_ids))
    pointed = [row.corrects_id for row in read_by_id(session, Invoice, invoice_ids).values()]
    touched = [*pointed, *[row.invoice_id for row in noted]]
    held = lock_by_id(session, Invoice, {*invoice_ids, *[key for key in touched if key]})
    wanted = set(invoice_ids)
    return {row.id: row for row in held if row.id in wanted}


def _check(session: Session, invoices: Sequence[Invoice], on: date) -> None:
    check_may_cancel(invoices, day="invoiced_on", on=on)
    by_id = {row.id: row for row in invoices}
    for settlement in find_live(session, Settlement.invoice_id, by_id):
        if settlement.invoice_id:
            names = _sources(session, settlement.invoice_id)
            raise DocumentSettled(number=by_id[settlement.invoice_id].number, sources=names)
    notes = select(Invoice.corrects_id, Invoice.number).where(
        any_of(Invoice.corrects_id, by_id), Invoice.state == InvoiceState.POSTED
    )
    for corrected_id, number in session.execute(notes.order_by(Invoice.number)):
        if corrected_id is not None:
            raise DocumentCorrected(number=by_id[corrected_id].number, notes=number)
    # Open again only from the day on which a settlement was undone: earlier it would be taken off twice.
    last = session.scalar(select(func.max(Settlement.settled_on)).where(any_of(Settlement.invoice_id, by_id)))
    if last is not None and on < last:
        raise invalid("on", "before the day on which a settlement of it was undone", "too_early")


def _sources(session: Session, invoice_id: UUID) -> str:
    """What settles an invoice, by number."""
    live = find_live(session, Settlement.invoice_id, {invoice_id})
    payments = select(Payment.number).where(any_of(Payment.id, {row.payment_id for row in live}))
    notes = select(Invoice.number).where(any_of(Invoice.id, {row.credit_note_id for row in live}))
    names = sorted(str(name) for statement in (payments, notes) for name in session.scalars(statement))
    written_off = ["a write-off"] if any(row.payment_id is None and row.credit_note_id is None for row in live) else []
    return ", ".join([*names, *written_off])


def _mirror(invoice: Invoice, on: date) -> Invoice:
    return mirrored(
        invoice,
        invoiced_on=on,
        payment_term_id=None,
        settled_amount=-invoice.total_amount,
        open_amount=ZERO,
        is_payment_blocked=False,
        block_reason=None,
        payment_warning=None,
    )


def _mirrored_lines(session: Session, mirrors: Mapping[UUID, Invoice]) -> dict[UUID, list[InvoiceLine]]:
    found: defaultdict[UUID, list[InvoiceLine]] = defaultdict(list)
    for line in read_lines_of(session, InvoiceLine.invoice_id, mirrors, InvoiceLine):
        found[line.invoice_id].append(mirror_of(line, invoice_id=mirrors[line.invoice_id].id))
    return found


def _post(
    session: Session, invoices: Sequence[Invoice], mirrors: Mapping[UUID, Invoice], *, on: date, at: datetime
) -> None:
    entry_ids: list[UUID] = []
    for row in invoices:
        if row.journal_entry_id is None:
            raise BrokenInvariant(f"invoice {row.id} is posted without an entry")
        entry_ids.append(row.journal_entry_id)
    origins = {key: mirrors[row.id].id for key, row in zip(entry_ids, invoices, strict=True)}
    entries = reverse_entries(session, entry_ids, on=on, at=at, origins=origins) if entry_ids else []
    for row, entry in zip(invoices, entries, strict=True):
        mirrors[row.id].journal_entry_id = entry.id


def _settlement(invoice: Invoice, mirror: Invoice) -> Settlement:
    """The invoice set against its mirror image: both stand on one account, so nothing is posted."""
    return Settlement(
        id=new_id(),
        company_id=invoice.company_id,
        party_id=invoice.party_id,
        invoice_id=invoice.id,
        payment_id=None,
        credit_note_id=mirror.id,
        settled_on=mirror.invoiced_on,
        amount=invoice.total_amount,
        payment_amount=mirror.total_amount,
        payment_company_amount=mirror.company_total_amount,
        discount_amount=ZERO,
        write_off_amount=ZERO,
        company_amount=invoice.company_total_amount,
        exchange_difference_amount=ZERO,
        journal_entry_id=None,
        reverses_id=None,
    )
