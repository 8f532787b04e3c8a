"""Pages of a collection: filters, search, order and a cursor that neither skips nor repeats a row."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Column, ColumnElement, Select, and_, exists, false, func, literal, or_, select, true

from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.field_access import FieldHidden, masked_column, veiled_codes
from transactional.kernel.policy import among, parties, visible
from transactional.kernel.principal import Principal
from transactional.kernel.resource import Field, Lines, Resource, fields_of, table_named
from transactional.kernel.session import Session

LIMIT_DEFAULT, LIMIT_MAX = 50, 500
_VALUES_MAX = 500
_TEXT_MAX = 400
_ESCAPE = "\\"
_LOOKED_UP_MAX = 500
"""So many records searched through are told one by one."""
PART = "part"
"""The parameter that asks for a declared part of a collection."""
_MERGED = "merged_into_id"
"""Where a record says which other it is now."""
_OPERATORS: Mapping[str, Callable[[Column[Any], Any], ColumnElement[bool]]] = {
    "eq": lambda column, value: column == value,
    "ne": lambda column, value: or_(column != value, column.is_(None)),
    "gte": lambda column, value: column >= value,
    "lte": lambda column, value: column <= value,
    "gt": lambda column, value: column > value,
    "lt": lambda column, value: column < value,
}
SUFFIXES = (*_OPERATORS, "in", "contains", "isnull")
_ORDERED = frozenset({"integer", "decimal", "date", "instant", "text"})


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What somebody wants to see of a collection."""

    filters: Sequence[tuple[str, str]] = ()
    """Pairs as they stand in an address: `("ordered_on__gte", "2026-01-01")`."""
    q: str | None = None
    sort: str | None = None
    limit: int = LIMIT_DEFAULT
    cursor: str | None = None
    include_total: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and where the next ones begin."""

    items: list[dict[str, Any]]
    next_cursor: str | None
    total: int | None = None


@dataclass(slots=True)
class _Problems:
    found: list[FieldProblem] = field(default_factory=list)

    def add(self, path: str, reason: str, code: str) -> None:
        self.found.append(FieldProblem(path, reason, code))


def list_page(session: Session, resource: Resource, query: ListQuery, *, by: Principal) -> Page:
    """One page and its cursor, in one statement, two with the total.  Raises: Invalid, FieldHidden."""
    shown = shown_columns(resource, by)
    conditions = conditions_of(resource, query, by=by, session=session)
    column, descending = _order(resource, query, by)
    keys = [column] if column.name == resource.identity.name else [column, resource.identity]
    statement = select(*shown.values()).where(*conditions)
    if query.cursor:
        position = _read_cursor(query.cursor, query.sort or resource.sort, keys)
        statement = statement.where(_after(keys, position, descending=descending))
    statement = statement.order_by(*_ordering(keys, descending=descending)).limit(query.limit + 1)
    rows = [dict(row) for row in session.execute(statement).mappings()]
    more, rows = len(rows) > query.limit, rows[: query.limit]
    cursor = _write_cursor(query.sort or resource.sort, [rows[-1][key.name] for key in keys]) if more else None
    total = None
    if query.include_total:
        total = session.execute(select(func.count()).select_from(resource.table).where(*conditions)).scalar_one()
    return Page(rows, cursor, total)


def totals_of(session: Session, resource: Resource, query: ListQuery, *, by: Principal) -> list[dict[str, Any]]:
    """Count and sums of all rows a query finds, a row for each kind and currency: amounts of two are never added.

    Raises: Invalid naming every wrong parameter.
    """
    shown = shown_columns(resource, by)
    groups = [shown[name] for name in ("kind", "currency_code") if name in shown]
    sums = [
        func.sum(column).label(name)
        for name, column in shown.items()
        if resource.fields[name].is_money and not name.startswith("company_")
    ]
    statement = select(*groups, func.count().label("row_count"), *sums).where(
        *conditions_of(resource, query, by=by, session=session)
    )
    return [dict(row) for row in session.execute(statement.group_by(*groups).order_by(*groups)).mappings()]


def select_all(resource: Resource, query: ListQuery, *, by: Principal) -> Select[Any]:
    """The statement that reads every row a query finds, in a fixed order: what an export streams."""
    shown = shown_columns(resource, by)
    column, descending = _order(resource, query, by)
    keys = [column] if column.name == resource.identity.name else [column, resource.identity]
    return (
        select(*shown.values())
        .where(*conditions_of(resource, query, by=by))
        .order_by(*_ordering(keys, descending=descending))
    )


def select_with_lines(resource: Resource, lines: Lines, query: ListQuery, *, by: Principal) -> Select[Any]:
    """The same, a row for each line of a record, and one for a record without: its columns, then those of the line."""
    table = lines.model.__table__
    of_record = and_(
        table.c.tenant_id == resource.table.c.tenant_id,
        table.c[lines.column] == resource.table.c.id,
        *lines_seen(lines, by),
    )
    return (
        select_all(resource, query, by=by)
        .select_from(resource.table.join(table, of_record, isouter=True))
        .add_columns(*[known.column for known in shown_line_fields(lines, by).values()])
        .order_by(table.c[lines.order_by])
    )


def shown_line_fields(lines: Lines, by: Principal) -> dict[str, Field]:
    """The fields of lines that this asker may meet and a cell can hold, by name."""
    return {
        name: known
        for name, known in fields_of(lines.model.__table__).items()
        if known.kind not in {"json", "list"} and lines.guarded.get(name) not in by.hidden_fields
    }


def shown_columns(resource: Resource, by: Principal) -> dict[str, ColumnElement[Any]]:
    """The columns this asker may meet, by name; of a masked one its end."""
    hidden, limits = resource.hidden(by.hidden_fields), resource.limits(by.field_access)
    state, masked = resource.table.c.get("state"), limits.masked
    return {
        name: masked_column(known.column, limits.by_column[name], state) if name in masked else known.column
        for name, known in resource.fields.items()
        if name not in hidden
    }


def veiled_columns(resource: Resource, by: Principal) -> frozenset[str]:
    """The columns that this asker can neither filter nor sort nor search by: hidden ones and masked ones."""
    return resource.hidden(by.hidden_fields) | resource.limits(by.field_access).veiled


def base_conditions(resource: Resource, by: Principal) -> list[ColumnElement[bool]]:
    """What limits a collection whatever is asked: the part of the table it is about, and the asker's rows."""
    return [*fixed_conditions(resource), *rows_seen(resource, by)]


