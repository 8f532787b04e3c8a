"""Row rights in one neutral form, compiled once per user and understood by SQL here and by the metrics layer.

The form is plain data, so that it can be handed to code that must not import this package:

    RowFilters = dict[thing, list[alternative]]      alternative = list[condition]
    condition  = {"field": "salesperson_id", "operator": "in", "values": ["<uuid>", ...]}

- A `thing` is a right's prefix: `order`, `customer`, `invoice`, `item` ... (`Resource.thing`).
- A row is visible when all conditions of at least one alternative hold. A thing that is absent is not restricted;
  a thing with an empty list shows no row at all.
- `field` is a column of the thing's operational table (`unit_id`, `salesperson_id`, `created_by`, `company_id`,
  `region_id` ...) or a path over references, `customer.region_id`: the region of the row's customer, `order.unit_id`:
  the owning unit of the row's order. A mart looks the dimension up by `<reference>_id`, for a fact keeps what was so
  then; where there is none it compares the column it carries (every fact has unit_id, created_by and salesperson_id or
  buyer_id where the source has them).
- A journal entry is seen as a whole or not at all, so that what is seen of the books balances: its paths may begin with
  `lines.` (no line of it may fail: `lines.customer.region_id`) or with `origin.<thing>.` (the document that posted it,
  if it is of that thing, must not fail: `origin.invoice.salesperson_id`).
- `operator` is `in` (one of the values), `not_in` (none of them; an empty cell passes, and a row without that
  reference) or `in_or_empty` (as `in`, but a row without that reference passes: a rule about customers says nothing
  about a row that has no customer, nor about a mart without a customer column). Values are texts; uuids are written in
  lower case with hyphens.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, TypedDict
from uuid import UUID

from sqlalchemy import Boolean, Column, ColumnElement, Integer, Table, Uuid, and_, exists, false, or_, select, true

from transactional.kernel.errors import BrokenInvariant
from transactional.kernel.field_access import veiled_codes
from transactional.kernel.grants import RoleGrant
from transactional.kernel.model import Base
from transactional.kernel.principal import Principal


class Condition(TypedDict):
    """One comparison of a row rule."""

    field: str
    operator: Literal["in", "not_in", "in_or_empty"]
    values: list[str]


Alternative: TypeAlias = list[Condition]
RowFilters: TypeAlias = dict[str, list[Alternative]]

OPERATORS = ("in", "not_in")
"""What a stored rule may use; `in_or_empty` is made by compiling."""

_PARTIES = {"customer": "scm.customers", "supplier": "scm.suppliers"}
"""Where `party_id`, which no foreign key can hold, may lead."""


_DIMENSIONS = {"item": "catalog.items", "warehouse": "inventory.warehouses", "project": "project.projects"}
"""Where the other dimensions of journal lines lead, which have no foreign keys either.

A cost centre is not among them: an entry over several is seen by those of each, line by line.
"""
LINES, ORIGIN = "lines", "origin"
"""The first steps of paths that lead from an entry to its lines, and to the document that posted it."""
_ENTRIES, _ENTRY_LINES = "ledger.journal_entries", "ledger.journal_lines"
_TO_ENTRY = {_ENTRIES: "id", "finance.revaluations": "journal_entry_id"}
"""Rows that are judged by an entry's lines, with the column that leads to the entry.

A revaluation tells of open items by their numbers and amounts, which stand together in one entry.
"""
DOCUMENTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "invoice": ("finance.invoices", ("sales_invoice", "sales_credit_note")),
    "purchase_invoice": ("finance.invoices", ("purchase_invoice", "purchase_credit_note")),
    "payment": ("finance.payments", ()),
    "settlement": ("finance.settlements", ()),
    "delivery": ("sales.deliveries", ()),
    "receipt": ("purchase.purchase_receipts", ()),
    "landed_cost": ("purchase.landed_costs", ()),
    "stock_document": ("inventory.stock_documents", ()),
    "manual_entry": ("ledger.manual_entries", ()),
    "asset": ("finance.assets", ()),
    "production_order": ("production.production_orders", ()),
    "production_issue": ("production.production_papers", ("issue",)),
    "production_report": ("production.production_papers", ("report",)),
    "production_receipt": ("production.production_papers", ("receipt",)),
}
"""Where `origin_id` of an entry may lead: the things that post, with their tables and, in a shared one, their kinds."""


def parties() -> Sequence[tuple[str, str]]:
    """The things that `party_id` may lead to, with their tables."""
    return tuple(_PARTIES.items())


@dataclass(frozen=True, slots=True)
class Owner:
    """The columns (or reference paths) that say whose a row is; empty where rows belong to everyone of the tenant."""

    persons: tuple[str, ...] = ()
    """Columns holding an employee's id: salesperson, buyer."""
    authors: tuple[str, ...] = ()
    """Columns holding a user's id: usually `created_by`."""
    unit: str | None = None
    company: str | None = None
    is_looked_up: bool = False
    """A name that documents show, such as a warehouse's: only the scope `company` limits it."""

    @property
    def is_nobody(self) -> bool:
        """Whether no column says whose a row is."""
        return not (self.persons or self.authors or self.unit or self.company)


