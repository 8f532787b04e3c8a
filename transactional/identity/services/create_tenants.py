"""A new tenant: its row, its system roles and its first administrator."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy import insert, select

from transactional.identity.errors import NameTaken
from transactional.identity.models import Role, Tenant, User
from transactional.identity.passwords import DEFAULT_HASHER
from transactional.identity.services.create_users import NewUser, create_users
from transactional.identity.system_roles import SYSTEM_ROLES
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Session


@dataclass(frozen=True, slots=True)
class NewTenant:
    """A customer of the product and who administers it; `admin.role_codes` is filled in."""

    slug: str
    name: str
    admin: NewUser
    host: str | None = None
    default_locale: str = "en"
    password_length_min: int = field(default=12)


def create_tenant(session: Session, new: NewTenant, *, at: datetime, hasher: PasswordHasher = DEFAULT_HASHER) -> User:
    """The administrator of the new tenant, which gets the id the session runs under.

    Begin the transaction as `system_principal(new_id(), channel=...)`: from then on the tenant exists.
    Raises: NameTaken for a slug, host or user name in use.
    """
    _check_free(session, new)
    session.execute(
        insert(Tenant).values(
            id=session.tenant_id,
            slug=new.slug,
            name=new.name,
            host=new.host,
            default_locale=new.default_locale,
            password_length_min=new.password_length_min,
            created_at=at,
        )
    )
    install_system_roles(session)
    admin = NewUser(
        username=new.admin.username,
        name=new.admin.name,
        password=new.admin.password,
        email=new.admin.email,
        role_codes=tuple(dict.fromkeys(("admin", *new.admin.role_codes))),
        locale=new.admin.locale,
        time_zone=new.admin.time_zone,
        id=new.admin.id,
    )
    return create_users(session, [admin], at=at, hasher=hasher)[0]


def install_system_roles(session: Session) -> dict[str, UUID]:
    """The ids of the system roles by code; those that are missing are made."""
    known: dict[str, UUID] = {
        row.code: row.id for row in session.execute(select(Role.code, Role.id).where(Role.is_system))
    }
    missing = [
        Role(
            code=role.code,
            name=role.name,
            data_scope=role.data_scope,
            permissions=list(role.permissions),
            row_rules={thing: [dict(rule) for rule in rules] for thing, rules in role.row_rules.items()},
            hidden_fields=list(role.hidden_fields),
            is_system=True,
        )
        for role in SYSTEM_ROLES
        if role.code not in known
    ]
    insert_all(session, missing)
    return known | {role.code: role.id for role in missing}


def _check_free(session: Session, new: NewTenant) -> None:
    for label, column, value in (("slug", Tenant.slug, new.slug), ("host", Tenant.host, new.host)):
        if value and session.execute(select(Tenant.id).where(column == value)).first():
            raise NameTaken(field=label, value=value)
