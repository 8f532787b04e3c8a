"""From a user or a role to the one who asks: roles and place become rights, row filters and access to fields."""

from dataclasses import replace
from typing import TypedDict
from uuid import UUID

from sqlalchemy import select

from transactional.identity.models import Role
from transactional.identity.queries import ActiveUser, ask_active_user, grant_of
from transactional.kernel.field_access import FieldAccess, compile_access, hidden_codes
from transactional.kernel.grants import SCOPES, RoleGrant
from transactional.kernel.policy import Place, RowFilters, compile_filters, without
from transactional.kernel.principal import Principal
from transactional.kernel.session import Session
from transactional.organization.queries import ask_place
from transactional.resources import BOOKS, SEALED, TELLING, THINGS


def principal_of(user: ActiveUser, place: Place, *, tenant_id: UUID, session_id: UUID | None) -> Principal:
    """A user's roles and place as rights, row filters and access to fields."""
    return Principal(
        tenant_id=tenant_id,
        user_id=user.id,
        name=user.name,
        data_scope=_widest([grant.data_scope for grant in user.grants]),
        unit_ids=place.unit_ids,
        subtree_ids=place.subtree_ids,
        company_ids=place.company_ids,
        employee_id=place.employee_id,
        attributes=place.attributes,
        locale=user.locale,
        time_zone=user.time_zone,
        channel="api",
        session_id=session_id,
        account_id=user.account_id,
        tenant_slug=user.tenant_slug,
        **_rights(user.grants, place),
    )


def find_principal(
    session: Session, user_id: UUID, session_id: UUID | None = None
) -> tuple[Principal, ActiveUser] | None:
    """A user of the session's tenant with the rights held now; nothing where user or sign-in is over."""
    find_user, find_place = ask_active_user(session, user_id, session_id), ask_place(session, user_id)
    user = find_user()
    if user is None:
        return None
    place = replace(find_place(user.unit_id), attributes=user.attributes)
    return principal_of(user, place, tenant_id=session.tenant_id, session_id=session_id), user


def find_scope(session: Session, role_id: UUID, *, locale: str = "en") -> Principal | None:
    """A reader who is nobody and sees what one named role shows; nothing where the role is gone."""
    role = session.execute(select(Role).where(Role.id == role_id)).scalar_one_or_none()
    session.expunge_all()
    if role is None:
        return None
    grant = grant_of(role.__dict__)
    return Principal(
        tenant_id=session.tenant_id,
        user_id=None,
        name=role.name,
        data_scope=grant.data_scope,
        locale=locale,
        channel="link",
        **_rights((grant,), Place(None)),
    )


class _Rights(TypedDict):
    grants: tuple[RoleGrant, ...]
    permissions: frozenset[str]
    hidden_fields: frozenset[str]
    field_access: FieldAccess
    row_filters: RowFilters


def _rights(grants: tuple[RoleGrant, ...], place: Place) -> _Rights:
    access, filters = compile_access(grants), compile_filters(grants, place, THINGS)
    for resource in TELLING:
        if any(grant.grants(right) for grant in grants for right in (f"{resource.thing}.read", BOOKS)):
            for code in resource.telling.keys() & hidden_codes(access):
                filters = without(filters, resource.thing, *resource.telling[code])
    sealed = SEALED if access or filters else frozenset()
    return {
        "grants": grants,
        "permissions": frozenset().union(*[grant.permissions for grant in grants]),
        "hidden_fields": hidden_codes(access) | sealed,
        "field_access": access,
        "row_filters": filters,
    }


def _widest(scopes: list[str]) -> str:
    return max(scopes, key=SCOPES.index, default="own")
