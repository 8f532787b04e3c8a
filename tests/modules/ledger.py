"""What the ledger does on its own: balanced entries."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from tests.modules.kernel import NOW
from tests.modules.organization import DAY, make_company
from transactional.kernel.errors import Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.session import Session
from transactional.ledger.models import AccountRole
from transactional.ledger.postings import EntryDraft, Journal, LineDraft
from transactional.ledger.queries import trial_balance
from transactional.ledger.services.install_chart import install_chart
from transactional.ledger.services.open_fiscal_years import open_fiscal_years
from transactional.ledger.services.post_entries import post_entries
from transactional.platform.services.install_number_series import install_number_series


def open_books(session: Session) -> UUID:
    """A company with chart, series and an open year."""
    company_id = make_company(session)
    install_chart(session, company_id)
    install_number_series(session, company_id)
    open_fiscal_years(session, company_id, [date(2026, 1, 1)])
    return company_id


def only_what_balances_is_posted(session: Session) -> None:
    """A cent too much is refused."""
    company_id = open_books(session)

    def sale(received: str) -> EntryDraft:
        lines = [
            LineDraft(role=AccountRole.BANK, amount=Decimal(received)),
            LineDraft(role=AccountRole.REVENUE, amount=Decimal(-10)),
        ]
        return EntryDraft(
            company_id=company_id,
            journal=Journal.SALES,
            posted_on=DAY,
            origin_type="trial",
            origin_id=new_id(),
            lines=lines,
        )

    post_entries(session, [sale("10")], at=NOW)
    rows = trial_balance(session, company_id, since=DAY, until=DAY)
    assert [row.closing_amount for row in rows] == [10, -10]
    try:
        post_entries(session, [sale("10.01")], at=NOW)
    except Invalid:
        return
    raise AssertionError("an entry out of balance was posted")


SHARE = (only_what_balances_is_posted,)
