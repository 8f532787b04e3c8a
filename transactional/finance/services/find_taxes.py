"""The tax codes and rates of the tenant."""

from sqlalchemy import select

from transactional.finance.models import TaxCode, TaxRate
from transactional.finance.taxes import TaxTable
from transactional.kernel.rows import read
from transactional.kernel.session import Session


def find_taxes(session: Session) -> TaxTable:
    """All tax codes with their rates by day."""
    return TaxTable(read(session, select(TaxCode)), read(session, select(TaxRate)))