def rows_seen(resource: Resource, by: Principal) -> list[ColumnElement[bool]]:
    """What limits an asker to some rows of a collection; nothing where all are seen."""
    return [*visible(by, resource.thing, resource.table), *_own_side(resource, by), *_of_seen_records(resource, by)]


def _own_side(resource: Resource, by: Principal) -> list[ColumnElement[bool]]:
    sides = resource.sides
    if sides is None:
        return []
    seen = [value for value, rights in sides.rights.items() if any(by.may(right) for right in rights)]
    if len(seen) == len(sides.rights):
        return []
    return [or_(*[among(resource.table, field, seen) for field in sides.fields])]


def _of_seen_records(resource: Resource, by: Principal) -> list[ColumnElement[bool]]:
    """Asked row by row, so that a page looks up its own records only."""
    if resource.about is None:
        return []
    pointer = resource.table.c[resource.about.field]
    found = []
    for each in resource.about.things.values():
        seen = rows_seen(each, by)
        if seen:
            hidden = exists().where(each.identity == pointer, *fixed_conditions(each), and_(*seen).is_not(true()))
            found.append(~hidden.correlate(resource.table))
    return found


def lines_seen(lines: Lines, by: Principal) -> list[ColumnElement[bool]]:
    """What limits an asker to some lines of the documents that are seen; nothing where all are."""
    table = lines.model.__table__
    found = []
    for name, (thing, target) in lines.seen_by.items():
        seen = visible(by, thing, table_named(target))
        if seen:
            column, led_to = table.c[name], table_named(target)
            found.append(or_(column.is_(None), column.in_(select(led_to.c.id).where(*seen))))
    return found


def fixed_conditions(resource: Resource) -> list[ColumnElement[bool]]:
    """What limits a collection to the part of its table that it is about."""
    columns = resource.table.c
    return [or_(*[columns[name] == value for value in values]) for name, values in resource.where.items()]


def conditions_of(
    resource: Resource, query: ListQuery, *, by: Principal, session: Session | None = None
) -> list[ColumnElement[bool]]:
    """Every condition of a query, rights included; with a session, few records searched through are looked up at once.

    Raises: Invalid naming every wrong parameter, FieldHidden.
    """
    problems = _Problems()
    veiled = veiled_columns(resource, by)
    conditions = base_conditions(resource, by)
    for name, raw in query.filters:
        condition = _filter(resource, veiled, name, raw, problems, session)
        if condition is not None:
            conditions.append(condition)
    if query.q:
        conditions += _search(resource, veiled, query.q, problems, by, session)
    if problems.found:
        raise Invalid(problems.found)
    return conditions


