"""A payment is taken back: by its mirror image, with what it settled."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from transactional.finance.cancelling import check_may_cancel, mirrored
from transactional.finance.events import payment_cancelled
from transactional.finance.models import BankAccount, Invoice, Payment, PaymentState, Settlement
from transactional.finance.postings import payment_lines
from transactional.finance.services.register_payments import facts_of, number_payments, payment_entry
from transactional.finance.services.undo_settlements import (
    Undoing,
    check_not_refunded,
    find_live,
    open_undoing,
    post_alone,
    write_undoing,
)
from transactional.kernel.outbox import record
from transactional.kernel.rows import insert_all, lock_by_id, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.ledger.postings import EntryDraft, LineDraft
from transactional.ledger.services.post_entries import post_entries
from transactional.organization.currencies import decimals_of
from transactional.organization.models import Company


def cancel_payments(session: Session, payment_ids: Sequence[UUID], *, on: date, at: datetime) -> list[Payment]:
    """Cancelled payments: what they settled is open again, and their mirror images post them back on the day.

    Its bank reference may be used again.
    Raises: NotFound; PeriodClosed; what `check_may_cancel` raises; DocumentInUse naming the refunds that gave some of
    it back; Invalid for a day before a settlement's of it.
    """
    settled = _find_live(session, set(payment_ids))
    # Invoices are held before payments are, as everywhere in finance.
    lock_by_id(session, Invoice, {key for row in settled for key in (row.invoice_id, row.credit_note_id) if key})
    payments = {row.id: row for row in lock_by_id(session, Payment, payment_ids)}
    fresh = list(payments.values())
    check_may_cancel(fresh, day="paid_on", on=on)
    live = _find_live(session, payments)
    check_not_refunded(session, [row for row in live if row.payment_id in payments], payments)
    undoing = open_undoing(session, [row.id for row in live], on=on)
    mirrors = {payment.id: _mirror(payment, on) for payment in fresh}
    number_payments(session, list(mirrors.values()))
    _post(session, [(payment, mirrors[payment.id]) for payment in fresh], undoing, at=at)
    insert_all(session, list(mirrors.values()))
    write_undoing(session, undoing, at=at)
    for payment in fresh:
        payment.state = PaymentState.CANCELLED.value
    update_all(session, fresh, Payment.state)
    record(session, [payment_cancelled(payment, mirrors[payment.id], at) for payment in fresh])
    return [payments[payment_id] for payment_id in payment_ids]


def _find_live(session: Session, payment_ids: Collection[UUID]) -> list[Settlement]:
    """What payments settle, and what refunds give back."""
    columns = (Settlement.payment_id, Settlement.refund_id)
    return [row for column in columns for row in find_live(session, column, payment_ids)]


def _mirror(payment: Payment, on: date) -> Payment:
    return mirrored(payment, bank_reference=None, paid_on=on, approved_by=None)


@dataclass(frozen=True, slots=True)
class _Posting:
    """An entry and the rows that point to it."""

    draft: EntryDraft
    rows: list[Payment | Settlement]


def _post(session: Session, pairs: Sequence[tuple[Payment, Payment]], undoing: Undoing, *, at: datetime) -> None:
    """The mirror image of each payment's entry, with what was settled in it; later settlements by entries of theirs."""
    accounts = read_by_id(session, BankAccount, {payment.bank_account_id for payment, _ in pairs})
    companies = read_by_id(session, Company, {payment.company_id for payment, _ in pairs})
    postings, alone = [], list(undoing.lines)
    for payment, mirror in pairs:
        within = [each for each in alone if _is_within(each[0], undoing.originals, payment)]
        alone = [each for each in alone if each not in within]
        decimals = decimals_of(companies[payment.company_id].currency_code)
        lines: list[LineDraft] = payment_lines(facts_of(mirror, accounts[payment.bank_account_id], decimals))
        lines += [line for _, own in within for line in own]
        draft = replace(
            payment_entry(mirror, lines),
            reverses_id=payment.journal_entry_id,
            description=f"{payment.kind} {mirror.number} cancels {payment.number}",
        )
        postings.append(_Posting(draft, [mirror, *[row for row, own in within if own]]))
    entries = post_entries(session, [posting.draft for posting in postings], at=at, at_the_end=True)
    for posting, entry in zip(postings, entries, strict=True):
        for row in posting.rows:
            row.journal_entry_id = entry.id
    post_alone(session, alone, at=at)


def _is_within(row: Settlement, originals: Mapping[UUID, Settlement], payment: Payment) -> bool:
    """Whether what is undone was posted in the payment's own entry."""
    original = originals[row.reverses_id] if row.reverses_id else row
    return original.journal_entry_id is not None and original.journal_entry_id == payment.journal_entry_id
