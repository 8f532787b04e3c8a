"""Reading users with what their roles allow."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, Uuid, bindparam, func, select

from transactional.identity.models import Account, LoginSession, Role, Tenant, User, UserRole
from transactional.kernel.field_access import FieldRule
from transactional.kernel.grants import RoleGrant
from transactional.kernel.session import Session
from transactional.kernel.statements import Lookup


@dataclass(frozen=True, slots=True)
class ActiveUser:
    """A user who may act now."""

    id: UUID
    account_id: UUID
    tenant_slug: str
    name: str
    email: str
    locale: str
    time_zone: str
    unit_id: UUID | None
    attributes: Mapping[str, Sequence[str]]
    rights_version: int
    grants: tuple[RoleGrant, ...]
    role_codes: tuple[str, ...]


def find_active_user(session: Session, user_id: UUID, session_id: UUID | None) -> ActiveUser | None:
    """The user of a sign-in that has not ended, with the grants of all roles; nothing when user or sign-in is over.

    The transaction has to run under the user's tenant.
    """
    return ask_active_user(session, user_id, session_id)()


def ask_active_user(session: Session, user_id: UUID, session_id: UUID | None) -> Callable[[], ActiveUser | None]:
    """What finds a user as `find_active_user` does, in one statement; what is asked meanwhile travels with it."""
    asked = _ACTIVE.ask(session, user=user_id, sign_in=session_id)
    return lambda: _active(asked.rows(), needs_sign_in=session_id is not None)


def _active(rows: Sequence[tuple[Any, ...]], *, needs_sign_in: bool) -> ActiveUser | None:
    if not rows:
        return None
    [(*of_user, is_active, account_active, tenant_active, slug, default_locale, sign_in_id, roles)] = rows
    if not (is_active and account_active and tenant_active) or (needs_sign_in and sign_in_id is None):
        return None
    user_id, account_id, name, email, locale, time_zone, unit_id, attributes, rights_version = of_user
    return ActiveUser(
        id=user_id,
        account_id=account_id,
        tenant_slug=slug,
        name=name,
        email=email,
        locale=locale or default_locale,
        time_zone=time_zone,
        unit_id=unit_id,
        attributes=attributes,
        rights_version=rights_version,
        grants=tuple(grant_of(role) for role in roles or []),
        role_codes=tuple(role["code"] for role in roles or []),
    )


def _roles_of_user() -> ScalarSelect[Any]:
    return (
        select(
            func.jsonb_agg(
                func.jsonb_build_object(
                    "code",
                    Role.code,
                    "permissions",
                    Role.permissions,
                    "data_scope",
                    Role.data_scope,
                    "row_rules",
                    Role.row_rules,
                    "hidden_fields",
                    Role.hidden_fields,
                    "field_rules",
                    Role.field_rules,
                )
            )
        )
        .select_from(UserRole)
        .join(Role, Role.id == UserRole.role_id)
        .where(UserRole.user_id == User.id)
        .correlate(User)
        .scalar_subquery()
    )


_ACTIVE: Lookup[*tuple[Any, ...]] = Lookup(
    select(
        User.id,
        User.account_id,
        User.name,
        User.email,
        User.locale,
        User.time_zone,
        User.unit_id,
        User.attributes,
        User.rights_version,
        User.is_active,
        Account.is_active,
        Tenant.is_active,
        Tenant.slug,
        Tenant.default_locale,
        LoginSession.id,
        _roles_of_user(),
    )
    .join(Account, Account.id == User.account_id)
    .join(Tenant, Tenant.id == User.tenant_id)
    .outerjoin(
        LoginSession,
        (LoginSession.id == bindparam("sign_in", type_=Uuid()))
        & (LoginSession.account_id == User.account_id)
        & (LoginSession.tenant_of_user == User.tenant_id)
        & LoginSession.ended_at.is_(None)
        & (LoginSession.expires_at > func.now()),
    )
    .where(User.id == bindparam("user", type_=Uuid()))
)


def grant_of(role: Mapping[str, Any]) -> RoleGrant:
    """What a stored role says."""
    return RoleGrant(
        permissions=frozenset(role["permissions"]),
        data_scope=str(role["data_scope"]),
        row_rules=role["row_rules"],
        hidden_fields=frozenset(role["hidden_fields"]),
        field_rules=tuple(FieldRule.from_data(rule) for rule in role["field_rules"]),
    )