def is_field(table: Table, path: str) -> bool:
    """Whether a column or reference path exists on a table, so that a rule about it means something."""
    try:
        resolve(table, path)
    except BrokenInvariant:
        return False
    return True


def is_value(table: Table, path: str, value: str) -> bool:
    """Whether a text can be compared with the column at the end of a path."""
    try:
        _typed(resolve(table, path)[-1], value)
    except ValueError:
        return False
    return True


def resolve(table: Table, path: str) -> list[Column[Any]]:
    """The columns a path walks: references first, the compared column last.

    Raises: BrokenInvariant for a path that leads nowhere.
    """
    *steps, last = path.split(".")
    walked: list[Column[Any]] = []
    for step in steps:
        column = _reference(table, step)
        walked.append(column)
        table = Base.metadata.tables[_target(column, step)]
    for name in (last, f"{last}_id"):
        if name in table.c:
            return [*walked, table.c[name]]
    raise BrokenInvariant(f"{table.name} has no column {last}")


def _reference(table: Table, step: str) -> Column[Any]:
    column = table.c.get(f"{step}_id")
    if column is not None and "references" in column.info:
        return column
    if step in _PARTIES and "party_id" in table.c:
        return table.c.party_id
    if step in _DIMENSIONS and column is not None:
        return column
    raise BrokenInvariant(f"{table.name} has no reference {step}")


def _target(column: Column[Any], step: str) -> str:
    return str(column.info.get("references") or {**_PARTIES, **_DIMENSIONS}[step])


def visible(principal: Principal, thing: str, table: Table) -> list[ColumnElement[bool]]:
    """The conditions under which the asker sees rows of a table, for a statement to add; none where all are seen."""
    alternatives = principal.row_filters.get(thing)
    if alternatives is None:
        return []
    return [or_(false(), *[and_(*[_condition(table, each) for each in every]) for every in alternatives])]


def among(table: Table, path: str, values: Sequence[str]) -> ColumnElement[bool]:
    """Whether the column at the end of a path has one of these values."""
    return _condition(table, {"field": path, "operator": "in", "values": list(values)})


def sees_all(principal: Principal, thing: str) -> bool:
    """Whether no row rule restricts the asker on this thing."""
    return thing not in principal.row_filters


def _condition(table: Table, condition: Condition) -> ColumnElement[bool]:
    if table.fullname in _TO_ENTRY and condition["field"].startswith((f"{LINES}.", f"{ORIGIN}.")):
        return _of_entry(table, condition)
    names = condition["field"].split(".")
    *steps, last = resolve(table, condition["field"])
    values = [_typed(last, value) for value in condition["values"]]
    test: ColumnElement[bool] = last.in_(values)
    if condition["operator"] == "not_in":
        test = or_(last.is_(None), last.not_in(values))
    for position, (step, name) in reversed(list(enumerate(zip(steps, names, strict=False)))):
        target = Base.metadata.tables[_target(step, name)]
        # Only the row itself may lack what the rule is about: of a customer without a region the rule says no.
        if condition["operator"] in {"in_or_empty", "not_in"} and position == 0:
            # A party may be of the other kind: only rows that lead to a hidden one are hidden.
            hidden = select(target.c.id).where(test.is_not(true()))
            test = or_(step.is_(None), step.not_in(hidden))
        else:
            test = step.in_(select(target.c.id).where(test))
    return test


