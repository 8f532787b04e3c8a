"""The system roles of a tenant, as this version of the program ships them."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from transactional.identity.models import Role
from transactional.identity.system_roles import SYSTEM_ROLES, SystemRole
from transactional.kernel.rows import insert_all, read
from transactional.kernel.session import Session


def install_system_roles(session: Session) -> dict[str, UUID]:
    """The ids of those that were made or changed, by code; run again there are none.

    They belong to the program, and nobody else may change them: when its catalogue of rights grows, so do they. A role
    of the tenant's own that has the code of a new one stays as it is, and stands in its place.
    """
    known = {role.code: role for role in read(session, select(Role).order_by(Role.id).with_for_update())}
    made = [
        Role(code=each.code, is_system=True, **_as_shipped(each)) for each in SYSTEM_ROLES if each.code not in known
    ]
    insert_all(session, made)
    changed = [each for each in SYSTEM_ROLES if each.code in known and _is_another(known[each.code], each)]
    for each in changed:
        # One statement a role: rows of lists of different lengths do not go into one.
        values = {**_as_shipped(each), "version": Role.version + 1, "updated_at": func.now(), "updated_by": None}
        session.execute(update(Role).where(Role.id == known[each.code].id).values(values))
    return {role.code: role.id for role in made} | {each.code: known[each.code].id for each in changed}


def _is_another(role: Role, shipped: SystemRole) -> bool:
    """Whether a role of the program's is not as this version ships it."""
    return role.is_system and any(getattr(role, name) != value for name, value in _as_shipped(shipped).items())


def _as_shipped(role: SystemRole) -> dict[str, Any]:
    return {
        "name": role.name,
        "data_scope": role.data_scope,
        "permissions": list(role.permissions),
        "row_rules": {thing: [dict(rule) for rule in rules] for thing, rules in role.row_rules.items()},
        "hidden_fields": list(role.hidden_fields),
    }
