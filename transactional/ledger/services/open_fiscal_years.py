"""Opening years of the books."""

import calendar
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from transactional.kernel.errors import invalid
from transactional.kernel.ids import new_id
from transactional.kernel.rows import insert_all, read
from transactional.kernel.session import Session
from transactional.ledger.errors import CompanyNotFound, FiscalYearGap, FiscalYearOverlap
from transactional.ledger.models import FiscalYear, LedgerHead, Period
from transactional.ledger.periods import forget_periods

_MONTHS = 12
_FOUR_WEEKS = timedelta(days=28)
_COUNTS = (12, 13)
_LAST_COMMON_DAY = 28
_DAY = timedelta(days=1)


def open_fiscal_years(
    session: Session, company_id: UUID, starts_on: Sequence[date], *, period_count: int = 12
) -> list[FiscalYear]:
    """Years of twelve months from the given days, each with 12 monthly or 13 four-week periods, all open.

    Of 13 periods the last one lasts until the year ends. A year is named for the year it ends in.
    Raises: FiscalYearOverlap, FiscalYearGap, CompanyNotFound; Invalid for another number of periods.
    """
    if period_count not in _COUNTS:
        raise invalid("period_count", "a year has 12 or 13 periods", "period_count")
    _hold_company(session, company_id)
    statement = select(FiscalYear).where(FiscalYear.company_id == company_id).order_by(FiscalYear.starts_on)
    years = read(session, statement)
    opened = []
    for start in sorted(starts_on):
        year = _year(company_id, start)
        _check_adjoins(year, years)
        years = sorted([*years, year], key=lambda known: known.starts_on)
        opened.append(year)
    insert_all(session, opened)
    insert_all(session, [period for year in opened for period in _periods(year, period_count)])
    forget_periods(session)
    return opened


def _hold_company(session: Session, company_id: UUID) -> None:
    """Two openers of one company wait for each other, so neither overlooks the other's year."""
    statement = select(LedgerHead).where(LedgerHead.company_id == company_id).with_for_update()
    if not read(session, statement):
        raise CompanyNotFound(id=company_id)


def _year(company_id: UUID, starts_on: date) -> FiscalYear:
    if starts_on.day > _LAST_COMMON_DAY:
        raise invalid("starts_on", "a year begins on a day that every month has", "year_start")
    ends_on = _months_later(starts_on, _MONTHS) - _DAY
    return FiscalYear(id=new_id(), company_id=company_id, code=str(ends_on.year), starts_on=starts_on, ends_on=ends_on)


def _check_adjoins(year: FiscalYear, years: Sequence[FiscalYear]) -> None:
    if not years:
        return
    for other in years:
        if year.starts_on <= other.ends_on and other.starts_on <= year.ends_on:
            raise FiscalYearOverlap(starts_on=year.starts_on, ends_on=year.ends_on, other=other.code)
    first, expected = years[0].starts_on, years[-1].ends_on + _DAY
    if year.starts_on != expected and year.ends_on + _DAY != first:
        raise FiscalYearGap(starts_on=year.starts_on, ends_on=year.ends_on, expected=expected, first=first)


def _periods(year: FiscalYear, count: int) -> list[Period]:
    starts = [
        _months_later(year.starts_on, number) if count == _MONTHS else year.starts_on + number * _FOUR_WEEKS
        for number in range(count)
    ]
    ends = [start - _DAY for start in starts[1:]] + [year.ends_on]
    return [
        Period(company_id=year.company_id, fiscal_year_id=year.id, number=number, starts_on=start, ends_on=end)
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
    ]


def _months_later(day: date, months: int) -> date:
    position = day.month - 1 + months
    year, month = day.year + position // _MONTHS, position % _MONTHS + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
