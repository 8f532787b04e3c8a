"""A new tenant: its row, its system roles and its first administrator."""

from dataclasses import dataclass, field
from datetime import datetime

from argon2 import PasswordHasher
from sqlalchemy import insert, select

from transactional.identity.errors import NameTaken
from transactional.identity.models import Tenant, User
from transactional.identity.passwords import DEFAULT_HASHER
from transactional.identity.services.create_users import NewUser, create_users
from transactional.identity.services.install_system_roles import install_system_roles
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


def _check_free(session: Session, new: NewTenant) -> None:
    for label, column, value in (("slug", Tenant.slug, new.slug), ("host", Tenant.host, new.host)):
        if value and session.execute(select(Tenant.id).where(column == value)).first():
            raise NameTaken(field=label, value=value)
