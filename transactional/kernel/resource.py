"""Plain records are declared: a model and one `Resource` give list, get, create, change, delete, import, export.

What can be read off the model is read off it: types, lengths, choices, references, bounds. The declaration adds what
the model cannot know: the word for the thing, who may set what, which rows belong to whom, where a rule applies.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, cached_property
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Table,
    Uuid,
)
from sqlalchemy import inspect as inspect_model
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from transactional.kernel.errors import BrokenInvariant, FieldProblem
from transactional.kernel.field_access import Limits, States
from transactional.kernel.model import Base, TenantRow, Xid8, is_append_only
from transactional.kernel.policy import Owner
from transactional.kernel.session import Session

Kind = Literal["text", "integer", "decimal", "boolean", "date", "instant", "reference", "id", "json", "list"]
AUDIT_COLUMNS = ("created_at", "created_by", "updated_at", "updated_by", "version")
_NEVER_SHOWN = (Xid8, LargeBinary)
_CHOICE = re.compile(r"^(\w+) in \((.*)\)$")
_BOUND = re.compile(r"(\w+) (>=|>) 0(?!\d)")


@dataclass(frozen=True, slots=True)
class Field:
    """One column as people meet it."""

    name: str
    kind: Kind
    column: Column[Any]
    is_required: bool
    is_nullable: bool
    length_max: int | None = None
    digits: int | None = None
    places: int | None = None
    """Of a decimal: digits in all, and after the point."""
    choices: tuple[str, ...] = ()
    references: str | None = None
    """The table pointed at, `<schema>.<table>`."""
    lower_bound: Literal[">=", ">"] | None = None
    """Against zero."""

    @property
    def is_money(self) -> bool:
        """Whether the field holds an amount of some currency."""
        return self.kind == "decimal" and self.name.endswith("_amount")


@dataclass(frozen=True, slots=True)
class Verb:
    """A transition of a document: `POST .../{id}/<name>` under the right `<thing>.<name>`."""

    name: str
    does: str
    """What will happen, in one sentence for the button."""
    states: tuple[str, ...] = ()
    """From which states it is offered; any where empty."""


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """The lines of a document: rows of another table that live and die with it."""

    name: str
    model: type[Any]
    column: str
    order_by: str = "line_number"
    guarded: Mapping[str, str] = field(default_factory=dict)
    seen_by: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Columns whose things and tables limit the asker line by line: `{"cost_centre_id": ("cost_centre", ...)}`."""
    types: Mapping[str, Any] = field(default_factory=dict)
    """What columns take that the table knows as JSON alone: lists of their own."""
    told: Callable[[], Mapping[str, ColumnElement[Decimal]]] | None = None
    """Quantities out of other tables that are told with each line, by name, where the document is read by its id."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Parts of a collection that belong to one side of the business each, and are seen by who sees something of it."""

    fields: tuple[str, ...]
    """The columns, or paths over references, whose values tell the sides apart; of several a row has one."""
    rights: Mapping[str, tuple[str, ...]]
    """For each value the rights of which one is enough."""


