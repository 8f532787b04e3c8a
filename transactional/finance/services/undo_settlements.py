"""A settlement taken back: what it settled is open again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from transactional.finance.errors import DocumentInUse, InvoiceNotPosted, RefundWhole, SettlementUndone
from transactional.finance.events import settlement_posted
from transactional.finance.models import Invoice, InvoiceState, Payment, Settlement
from transactional.finance.postings import Money, SettlementFacts, settlement_lines
from transactional.finance.services.settle import entry_of, write_settlements
from transactional.finance.settling import posts_nothing
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import BrokenInvariant, invalid
from transactional.kernel.mirrors import mirror_of
from transactional.kernel.money import ZERO, round_amount
from transactional.kernel.outbox import record
from transactional.kernel.rows import lock_by_id, read, read_by_id
from transactional.kernel.session import Session
from transactional.ledger.postings import LineDraft
from transactional.ledger.services.post_entries import post_entries
from transactional.organization.currencies import decimals_of
from transactional.organization.models import Company


def undo_settlements(session: Session, settlement_ids: Sequence[UUID], *, on: date, at: datetime) -> list[Settlement]:
    """The rows that take settlements back, dated in an open period: both sides are open again as they were.

    Raises: NotFound; SettlementUndone when it was taken back before; InvoiceNotPosted where it belongs to a cancelled
    invoice; RefundWhole where it belongs to a refund; Invalid for a day before the settlement's.
    """
    undoing = open_undoing(session, settlement_ids, on=on)
    for row in undoing.originals.values():
        if row.refund_id:
            raise RefundWhole(number=undoing.payments[row.refund_id].number)
    post_alone(session, undoing.lines, at=at)
    write_undoing(session, undoing, at=at)
    return [row for row, _ in undoing.lines]


@dataclass(frozen=True, slots=True)
class Undoing:
    """Settlements about to be taken back: the rows that do so with what each posts, and the documents, held."""

    lines: list[tuple[Settlement, list[LineDraft]]]
    originals: dict[UUID, Settlement]
    invoices: dict[UUID, Invoice]
    payments: dict[UUID, Payment]


def open_undoing(session: Session, settlement_ids: Sequence[UUID], *, on: date) -> Undoing:
    """What takes settlements back on a day; nothing is written yet.  Raises: as `undo_settlements`."""
    found = read_by_id(session, Settlement, settlement_ids)
    originals = [found[key] for key in dict.fromkeys(settlement_ids)]
    # Whoever settles or undoes holds the documents, invoices first: two undoings of one settlement queue here.
    invoices = {row.id: row for row in lock_by_id(session, Invoice, _invoice_ids(originals))}
    payments = {row.id: row for row in lock_by_id(session, Payment, _payment_ids(originals))}
    _check(session, originals, invoices, on)
    companies = read_by_id(session, Company, {row.company_id for row in originals})
    lines = []
    for original in originals:
        company = companies[original.company_id]
        row = _mirror(original, on)
        facts = _facts(row, invoices, payments, decimals_of(company.currency_code))
        lines.append((row, [] if posts_nothing(facts) else settlement_lines(facts, company.currency_code)))
    return Undoing(lines, {row.id: row for row in originals}, invoices, payments)


def post_alone(session: Session, lines: Sequence[tuple[Settlement, Sequence[LineDraft]]], *, at: datetime) -> None:
    """Nothing: what undoings post stands in an entry of its own for each; one that posts nothing has none."""
    posting = [(row, entry_of(row, own)) for row, own in lines if own]
    entries = post_entries(session, [draft for _, draft in posting], at=at, at_the_end=True)
    for (row, _), entry in zip(posting, entries, strict=True):
        row.journal_entry_id = entry.id


def write_undoing(session: Session, undoing: Undoing, *, at: datetime) -> None:
    """Nothing: the rows are written, both sides are open again, and the world is told."""
    rows = [row for row, _ in undoing.lines]
    write_settlements(session, rows, undoing.invoices)
    record(session, [settlement_posted(row, at) for row in rows])


def find_live(session: Session, column: InstrumentedAttribute[Any], ids: Collection[UUID]) -> list[Settlement]:
    """The settlements of these documents that are not taken back, by the column that names them; oldest first."""
    if not ids:
        return []
    undone = aliased(Settlement)
    is_undone = exists().where(undone.tenant_id == Settlement.tenant_id, undone.reverses_id == Settlement.id)
    statement = select(Settlement).where(any_of(column, ids), Settlement.reverses_id.is_(None), ~is_undone)
    return read(session, statement.order_by(Settlement.id))


def check_not_refunded(session: Session, live: Sequence[Settlement], sources: Mapping[UUID, Payment | Invoice]) -> None:
    """Nothing where no refund gave back something of these credit notes or payments.

    Shapes: `live` are the settlements that they are the source of.  Raises: DocumentInUse.
    """
    refunds = read_by_id(session, Payment, {row.refund_id for row in live if row.refund_id})
    for row in live:
        source_id = row.payment_id or row.credit_note_id
        if row.refund_id and source_id:
            raise DocumentInUse(number=sources[source_id].number, documents=refunds[row.refund_id].number)


def _invoice_ids(rows: Sequence[Settlement]) -> list[UUID]:
    return [key for row in rows for key in (row.invoice_id, row.credit_note_id) if key]


def _payment_ids(rows: Sequence[Settlement]) -> set[UUID]:
    return {key for row in rows for key in (row.payment_id, row.refund_id) if key}


def _check(session: Session, originals: Sequence[Settlement], invoices: Mapping[UUID, Invoice], on: date) -> None:
    for row in originals:
        if row.invoice_id and invoices[row.invoice_id].state != InvoiceState.POSTED:
            # It belongs to a cancellation: the pair stays together.
            raise InvoiceNotPosted(number=invoices[row.invoice_id].number, state=invoices[row.invoice_id].state)
    undone = read(session, select(Settlement).where(any_of(Settlement.reverses_id, [row.id for row in originals])))
    for row in [*undone, *[row for row in originals if row.reverses_id]]:
        raise SettlementUndone(id=row.reverses_id)
    if any(on < row.settled_on for row in originals):
        raise invalid("on", "before the day of the settlement", "too_early")


def _mirror(row: Settlement, on: date) -> Settlement:
    return mirror_of(row, settled_on=on, journal_entry_id=None, reverses_id=row.id)


def _facts(
    row: Settlement, invoices: dict[UUID, Invoice], payments: dict[UUID, Payment], decimals: int
) -> SettlementFacts:
    invoice = _target(row, invoices, payments)
    source: Invoice | Payment | None = invoices[row.credit_note_id] if row.credit_note_id else None
    source = payments[row.payment_id] if row.payment_id else source
    discount = _at_rate(row.discount_amount, invoice, decimals)
    write_off = _at_rate(row.write_off_amount, invoice, decimals)
    if source is None:
        write_off = Money(row.company_amount - discount.amount, row.write_off_amount)
    return SettlementFacts(
        invoice.kind,
        row.party_id,
        invoice.currency_code,
        Money(row.company_amount, row.amount),
        discount,
        write_off,
        Money(row.payment_company_amount, row.payment_amount) if source else Money(ZERO, ZERO),
        source.currency_code if source else invoice.currency_code,
        source.party_id if source else invoice.party_id,
        row.credit_note_id is not None,
    )


def _target(row: Settlement, invoices: Mapping[UUID, Invoice], payments: Mapping[UUID, Payment]) -> Invoice | Payment:
    """The invoice or refund that is settled."""
    found = invoices.get(row.invoice_id) if row.invoice_id else payments.get(row.refund_id) if row.refund_id else None
    if found is None:
        raise BrokenInvariant(f"settlement {row.id} settles nothing")
    return found


def _at_rate(amount: Decimal, invoice: Invoice | Payment, decimals: int) -> Money:
    return Money(round_amount(amount * invoice.exchange_rate, decimals), amount)
