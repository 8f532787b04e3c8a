"""The tax codes and rates of the tenant."""

from transactional.finance.models import TaxCode, TaxRate
from transactional.finance.taxes import TaxTable
from transactional.kernel.reference import Reference, read_all
from transactional.kernel.session import Session

TAXES = Reference(
    lambda session: TaxTable(read_all(session, TaxCode).values(), read_all(session, TaxRate).values()),
)


def find_taxes(session: Session) -> TaxTable:
    """All tax codes with their rates by day."""
    return TAXES.of(session)
