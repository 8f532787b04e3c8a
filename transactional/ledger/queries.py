"""Reading the ledger: balances, the trial balance, an account line by line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    Subquery,
    Uuid,
    any_,
    case,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from transactional.kernel.arrays import any_of
from transactional.kernel.clock import day_of
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.listing import lines_seen, rows_seen
from transactional.kernel.money import ZERO
from transactional.kernel.principal import Principal
from transactional.kernel.session import Session
from transactional.ledger.models import (
    BLANKS,
    Account,
    CarriedBalance,
    JournalEntry,
    JournalLine,
    LedgerHead,
    Period,
    PeriodEvent,
)
from transactional.ledger.resources import JOURNAL_ENTRIES
from transactional.organization.models import Company

DIMENSIONS: Mapping[str, InstrumentedAttribute[UUID | None]] = {
    "party_id": JournalLine.party_id,
    "item_id": JournalLine.item_id,
    "warehouse_id": JournalLine.warehouse_id,
    "cost_centre_id": JournalLine.cost_centre_id,
    "project_id": JournalLine.project_id,
    "tax_code_id": JournalLine.tax_code_id,
}
"""What lines can be filtered and summed by."""

Filters = Mapping[str, Sequence[UUID | None]]
"""Wanted values by dimension; none among them asks for lines where it is blank."""


@dataclass(frozen=True, slots=True)
class TrialBalanceRow:
    """An account's opening balance, turnovers and closing balance; debit positive, credit negative."""

    account_id: UUID
    code: str
    name: str
    type: str
    opening_amount: Decimal
    debit_amount: Decimal
    credit_amount: Decimal

    @property
    def closing_amount(self) -> Decimal:
        """The balance at the end."""
        return self.opening_amount + self.debit_amount - self.credit_amount


def trial_balance(
    session: Session, company_id: UUID, *, since: date, until: date, filters: Filters | None = None
) -> list[TrialBalanceRow]:
    """Every account that moved up to the last day, by code; the closing balances add up to zero.

    Raises: Invalid for a dimension that is not known.
    """
    within = JournalLine.posted_on >= since
    statement = (
        select(
            Account.id,
            Account.code,
            Account.name,
            Account.type,
            func.coalesce(func.sum(JournalLine.amount).filter(~within), 0),
            func.coalesce(func.sum(JournalLine.amount).filter(within, JournalLine.amount > 0), 0),
            func.coalesce(-func.sum(JournalLine.amount).filter(within, JournalLine.amount < 0), 0),
        )
        .join(JournalLine, JournalLine.account_id == Account.id)
        .where(Account.company_id == company_id, JournalLine.posted_on <= until, *_conditions(filters))
        .group_by(Account.id, Account.code, Account.name, Account.type)
        .order_by(Account.code)
    )
    return [TrialBalanceRow(*row) for row in session.execute(statement)]


def account_balances(
    session: Session, account_ids: Iterable[UUID], *, until: date, filters: Filters | None = None
) -> dict[UUID, Decimal]:
    """What accounts stand at when a day ends.  Raises: Invalid for a dimension that is not known."""
    wanted = set(account_ids)
    statement = (
        select(JournalLine.account_id, func.sum(JournalLine.amount))
        .where(any_of(JournalLine.account_id, wanted), JournalLine.posted_on <= until, *_conditions(filters))
        .group_by(JournalLine.account_id)
    )
    return dict.fromkeys(wanted, ZERO) | {row[0]: row[1] for row in session.execute(statement)}


@dataclass(frozen=True, slots=True)
class LedgerCursor:
    """Where the next page begins, and the balance there, so that no page adds up what others did."""

    posted_on: date
    line_id: UUID
    balance_amount: Decimal


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A line of an account with the balance after it and the document it comes from."""

    line_id: UUID
    entry_id: UUID
    journal: str
    fiscal_year: int
    number: int
    posted_on: date
    amount: Decimal
    currency_code: str
    currency_amount: Decimal
    description: str | None
    origin_type: str
    origin_id: UUID
    balance_amount: Decimal


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """A page of an account's lines; `opening_amount` is the balance before its first line."""

    opening_amount: Decimal
    lines: list[LedgerLine]
    next_cursor: LedgerCursor | None


