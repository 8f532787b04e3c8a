"""Writing the journal: the only place that inserts entries and lines."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from transactional.kernel.errors import FieldProblem, Invalid, place_in
from transactional.kernel.ids import new_id
from transactional.kernel.outbox import Event, record
from transactional.kernel.reference import read_all
from transactional.kernel.rows import insert_all, update_all
from transactional.kernel.session import Session
from transactional.ledger.accounts import ACCOUNT_MAP, ACCOUNTS, AccountFacts, account_ids_of
from transactional.ledger.chain import entry_hash
from transactional.ledger.errors import AlreadyReversed, CompanyNotFound
from transactional.ledger.models import JournalEntry, JournalLine, LedgerHead, PeriodEvent
from transactional.ledger.periods import Calendar, PeriodFacts, check_not_too_far, hold_heads, hold_periods
from transactional.ledger.postings import (
    EntryDraft,
    LineDraft,
    ResolvedLine,
    amount_problems,
    balance_problems,
    merged,
)
from transactional.ledger.services.carry_balances import carry_balances, is_carry_due
from transactional.organization.models import Company
from transactional.project.attributions import Attributions

LATE_RIGHT = "period.post_closed"
"""Whoever holds it may post into a closed period, with a reason."""
_READ_BY_OTHERS = ("ledger.journal_entries", "ledger.journal_lines", "ledger.ledger_heads")
_Posted = tuple[JournalEntry, list[JournalLine]]


def post_entries(
    session: Session,
    drafts: Sequence[EntryDraft],
    *,
    at: datetime,
    late_reason: str | None = None,
    at_the_end: bool = False,
) -> list[JournalEntry]:
    """Posted entries, one a draft and in their order, numbered without gap and chained by hash.

    Locks: the periods touched, shared, then the head of each company's chain, for which all posting waits. With
    `at_the_end` the entries are numbered, chained and written last of all, or when the transaction reads the ledger:
    a document's verb does the rest of its work before. A holder of `period.post_closed` may give a `late_reason` to
    post into a closed period.
    Raises: RoleUnmapped, PeriodMissing, PeriodClosed, DayTooFar, AlreadyReversed, NotAllowed; Invalid naming every
    line that is out of balance, has decimals its currency lacks, or stands on a group, disabled or foreign account.
    """
    if not drafts:
        return []
    currencies = _currencies(session, {draft.company_id for draft in drafts})
    resolved = _resolve(session, drafts, currencies)
    calendar = hold_periods(session, ((draft.company_id, draft.posted_on) for draft in drafts))
    periods = _periods(session, drafts, calendar, late_reason)
    check_not_too_far(session, {(draft.company_id, draft.posted_on) for draft in drafts}, at=at)
    posted = _build(session, drafts, resolved, periods, at)
    waiting: list[_Posted] = session.held.setdefault("unchained_entries", [])
    waiting += posted
    session.postpone(_READ_BY_OTHERS, lambda: _write(session))
    if not at_the_end or any(draft.reverses_id for draft in drafts):
        session.finish_postponed()
    return [entry for entry, _ in posted]


def _write(session: Session) -> None:
    """Number, chain and write what was posted."""
    posted: list[_Posted] = session.held.pop("unchained_entries")
    heads = _lock_heads(session, {entry.company_id for entry, _ in posted})
    _check_not_reversed(session, [entry for entry, _ in posted])
    for entry, lines in posted:
        _chain(session, entry, lines, heads[entry.company_id])
    insert_all(session, [entry for entry, _ in posted])
    insert_all(session, [line for _, lines in posted for line in lines])
    update_all(session, list(heads.values()), LedgerHead.chain_position, LedgerHead.hash, LedgerHead.last_numbers)
    record(session, [_told(entry) for entry, _ in posted])
    carry_balances(session, [head for head in heads.values() if is_carry_due(head)])


def _currencies(session: Session, company_ids: set[UUID]) -> dict[UUID, str]:
    known = read_all(session, Company)
    for company_id in company_ids:
        if company_id not in known:
            raise CompanyNotFound(id=company_id)
    return {company_id: known[company_id].currency_code for company_id in company_ids}


def _resolve(session: Session, drafts: Sequence[EntryDraft], currencies: dict[UUID, str]) -> list[list[ResolvedLine]]:
    account_ids = account_ids_of(drafts, ACCOUNT_MAP.of(session))
    accounts, attributions = ACCOUNTS.of(session), Attributions.read(session)
    problems: list[FieldProblem] = []
    resolved = []
    for position, (draft, listed) in enumerate(zip(drafts, account_ids, strict=True)):
        currency = currencies[draft.company_id]
        lines = [_line(line, account_id, currency) for line, account_id in zip(draft.lines, listed, strict=True)]
        path = f"{place_in('entries', position, drafts)}lines"
        for number, line in enumerate(lines):
            problems += amount_problems(f"{path}/{number}", line, currency)
            problems += _account_problems(f"{path}/{number}", line, accounts.get(line.account_id), draft.company_id)
            problems += attributions.foreign(line.draft, draft.company_id, f"{path}/{number}/")
        problems += balance_problems(path, lines)
        resolved.append(merged(lines))
    if problems:
        raise Invalid(problems)
    return resolved


def _line(draft: LineDraft, account_id: UUID, company_currency: str) -> ResolvedLine:
    currency_amount = draft.amount if draft.currency_amount is None else draft.currency_amount
    return ResolvedLine(account_id, draft.amount, draft.currency_code or company_currency, currency_amount, draft)


def _account_problems(
    path: str, line: ResolvedLine, account: AccountFacts | None, company_id: UUID
) -> list[FieldProblem]:
    path = f"{path}/account"
    if account is None or account.company_id != company_id:
        return [FieldProblem(path, "the company has no such account", "account_unknown")]
    if not account.is_posting:
        return [FieldProblem(path, f"account {account.code} is a group: choose one below it", "account_group")]
    if not account.is_active:
        return [FieldProblem(path, f"account {account.code} is disabled", "account_disabled")]
    if account.currency_code not in (None, line.currency_code):
        return [FieldProblem(path, f"account {account.code} takes {account.currency_code} only", "account_currency")]
    return []


def _periods(
    session: Session, drafts: Sequence[EntryDraft], calendar: Calendar, late_reason: str | None
) -> list[PeriodFacts]:
    if late_reason is None:
        return [calendar.open_period(draft.company_id, draft.posted_on) for draft in drafts]
    session.principal.check_may(LATE_RIGHT)
    periods = [calendar.period(draft.company_id, draft.posted_on) for draft in drafts]
    late = {period.id for period in periods if not period.is_open}
    insert_all(session, [PeriodEvent(period_id=key, action="late_entry", reason=late_reason) for key in sorted(late)])
    return periods


def _lock_heads(session: Session, company_ids: Iterable[UUID]) -> dict[UUID, LedgerHead]:
    wanted = set(company_ids)
    heads = {head.company_id: head for head in hold_heads(session, wanted)}
    for company_id in wanted:
        if company_id not in heads:
            raise CompanyNotFound(id=company_id)
    return heads


def _check_not_reversed(session: Session, entries: Sequence[JournalEntry]) -> None:
    """Under the head's lock no second reversal can slip in between look and write."""
    wanted = [entry.reverses_id for entry in entries if entry.reverses_id is not None]
    if not wanted:
        return
    statement = select(JournalEntry.reverses_id).where(JournalEntry.reverses_id.in_(wanted))
    found = session.execute(statement).scalars().first()
    if found is not None or len(set(wanted)) < len(wanted):
        raise AlreadyReversed(entry=found or wanted[0])


