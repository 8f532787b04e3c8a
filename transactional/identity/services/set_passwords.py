"""An administrator gives a user a new password; all devices have to sign in again.

A login that leads into other tenants too is not the administrator's: then the user gets a login of this tenant alone,
and the person's own stays as it was. So no tenant opens another one's doors, and everyone can be let in again.
"""

from datetime import datetime
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy import insert, select, update

from transactional.identity.errors import NameTaken
from transactional.identity.models import Account, LoginSession, Membership, Tenant, User
from transactional.identity.passwords import DEFAULT_HASHER, REMEMBERED, password_problems
from transactional.identity.role_rules import check_may_be
from transactional.identity.services.end_sessions import end_other_sessions
from transactional.kernel.audit import note
from transactional.kernel.errors import Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.rows import lock_by_id
from transactional.kernel.session import Session


def set_password(  # whose, what, by which name, and who gives it when
    session: Session,
    user_id: UUID,
    fresh: str,
    *,
    username: str | None = None,
    by: Principal,
    at: datetime,
    hasher: PasswordHasher = DEFAULT_HASHER,
) -> None:
    """Nothing: the user signs in with this password from now on, and every session of the user has ended.

    Raises: NotFound; RightsBeyond for a user with a right that its giver does not hold, whom the password would let
    the giver act as; Invalid naming the rule of passwords that is broken; NameTaken when the user needs a login of
    this tenant alone and its name (`username`, else the e-mail address) is taken.
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
    if _leads_elsewhere(session, user.account_id):
        name = (username or user.email).strip().casefold()
        _separate(session, user, name, hasher.hash(fresh), at=at)
        return
    session.execute(
        update(Account)
        .where(Account.id == user.account_id)
        .values(password_hash=hasher.hash(fresh), earlier_hashes=earlier[:REMEMBERED], password_changed_at=at)
    )
    end_other_sessions(session, user.account_id, keep=None, at=at)


def _leads_elsewhere(session: Session, account_id: UUID) -> bool:
    other = select(Membership.user_id).where(
        Membership.account_id == account_id, Membership.tenant_of_user != session.tenant_id
    )
    return session.execute(other.limit(1)).first() is not None


def _separate(session: Session, user: User, name: str, password_hash: str, *, at: datetime) -> None:
    if session.execute(select(Account.id).where(Account.username == name)).first():
        raise NameTaken(field="user name", value=name)
    fresh_id = new_id()
    account = {"id": fresh_id, "username": name, "password_hash": password_hash, "password_changed_at": at}
    session.execute(insert(Account), [account])
    here = (Membership.account_id == user.account_id, Membership.tenant_of_user == session.tenant_id)
    session.execute(update(Membership).where(*here).values(account_id=fresh_id))
    values = {"account_id": fresh_id, "rights_version": User.rights_version + 1}
    session.execute(update(User).where(User.id == user.id).values(**values))
    mine = (LoginSession.account_id == user.account_id, LoginSession.tenant_of_user == session.tenant_id)
    ended = {"ended_at": at, "end_reason": "password changed"}
    session.execute(update(LoginSession).where(*mine, LoginSession.ended_at.is_(None)).values(**ended))
    note(session, "separate", "identity.users", user.id, {"username": name})
