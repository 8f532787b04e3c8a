"""What the organization does on its own: companies and rates."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from transactional.kernel.ids import new_id
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Session
from transactional.organization.models import Company, ExchangeRate
from transactional.organization.services.find_rates import find_rates

DAY = date(2026, 3, 16)


def make_company(session: Session) -> UUID:
    """A company in euros."""
    company = Company(id=new_id(), code="ONE", name="One", currency_code="EUR", country_code="DE")
    insert_all(session, [company])
    return company.id


def a_rate_holds_until_the_next(session: Session) -> None:
    """The last one before the day is found."""
    make_company(session)
    rates = [
        ExchangeRate(
            kind="spot", from_currency_code="USD", to_currency_code="EUR", valid_on=date(2026, 3, on), rate=rate
        )
        for on, rate in ((10, Decimal("0.9")), (12, Decimal("0.8")))
    ]
    insert_all(session, rates)
    found = find_rates(session, {"USD", "EUR"}, until=DAY)
    assert found.rate("USD", "EUR", DAY, age_days_max=7) == Decimal("0.8")


SHARE = (a_rate_holds_until_the_next,)
