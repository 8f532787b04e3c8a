"""What reports do on their own: links lead to their tenant."""

from transactional.kernel.session import Session
from transactional.report.services.share_reports import hash_of, tenant_of


def a_link_that_nobody_made_leads_nowhere(session: Session) -> None:
    """And is told by its hash only."""
    assert tenant_of("made up") is None
    assert hash_of("made up") != "made up"
    assert session.tenant_id is not None


SHARE = (a_link_that_nobody_made_leads_nowhere,)
