"""The periods that postings fall into, held so that none is closed meanwhile."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import Date, Row, Select, Uuid, bindparam, select

from transactional.kernel.clock import day_of
from transactional.kernel.reference import read_all
from transactional.kernel.session import Session
from transactional.kernel.statements import Asked, Lookup, Query, among
from transactional.ledger.errors import DayTooFar, PeriodClosed, PeriodMissing
from transactional.ledger.models import FiscalYear, LedgerHead, Period, PeriodState
from transactional.organization.models import Company


@dataclass(frozen=True, slots=True)
class PeriodFacts:
    """A period as postings see it; the fiscal year's number is the year it ends in."""

    id: UUID
    starts_on: date
    ends_on: date
    state: str
    fiscal_year: int

    @property
    def is_open(self) -> bool:
        """Whether the period takes postings."""
        return self.state == PeriodState.OPEN.value


class Calendar:
    """The periods of companies by day."""

    def __init__(self, periods: Iterable[tuple[UUID, PeriodFacts]]) -> None:
        """Sort each company's periods by their first day."""
        self._periods: defaultdict[UUID, list[PeriodFacts]] = defaultdict(list)
        for company_id, period in sorted(periods, key=lambda pair: pair[1].starts_on):
            self._periods[company_id].append(period)
        self._starts = {key: [period.starts_on for period in found] for key, found in self._periods.items()}

    def period(self, company_id: UUID, on: date) -> PeriodFacts:
        """The period of a day, open or not.  Raises: PeriodMissing."""
        position = bisect_right(self._starts.get(company_id, []), on) - 1
        if position >= 0 and self._periods[company_id][position].ends_on >= on:
            return self._periods[company_id][position]
        raise PeriodMissing(on=on, company_id=company_id)

    def open_period(self, company_id: UUID, on: date) -> PeriodFacts:
        """The open period of a day.  Raises: PeriodMissing, PeriodClosed."""
        period = self.period(company_id, on)
        if not period.is_open:
            raise PeriodClosed(on=on, company_id=company_id)
        return period

    def open_day(self, company_id: UUID, on: date) -> date:
        """The first day not before the given one that lies in an open period.  Raises: PeriodClosed."""
        for period in self._periods.get(company_id, []):
            if period.is_open and period.ends_on >= on:
                return max(on, period.starts_on)
        raise PeriodClosed(on=on, company_id=company_id)


_PeriodRow: TypeAlias = tuple[UUID, UUID, date, date, str, date]


def _periods() -> Select[UUID, UUID, date, date, str, date]:
    return (
        select(Period.company_id, Period.id, Period.starts_on, Period.ends_on, Period.state, FiscalYear.ends_on)
        .join(FiscalYear, FiscalYear.id == Period.fiscal_year_id)
        .order_by(Period.id)
    )


_HELD = Lookup(
    _periods()
    .where(
        Period.company_id == bindparam("company", type_=Uuid()),
        Period.starts_on <= bindparam("last", type_=Date()),
        Period.ends_on >= bindparam("first", type_=Date()),
    )
    .with_for_update(read=True, of=Period)
)
_HEADS = Query(
    select(LedgerHead)
    .where(among(LedgerHead.company_id, "companies"))
    .order_by(LedgerHead.company_id)
    .with_for_update()
)


def hold_periods(session: Session, days: Iterable[tuple[UUID, date]]) -> Calendar:
    """The periods of days, held shared until the transaction ends: a closer waits, or we see what it did."""
    asked = lock_periods(session, days)
    return Calendar((company_id, facts) for rows in asked for company_id, facts in _facts(rows.rows()))


def lock_periods(session: Session, days: Iterable[tuple[UUID, date]]) -> list[Asked[_PeriodRow]]:
    """Have the periods of days held; what is asked next is done behind their locks, in the same round trip."""
    spans = _spans(days)
    held: dict[UUID, tuple[date, date, Asked[_PeriodRow]]] = session.held.setdefault("periods", {})
    for company_id, (first, last) in sorted(spans.items()):
        known = held.get(company_id)
        if known is None or first < known[0] or last > known[1]:
            held[company_id] = (first, last, _HELD.ask(session, company=company_id, first=first, last=last))
    return [held[company_id][2] for company_id in spans]


def check_days(session: Session, days: Iterable[tuple[UUID, date]], *, at: datetime) -> None:
    """Nothing where each day lies in an open period, held shared, and no further ahead than its company allows.

    Raises: PeriodMissing, PeriodClosed, DayTooFar.
    """
    asked = set(days)
    calendar = hold_periods(session, asked)
    for company_id, on in sorted(asked):
        calendar.open_period(company_id, on)
    check_not_too_far(session, asked, at=at)


def check_not_too_far(session: Session, days: Iterable[tuple[UUID, date]], *, at: datetime) -> None:
    """Nothing where no day lies further ahead than its company allows.  Raises: DayTooFar."""
    companies = read_all(session, Company)
    for company_id, on in days:
        days_max = companies[company_id].future_days_max
        if days_max is not None and (on - day_of(at)).days > days_max:
            raise DayTooFar(on=on, days=days_max)


def forget_periods(session: Session) -> None:
    """Look again at what is held: this transaction has opened or closed a period."""
    session.held.pop("periods", None)


def hold_heads(session: Session, company_ids: Iterable[UUID]) -> list[LedgerHead]:
    """The ends of companies' journals, held until the transaction ends; periods are held before."""
    return _HEADS.rows(session, companies=company_ids)


def read_calendar(session: Session, company_ids: Iterable[UUID]) -> Calendar:
    """All periods of companies as they stand, not held."""
    return Calendar(_facts(session.execute(_periods().where(Period.company_id.in_(set(company_ids)))).all()))


def _facts(
    rows: Sequence[Row[UUID, UUID, date, date, str, date] | _PeriodRow],
) -> list[tuple[UUID, PeriodFacts]]:
    return [(row[0], PeriodFacts(row[1], row[2], row[3], row[4], row[5].year)) for row in rows]


def _spans(days: Iterable[tuple[UUID, date]]) -> dict[UUID, tuple[date, date]]:
    spans: dict[UUID, tuple[date, date]] = {}
    for company_id, day in days:
        first, last = spans.get(company_id, (day, day))
        spans[company_id] = (min(first, day), max(last, day))
    return spans