def account_ledger(  # noqa: PLR0913  # a ledger is cut by days, dimensions, page and reader
    session: Session,
    account_id: UUID,
    *,
    since: date | None = None,
    until: date | None = None,
    filters: Filters | None = None,
    after: LedgerCursor | None = None,
    limit: int = 100,
    seen: Sequence[ColumnElement[bool]] = (),
) -> LedgerPage:
    """An account's lines, oldest first, with running balance; each names the document it leads to.

    Of a reader who does not see all lines, the balance is that of the lines seen.
    Raises: Invalid for a dimension that is not known.
    """
    conditions = [JournalLine.account_id == account_id, *seen]
    opening = after.balance_amount if after is not None else _opening(session, account_id, since, filters, seen)
    if since is not None:
        conditions.append(JournalLine.posted_on >= since)
    if until is not None:
        conditions.append(JournalLine.posted_on <= until)
    if after is not None:
        conditions.append(tuple_(JournalLine.posted_on, JournalLine.id) > (after.posted_on, after.line_id))
    lines = _page(session, conditions, filters, opening, limit + 1)
    shown = lines[:limit]
    following = None
    if len(lines) > limit:
        following = LedgerCursor(shown[-1].posted_on, shown[-1].line_id, shown[-1].balance_amount)
    return LedgerPage(opening, shown, following)


def seen_lines(by: Principal) -> list[ColumnElement[bool]]:
    """What limits a reader to the lines of entries that are seen, and to some of those; nothing where all are seen."""
    entries = rows_seen(JOURNAL_ENTRIES, by)
    limits = [JournalLine.entry_id.in_(select(JournalEntry.id).where(*entries))] if entries else []
    return [*limits, *[each for lines in JOURNAL_ENTRIES.lines for each in lines_seen(lines, by)]]


def _opening(
    session: Session,
    account_id: UUID,
    since: date | None,
    filters: Filters | None,
    seen: Sequence[ColumnElement[bool]],
) -> Decimal:
    """The balance when a day begins: what was carried to its month, and the lines that are not carried or of the month.

    Two dimensions at once are not carried together, nor what one reader sees: their lines are added up.
    """
    if since is None:
        return ZERO
    mine = [JournalLine.account_id == account_id, *_conditions(filters), *seen]
    if len(filters or {}) > 1 or seen:
        return session.scalar(select(func.sum(JournalLine.amount)).where(*mine, JournalLine.posted_on < since)) or ZERO
    month = since.replace(day=1)
    sums = [
        select(_carried_amount(filters)).where(
            CarriedBalance.account_id == account_id, CarriedBalance.month_on < month, _carried_rows(filters)
        ),
        select(func.sum(JournalLine.amount)).where(
            *mine, JournalLine.posted_on >= month, JournalLine.posted_on < since
        ),
        select(func.sum(JournalLine.amount)).where(
            JournalLine.entry_id == any_(waiting_entries(account_id)), *mine, JournalLine.posted_on < month
        ),
    ]
    # One statement sees one state: balances may be carried on meanwhile.
    carried, of_month, waiting = [func.coalesce(each.scalar_subquery(), ZERO) for each in sums]
    opening: Decimal = session.execute(select(carried + of_month + waiting)).scalar_one()
    return opening


def waiting_entries(account_id: UUID) -> ColumnElement[Any]:
    """The ids of entries that are not carried yet, as an array.

    They are few, but nothing tells PostgreSQL so: joined as a table they may make it read the account from its first
    line. Where they begin is asked once, by the account: asked by each entry's company, all entries would be read.
    """
    company_id = select(Account.company_id).where(Account.id == account_id).scalar_subquery()
    carried = select(LedgerHead.carried_position).where(LedgerHead.company_id == company_id).scalar_subquery()
    waiting = select(JournalEntry.id).where(
        JournalEntry.company_id == company_id, JournalEntry.chain_position > carried
    )
    return func.array(waiting.scalar_subquery(), type_=ARRAY(Uuid()))


def _carried_amount(filters: Filters | None) -> ColumnElement[Decimal]:
    """Lines without a value in a dimension are all lines but those with one."""
    for name, wanted in (filters or {}).items():
        if None in wanted:
            of_all = CarriedBalance.dimension == "account_id"
            elsewhere = (CarriedBalance.dimension == name) & ~any_of(CarriedBalance.dimension_id, wanted)
            return func.sum(case((of_all, CarriedBalance.amount), (elsewhere, -CarriedBalance.amount)))
    return func.sum(CarriedBalance.amount)


def _carried_rows(filters: Filters | None) -> ColumnElement[bool]:
    for name, wanted in (filters or {}).items():
        if None in wanted:
            return CarriedBalance.dimension.in_(("account_id", name))
        return (CarriedBalance.dimension == name) & any_of(CarriedBalance.dimension_id, wanted)
    return CarriedBalance.dimension == "account_id"


