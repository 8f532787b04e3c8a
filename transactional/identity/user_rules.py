"""Rules about changing users."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID
from zoneinfo import available_timezones

from sqlalchemy import Text, cast, func, select

from transactional.identity.errors import LastAdmin, RightNotHeld
from transactional.identity.models import Role, User, UserRole
from transactional.identity.role_rules import check_may_be
from transactional.kernel.errors import FieldProblem
from transactional.kernel.policy import attribute_named
from transactional.kernel.principal import Principal
from transactional.kernel.resource import Change
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


def check_held_by_users(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
    """Nothing when nobody is shut out who may do more than the writer, nor placed where the writer does not reach.

    Raises: RightsBeyond, RightNotHeld.
    """
    by = session.principal
    shut = [change.id for change in changes if change.changes("is_active") or change.changes("email")]
    check_may_be(session, by, [each for each in shut if each != by.user_id])
    for change in changes:
        if change.changes("attributes"):
            _check_attributes(by, change.values["attributes"])
        if change.changes("unit_id"):
            check_place(by, change.values["unit_id"])
    return ()


_PLACED = ("unit", "subtree", "company")
"""Scopes that go by where a user stands."""
_PERSONAL = ("own", "unit", "subtree")
"""Scopes that go by which employee a user is."""


def check_place(by: Principal, unit_id: UUID | None) -> None:
    """Nothing when a user may be put into a unit: one whose rows go by units puts nobody beside or above them.

    Raises: RightNotHeld.
    """
    placed = any(grant.data_scope in _PLACED for grant in by.grants)
    if placed and unit_id is not None and unit_id not in by.subtree_ids:
        raise RightNotHeld(right=f"unit_id: {unit_id}")


def check_standing(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
    """Nothing when no employee's user comes to see more than the writer, who may be that user.  Raises: RightNotHeld.

    Rows go by the employee who a user is, and by the employee's unit.
    """
    by = session.principal
    for change in changes:
        user_id = change.value("user_id")
        if user_id and change.changes("user_id") and any(grant.data_scope in _PERSONAL for grant in by.grants):
            raise RightNotHeld(right=f"user_id: {user_id}")
        if user_id and change.changes("unit_id"):
            check_place(by, change.values["unit_id"])
    return ()


def _check_attributes(by: Principal, given: Mapping[str, Sequence[str]]) -> None:
    """Nothing when no row rule of the giver shows more to somebody with these attributes.  Raises: RightNotHeld."""
    for rule in (rule for grant in by.grants for rules in grant.row_rules.values() for rule in rules):
        name = attribute_named(rule["values"]) if isinstance(rule["values"], str) else None
        if name is None:
            continue
        own, theirs = set(by.attributes.get(name, ())), set(given.get(name, ()))
        if not (theirs <= own if rule.get("operator", "in") == "in" else theirs >= own):
            raise RightNotHeld(right=f"attributes: {name}")


def active_admins(session: Session) -> set[object]:
    """The ids of active users who hold every right."""
    statement = (
        select(User.id)
        .join(UserRole, UserRole.user_id == User.id)
        .join(Role, Role.id == UserRole.role_id)
        .where(User.is_active, func.array_position(Role.permissions, cast("*", Text)).is_not(None))
    )
    return set(session.scalars(statement))