def _of_entry(rows: Table, condition: Condition) -> ColumnElement[bool]:
    """Whether no line of an entry, or not the document that posted it, fails a condition.

    Asked entry by entry, so that a page looks at its own entries only, however many are hidden.
    """
    first, _, path = condition["field"].partition(".")
    kinds: tuple[str, ...] = ()
    if first == LINES:
        table = Base.metadata.tables[_ENTRY_LINES]
        leads = [table.c.entry_id == rows.c[_TO_ENTRY[rows.fullname]]]
    else:
        thing, _, path = path.partition(".")
        name, kinds = DOCUMENTS[thing]
        table = Base.metadata.tables[name]
        leads = [table.c.id == rows.c.origin_id, *([table.c.kind.in_(kinds)] if kinds else [])]
    test = _condition(table, {**condition, "field": path})
    hidden = exists().where(table.c.tenant_id == rows.c.tenant_id, *leads, test.is_not(true())).correlate(rows)
    return ~hidden


def _typed(column: Column[Any], value: str) -> Any:
    if isinstance(column.type, Uuid):
        return UUID(value)
    if isinstance(column.type, Boolean):
        return value.lower() == "true"
    if isinstance(column.type, Integer):
        return int(value)
    return value


def as_data(principal: Principal) -> dict[str, Any]:
    """The asker as plain data for the metrics layer.

    `{"tenant_id", "user_id", "name", "permissions": [...], "row_filters": RowFilters, "hidden_fields": ["item.cost"],
    "locale", "time_zone", "rights_version"}`; ids are texts.
    """
    return {
        "tenant_id": str(principal.tenant_id),
        "user_id": str(principal.user_id) if principal.user_id else None,
        "name": principal.name,
        "permissions": sorted(principal.permissions),
        "row_filters": {thing: [list(each) for each in every] for thing, every in principal.row_filters.items()},
        "hidden_fields": sorted(principal.hidden_fields | veiled_codes(principal.field_access)),
        "locale": principal.locale,
        "time_zone": principal.time_zone,
    }


