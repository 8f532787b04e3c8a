"""An administrator gives a user a new password; all devices have to sign in again."""

from datetime import datetime
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy import select, update

from transactional.identity.models import Account, Tenant, User
from transactional.identity.passwords import DEFAULT_HASHER, REMEMBERED, password_problems
from transactional.identity.role_rules import check_may_be
from transactional.identity.services.end_sessions import end_other_sessions
from transactional.kernel.errors import Invalid
from transactional.kernel.principal import Principal
from transactional.kernel.rows import lock_by_id
from transactional.kernel.session import Session


def set_password(
    session: Session,
    user_id: UUID,
    fresh: str,
    *,
    by: Principal,
    at: datetime,
    hasher: PasswordHasher = DEFAULT_HASHER,
) -> None:
    """Nothing: the user signs in with this password from now on, and every session of the user has ended.

    Raises: NotFound; RightsBeyond for a user with a right that its giver does not hold, whom the password would let
    the giver act as; Invalid naming the rule of passwords that is broken.
    """
    [user] = lock_by_id(session, User, [user_id])
    check_may_be(session, by, [user.id])
    account = session.execute(select(Account).where(Account.id == user.account_id)).scalar_one()
    earlier = [account.password_hash, *account.earlier_hashes]
    tenant = select(Tenant.password_length_min).where(Tenant.id == session.tenant_id)
    length_min, own = session.execute(tenant).scalar_one(), (account.username, user.name)
    problems = password_problems(fresh, length_min=length_min, earlier_hashes=earlier, own_words=own)
    session.expunge_all()
    if problems:
        raise Invalid(problems)
    session.execute(
        update(Account)
        .where(Account.id == user.account_id)
        .values(password_hash=hasher.hash(fresh), earlier_hashes=earlier[:REMEMBERED], password_changed_at=at)
    )
    end_other_sessions(session, user.account_id, keep=None, at=at)
