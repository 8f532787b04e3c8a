"""One person, several tenants: a second login is joined to the first, which then leads into the tenants of both."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy import orm, select, update

from transactional.identity.errors import AccountDisabled, AlreadyAMember, NotAuthenticated, WrongCredentials
from transactional.identity.models import Account, LoginSession, Membership, User
from transactional.identity.passwords import DEFAULT_HASHER
from transactional.identity.services.sign_in import (
    Credentials,
    TenantChoice,
    enter_tenant,
    note_right_try,
    open_tenants,
    prove_account,
)
from transactional.kernel.audit import note
from transactional.kernel.errors import DomainError, invalid


def join_accounts(
    session: orm.Session, account_id: UUID, given: Credentials, *, at: datetime, hasher: PasswordHasher = DEFAULT_HASHER
) -> list[TenantChoice] | DomainError:
    """The tenants that the account leads into with those of the login given, whose name and password end.

    Both are proved: the account by its session, the other by what was typed, and a wrong password counts towards its
    lock. No administrator takes part, so no tenant learns where else somebody works. Returned rather than raised, so
    that the failed try is committed.
    """
    other = _proved(session, given, at=at, hasher=hasher)
    if isinstance(other, DomainError):
        return other
    held = _held(session, {account_id, other.id})
    mine = held.get(account_id)
    if mine is None or not mine.is_active:
        # Joined to another one itself since its token was looked at: what led there would lead nowhere.
        return NotAuthenticated()
    if other.id != mine.id:
        doors = _memberships(session, other.id)
        if {door.tenant_of_user for door in doors} & {door.tenant_of_user for door in _memberships(session, mine.id)}:
            return AlreadyAMember()
        note_right_try(session, other, given.device, at=at)
        for door in doors:
            _move(session, door, mine)
        _close(session, other, at=at)
    return open_tenants(session, mine.id)


def _held(session: orm.Session, account_ids: set[UUID]) -> dict[UUID, Account]:
    """Accounts as they stand now, held in the order of their ids: two that join each other queue here."""
    statement = select(Account).where(Account.id.in_(account_ids)).order_by(Account.id).with_for_update()
    found = session.execute(statement.execution_options(populate_existing=True)).scalars()
    return {account.id: account for account in found}


def _proved(session: orm.Session, given: Credentials, *, at: datetime, hasher: PasswordHasher) -> Account | DomainError:
    found = prove_account(session, given, at=at, hasher=hasher)
    if isinstance(found, WrongCredentials):
        # The asker is known: 401 would say that their own token is not.
        return invalid("password", "user name or password is wrong", "password_wrong")
    if isinstance(found, Account) and not found.is_active:
        return AccountDisabled()
    return found


def _memberships(session: orm.Session, account_id: UUID) -> Sequence[Membership]:
    return session.scalars(select(Membership).where(Membership.account_id == account_id).with_for_update()).all()


def _move(session: orm.Session, door: Membership, to: Account) -> None:
    """Lead to a user by another account, and say so in the log of the user's tenant."""
    tenant_id, user_id = door.tenant_of_user, door.user_id
    same = (Membership.account_id == door.account_id, Membership.tenant_of_user == tenant_id)
    session.execute(update(Membership).where(*same).values(account_id=to.id))
    enter_tenant(session, tenant_id, user_id)
    values = {"account_id": to.id, "rights_version": User.rights_version + 1}
    session.execute(update(User).where(User.id == user_id).values(**values))
    note(session, "join", "identity.users", user_id, {"username": to.username})


def _close(session: orm.Session, account: Account, *, at: datetime) -> None:
    """End an account that leads nowhere; its name is free again."""
    open_ones = (LoginSession.account_id == account.id, LoginSession.ended_at.is_(None))
    session.execute(update(LoginSession).where(*open_ones).values(ended_at=at, end_reason="joined"))
    values = {"username": f"joined-{account.id.hex}", "password_hash": "joined", "earlier_hashes": []}
    session.execute(update(Account).where(Account.id == account.id).values(**values, is_active=False))