@dataclass(frozen=True, slots=True)
class Place:
    """Where a user stands: what `own`, `unit`, `subtree`, `company` and `user.<name>` mean for this user."""

    user_id: UUID | None
    employee_id: UUID | None = None
    unit_ids: tuple[UUID, ...] = ()
    subtree_ids: tuple[UUID, ...] = ()
    company_ids: tuple[UUID, ...] = ()
    attributes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What is said of the user besides: `regions`, for rules such as `customer.region in user.regions`."""


def compile_filters(grants: Sequence[RoleGrant], place: Place, things: Mapping[str, tuple[Table, Owner]]) -> RowFilters:
    """The row filters of a user: roles are alternatives, each limited by its own scope and rules.

    A rule on a thing (`customer`) also limits what points at it (`order` by `customer_id`), so that nothing shows a
    document of a customer who is hidden. It holds for figures whether or not the things themselves may be read.
    """
    filters: RowFilters = {}
    for thing, (table, owner) in things.items():
        readers = [grant for grant in grants if grant.grants(f"{thing}.read")]
        alternatives = [
            [*scope, *_rules(grant, thing, table, place, things)]
            for grant in readers
            for scope in _scopes(grant.data_scope, owner, place)
        ]
        if not readers:
            lookers = [grant for grant in grants if grant.grants(FIGURES)]
            alternatives = [_rules(grant, thing, table, place, things) for grant in lookers]
        if (readers or alternatives) and [] not in alternatives:
            filters[thing] = alternatives
    return filters


def without(filters: RowFilters, thing: str, field: str, values: Sequence[str]) -> RowFilters:
    """The same filters, and of a thing no row whose field has one of these values."""
    condition = Condition(field=field, operator="not_in", values=list(values))
    return {**filters, thing: [[*each, condition] for each in filters.get(thing, [[]])]}


def _scopes(scope: str, owner: Owner, place: Place) -> list[Alternative]:
    if scope == "all" or owner.is_nobody:
        return [[]]
    if scope == "company":
        return [[_among(owner.company, place.company_ids)]] if owner.company else [[]]
    if owner.is_looked_up:
        return [[]]
    own: list[Alternative] = [[_among(field, [place.user_id])] for field in owner.authors if place.user_id]
    own += [[_among(field, [place.employee_id])] for field in owner.persons if place.employee_id]
    if scope == "own" or owner.unit is None:
        return own
    units = place.unit_ids if scope == "unit" else place.subtree_ids
    return [*own, [_among(owner.unit, units)]]


def _rules(
    grant: RoleGrant, thing: str, table: Table, place: Place, things: Mapping[str, tuple[Table, Owner]]
) -> Alternative:
    conditions: Alternative = []
    for named, rules in grant.row_rules.items():
        for prefix in _paths_to(named, thing, table, things):
            conditions += [_rule(things[named][0], prefix, rule, place) for rule in rules]
    return conditions


def _paths_to(named: str, thing: str, table: Table, things: Mapping[str, tuple[Table, Owner]]) -> list[str]:
    if named == thing:
        return [""]
    if named not in things:
        return []
    target = things[named][0].fullname
    paths = _references_to(named, target, table)
    if paths or table.fullname not in _TO_ENTRY:
        return paths
    found = [f"{LINES}.{path}" for path in _references_to(named, target, Base.metadata.tables[_ENTRY_LINES])]
    for document, (name, _) in DOCUMENTS.items() if table.fullname == _ENTRIES else ():
        steps = [""] if document == named else _references_to(named, target, Base.metadata.tables[name])
        found += [f"{ORIGIN}.{document}.{step}" for step in steps]
    return found


def _references_to(named: str, target: str, table: Table) -> list[str]:
    """The references of a table that lead to a thing, each as the beginning of a path."""
    paths = [f"{column.name[:-3]}." for column in table.c if column.info.get("references") == target]
    if named in _PARTIES and "party_id" in table.c:
        return [*paths, f"{named}."]
    if not paths and _DIMENSIONS.get(named) == target and f"{named}_id" in table.c:
        return [f"{named}."]
    return paths


def _is_led_to(prefix: str) -> bool:
    """Whether a path leads on from the row, or from the lines or the document that a journal entry is judged by."""
    *steps, _ = prefix.split(".")
    if steps and steps[0] == ORIGIN:
        return len(steps) > 2  # noqa: PLR2004  # `origin` and the document's thing
    return bool(steps)


def _rule(named: Table, prefix: str, rule: Mapping[str, Any], place: Place) -> Condition:
    """A rule about rows of one table as a condition on rows from which a path leads there."""
    values = rule["values"]
    if isinstance(values, str):
        values = _values_of_user(values, place)
    operator = rule.get("operator", "in")
    if operator == "in" and _is_led_to(prefix):
        operator = "in_or_empty"
    *steps, _ = rule["field"].split(".")
    # The column itself is named: a mart may call something else `region` than the id that is compared here.
    path = prefix + ".".join([*steps, resolve(named, rule["field"])[-1].name])
    # What is said of a user is free text: what cannot stand in the column equals none of its values.
    told = [str(each) for each in values if is_value(named, rule["field"], str(each))]
    return {"field": path, "operator": operator, "values": told}


FIGURES = "metric.read"
"""The right with which a role looks at figures at all."""
USER_VALUES = ("user.id", "user.employee_id", "user.unit_ids", "user.subtree_ids", "user.company_ids")
"""What a rule may say in place of a list of values, besides the attributes that are kept with users."""
_ATTRIBUTE = re.compile(r"user\.([a-z][a-z0-9_]{0,39})")


def attribute_named(values: str) -> str | None:
    """The attribute of users that a rule compares with, or nothing where its values are no such thing."""
    found = _ATTRIBUTE.fullmatch(values)
    return found[1] if found and values not in USER_VALUES else None


def _values_of_user(name: str, place: Place) -> Sequence[object]:
    known: dict[str, Sequence[object]] = {
        "user.id": [place.user_id] if place.user_id else [],
        "user.employee_id": [place.employee_id] if place.employee_id else [],
        "user.unit_ids": place.unit_ids,
        "user.subtree_ids": place.subtree_ids,
        "user.company_ids": place.company_ids,
    }
    return known[name] if name in known else place.attributes.get(attribute_named(name) or "", ())


def _among(field: str | None, values: Sequence[UUID | None]) -> Condition:
    return {"field": field or "", "operator": "in", "values": [str(value) for value in values]}
