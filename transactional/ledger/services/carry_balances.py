"""Balances carried forward, so that a balance of late in the books need not be added up from their beginning.

Posting does so by itself when enough entries have come since (`ledger.place_entries`).
"""

from collections.abc import Iterable
from uuid import UUID

from transactional.kernel.session import Session

_CARRY = "select ledger.carry_balances(%(company)s)"


def carry_balances(session: Session, company_ids: Iterable[UUID]) -> None:
    """Carry the balances of companies forward to the ends of their chains, which the caller holds."""
    for company_id in company_ids:
        session.ask(_CARRY, {"company": company_id})
