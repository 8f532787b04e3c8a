"""Posting entries that were prepared by hand."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid, place_in
from transactional.kernel.money import ZERO, round_amount
from transactional.kernel.rows import lock_by_id, read, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.ledger.accounts import ACCOUNTS, AccountFacts
from transactional.ledger.errors import ControlAccountRefused, ManualEntryState
from transactional.ledger.manual_lines import too_fine
from transactional.ledger.models import ManualEntry, ManualEntryLine
from transactional.ledger.postings import EntryDraft, Journal, LineDraft, imbalance
from transactional.ledger.services.post_entries import post_entries
from transactional.organization.currencies import decimals_of
from transactional.organization.models import Company
from transactional.organization.services.find_rates import RateTable, find_rates
from transactional.platform.services.take_numbers import take_numbers
from transactional.project.attributions import Attributions

ORIGIN = "ledger.manual_entry"
_DRAFT, _POSTED, REVERSED = "draft", "posted", "reversed"


def post_manual_entries(
    session: Session, entry_ids: Sequence[UUID], *, at: datetime, late_reason: str | None = None
) -> list[ManualEntry]:
    """The entries, posted and numbered; one that is posted already, or taken back since, is returned as it is.

    Lines in another currency are valued at the rate of the entry's day; a remainder of rounding falls on the largest.
    Raises: ControlAccountRefused, ManualEntryState, PeriodMissing, PeriodClosed, RateMissing; Invalid naming by how
    much debits and credits differ, and every group or disabled account.
    """
    entries = lock_by_id(session, ManualEntry, entry_ids)
    fresh = [entry for entry in entries if entry.state not in {_POSTED, REVERSED}]
    for entry in fresh:
        if entry.state != _DRAFT:
            raise ManualEntryState(number=entry.number or entry.id, state=entry.state)
    lines = _lines(session, fresh)
    companies = read_by_id(session, Company, {entry.company_id for entry in fresh})
    _check(fresh, lines, ACCOUNTS.of(session), Attributions.read(session))
    _number(session, fresh)
    rates = _rates(session, fresh, lines, companies)
    drafts = [_draft(entry, lines[entry.id], companies[entry.company_id], rates) for entry in fresh]
    post_entries(session, drafts, at=at, late_reason=late_reason)
    for entry in fresh:
        entry.state = _POSTED
    update_all(session, fresh, ManualEntry.state, ManualEntry.number)
    return entries


def _lines(session: Session, entries: Sequence[ManualEntry]) -> defaultdict[UUID, list[ManualEntryLine]]:
    statement = select(ManualEntryLine).where(any_of(ManualEntryLine.manual_entry_id, [entry.id for entry in entries]))
    found: defaultdict[UUID, list[ManualEntryLine]] = defaultdict(list)
    for line in read(session, statement.order_by(ManualEntryLine.manual_entry_id, ManualEntryLine.line_number)):
        found[line.manual_entry_id].append(line)
    return found


def _check(
    entries: Sequence[ManualEntry],
    lines: defaultdict[UUID, list[ManualEntryLine]],
    accounts: dict[UUID, AccountFacts],
    attributions: Attributions,
) -> None:
    problems: list[FieldProblem] = []
    for position, entry in enumerate(entries):
        path = f"{place_in('entries', position, entries)}lines"
        own = lines[entry.id]
        problems += _amount_problems(path, own)
        problems += _balance_problems(path, own)
        for number, line in enumerate(own):
            problems += attributions.problems(line, entry.company_id, f"{path}/{number}/")
    if problems:
        raise Invalid(problems)
    for listed in lines.values():
        for line in listed:
            account = accounts.get(line.account_id)
            if account is not None and account.is_control:
                raise ControlAccountRefused(account=account.code)


def _amount_problems(path: str, lines: Sequence[ManualEntryLine]) -> list[FieldProblem]:
    if not lines:
        return [FieldProblem(path, "an entry has at least two lines", "too_few_lines")]
    problems = []
    for number, line in enumerate(lines):
        if min(line.debit_amount, line.credit_amount) != 0 or max(line.debit_amount, line.credit_amount) <= 0:
            reason = "has either a debit or a credit, above zero"
            problems.append(FieldProblem(f"{path}/{number}", reason, "debit_or_credit"))
        problems += too_fine(f"{path}/{number}", line.__dict__)
    return problems


def _balance_problems(path: str, lines: Iterable[ManualEntryLine]) -> list[FieldProblem]:
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[line.currency_code] += line.debit_amount - line.credit_amount
    if len(sums) > 1:
        return []
    return [
        FieldProblem(path, f"{imbalance(difference)} {currency}", "out_of_balance")
        for currency, difference in sums.items()
        if difference
    ]


def _number(session: Session, entries: Sequence[ManualEntry]) -> None:
    for company_id in sorted({entry.company_id for entry in entries}):
        own = [entry for entry in entries if entry.company_id == company_id and entry.number is None]
        numbers = take_numbers(session, "manual_entry", company_id, [entry.entry_on for entry in own])
        for entry, number in zip(own, numbers, strict=True):
            entry.number = number


def _rates(
    session: Session,
    entries: Sequence[ManualEntry],
    lines: defaultdict[UUID, list[ManualEntryLine]],
    companies: dict[UUID, Company],
) -> RateTable:
    codes = {line.currency_code for listed in lines.values() for line in listed}
    codes |= {company.currency_code for company in companies.values()}
    if not entries:
        return RateTable(())
    return find_rates(session, codes, until=max(entry.entry_on for entry in entries))


def _draft(entry: ManualEntry, lines: Sequence[ManualEntryLine], company: Company, rates: RateTable) -> EntryDraft:
    decimals = decimals_of(company.currency_code)
    amounts = []
    for line in lines:
        rate = rates.rate(
            line.currency_code, company.currency_code, entry.entry_on, age_days_max=company.rate_age_days_max
        )
        amounts.append(round_amount((line.debit_amount - line.credit_amount) * rate, decimals))
    if len({line.currency_code for line in lines}) == 1:
        largest = max(range(len(amounts)), key=lambda position: abs(amounts[position]))
        amounts[largest] -= sum(amounts, ZERO) if lines[0].currency_code != company.currency_code else ZERO
    return EntryDraft(
        company_id=entry.company_id,
        journal=Journal.GENERAL,
        posted_on=entry.entry_on,
        origin_type=ORIGIN,
        origin_id=entry.id,
        description=entry.description,
        lines=[
            LineDraft(
                account_id=line.account_id,
                amount=amount,
                currency_code=line.currency_code,
                currency_amount=line.debit_amount - line.credit_amount,
                cost_centre_id=line.cost_centre_id,
                project_id=line.project_id,
                description=line.description,
            )
            for line, amount in zip(lines, amounts, strict=True)
        ],
    )
