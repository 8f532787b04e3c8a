"""From one tenant into another that the same account leads into."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import orm, select

from transactional.identity.errors import NotAuthenticated
from transactional.identity.models import Account
from transactional.identity.services.sign_in import Entrance, SignedIn, enter
from transactional.identity.tokens import KeyRing
from transactional.kernel.errors import DomainError


def switch_tenant(
    session: orm.Session, account_id: UUID, given: Entrance, *, keys: KeyRing, at: datetime
) -> SignedIn | DomainError:
    """Tokens of a sign-in of its own in the other tenant, or why not; the present sign-in stays as it is.

    Tokens never change their tenant: whoever holds both pairs is in both, and neither sees the other's rows.
    """
    account = session.execute(select(Account).where(Account.id == account_id)).scalar_one_or_none()
    if account is None:
        return NotAuthenticated()
    return enter(session, account, given, keys=keys, at=at)