def _page(
    session: Session, conditions: Sequence[ColumnElement[bool]], filters: Filters | None, opening: Decimal, limit: int
) -> list[LedgerLine]:
    """The page is cut before entries are joined, so that only its own lines are looked up."""
    page = _first_lines(conditions, filters or {}, limit)
    statement = (
        select(
            page.c.id,
            page.c.entry_id,
            JournalEntry.journal,
            JournalEntry.fiscal_year,
            JournalEntry.number,
            page.c.posted_on,
            page.c.amount,
            page.c.currency_code,
            page.c.currency_amount,
            func.coalesce(page.c.description, JournalEntry.description),
            JournalEntry.origin_type,
            JournalEntry.origin_id,
        )
        .join(JournalEntry, (JournalEntry.tenant_id == page.c.tenant_id) & (JournalEntry.id == page.c.entry_id))
        .order_by(page.c.posted_on, page.c.id)
    )
    balance = opening
    lines = []
    rows: Iterable[Any] = session.execute(statement)
    for row in rows:
        balance += row.amount
        lines.append(LedgerLine(*(*row, balance)))
    return lines


def _first_lines(conditions: Sequence[ColumnElement[bool]], filters: Filters, limit: int) -> Subquery:
    """The first lines; of a dimension that may be blank or have a value, the first of both."""
    parts = [
        _first_of(
            _blank_lines([*conditions, *_conditions(each)], each, limit)
            if _asks_for_blanks(each)
            else select(JournalLine).where(*conditions, *_conditions(each)),
            limit,
        )
        for each in _alternatives(filters)
    ]
    return parts[0] if len(parts) == 1 else _first_of(union_all(*[select(part) for part in parts]), limit)


def _first_of(lines: Select[Any] | CompoundSelect[Any], limit: int) -> Subquery:
    columns = lines.selected_columns
    return lines.order_by(columns.posted_on, columns.id).limit(limit).subquery()


def _alternatives(filters: Filters) -> list[Filters]:
    """The same filters, each asking of a dimension that it be blank or that it have a value, never both."""
    named = [[each for each in wanted if each is not None] for wanted in filters.values()]
    asked: list[list[Sequence[UUID | None]]] = [
        [[None], values] if None in wanted and values else [wanted]
        for wanted, values in zip(filters.values(), named, strict=True)
    ]
    return [dict(zip(filters, each, strict=True)) for each in product(*asked)]


def _asks_for_blanks(filters: Filters) -> bool:
    """Whether every dimension that is asked for is to be blank."""
    return bool(filters) and all(set(wanted) == {None} for wanted in filters.values())


def _blank_lines(conditions: Sequence[ColumnElement[bool]], filters: Filters, limit: int) -> Select[Any]:
    """Lines that leave dimensions blank: the first ones of each set of blanks that they may be in.

    An account of millions may have three such lines: their order alone would lead through all the others.
    """
    blank = sum(1 << place for place, name in enumerate(DIMENSIONS) if name in filters)
    held = [each for each in range(1 << len(DIMENSIONS)) if each & blank == blank]
    sets = func.unnest(held, type_=Integer()).table_valued("blanks", name="sets").render_derived()
    of_set = select(JournalLine).where(*conditions, literal_column(f"({BLANKS})") == sets.c.blanks)
    first = of_set.order_by(JournalLine.posted_on, JournalLine.id).limit(limit).lateral()
    return select(first).select_from(sets.join(first, true()))


def _conditions(filters: Filters | None) -> list[ColumnElement[bool]]:
    problems = [
        FieldProblem(name, f"is no dimension: choose among {', '.join(DIMENSIONS)}", "dimension_unknown")
        for name in filters or {}
        if name not in DIMENSIONS
    ]
    if problems:
        raise Invalid(problems)
    return [_condition(DIMENSIONS[name], wanted) for name, wanted in (filters or {}).items()]


def _condition(column: InstrumentedAttribute[UUID | None], wanted: Sequence[UUID | None]) -> ColumnElement[bool]:
    named = [each for each in wanted if each is not None]
    if not named and None in wanted:
        return column.is_(None)
    return or_(column.is_(None), any_of(column, named)) if None in wanted else any_of(column, named)


@dataclass(frozen=True, slots=True)
class ReopenedPeriod:
    """A period that was closed and opened again, last on a day (UTC)."""

    company_id: UUID
    company_code: str
    starts_on: date
    ends_on: date
    reopened_on: date
    reason: str


def reopened_periods(session: Session) -> list[ReopenedPeriod]:
    """The tenant's periods whose figures were told and may have changed since, by company and day."""
    last = (
        select(PeriodEvent.period_id, func.max(PeriodEvent.created_at).label("reopened_at"))
        .where(PeriodEvent.action == "reopened")
        .group_by(PeriodEvent.period_id)
        .subquery()
    )
    statement = (
        select(Company.id, Company.code, Period.starts_on, Period.ends_on, last.c.reopened_at, Period.reopened_reason)
        .join(last, last.c.period_id == Period.id)
        .join(Company, Company.id == Period.company_id)
        .order_by(Company.code, Period.starts_on)
    )
    return [
        ReopenedPeriod(row[0], row[1], row[2], row[3], day_of(row[4]), row[5] or "")
        for row in session.execute(statement)
    ]
