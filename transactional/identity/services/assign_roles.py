"""Which roles a user has."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update

from transactional.identity.errors import LastAdmin, RightsBeyond
from transactional.identity.models import Role, User, UserRole
from transactional.identity.role_rules import check_held
from transactional.identity.user_rules import active_admins
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.principal import Principal
from transactional.kernel.rows import delete_all, insert_all, lock_by_id, read
from transactional.kernel.session import Session


def assign_roles(session: Session, user_id: UUID, role_codes: Sequence[str], *, by: Principal) -> None:
    """Nothing: the user has exactly these roles.

    Raises: NotFound for the user, Invalid for an unknown role, RightNotHeld when a role that is given goes beyond what
    its giver holds, RightsBeyond when one that is taken does, LastAdmin.
    """
    [user] = lock_by_id(session, User, [user_id])
    wanted = {role.code: role for role in read(session, select(Role).where(Role.code.in_(role_codes)))}
    problems = [
        FieldProblem(f"roles/{position}", f"there is no role {code}", "unknown_role")
        for position, code in enumerate(role_codes)
        if code not in wanted
    ]
    if problems:
        raise Invalid(problems)
    held = read(session, select(UserRole).where(UserRole.user_id == user.id))
    wanted_ids = {role.id for role in wanted.values()}
    gone = [each for each in held if each.role_id not in wanted_ids]
    held_ids = {each.role_id for each in held}
    fresh = [role for role in wanted.values() if role.id not in held_ids]
    leaving = read(session, select(Role).where(Role.id.in_([each.role_id for each in gone])))
    check_held(by, [role.__dict__ for role in fresh])
    check_held(by, [role.__dict__ for role in leaving], RightsBeyond)
    delete_all(session, gone)
    insert_all(session, [UserRole(user_id=user.id, role_id=role.id) for role in fresh])
    session.execute(update(User).where(User.id == user.id).values(rights_version=User.rights_version + 1))
    if any("*" in role.permissions for role in leaving) and not active_admins(session):
        raise LastAdmin