def _filter(
    resource: Resource, veiled: frozenset[str], name: str, raw: str, problems: _Problems, session: Session | None
) -> ColumnElement[bool] | None:
    if name == PART and resource.parts:
        return _part(resource, raw, problems)
    field_name, _, suffix = name.partition("__")
    known = resource.fields.get(field_name)
    if field_name in veiled:
        raise FieldHidden(field=field_name)
    if known is None:
        problems.add(name, "is no field of this collection", "unknown_field")
        return None
    if not _suits(known, suffix or "eq"):
        suited = ", ".join(each for each in SUFFIXES if _suits(known, each))
        problems.add(name, f"cannot be asked of this field; known are {suited}", "unknown_operator")
        return None
    if known.choices and suffix in {"", "ne", "in"}:
        asked = raw.split(",") if suffix == "in" else [raw]
        if not set(asked) <= set(known.choices):
            problems.add(name, f"is none of {', '.join(known.choices)}", "unknown_choice")
            return None
    try:
        return _compare(known, suffix or "eq", raw, session)
    except (ValueError, InvalidOperation):
        problems.add(name, f"is no {known.kind}", f"not_{known.kind}")
        return None


def _part(resource: Resource, raw: str, problems: _Problems) -> ColumnElement[bool] | None:
    if raw not in resource.parts:
        problems.add(PART, f"is none of {', '.join(resource.parts)}", "unknown_choice")
        return None
    return resource.parts[raw]()


def _suits(known: Field, operator: str) -> bool:
    if known.kind in {"json", "list"}:
        return operator == "isnull"
    if operator in {"gte", "lte", "gt", "lt"}:
        return known.kind in _ORDERED
    return operator in SUFFIXES and (operator != "contains" or known.kind == "text")


def _compare(known: Field, operator: str, raw: str, session: Session | None) -> ColumnElement[bool]:
    column = known.column
    if operator == "isnull":
        return column.is_(None) if parse(known, raw, kind="boolean") else column.is_not(None)
    if operator == "in":
        values = [parse(known, part) for part in raw.split(",")]
        if len(values) > _VALUES_MAX:
            raise ValueError("too many values")
        return or_(column.in_(values), *_merged_into(column, values, session))
    if operator == "eq":
        value = parse(known, raw)
        return or_(column == value, *_merged_into(column, [value], session))
    if operator == "contains":
        return column.ilike(f"%{_escaped(parse(known, raw))}%", escape=_ESCAPE)
    return _OPERATORS[operator](column, parse(known, raw))


def _merged_into(column: Column[Any], values: Sequence[Any], session: Session | None) -> list[ColumnElement[bool]]:
    """Whether a reference leads to one that was merged into one of these: its documents are theirs."""
    target = column.info.get("references")
    leads_to = [target] if target else [table for _, table in parties() if column.name == "party_id"]
    merging = [table for table in map(table_named, leads_to) if _MERGED in table.c]
    found: list[Select[Any]] = [select(table.c.id).where(table.c[_MERGED].in_(values)) for table in merging]
    if session is None:
        return [column.in_(each) for each in found]
    ids = [key for each in found for key in session.scalars(each)]
    return [any_of(column, ids)] if ids else []


def parse(known: Field, raw: str, *, kind: str | None = None) -> Any:  # noqa: PLR0911  # one line a kind
    """A text of an address as the value of a field.  Raises: ValueError."""
    kind = kind or known.kind
    if kind in {"reference", "id"} and str(known.column.type) != "BIGINT":
        return UUID(raw)
    if kind in {"integer", "id"}:
        return _within(int(raw) if len(raw) < 20 else 2**64)  # noqa: PLR2004  # digits of the largest bigint
    if kind == "decimal":
        return _finite(Decimal(raw))
    if kind == "date":
        return date.fromisoformat(raw)
    if kind == "instant":
        return _zoned(datetime.fromisoformat(raw))
    if kind == "boolean":
        return {"true": True, "false": False}.get(raw.lower()) if raw.lower() in {"true", "false"} else _refuse()
    return _plain(raw)


def _within(value: int) -> int:
    if abs(value) >= 2**63:
        raise ValueError("too large")
    return value


def _finite(value: Decimal) -> Decimal:
    if not value.is_finite() or abs(value.adjusted()) > 60:  # noqa: PLR2004  # beyond any column
        raise ValueError("not a number")
    return value


