"""Who may hand a role on: whoever has each of its rights, and sees as much by it as the role shows."""

from collections.abc import Mapping
from typing import Any

from transactional.identity.errors import RightNotHeld, RightsBeyond
from transactional.identity.models import DataScope
from transactional.identity.queries import grant_of
from transactional.kernel.policy import RoleGrant
from transactional.kernel.principal import Principal

_SCOPES = tuple(DataScope)
"""From the narrowest to the widest."""


def check_covers(
    by: Principal, role: Mapping[str, Any], *, error: type[RightNotHeld] | type[RightsBeyond] = RightNotHeld
) -> None:
    """Nothing where a role shows nothing that its giver may not see.

    Raises: the error, naming the right and, where it is held for less, by what it reaches further.
    """
    given = grant_of(role)
    for right in sorted(given.permissions):
        if not by.may(right):
            raise error(right=right)
        held = [grant for grant in by.grants if grant.grants(right)]
        beyond = [_beyond(grant, given) for grant in held]
        # Jobs hold their rights by no role, and are limited by none.
        if beyond and all(beyond):
            raise error(right=f"{right} ({beyond[0]})")


def _beyond(held: RoleGrant, given: RoleGrant) -> str | None:
    """By what a grant reaches further than one that is held; nothing where it does not."""
    if _SCOPES.index(DataScope(given.data_scope)) > _SCOPES.index(DataScope(held.data_scope)):
        return f"data_scope: {given.data_scope}"
    for thing, rules in held.row_rules.items():
        if any(rule not in given.row_rules.get(thing, ()) for rule in rules):
            return f"row_rules: {thing}"
    if shown := held.hidden_fields - given.hidden_fields:
        return f"hidden_fields: {min(shown)}"
    for rule in held.field_rules:
        if rule not in given.field_rules and rule.field not in given.hidden_fields:
            return f"field_rules: {rule.field}"
    return None
