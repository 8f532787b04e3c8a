"""Rules about changing users."""

from collections.abc import Iterable, Sequence
from uuid import UUID
from zoneinfo import available_timezones

from sqlalchemy import Text, cast, func, select

from transactional.identity.errors import LastAdmin, RightsBeyond
from transactional.identity.handing_on import check_covers
from transactional.identity.models import Role, User, UserRole
from transactional.kernel.errors import FieldProblem
from transactional.kernel.policy import attribute_named
from transactional.kernel.principal import Principal
from transactional.kernel.resource import Change
from transactional.kernel.rows import read
from transactional.kernel.session import Session

ATTRIBUTE_VALUES_MAX, ATTRIBUTE_LENGTH_MAX = 500, 200


def user_problems(change: Change) -> Iterable[FieldProblem]:
    """What is wrong with a user's own fields."""
    zone = change.values.get("time_zone")
    if zone and zone not in available_timezones():
        yield FieldProblem("time_zone", "is no time zone such as Europe/Berlin", "unknown_time_zone")
    if "attributes" in change.values and not _are_attributes(change.values["attributes"]):
        reason = "is no map from names such as regions to lists of texts"
        yield FieldProblem("attributes", reason, "no_attributes")


def _are_attributes(given: object) -> bool:
    return isinstance(given, dict) and all(
        attribute_named(f"user.{name}") is not None
        and isinstance(values, list)
        and len(values) <= ATTRIBUTE_VALUES_MAX
        and all(isinstance(value, str) and len(value) <= ATTRIBUTE_LENGTH_MAX for value in values)
        for name, values in given.items()
    )


def check_admin_left(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
    """Nothing while an administrator stays active.  Raises: LastAdmin."""
    leaving = {change.id for change in changes if change.values.get("is_active") is False}
    if leaving:
        admins = active_admins(session)
        if admins and not admins - leaving:
            raise LastAdmin
    return ()


def check_within_rights(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
    """Nothing when nobody is changed who may do more than the writer.  Raises: RightsBeyond."""
    check_not_beyond(session, [change.id for change in changes if change.before is not None], session.principal)
    return ()


def check_not_beyond(session: Session, user_ids: Sequence[UUID], by: Principal) -> None:
    """Nothing for users who hold no right, and see no row or field, that `by` does not.  Raises: RightsBeyond."""
    held = select(Role).join(UserRole, UserRole.role_id == Role.id)
    others = [user_id for user_id in user_ids if user_id != by.user_id]
    for role in read(session, held.where(UserRole.user_id.in_(others)).order_by(Role.code).distinct()):
        check_covers(by, role.__dict__, error=RightsBeyond)


def active_admins(session: Session) -> set[object]:
    """The ids of active users who hold every right."""
    statement = (
        select(User.id)
        .join(UserRole, UserRole.user_id == User.id)
        .join(Role, Role.id == UserRole.role_id)
        .where(User.is_active, func.array_position(Role.permissions, cast("*", Text)).is_not(None))
    )
    return set(session.scalars(statement))
