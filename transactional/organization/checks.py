"""Rules about money that declared records share."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from transactional.kernel.errors import FieldProblem
from transactional.kernel.money import has_more_decimals
from transactional.kernel.reference import read_all
from transactional.kernel.resource import Change
from transactional.kernel.session import Session
from transactional.organization.currencies import decimals_of
from transactional.organization.models import Company, Currency

CURRENCY_COLUMNS = ("currency_code", "from_currency_code", "to_currency_code")


def check_currencies(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
    """Currencies that are not in the list, and amounts finer than their currency, with the position of the record."""
    yield from _decimals(changes)
    used = {change.values[name] for change in changes for name in CURRENCY_COLUMNS if change.values.get(name)}
    if not used:
        return
    known = set(session.scalars(select(Currency.code).where(Currency.code.in_(used))))
    for position, change in enumerate(changes):
        for name in CURRENCY_COLUMNS:
            code = change.values.get(name)
            if code and code not in known:
                yield position, FieldProblem(name, f"there is no currency {code}", "unknown_currency")


def range_problems(change: Change, first: str = "starts_on", last: str = "ends_on") -> Iterable[FieldProblem]:
    """A last day before the first one."""
    begins, ends = change.value(first), change.value(last)
    if begins and ends and ends < begins:
        yield FieldProblem(last, "lies before the first day", "range_reversed")


def check_company_amounts(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
    """Amounts finer than the currency of the company they are of, with the position of the record."""
    companies = read_all(session, Company)
    for position, change in enumerate(changes):
        company = companies.get(change.value("company_id"))
        for name, value in change.values.items() if company else ():
            if name.endswith("_amount") and value is not None:
                decimals = decimals_of(company.currency_code) if company else 0
                if has_more_decimals(value, decimals):
                    yield position, FieldProblem(name, f"has more than {decimals} decimals", "too_many_decimals")


def _decimals(changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
    for position, change in enumerate(changes):
        code = change.value("currency_code")
        for name, value in change.values.items() if code else ():
            if name.endswith("_amount") and value is not None and has_more_decimals(value, decimals_of(code)):
                yield position, FieldProblem(name, f"has more than {decimals_of(code)} decimals", "too_many_decimals")