@dataclass(frozen=True, slots=True)
class About:
    """What rows speak of: records of any thing by their ids, which are told apart by nothing but themselves."""

    field: str
    things: Mapping[str, "Resource"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """By what two records are likely the same thing of the world: their names, and what is declared here."""

    same: tuple[str, ...] = ()
    """Fields of which one value belongs to one thing, whatever it is called: `("tax_number",)`."""
    near: str | None = None
    """A field that speaks for it where it is the same too: `"city"`."""
    apart: str | None = None
    """A field that only different things share: two variants of one item."""
    by_signs: bool = False
    """Whether numbers and signs of one or two letters in a name tell one thing from another: sizes, kinds."""

    @property
    def fields(self) -> tuple[str, ...]:
        """What is asked about a record beside its name."""
        return (*self.same, *(name for name in (self.near, self.apart) if name))


@dataclass(frozen=True, slots=True)
class Change:
    """A record about to be written: values as given, and the row as it is (none when it is new)."""

    id: UUID
    values: dict[str, Any]
    before: Mapping[str, Any] | None = None

    def value(self, name: str) -> Any:
        """The value a field will have."""
        if name in self.values:
            return self.values[name]
        return self.before.get(name) if self.before else None

    def changes(self, name: str) -> bool:
        """Whether a field gets another value than it has."""
        return name in self.values and (self.before is None or self.before.get(name) != self.values[name])


Validate = Callable[[Change], Iterable[FieldProblem]]
"""A pure rule over one record."""
Prepare = Callable[[Session, Sequence[Change]], Iterable[tuple[int, FieldProblem]]]
"""A rule over a set that needs the database; may fill in values. Yields problems with the change's position."""
PrepareLines = Callable[[Session, Sequence[Mapping[str, Any]]], Iterable[tuple[int, FieldProblem]]]
"""The same over the lines of a set, as they were given with their records."""
Guard = tuple[str, str | tuple[str, ...]]
"""A table and its column that point at this record, or the columns of the same name that together mean it."""
_EVERYONE = Owner()
ALL_ACTIONS = frozenset({"create", "update", "delete", "import"})
READ_ONLY: frozenset[str] = frozenset()
IMPORTED = frozenset({"import"})
"""Written by verbs, also many at once from a file."""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A collection of records under `/api/<module>/<plural>`."""

    module: str
    plural: str
    thing: str
    """The right's prefix, and the word for one of them: `customer` gives `customer.read`, `customer.create` ..."""
    model: type[Any]
    label: str
    key: tuple[str, ...] = ("code",)
    """What people know a record by; an import matches by it."""
    search: tuple[str, ...] = ("code", "name")
    search_through: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    """References searched too: the table they point at, and its columns: a customer's name finds its invoices."""
    sort: str = "id"
    actions: frozenset[str] = ALL_ACTIONS
    read_only: tuple[str, ...] = ()
    """Set by verbs and hooks, never by the user."""
    create_only: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    """Fields the user has to give although the column has a default or may be empty."""
    parent: str | None = None
    """The column that makes the collection a tree."""
    owner: Owner = _EVERYONE
    sides: Sides | None = None
    about: About | None = None
    """Rows about records that the asker may not see are left out."""
    guarded: Mapping[str, str] = field(default_factory=dict)
    """Columns that a role hides under another name: `{"standard_cost": "item.cost"}`."""
    points: Mapping[str, str] = field(default_factory=dict)
    """Columns that hold ids of a table which no foreign key can reach: `{"price_list_id": "catalog.price_lists"}`."""
    telling: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    """Rows that tell a field of something else, by a column and its values: left out where that field is hidden."""
    words: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Columns whose words stand in another table: `{"tax_class": ("finance.tax_codes", "party_tax_class")}`."""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The part of the table this collection is about: `{"kind": ("sales_invoice", "sales_credit_note")}`."""
    parts: Mapping[str, Callable[[], ColumnElement[bool]]] = field(default_factory=dict)
    """Parts of the collection that no field tells, asked for by `part`: orders whose goods are waited for."""
    lines: tuple[Lines, ...] = ()
    lines_are_written: bool = False
    """Whether create and change take the lines too."""
    validate: Validate | None = None
    prepare: tuple[Prepare, ...] = ()
    prepare_lines: PrepareLines | None = None
    """A rule over the lines that come with records."""
    deleting: Callable[[Session, Any], None] | None = None
    """A rule about deleting one row; raises where it says no."""
    written: Callable[[Session, Sequence[Change]], None] | None = None
    """What has to follow a write, in the same transaction."""
    frozen_by: Mapping[str, tuple[Guard, ...]] = field(default_factory=dict)
    """Fields that stay as they are once a row of these tables points at the record."""
    kept_by: tuple[Guard, ...] = ()
    """Tables without a foreign key whose rows forbid deleting the record."""
    editable_states: tuple[str, ...] = ()
    """States in which a document may be changed or deleted; any where empty."""
    verbs: tuple[Verb, ...] = ()
    completed: tuple[str, ...] = ()
    """Fields for which values are proposed where they are empty; of lines as `lines/account_id`."""
    alike: Alike | None = None
    """By what a new one is likely there already; none where nobody asks."""
    has_postings: bool = False

    def __hash__(self) -> int:
        return hash((self.module, self.plural))

    @cached_property
    def table(self) -> Table:
        """The table behind the model."""
        table = inspect_model(self.model).local_table
        if not isinstance(table, Table):
            raise BrokenInvariant(f"{self.model.__name__} is not a table")
        return table

    @cached_property
    def identity(self) -> Column[Any]:
        """The column that tells one record from another."""
        return self.table.c.id if "id" in self.table.c else next(iter(self.table.primary_key.columns))

    @property
    def path(self) -> str:
        """Where the collection is served."""
        return f"/api/{self.module}/{self.plural}"

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Every field a reader may meet, by name, in the table's order."""
        return fields_of(self.table)

    @cached_property
    def writable(self) -> tuple[str, ...]:
        """The fields a creator may set."""
        fixed = {"id", "tenant_id", *AUDIT_COLUMNS, *self.read_only}
        fixed |= {name for name, values in self.where.items() if len(values) == 1}
        return tuple(name for name in self.fields if name not in fixed)

    @cached_property
    def changeable(self) -> tuple[str, ...]:
        """The fields that may be changed later."""
        return tuple(name for name in self.writable if name not in self.create_only)

    @property
    def is_versioned(self) -> bool:
        """Whether records change in place, under a version."""
        return issubclass(self.model, TenantRow)

    @property
    def is_append_only(self) -> bool:
        """Whether records are written once."""
        return is_append_only(self.table)

    def rights(self) -> list[str]:
        """Every right about this thing."""
        names = [
            "read",
            "export",
            *[action for action in ("create", "update", "delete", "import") if action in self.actions],
        ]
        return [f"{self.thing}.{name}" for name in [*names, *[verb.name for verb in self.verbs]]]

    def hidden(self, hidden_fields: frozenset[str]) -> frozenset[str]:
        """The columns an asker with these hidden fields must not meet."""
        if not hidden_fields:
            return frozenset()
        return frozenset(
            name
            for name in self.fields
            if f"{self.thing}.{name}" in hidden_fields or self.guarded.get(name) in hidden_fields
        )

    def codes_of(self, name: str) -> tuple[str, ...]:
        """The names under which roles speak of a column."""
        code, guard = f"{self.thing}.{name}", self.guarded.get(name)
        return (code,) if guard is None else (code, guard)

    def limits(self, access: Mapping[str, States]) -> Limits:
        """What of this collection is met in part, or not at all, by somebody whose access to fields is this."""
        if not access:
            return _NO_LIMITS
        found = {}
        for name in self.fields:
            told = [access[code] for code in self.codes_of(name) if code in access]
            if told:
                states = {state for each in told for state in each}
                found[name] = {state: min(each.get(state, each[None]) for each in told) for state in states}
        return Limits(found)


_NO_LIMITS = Limits()


@cache
def fields_of(table: Table) -> dict[str, Field]:
    """The fields of a table, without what only the machinery needs."""
    choices, bounds = _choices(table), _bounds(table)
    return {
        column.name: _field(column, choices.get(column.name, ()), bounds.get(column.name))
        for column in table.c
        if column.name != "tenant_id" and not isinstance(column.type, _NEVER_SHOWN)
    }


def _field(column: Column[Any], choices: tuple[str, ...], bound: Any) -> Field:
    kind = _kind(column)
    has_default = column.server_default is not None or column.default is not None or column.identity is not None
    return Field(
        name=column.name,
        kind=kind,
        column=column,
        is_required=not column.nullable and not has_default,
        is_nullable=bool(column.nullable),
        length_max=column.type.length if isinstance(column.type, String) else None,
        digits=column.type.precision if isinstance(column.type, Numeric) else None,
        places=column.type.scale if isinstance(column.type, Numeric) else None,
        choices=choices,
        references=column.info.get("references"),
        lower_bound=bound,
    )


def _kind(column: Column[Any]) -> Kind:
    if "references" in column.info:
        return "reference"
    kinds: tuple[tuple[type[Any], Kind], ...] = (
        (Uuid, "id"),
        (Boolean, "boolean"),
        (Integer, "integer"),
        (Numeric, "decimal"),
        (DateTime, "instant"),
        (Date, "date"),
        (ARRAY, "list"),
        (JSONB, "json"),
        (String, "text"),
    )
    for type_, kind in kinds:
        if isinstance(column.type, type_):
            return kind
    raise BrokenInvariant(f"no kind of field for {column}")


def _choices(table: Table) -> dict[str, tuple[str, ...]]:
    found = {}
    for constraint in table.constraints:
        match = _CHOICE.match(str(constraint.sqltext)) if isinstance(constraint, CheckConstraint) else None
        if match:
            found[match[1]] = tuple(value.strip().strip("'") for value in match[2].split(","))
    return found


def _bounds(table: Table) -> dict[str, str]:
    found: dict[str, str] = {}
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint) and " or " not in str(constraint.sqltext):
            found |= dict(_BOUND.findall(str(constraint.sqltext)))
    return found


def words_of(table: Table) -> str:
    """What one record of a table is called, as people write it: `payment term` of `scm.payment_terms`."""
    name = f"{table.name[:-3]}y" if table.name.endswith("ies") else table.name.removesuffix("s")
    return name.replace("_", " ")


def table_named(name: str) -> Table:
    """The table called `<schema>.<table>`."""
    return Base.metadata.tables[name]
