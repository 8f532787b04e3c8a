"""Taking entries back: never edited, never deleted, mirrored."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from transactional.kernel.arrays import any_of
from transactional.kernel.errors import invalid
from transactional.kernel.rows import lock_by_id, read, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.ledger.errors import AlreadyReversed, EntryStands, ReversalOfReversal, SubledgerEntry
from transactional.ledger.models import JournalEntry, JournalLine, ManualEntry
from transactional.ledger.postings import EntryDraft, Journal, LineDraft
from transactional.ledger.services.post_entries import post_entries
from transactional.ledger.services.post_manual_entries import ORIGIN as MANUAL
from transactional.ledger.services.post_manual_entries import REVERSED

TAKEN_BACK_BY = {
    "invoice": "invoice.cancel or purchase_invoice.cancel",
    "payment": "payment.cancel",
    "settlement": "settlement.undo",
    "delivery": "delivery.cancel",
    "purchase_receipt": "receipt.cancel",
    "landed_cost": "landed_cost.cancel",
    "depreciation": "depreciation.cancel",
    "asset": "asset.cancel or asset.reinstate",
    "inventory.stock_document": "stock_document.cancel",
    "production.paper": "production_issue.cancel or production_report.cancel or production_receipt.cancel",
}
"""What takes back a document that posted an entry, by the origin of the entry."""


def reverse_entries(
    session: Session,
    entry_ids: Sequence[UUID],
    *,
    on: date,
    at: datetime,
    origins: Mapping[UUID, UUID] | None = None,
) -> list[JournalEntry]:
    """The reversing entries, one an entry and in their order, linked to the originals, which stay as they are.

    For modules that cancel their own documents: an entry of stock is taken back by `reverse_moves`, for its stock too.
    `origins` are the documents that the reversals of entries belong to, where those are documents of their own.
    Raises: NotFound, AlreadyReversed, ReversalOfReversal, PeriodMissing, PeriodClosed; Invalid for a day before an
    entry's own: the books would show what it takes back as if it had been there.
    """
    entries = read_by_id(session, JournalEntry, entry_ids)
    _check(session, entry_ids, entries)
    if any(on < entry.posted_on for entry in entries.values()):
        raise invalid("on", "before the day of the entry", "too_early")
    lines = _lines(session, entry_ids)
    origin_ids = {entry.id: entry.origin_id for entry in entries.values()} | dict(origins or {})
    drafts = [_mirror(entries[entry_id], lines[entry_id], on, origin_ids[entry_id]) for entry_id in entry_ids]
    return post_entries(session, drafts, at=at)


def reverse_manual_entries(
    session: Session, entry_ids: Sequence[UUID], *, on: date, at: datetime
) -> list[JournalEntry]:
    """As `reverse_entries`, for entries made by hand, which say so from then on.

    What a document posted is taken back with the document.
    Raises: SubledgerEntry naming the verb, EntryStands where there is none, and what `reverse_entries` raises.
    """
    entries = read_by_id(session, JournalEntry, entry_ids).values()
    for entry in entries:
        _check_by_hand(entry)
    # Documents are held before the books are.
    prepared = lock_by_id(session, ManualEntry, {entry.origin_id for entry in entries})
    made = reverse_entries(session, entry_ids, on=on, at=at)
    for document in prepared:
        document.state = REVERSED
    update_all(session, prepared, ManualEntry.state)
    return made


def _check_by_hand(entry: JournalEntry) -> None:
    if entry.origin_type == MANUAL:
        return
    name, origin = f"{entry.journal} {entry.number}", entry.origin_type
    if origin in TAKEN_BACK_BY:
        raise SubledgerEntry(entry=name, origin=origin, verb=TAKEN_BACK_BY[origin])
    raise EntryStands(entry=name, origin=origin)


def _check(session: Session, entry_ids: Sequence[UUID], entries: dict[UUID, JournalEntry]) -> None:
    """A clear refusal; two reversals at once are told apart under the head's lock while posting."""
    for entry in entries.values():
        if entry.reverses_id is not None:
            raise ReversalOfReversal(entry=f"{entry.journal} {entry.number}")
    statement = select(JournalEntry.reverses_id).where(any_of(JournalEntry.reverses_id, entry_ids))
    for reversed_id in session.scalars(statement):
        if reversed_id is not None:
            raise AlreadyReversed(entry=f"{entries[reversed_id].journal} {entries[reversed_id].number}")


def _lines(session: Session, entry_ids: Sequence[UUID]) -> defaultdict[UUID, list[JournalLine]]:
    statement = select(JournalLine).where(any_of(JournalLine.entry_id, entry_ids))
    found: defaultdict[UUID, list[JournalLine]] = defaultdict(list)
    for line in read(session, statement.order_by(JournalLine.entry_id, JournalLine.line_number)):
        found[line.entry_id].append(line)
    return found


def _mirror(entry: JournalEntry, lines: Sequence[JournalLine], on: date, origin_id: UUID) -> EntryDraft:
    return EntryDraft(
        company_id=entry.company_id,
        journal=Journal(entry.journal),
        posted_on=on,
        origin_type=entry.origin_type,
        origin_id=origin_id,
        description=entry.description,
        reverses_id=entry.id,
        lines=[
            LineDraft(
                account_id=line.account_id,
                amount=-line.amount,
                currency_code=line.currency_code,
                currency_amount=-line.currency_amount,
                party_kind=line.party_kind,
                party_id=line.party_id,
                item_id=line.item_id,
                warehouse_id=line.warehouse_id,
                cost_centre_id=line.cost_centre_id,
                project_id=line.project_id,
                tax_code_id=line.tax_code_id,
                description=line.description,
            )
            for line in lines
        ],
    )