def _zoned(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("an instant without a time zone")
    return value


def _plain(raw: str) -> str:
    if "\x00" in raw or len(raw) > _TEXT_MAX:
        raise ValueError("not a text")
    raw.encode()
    return raw


def _refuse() -> bool:
    raise ValueError("neither true nor false")


def _search(
    resource: Resource,
    veiled: frozenset[str],
    q: str,
    problems: _Problems,
    by: Principal,
    session: Session | None,
) -> list[ColumnElement[bool]]:
    try:
        pattern = f"%{_escaped(_plain(q.strip()))}%"
    except ValueError:
        problems.add("q", "is no text of at most 400 characters", "not_text")
        return []
    columns = [resource.table.c[name] for name in resource.search if name in resource.fields and name not in veiled]
    tests: list[ColumnElement[bool]] = [column.ilike(pattern, escape=_ESCAPE) for column in columns]
    for name, (target, names) in resource.search_through.items():
        table, told = table_named(target), [each for each in names if not _is_veiled(target, each, by)]
        found = select(table.c.id).where(or_(*[table.c[each].ilike(pattern, escape=_ESCAPE) for each in told]))
        tests += [_points_at(resource.table.c[name], found, session)] if told and name not in veiled else []
    # Whoever may search by nothing finds nothing: all rows would be no answer.
    return [or_(false(), *tests)] if resource.search else []


def _points_at(column: Column[Any], found: Select[Any], session: Session | None) -> ColumnElement[bool]:
    """Whether a column holds the id of a record found.

    PostgreSQL takes any subquery for one that finds half of all rows, and would go through a million of them in the
    order of the list for a word that nobody has: where few are found, it is told which.
    """
    if session is not None:
        ids = session.scalars(found.limit(_LOOKED_UP_MAX + 1)).all()
        if len(ids) <= _LOOKED_UP_MAX:
            return any_of(column, ids)
    return column.in_(found)


def _is_veiled(target: str, name: str, by: Principal) -> bool:
    veiled = by.hidden_fields | veiled_codes(by.field_access)
    return any(f"{thing}.{name}" in veiled for thing, table in parties() if table == target)


def _escaped(text: str) -> str:
    return text.replace(_ESCAPE, _ESCAPE * 2).replace("%", r"\%").replace("_", r"\_")


def _order(resource: Resource, query: ListQuery, by: Principal) -> tuple[Column[Any], bool]:
    wanted = query.sort or resource.sort
    name = wanted.removeprefix("-")
    if name in veiled_columns(resource, by):
        if query.sort is None:
            return resource.identity, wanted.startswith("-")
        raise FieldHidden(field=name)
    if name not in resource.fields or resource.fields[name].kind in {"json", "list"}:
        raise Invalid([FieldProblem("sort", f"there is no field {name[:80]} to sort by", "unknown_field")])
    return resource.fields[name].column, wanted.startswith("-")


def _ordering(keys: Sequence[Column[Any]], *, descending: bool) -> list[ColumnElement[Any]]:
    # Both directions end with the empty ones, so that a cursor can say on which side of them it stands.
    return [
        (key.desc() if descending else key.asc()).nulls_last()
        if key.nullable
        else (key.desc() if descending else key.asc())
        for key in keys
    ]


def _after(keys: Sequence[Column[Any]], position: Sequence[Any], *, descending: bool) -> ColumnElement[bool]:
    """The rows behind a position."""
    *_, key = keys
    behind_id: ColumnElement[bool] = key < position[-1] if descending else key > position[-1]
    if len(keys) == 1:
        return behind_id
    column = keys[0]
    if position[0] is None:
        return and_(column.is_(None), behind_id)
    # As a parameter: a bare True or False would become a keyword of SQL, which is neither more nor less than another.
    value = literal(position[0], column.type)
    behind = column < value if descending else column > value
    tests = [behind, and_(column == value, behind_id)]
    return or_(*tests, column.is_(None)) if column.nullable else or_(*tests)


def _write_cursor(sort: str, values: Sequence[Any]) -> str:
    texts = [None if value is None else _as_text(value) for value in values]
    return base64.urlsafe_b64encode(orjson.dumps([sort, *texts])).decode().rstrip("=")


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _read_cursor(cursor: str, sort: str, keys: Sequence[Column[Any]]) -> list[Any]:
    try:
        made_for, *texts = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        _check_same(made_for, sort)
        return [_value_of(key, text) for key, text in zip(keys, texts, strict=True)]
    except (ValueError, TypeError, AttributeError, InvalidOperation, binascii.Error):
        raise Invalid([FieldProblem("cursor", "does not come from this list in this order", "bad_cursor")]) from None


def _check_same(made_for: object, sort: str) -> None:
    if made_for != sort:
        raise ValueError("made for another list")


def _value_of(key: Column[Any], text: str | None) -> Any:  # noqa: PLR0911  # one line a type
    if text is None:
        if not key.nullable:
            raise ValueError("no position")
        return None
    kind = key.type.python_type
    if kind is UUID:
        return UUID(text)
    if kind is Decimal:
        return _finite(Decimal(text))
    if kind is datetime:
        return _zoned(datetime.fromisoformat(text))
    if kind is date:
        return date.fromisoformat(text)
    if kind is bool:
        return text == "True"
    return _within(int(text)) if kind is int else _plain(text)
