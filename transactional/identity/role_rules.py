"""Rules about what a role may say: only rights that exist and that the writer holds, only fields that exist."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Table, func, select

from transactional.identity.errors import RightNotHeld, RightsBeyond, SystemRoleFixed
from transactional.identity.models import DataScope, Role, User, UserRole
from transactional.identity.queries import grant_of
from transactional.kernel.errors import FieldProblem
from transactional.kernel.field_access import RULES as ACCESS_RULES
from transactional.kernel.policy import OPERATORS, USER_VALUES, attribute_named, is_field, is_value
from transactional.kernel.principal import Principal
from transactional.kernel.records import InUse
from transactional.kernel.resource import Change, Field
from transactional.kernel.rows import read
from transactional.kernel.session import Session


@dataclass(frozen=True, slots=True)
class RoleRules:
    """What exists, and so may be named by a role."""

    rights: AbstractSet[str]
    fields: Mapping[str, Sequence[Field]]
    """The columns behind each name that a role may hide, mask or close."""
    states: Mapping[str, Sequence[str]]
    """The states of each thing that has any."""
    things: Mapping[str, Table]

    def problems(self, change: Change) -> Iterable[FieldProblem]:
        """What is wrong with a role's own fields."""
        yield from self._rights_problems(change.values.get("permissions") or [])
        for position, code in enumerate(change.values.get("hidden_fields") or []):
            if code not in self.fields:
                yield FieldProblem(f"hidden_fields/{position}", f"there is no field {code}", "unknown_field")
        scope = change.values.get("data_scope")
        if scope is not None and scope not in set(DataScope):
            yield FieldProblem("data_scope", f"is none of {', '.join(DataScope)}", "unknown_choice")
        yield from self._field_problems(change.values.get("field_rules", []))
        yield from self._rule_problems(change.values.get("row_rules", {}))

    def _field_problems(self, rules: Any) -> Iterable[FieldProblem]:
        if not isinstance(rules, list):
            yield FieldProblem("field_rules", "is no list of rules", "no_rules")
            return
        for position, rule in enumerate(rules):
            path = f"field_rules/{position}"
            if not isinstance(rule, dict) or set(rule) - {"field", "access", "states"}:
                yield FieldProblem(path, "is no rule of field, access and states", "no_field_rule")
                continue
            yield from self._field_rule(path, rule)

    def _field_rule(self, path: str, rule: Mapping[str, Any]) -> Iterable[FieldProblem]:
        code, access, states = rule.get("field"), rule.get("access"), rule.get("states") or []
        columns = self.fields.get(code, ()) if isinstance(code, str) else ()
        if not columns:
            yield FieldProblem(f"{path}/field", f"there is no field {code}", "unknown_field")
        if not isinstance(access, str) or access not in ACCESS_RULES:
            yield FieldProblem(f"{path}/access", f"is none of {', '.join(ACCESS_RULES)}", "unknown_choice")
        elif access == "masked" and any(column.kind != "text" or column.choices for column in columns):
            yield FieldProblem(f"{path}/access", "only texts can be masked: hide the field", "cannot_mask")
        known = self.states.get(str(code).partition(".")[0], ())
        if not _is_list_of_texts(states) or set(states) - set(known):
            yield FieldProblem(
                f"{path}/states", f"is no list of {', '.join(known) or 'states: it has none'}", "no_states"
            )

    def _rights_problems(self, rights: Sequence[str]) -> Iterable[FieldProblem]:
        prefixes = {right.partition(".")[0] for right in self.rights}
        for position, right in enumerate(rights):
            known = right in self.rights or right == "*" or (right.endswith(".*") and right[:-2] in prefixes)
            if not known:
                yield FieldProblem(f"permissions/{position}", f"there is no right {right}", "unknown_right")

    def _rule_problems(self, rules: Any) -> Iterable[FieldProblem]:
        if not isinstance(rules, dict):
            yield FieldProblem("row_rules", "is no map from things to rules", "no_rules")
            return
        for thing, listed in rules.items():
            if thing not in self.things:
                yield FieldProblem(f"row_rules/{thing}", "there is no such thing", "unknown_thing")
            elif not isinstance(listed, list):
                yield FieldProblem(f"row_rules/{thing}", "is no list of rules", "no_rules")
            else:
                for position, rule in enumerate(listed):
                    yield from self._one_rule(f"row_rules/{thing}/{position}", self.things[thing], rule)

    def _one_rule(self, path: str, table: Table, rule: Any) -> Iterable[FieldProblem]:
        if not isinstance(rule, dict) or set(rule) - {"field", "operator", "values"}:
            yield FieldProblem(path, "is no rule of field, operator and values", "no_rules")
            return
        if not isinstance(rule.get("field"), str) or not is_field(table, rule["field"]):
            yield FieldProblem(f"{path}/field", f"there is no field {rule.get('field')}", "unknown_field")
        if rule.get("operator", "in") not in OPERATORS:
            yield FieldProblem(f"{path}/operator", f"is none of {', '.join(OPERATORS)}", "unknown_choice")
        values = rule.get("values")
        if not (_is_of_user(values) if isinstance(values, str) else _is_list_of_texts(values)):
            yield FieldProblem(
                f"{path}/values", f"is no list of texts and none of {', '.join(USER_VALUES)}", "no_values"
            )
        elif isinstance(values, list) and isinstance(rule.get("field"), str) and is_field(table, rule["field"]):
            wrong = [value for value in values if not is_value(table, rule["field"], value)]
            if wrong:
                yield FieldProblem(f"{path}/values", "cannot be compared with that field", "no_values")

    def check_held(self, session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
        """Nothing when the writer may give the roles as they are and as they become.

        Raises: RightNotHeld, SystemRoleFixed.
        """
        for change in changes:
            if change.before is not None and change.before["is_system"]:
                raise SystemRoleFixed(role=change.before["code"])
            if any(self.problems(change)):
                continue
            before = [dict(change.before)] if change.before else []
            # Who may not give a role may not change what others see by it either.
            said = [*before, *[each | change.values for each in before or [_NOTHING_SAID]]]
            check_held(session.principal, said)
        return ()

    @staticmethod
    def attribute_problems(session: Session, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
        """Rules that compare with an attribute which is kept with no user: nobody would see anything by them."""
        for position, change in enumerate(changes):
            for path, named in _attributes_in(change.values.get("row_rules")):
                if not session.scalar(select(User.id).where(User.attributes.has_key(named)).limit(1)):
                    reason = f"no user has the attribute {named}: give it to a user first"
                    yield position, FieldProblem(path, reason, "unknown_attribute")

    @staticmethod
    def check_deletable(session: Session, role: Role) -> None:
        """Nothing when nobody holds the role.  Raises: SystemRoleFixed, InUse."""
        if role.is_system:
            raise SystemRoleFixed(role=role.code)
        count = session.execute(select(func.count()).where(UserRole.role_id == role.id)).scalar_one()
        if count:
            raise InUse(thing="role", count=count, user="users")


_NOTHING_SAID: dict[str, Any] = {
    "permissions": (),
    "data_scope": DataScope.ALL,
    "row_rules": {},
    "hidden_fields": (),
    "field_rules": (),
}
"""A role of which nothing is said, as the table has it."""


def check_held(
    by: Principal, roles: Iterable[Mapping[str, Any]], refusal: type[RightNotHeld | RightsBeyond] = RightNotHeld
) -> None:
    """Nothing when the asker holds all that these roles say.  Raises: the refusal."""
    for role in roles:
        right = by.beyond(grant_of(role))
        if right:
            raise refusal(right=right)


def check_may_be(session: Session, by: Principal, user_ids: Sequence[UUID]) -> None:
    """Nothing when none of these users may do more than the asker, who may thus act in their place.

    Raises: RightsBeyond.
    """
    held = select(Role).join(UserRole, UserRole.role_id == Role.id).where(UserRole.user_id.in_(user_ids))
    check_held(by, [role.__dict__ for role in read(session, held.order_by(Role.code))], RightsBeyond)


def _attributes_in(row_rules: Any) -> Iterable[tuple[str, str]]:
    """The attributes of users that rules compare with, and where; what is no rule has been named elsewhere."""
    for thing, rules in row_rules.items() if isinstance(row_rules, dict) else ():
        for place, rule in enumerate(rules if isinstance(rules, list) else ()):
            values = rule.get("values") if isinstance(rule, dict) else None
            named = attribute_named(values) if isinstance(values, str) else None
            if named:
                yield f"row_rules/{thing}/{place}/values", named


def _is_of_user(values: str) -> bool:
    return values in USER_VALUES or attribute_named(values) is not None


def _is_list_of_texts(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)
