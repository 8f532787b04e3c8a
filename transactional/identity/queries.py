"""Reading users with what their roles allow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, func, orm, select

from transactional.identity.models import Account, LoginSession, Role, Tenant, User, UserRole
from transactional.kernel.field_access import FieldRule
from transactional.kernel.policy import RoleGrant


@dataclass(frozen=True, slots=True)
class ActiveUser:
    """A user who may act now."""

    id: UUID
    account_id: UUID
    name: str
    email: str
    locale: str
    time_zone: str
    unit_id: UUID | None
    attributes: Mapping[str, Sequence[str]]
    rights_version: int
    grants: tuple[RoleGrant, ...]
    role_codes: tuple[str, ...]


def find_active_user(session: orm.Session, user_id: UUID, session_id: UUID | None) -> ActiveUser | None:
    """The user of a sign-in that has not ended, with the grants of all roles; nothing when user or sign-in is over.

    One statement; the transaction has to run under the user's tenant.
    """
    statement: Select[Any] = (
        select(User, Account.is_active, Tenant.is_active, Tenant.default_locale, LoginSession.id, _roles_of_user())
        .join(Account, Account.id == User.account_id)
        .join(Tenant, Tenant.id == User.tenant_id)
        .outerjoin(
            LoginSession,
            (LoginSession.id == session_id)
            & (LoginSession.account_id == User.account_id)
            & (LoginSession.tenant_of_user == User.tenant_id)
            & LoginSession.ended_at.is_(None)
            & (LoginSession.expires_at > func.now()),
        )
        .where(User.id == user_id)
    )
    found: Any = session.execute(statement).first()
    session.expunge_all()
    if found is None:
        return None
    user, account_active, tenant_active, default_locale, live_session, roles = found
    if not (user.is_active and account_active and tenant_active) or (session_id and live_session is None):
        return None
    return ActiveUser(
        id=user.id,
        account_id=user.account_id,
        name=user.name,
        email=user.email,
        locale=user.locale or default_locale,
        time_zone=user.time_zone,
        unit_id=user.unit_id,
        attributes=user.attributes,
        rights_version=user.rights_version,
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


def grant_of(role: Mapping[str, Any]) -> RoleGrant:
    """What a stored role says."""
    return RoleGrant(
        permissions=frozenset(role["permissions"]),
        data_scope=str(role["data_scope"]),
        row_rules=role["row_rules"],
        hidden_fields=frozenset(role["hidden_fields"]),
        field_rules=tuple(FieldRule.from_data(rule) for rule in role["field_rules"]),
    )