def _build(
    session: Session,
    drafts: Sequence[EntryDraft],
    resolved: Sequence[list[ResolvedLine]],
    periods: Sequence[PeriodFacts],
    at: datetime,
) -> list[_Posted]:
    posted = []
    for draft, merged_lines, period in zip(drafts, resolved, periods, strict=True):
        entry = _entry(session, draft, period, at)
        lines = [_journal_line(session, entry, number, line) for number, line in enumerate(merged_lines, 1)]
        posted.append((entry, lines))
    return posted


def _entry(session: Session, draft: EntryDraft, period: PeriodFacts, at: datetime) -> JournalEntry:
    return JournalEntry(
        id=new_id(),
        company_id=draft.company_id,
        period_id=period.id,
        journal=draft.journal.value,
        fiscal_year=period.fiscal_year,
        posted_on=draft.posted_on,
        description=draft.description,
        origin_type=draft.origin_type,
        origin_id=draft.origin_id,
        reverses_id=draft.reverses_id,
        created_at=at,
        created_by=session.principal.user_id,
    )


def _journal_line(session: Session, entry: JournalEntry, number: int, line: ResolvedLine) -> JournalLine:
    draft = line.draft
    return JournalLine(
        id=new_id(),
        entry_id=entry.id,
        line_number=number,
        company_id=entry.company_id,
        account_id=line.account_id,
        posted_on=entry.posted_on,
        amount=line.amount,
        currency_code=line.currency_code,
        currency_amount=line.currency_amount,
        party_kind=draft.party_kind,
        party_id=draft.party_id,
        item_id=draft.item_id,
        warehouse_id=draft.warehouse_id,
        cost_centre_id=draft.cost_centre_id,
        project_id=draft.project_id,
        tax_code_id=draft.tax_code_id,
        dimensions=None,
        description=draft.description,
        created_at=entry.created_at,
        created_by=session.principal.user_id,
    )


def _chain(session: Session, entry: JournalEntry, lines: Sequence[JournalLine], head: LedgerHead) -> None:
    """Give an entry its number and its place after the head, which moves on."""
    series = f"{entry.journal}/{entry.fiscal_year}"
    entry.number = head.last_numbers.get(series, 0) + 1
    head.last_numbers = {**head.last_numbers, series: entry.number}
    entry.chain_position = head.chain_position + 1
    entry.previous_hash = head.hash
    entry.hash = entry_hash(session.tenant_id, head.hash, entry, lines)
    head.chain_position, head.hash = entry.chain_position, entry.hash


def _told(entry: JournalEntry) -> Event:
    return Event(
        topic="ledger.entry.posted" if entry.reverses_id is None else "ledger.entry.reversed",
        aggregate_type="ledger.journal_entry",
        aggregate_id=entry.id,
        occurred_at=entry.created_at,
        payload={
            "company_id": str(entry.company_id),
            "journal": entry.journal,
            "fiscal_year": entry.fiscal_year,
            "number": entry.number,
            "posted_on": entry.posted_on.isoformat(),
            "origin_type": entry.origin_type,
            "origin_id": str(entry.origin_id),
            "reverses_id": None if entry.reverses_id is None else str(entry.reverses_id),
        },
    )
