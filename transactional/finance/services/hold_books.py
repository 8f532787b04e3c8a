"""The order in which finance takes its locks."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import select

from transactional.kernel.arrays import any_of
from transactional.kernel.session import Session
from transactional.ledger.models import LedgerHead
from transactional.ledger.periods import hold_periods


def hold_books(session: Session, days: Iterable[tuple[UUID, date]]) -> None:
    """Nothing: the periods of these companies and days are held shared, and then the heads of the companies' journals.

    Numbers of invoices and payments are taken behind this, last of all: a story that delivers, invoices and settles in
    one transaction then takes its locks in the same order as one that only invoices, and neither waits for the other
    in a ring.
    """
    wanted = list(days)
    hold_periods(session, wanted)
    companies = {company_id for company_id, _ in wanted}
    statement = select(LedgerHead.id).where(any_of(LedgerHead.company_id, companies)).order_by(LedgerHead.company_id)
    session.execute(statement.with_for_update()).all()
