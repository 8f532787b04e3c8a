"""What the platform does on its own: numbers of documents."""

from tests.modules.organization import DAY, make_company
from transactional.kernel.session import Session
from transactional.platform.services.install_number_series import install_number_series
from transactional.platform.services.take_numbers import take_numbers


def numbers_follow_their_format(session: Session) -> None:
    """One after the other."""
    company_id = make_company(session)
    install_number_series(session, company_id)
    numbers = take_numbers(session, "sales_order", company_id, [DAY, DAY])
    assert numbers == ["SO-2026-00001", "SO-2026-00002"]


SHARE = (numbers_follow_their_format,)
