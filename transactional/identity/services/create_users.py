"""New users of a tenant, each with an account of its own or joined to one that exists."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy import insert, select

from transactional.identity.errors import NameTaken
from transactional.identity.models import Account, Membership, Role, Tenant, User, UserRole
from transactional.identity.passwords import DEFAULT_HASHER, password_problems
from transactional.identity.user_rules import check_place
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Session


@dataclass(frozen=True, slots=True)
class NewUser:
    """Who is to enter, with which roles (by code)."""

    username: str
    name: str
    password: str
    email: str | None = None
    """The user name where none is given."""
    role_codes: tuple[str, ...] = ()
    locale: str | None = None
    time_zone: str = "UTC"
    unit_id: UUID | None = None
    id: UUID = field(default_factory=new_id)


def create_users(
    session: Session, users: Sequence[NewUser], *, at: datetime, hasher: PasswordHasher = DEFAULT_HASHER
) -> list[User]:
    """Users who can sign in at once.

    Raises: RightNotHeld for a unit that the asker does not reach, NameTaken for a user name in use, Invalid for a
    refused password or an unknown role.
    """
    for user in users:
        check_place(session.principal, user.unit_id)
    _check_names_free(session, users)
    roles = _roles(session, users)
    _check_passwords(session, users)
    accounts = [
        {
            "id": new_id(),
            "username": user.username.strip().casefold(),
            "password_hash": hasher.hash(user.password),
            "password_changed_at": at,
        }
        for user in users
    ]
    session.execute(insert(Account), accounts)
    made = [_user(user, account["id"]) for user, account in zip(users, accounts, strict=True)]
    insert_all(session, made)
    session.execute(
        insert(Membership),
        [{"account_id": user.account_id, "tenant_of_user": session.tenant_id, "user_id": user.id} for user in made],
    )
    insert_all(
        session,
        [
            UserRole(user_id=user.id, role_id=roles[code].id)
            for user in users
            for code in dict.fromkeys(user.role_codes)
        ],
    )
    return made


def _user(user: NewUser, account_id: object) -> User:
    return User(
        id=user.id,
        account_id=account_id,
        email=(user.email or user.username).strip().casefold(),
        name=user.name,
        locale=user.locale,
        time_zone=user.time_zone,
        unit_id=user.unit_id,
    )


def _check_names_free(session: Session, users: Sequence[NewUser]) -> None:
    names = [user.username.strip().casefold() for user in users]
    taken = session.execute(select(Account.username).where(Account.username.in_(names)).limit(1)).scalar_one_or_none()
    twice = next((name for position, name in enumerate(names) if name in names[:position]), None)
    if taken or twice:
        raise NameTaken(field="user name", value=taken or twice)


def _roles(session: Session, users: Sequence[NewUser]) -> dict[str, Role]:
    codes = {code for user in users for code in user.role_codes}
    known = {role.code: role for role in session.scalars(select(Role).where(Role.code.in_(codes)))}
    problems = [
        FieldProblem(f"{position}/roles", f"there is no role {code}", "unknown_role")
        for position, user in enumerate(users)
        for code in user.role_codes
        if code not in known
    ]
    if problems:
        raise Invalid(problems)
    return known


def _check_passwords(session: Session, users: Sequence[NewUser]) -> None:
    length_min = session.execute(select(Tenant.password_length_min).where(Tenant.id == session.tenant_id)).scalar_one()
    problems = [
        problem
        for user in users
        for problem in password_problems(user.password, length_min=length_min, own_words=[user.username, user.name])
    ]
    if problems:
        raise Invalid(problems)
