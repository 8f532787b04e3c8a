"""What a role says, and whether one that holds some roles may hand on another: in no dimension beyond what is held.

A role's right, how far it sees, its row rules and its fields belong together: each right of the role that is given has
to be held in one role that sees at least as far and is limited by nothing else.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from transactional.kernel.field_access import Access, FieldRule, compile_access

SCOPES = ("own", "unit", "subtree", "company", "all")
"""How far roles see, the narrowest first."""


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """What one of a user's roles says, as stored."""

    permissions: frozenset[str]
    data_scope: str
    row_rules: Mapping[str, Sequence[Mapping[str, Any]]]
    hidden_fields: frozenset[str]
    field_rules: tuple[FieldRule, ...] = ()

    def grants(self, right: str) -> bool:
        """Whether the role holds a right, by name, by `<thing>.*` or by `*`."""
        return bool({right, "*", f"{right.partition('.')[0]}.*"} & self.permissions)


def beyond(given: RoleGrant, held: Sequence[RoleGrant]) -> str | None:
    """What of a role goes beyond the roles held, in the words of the role's own fields; nothing where all is held."""
    found = (_right_beyond(right, given, held) for right in sorted(given.permissions))
    return next((each for each in found if each), None) or _field_beyond(given, held)


def _right_beyond(right: str, given: RoleGrant, held: Sequence[RoleGrant]) -> str | None:
    holders = [each for each in held if each.grants(right)]
    if not holders:
        return right
    far = [each for each in holders if SCOPES.index(each.data_scope) >= SCOPES.index(given.data_scope)]
    if not far:
        return f"data_scope: {given.data_scope} ({right})"
    # Named is what the fewest rules ask for: the role that is nearest to letting it be given.
    missing = min(([*_rules_missing(given, each)] for each in far), key=len)
    return f"row_rules: {missing[0]} ({right})" if missing else None


def _rules_missing(given: RoleGrant, held: RoleGrant) -> Iterable[str]:
    """The things whose rules a role that is held has and the one that is given has not."""
    for thing, rules in held.row_rules.items():
        own = given.row_rules.get(thing, ())
        if not all(any(_is_as_narrow(each, rule) for each in own) for rule in rules):
            yield thing


def _is_as_narrow(rule: Mapping[str, Any], wide: Mapping[str, Any]) -> bool:
    """Whether a row that passes the one rule passes the other, whoever reads."""
    operator, values, allowed = rule.get("operator", "in"), rule["values"], wide["values"]
    fields = [str(each["field"]).removesuffix("_id") for each in (rule, wide)]
    if fields[0] != fields[1] or operator != wide.get("operator", "in"):
        return False
    if isinstance(values, str) or isinstance(allowed, str):
        return bool(values == allowed)
    return set(values) <= set(allowed) if operator == "in" else set(values) >= set(allowed)


def _field_beyond(given: RoleGrant, held: Sequence[RoleGrant]) -> str | None:
    own, told = compile_access(held), compile_access([given])
    for code, states in own.items():
        thing = code.partition(".")[0]
        writes = any(given.grants(f"{thing}.{verb}") for verb in ("update", "create"))
        met = told.get(code, {None: Access.WRITE})
        for state in {*states, *met}:
            level = met.get(state, met[None])
            if min(level, Access.WRITE if writes else Access.READ) > states.get(state, states[None]):
                return f"{'field_rules' if states.get(state, states[None]) else 'hidden_fields'}: {code}"
    return None
