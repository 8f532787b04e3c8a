"""The order in which finance takes its locks."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from transactional.kernel.session import Session
from transactional.ledger.periods import hold_heads, hold_periods


def hold_books(session: Session, days: Iterable[tuple[UUID, date]]) -> None:
    """Nothing: the periods of these companies and days are held shared, and then the heads of the companies' journals.

    Numbers of invoices and payments are taken behind this, last of all: a story that delivers, invoices and settles in
    one transaction then takes its locks in the same order as one that only invoices, and neither waits for the other
    in a ring.
    """
    wanted = list(days)
    hold_periods(session, wanted)
    hold_heads(session, {company_id for company_id, _ in wanted})
