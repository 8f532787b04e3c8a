"""Open items and bank accounts in foreign currencies are taken to the closing rate, and back on the day after.

The difference stands on accounts of its own, so that receivables, payables and bank equal their subledgers on every
day. Advances are no money that comes back, so they keep their rate.  Source: IAS 21.16, 21.23.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from transactional.finance.models import BankAccount, InvoiceKind, Revaluation
from transactional.finance.postings import SALES_KINDS
from transactional.finance.queries import open_foreign_items
from transactional.kernel.arrays import any_of
from transactional.kernel.money import ZERO, round_amount
from transactional.kernel.outbox import Event, record
from transactional.kernel.reference import read_all
from transactional.kernel.rows import insert_all, lock_by_id, read
from transactional.kernel.session import Session
from transactional.ledger.models import AccountRole, JournalLine, Period
from transactional.ledger.postings import EntryDraft, Journal, LineDraft
from transactional.ledger.services.post_entries import post_entries
from transactional.ledger.services.reverse_entries import reverse_entries
from transactional.organization.currencies import decimals_of
from transactional.organization.models import Company, RateKind
from transactional.organization.services.find_rates import find_rates

_OURS = frozenset({InvoiceKind.SALES_INVOICE.value, InvoiceKind.PURCHASE_CREDIT_NOTE.value})


@dataclass(frozen=True, slots=True)
class Held:
    """Something held in a foreign currency on a day.  Units: what we owe is negative; `amount` as it is booked."""

    item_id: UUID
    number: str | None
    role: AccountRole
    currency_code: str
    currency_amount: Decimal
    amount: Decimal
    party_kind: str | None = None
    party_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """What is still to be posted of something held.  Units: gain positive, in company currency."""

    held: Held
    exchange_rate: Decimal
    amount: Decimal


def revalue_periods(session: Session, period_ids: Sequence[UUID], *, at: datetime) -> list[Revaluation]:
    """Unrealized gains and losses of the periods, one row an item, posted on the last day and reversed the day after.

    A second run posts what has changed since: nothing where nothing has.
    Raises: NotFound; RateMissing naming the currency; PeriodClosed, PeriodMissing for the day after; RoleUnmapped.
    """
    made: list[Revaluation] = []
    for period in sorted(lock_by_id(session, Period, period_ids), key=lambda row: row.starts_on):
        differences = open_differences(session, period)
        if not differences:
            continue
        [entry] = post_entries(session, [_draft(period, differences)], at=at)
        [back] = reverse_entries(session, [entry.id], on=period.ends_on + timedelta(days=1), at=at)
        rows = [_row(period, each, entry.id, back.id) for each in differences]
        insert_all(session, rows)
        record(session, [_told(period, rows, at)])
        made += rows
    return made


def open_differences(session: Session, period: Period) -> list[Difference]:
    """What a revaluation of the period would post now, at closing rates dated within it, else at the last spot rates.

    Raises: RateMissing.
    """
    company = read_all(session, Company)[period.company_id]
    held = [*_items(session, company, period), *_banks(session, company, period)]
    statement = (
        select(Revaluation.item_id, Revaluation.currency_code, func.sum(Revaluation.amount))
        .where(Revaluation.period_id == period.id)
        .group_by(Revaluation.item_id, Revaluation.currency_code)
    )
    posted = {(row[0], row[1]): row[2] for row in session.execute(statement)}
    codes = {company.currency_code, *(each.currency_code for each in held)}
    closing = find_rates(session, codes, until=period.ends_on, kind=RateKind.CLOSING)
    spot = find_rates(session, codes, until=period.ends_on)
    within = (period.ends_on - period.starts_on).days
    decimals = decimals_of(company.currency_code)
    found = []
    for each in held:
        pair = (each.currency_code, company.currency_code, period.ends_on)
        rate = closing.find_rate(*pair, age_days_max=within)
        if rate is None:
            rate = spot.rate(*pair, age_days_max=company.rate_age_days_max)
        gain = round_amount(each.currency_amount * rate, decimals) - each.amount
        found.append(Difference(each, rate, gain - posted.get((each.item_id, each.currency_code), ZERO)))
    return [each for each in found if each.amount]


def _items(session: Session, company: Company, period: Period) -> list[Held]:
    held = []
    for item in open_foreign_items(session, company.id, company.currency_code, as_of=period.ends_on):
        sign = 1 if item.kind in _OURS else -1
        is_sale = item.kind in SALES_KINDS
        held.append(
            Held(
                item.invoice_id,
                item.number,
                AccountRole.RECEIVABLE_REVALUATION if is_sale else AccountRole.PAYABLE_REVALUATION,
                item.currency_code,
                sign * item.open_amount,
                sign * item.company_open_amount,
                "customer" if is_sale else "supplier",
                item.party_id,
            )
        )
    return held


def _banks(session: Session, company: Company, period: Period) -> list[Held]:
    accounts = {row.account_id: row.code for row in _bank_accounts(session, company)}
    statement = (
        select(
            JournalLine.account_id,
            JournalLine.currency_code,
            func.sum(JournalLine.currency_amount),
            func.sum(JournalLine.amount),
        )
        .where(
            any_of(JournalLine.account_id, accounts),
            JournalLine.posted_on <= period.ends_on,
            JournalLine.currency_code != company.currency_code,
        )
        .group_by(JournalLine.account_id, JournalLine.currency_code)
        .order_by(JournalLine.account_id, JournalLine.currency_code)
    )
    return [
        Held(row[0], accounts[row[0]], AccountRole.BANK_REVALUATION, row[1], row[2], row[3])
        for row in session.execute(statement)
    ]


def _bank_accounts(session: Session, company: Company) -> list[BankAccount]:
    return read(session, select(BankAccount).where(BankAccount.company_id == company.id))


def _draft(period: Period, differences: Sequence[Difference]) -> EntryDraft:
    lines = [line for each in differences for line in _lines(each)]
    return EntryDraft(
        company_id=period.company_id,
        journal=Journal.GENERAL,
        posted_on=period.ends_on,
        origin_type="revaluation",
        origin_id=period.id,
        description=f"Revaluation on {period.ends_on}",
        lines=lines,
    )


def _lines(each: Difference) -> list[LineDraft]:
    held = each.held
    result = AccountRole.UNREALIZED_GAIN if each.amount > 0 else AccountRole.UNREALIZED_LOSS
    return [
        LineDraft(
            role=role,
            amount=amount,
            party_kind=held.party_kind,
            party_id=held.party_id,
            description=f"{held.number} {held.currency_code} {each.exchange_rate.normalize():f}",
        )
        for role, amount in ((held.role, each.amount), (result, -each.amount))
    ]


def _row(period: Period, each: Difference, entry_id: UUID, reversal_id: UUID) -> Revaluation:
    return Revaluation(
        company_id=period.company_id,
        period_id=period.id,
        item_id=each.held.item_id,
        item_number=each.held.number,
        role=each.held.role.value,
        currency_code=each.held.currency_code,
        currency_amount=each.held.currency_amount,
        exchange_rate=each.exchange_rate,
        amount=each.amount,
        journal_entry_id=entry_id,
        reversal_entry_id=reversal_id,
    )


def _told(period: Period, rows: Sequence[Revaluation], at: datetime) -> Event:
    total = sum((row.amount for row in rows), ZERO)
    payload = {"company_id": str(period.company_id), "item_count": len(rows), "amount": str(total)}
    return Event("finance.period.revalued", "ledger.period", period.id, at, payload)
