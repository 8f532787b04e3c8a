"""How far an asker meets a field: not at all, its end only, to read, or to set; by the state of its document.

A role hides fields (`hidden_fields`) or says of single ones that they are masked or only read (`field_rules`), in
some states of a document or in all. The form compiled for a user is plain data:

    FieldAccess = dict[field code, dict[state or None, Access]]      None: any state that is not named
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Protocol, TypeAlias

from sqlalchemy import Column, ColumnElement, case, func

from transactional.kernel.errors import NotAllowed

SHOWN_CHARACTERS = 4
"""What a masked text reads as: so many of its last characters."""


class Access(IntEnum):
    """What one may do with a field; each includes those before it."""

    HIDDEN = 0
    MASKED = 1
    READ = 2
    WRITE = 3


RULES = {"masked": Access.MASKED, "read": Access.READ}
"""What a stored rule may say; hiding is said by `hidden_fields`."""
States: TypeAlias = Mapping[str | None, Access]
FieldAccess: TypeAlias = dict[str, dict[str | None, Access]]


class FieldHidden(NotAllowed):
    """A list was to be filtered or sorted by what the asker may not see."""

    code = "field_hidden"
    message = "You may not filter or sort by {field}: your roles hide or mask it."


class FieldClosed(NotAllowed):
    """A field was to be set that the asker may not set."""

    code = "field_closed"
    message = "You may not set {field} of this {thing}: nothing was changed. Ask whoever manages your roles."


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One rule of a role about one field."""

    field: str
    access: Access
    states: frozenset[str] = frozenset()
    """In all states where empty."""

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "FieldRule":
        """The rule as it is stored with the role."""
        return cls(str(data["field"]), RULES[str(data["access"])], frozenset(data.get("states") or ()))

    def covers(self, state: str | None) -> bool:
        """Whether the rule holds for a document in this state."""
        return not self.states or state in self.states


class Grant(Protocol):
    """What of a role decides about fields."""

    @property
    def hidden_fields(self) -> frozenset[str]:
        """Fields never met."""
        ...

    @property
    def field_rules(self) -> tuple[FieldRule, ...]:
        """Fields met in part."""
        ...

    def grants(self, right: str) -> bool:
        """Whether the role holds a right."""
        ...


def compile_access(grants: Sequence[Grant]) -> FieldAccess:
    """The fields that a user meets in part or not at all; roles add up, a field not listed is free.

    One sees what any role shows that lets one read the thing, and sets what any role opens that lets one write it.
    """
    named = {code for grant in grants for code in grant.hidden_fields}
    named |= {rule.field for grant in grants for rule in grant.field_rules}
    found: FieldAccess = {}
    for code in sorted(named):
        states = {None, *(state for grant in grants for rule in grant.field_rules for state in rule.states)}
        access = {state: _access(grants, code, state) for state in states}
        if min(access.values()) < Access.WRITE:
            found[code] = access
    return found


def _access(grants: Sequence[Grant], code: str, state: str | None) -> Access:
    thing = code.partition(".")[0]
    readers = [grant for grant in grants if grant.grants(f"{thing}.read")]
    writers = [grant for grant in grants if any(grant.grants(f"{thing}.{verb}") for verb in ("update", "create"))]
    # Whom no role lets read the thing meets it on other things only: there, what any role hides is hidden.
    seen = max((_of_role(grant, code, state) for grant in readers), default=None)
    if seen is None:
        seen = min((_of_role(grant, code, state) for grant in grants), default=Access.WRITE)
    if seen < Access.READ:
        return seen
    written = max((_of_role(grant, code, state) for grant in writers), default=Access.WRITE)
    return Access.WRITE if written == Access.WRITE else Access.READ


def _of_role(grant: Grant, code: str, state: str | None) -> Access:
    if code in grant.hidden_fields:
        return Access.HIDDEN
    rules = (rule.access for rule in grant.field_rules if rule.field == code and rule.covers(state))
    return min(rules, default=Access.WRITE)


def hidden_codes(access: Mapping[str, States]) -> frozenset[str]:
    """The fields never met."""
    return frozenset(code for code, states in access.items() if max(states.values()) == Access.HIDDEN)


def veiled_codes(access: Mapping[str, States]) -> frozenset[str]:
    """The fields that are hidden, or masked in some state: no figure and no member of a dimension tells them."""
    return frozenset(code for code, states in access.items() if min(states.values()) < Access.READ)


@dataclass(frozen=True)
class Limits:
    """What an asker meets of one collection in part, by column."""

    by_column: Mapping[str, States] = field(default_factory=dict)

    @property
    def veiled(self) -> frozenset[str]:
        """Columns that can be neither filtered nor sorted nor searched by: hidden, or masked in some state."""
        return frozenset(name for name, states in self.by_column.items() if min(states.values()) < Access.READ)

    @property
    def masked(self) -> frozenset[str]:
        """Columns shown, in some state by their end only."""
        return frozenset(name for name in self.veiled if max(self.by_column[name].values()) > Access.HIDDEN)

    def at(self, name: str, state: str | None) -> Access:
        """What one may do with a column of a record in a state."""
        states = self.by_column.get(name)
        return Access.WRITE if states is None else states.get(state, states[None])

    def closed(self, names: Iterable[str], state: str | None) -> list[str]:
        """Those of the columns that may not be set on a record in a state."""
        return sorted(name for name in names if self.at(name, state) < Access.WRITE)

    @property
    def never_set(self) -> AbstractSet[str]:
        """Columns that may be set in no state."""
        return {name for name, states in self.by_column.items() if max(states.values()) < Access.WRITE}


def masked_text(value: Any) -> Any:
    """The end of a text, nothing of one that has no more than its end."""
    if not isinstance(value, str):
        return value
    return value[-SHOWN_CHARACTERS:] if len(value) > SHOWN_CHARACTERS else ""


def masked_column(column: Column[Any], states: States, state: Column[Any] | None) -> ColumnElement[Any]:
    """The column as SQL reads it for somebody to whom it is masked in these states."""
    end = case((func.length(column) > SHOWN_CHARACTERS, func.right(column, SHOWN_CHARACTERS)), else_="")
    shown = case((column.is_(None), None), else_=end)
    veiled = {name for name, access in states.items() if name is not None and access < Access.READ}
    open_ = {name for name, access in states.items() if name is not None and access >= Access.READ}
    if state is None or (states[None] < Access.READ and not open_):
        return shown.label(column.name)
    covered = state.not_in(open_) if states[None] < Access.READ else state.in_(veiled)
    return case((covered, shown), else_=column).label(column.name)
