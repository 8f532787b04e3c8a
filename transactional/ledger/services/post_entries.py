"""Writing the journal: the only place that inserts entries and lines."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from transactional.kernel.errors import FieldProblem, Invalid, place_in
from transactional.kernel.ids import new_id
from transactional.kernel.outbox import Event, record
from transactional.kernel.reference import read_all
from transactional.kernel.rows import as_json, insert_all
from transactional.kernel.session import Session
from transactional.ledger.accounts import ACCOUNT_MAP, ACCOUNTS, AccountFacts, account_ids_of
from transactional.ledger.cash_boxes import check_boxes, emptied_boxes
from transactional.ledger.chain import content_hash
from transactional.ledger.errors import AlreadyReversed, CompanyNotFound
from transactional.ledger.models import JournalEntry, JournalLine, PeriodEvent
from transactional.ledger.periods import Calendar, PeriodFacts, check_not_too_far, hold_heads, hold_periods
from transactional.ledger.postings import (
    EntryDraft,
    LineDraft,
    ResolvedLine,
    amount_problems,
    balance_problems,
    merged,
)
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

    Their numbers and places in the chain are given by the database when they are written, and known when they are read.
    Locks: the periods touched, shared, then the head of each company's chain, for which all posting waits. With
    `at_the_end` the entries are written last of all, or when the transaction reads the ledger: a document's verb does
    the rest of its work before. A holder of `period.post_closed` may give a `late_reason` to
    post into a closed period.
    Raises: RoleUnmapped, PeriodMissing, PeriodClosed, DayTooFar, AlreadyReversed, NotAllowed; CashBoxEmpty where more
    would be taken out of a box than is in it on that day or a later one; Invalid naming every
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
    # Told at once, where it is known already; who was first is decided when the entries are written.
    _check_not_reversed(session, [entry for entry, _ in posted])
    waiting: list[_Posted] = session.held.setdefault("unchained_entries", [])
    waiting += posted
    session.postpone(_READ_BY_OTHERS, lambda: _write(session))
    boxes = emptied_boxes(session, (line for _, lines in posted for line in lines))
    if boxes or not at_the_end:
        session.finish_postponed()
    if boxes:
        check_boxes(session, boxes)
    return [entry for entry, _ in posted]


_ENTRY_TYPES = {
    "id": "uuid",
    "company_id": "uuid",
    "period_id": "uuid",
    "journal": "text",
    "fiscal_year": "integer",
    "posted_on": "date",
    "description": "text",
    "origin_type": "text",
    "origin_id": "uuid",
    "reverses_id": "uuid",
    "created_at": "timestamptz",
    "created_by": "uuid",
}
"""What is known of an entry before its place is."""
_COLUMNS = ", ".join(_ENTRY_TYPES)
_PLACED = "number, chain_position, previous_hash, hash"
# In one statement, which may travel with the commit: nobody waits for the chain while an application works.
_APPEND = (
    f"insert into ledger.journal_entries (tenant_id, {_COLUMNS}, {_PLACED})"  # noqa: S608  # names of ours
    f" select %(tenant)s, {_COLUMNS}, {_PLACED} from json_to_recordset(%(entries)s::json) as given (place integer, "
    + ", ".join(f"{name} {kind}" for name, kind in _ENTRY_TYPES.items())
    + ") inner join ledger.place_entries(%(companies)s::uuid[], %(series)s::text[], %(contents)s::text[]) as placed"
    " using (place)"
)


def _write(session: Session) -> None:
    """Number, chain and write what was posted."""
    posted: list[_Posted] = session.held.pop("unchained_entries")
    if any(entry.reverses_id for entry, _ in posted):
        # Under the head's lock no second reversal can slip in between look and write.
        hold_heads(session, {entry.company_id for entry, _ in posted})
        _check_not_reversed(session, [entry for entry, _ in posted])
    _append(session, posted)
    insert_all(session, [line for _, lines in posted for line in lines])
    record(session, [_told(entry) for entry, _ in posted])


def _append(session: Session, posted: Sequence[_Posted]) -> None:
    """Have entries written at the ends of their companies' chains, each in its place."""
    entries = [entry for entry, _ in posted]
    given = [
        {"place": place, **{name: getattr(entry, name) for name in _ENTRY_TYPES}}
        for place, entry in enumerate(entries, start=1)
    ]
    session.ask(
        _APPEND,
        {
            "tenant": session.tenant_id,
            "entries": as_json(given),
            "companies": [entry.company_id for entry in entries],
            "series": [f"{entry.journal}/{entry.fiscal_year}" for entry in entries],
            "contents": [content_hash(session.tenant_id, entry, lines).hex() for entry, lines in posted],
        },
    )


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


def _check_not_reversed(session: Session, entries: Sequence[JournalEntry]) -> None:
    """Nothing where no entry is taken back for a second time.  Raises: AlreadyReversed."""
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
            "posted_on": entry.posted_on.isoformat(),
            "origin_type": entry.origin_type,
            "origin_id": str(entry.origin_id),
            "reverses_id": None if entry.reverses_id is None else str(entry.reverses_id),
        },
    )
