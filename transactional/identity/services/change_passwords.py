"""A user changes the own password; the other devices have to sign in again."""

from datetime import datetime
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy import func, insert, orm, select, update

from transactional.identity.errors import TooManyTries
from transactional.identity.models import Account, Membership, SignInAttempt, Tenant
from transactional.identity.passwords import DEFAULT_HASHER, REMEMBERED, matches, password_problems
from transactional.identity.services.end_sessions import end_other_sessions
from transactional.identity.services.open_sessions import Device
from transactional.identity.services.sign_in import lock_seconds
from transactional.kernel.errors import DomainError, Invalid, NotFound, invalid


def change_password(  # noqa: PLR0913  # the account, both passwords, and where it happens
    session: orm.Session,
    account_id: UUID,
    *,
    current: str,
    fresh: str,
    keep: UUID | None,
    device: Device,
    at: datetime,
    hasher: PasswordHasher = DEFAULT_HASHER,
) -> DomainError | None:
    """Nothing when the password is changed, or why not; a wrong present password counts towards the lock.

    Of several tenants the one that wants the longest passwords decides.
    """
    account = session.execute(select(Account).where(Account.id == account_id).with_for_update()).scalar_one_or_none()
    if account is None:
        return NotFound(kind="account")
    wait = lock_seconds(session, account.username, device.address, at)
    if wait:
        return TooManyTries(retry_after=wait)
    if not matches(account.password_hash, current, hasher):
        attempt = {"username": account.username, "account_id": account.id, "result": "wrong", "at": at}
        session.execute(insert(SignInAttempt).values(**attempt, address=device.address, agent=device.agent))
        return invalid("current_password", "is not your present password", "password_wrong")
    length_min = session.execute(
        select(func.max(Tenant.password_length_min))
        .join(Membership, Membership.tenant_of_user == Tenant.id)
        .where(Membership.account_id == account_id)
    ).scalar_one()
    earlier = [account.password_hash, *account.earlier_hashes]
    problems = password_problems(fresh, length_min=length_min, earlier_hashes=earlier, own_words=[account.username])
    if problems:
        return Invalid(problems)
    session.execute(
        update(Account)
        .where(Account.id == account_id)
        .values(password_hash=hasher.hash(fresh), earlier_hashes=earlier[:REMEMBERED], password_changed_at=at)
    )
    end_other_sessions(session, account_id, keep=keep, at=at)
    return None
