"""Reading and writing rows as sets: one statement whatever the number of rows."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

import orjson
from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Numeric,
    Select,
    String,
    Table,
    Uuid,
    inspect,
    select,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import InstrumentedAttribute

from transactional.kernel.arrays import any_of, uuid_array
from transactional.kernel.errors import BrokenInvariant, NotFound, StaleVersion
from transactional.kernel.ids import new_id
from transactional.kernel.model import TenantRow, Xid8, _Identified, singular
from transactional.kernel.reference import is_kept, note_change, read_all
from transactional.kernel.session import Session
from transactional.kernel.statements import Query, among, plain_row
from transactional.kernel.writes import Write

Row = TypeVar("Row", bound=_Identified)
Versioned = TypeVar("Versioned", bound=TenantRow)
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
_FEW = 40
"""Rows up to which one text of JSON is cheaper than an array for each column: starting twenty arrays costs the database
more than reading a few dozen rows; each row more costs it half as much again."""
_MANY = 500
"""Rows written by one transaction after which plans that it cached may be wrong: keys checked by a scan of what was a
small table. Every index leads with the tenant, so a stale plan may well pick one that filters nothing."""


def read(session: Session, statement: Select[Row]) -> list[Row]:
    """The rows a statement selects, as values that no session watches."""
    model: type[Row] = statement.column_descriptions[0]["entity"]
    found = session.select(statement)
    names = tuple(found.keys())
    return [plain_row(model, names, values) for values in found]


def find_one(session: Session, statement: Select[Row]) -> Row | None:
    """The one row a statement selects, or nothing."""
    rows = read(session, statement)
    if len(rows) > 1:
        raise BrokenInvariant("one row expected, several found")
    return rows[0] if rows else None


def read_by_id(session: Session, model: type[Row], ids: Iterable[UUID]) -> dict[UUID, Row]:
    """Rows by id.  Raises: NotFound when one is missing."""
    wanted = set(ids)
    if not wanted:
        return {}
    if is_kept(model):
        known = read_all(session, model)
        found = {key: known[key] for key in wanted if key in known}
    else:
        found = {row.id: row for row in _by_id(model).rows(session, ids=wanted)}
    _check_all_found(model, wanted, found)
    return found


def lock_by_id(session: Session, model: type[Row], ids: Iterable[UUID], *extra: Any) -> list[Row]:
    """Rows held until the transaction ends, in the order asked; locked in id order, so that no two callers deadlock.

    Raises: NotFound when one is missing or not visible by the `extra` conditions.
    """
    wanted = list(dict.fromkeys(ids))
    if not extra:
        return ask_lock(session, model, wanted)()
    if not wanted:
        return []
    rows = read(session, _held(select(model).where(any_of(model.id, wanted), *extra), model))
    return _in_order(model, wanted, rows)


def lock_pointed_at(session: Session, model: type[Row], ids: Iterable[UUID]) -> list[Row]:
    """Rows held as by `lock_by_id`, while others go on writing rows that point at them.

    For changes on which nothing that points depends: a reference waits for `for update`, in an order of its own.
    """
    wanted = list(dict.fromkeys(ids))
    statement = select(model).where(any_of(model.id, wanted)).order_by(model.id).with_for_update(key_share=True)
    return _in_order(model, wanted, read(session, statement) if wanted else [])


def ask_lock(session: Session, model: type[Row], ids: Iterable[UUID]) -> Callable[[], list[Row]]:
    """What gives rows as `lock_by_id` does; what is asked meanwhile is read behind the locks, in one round trip."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return list
    asked = _by_id_held(model).ask(session, ids=wanted)
    return lambda: _in_order(model, wanted, asked.rows())


def _in_order(model: type[Row], wanted: Sequence[UUID], rows: Iterable[Row]) -> list[Row]:
    found = {row.id: row for row in rows}
    _check_all_found(model, wanted, found)
    return [found[key] for key in wanted]


@cache
def _by_id(model: type[Row]) -> Query[Row]:
    return Query(select(model).where(among(model.id, "ids")))


@cache
def _by_id_held(model: type[Row]) -> Query[Row]:
    return Query(_held(select(model).where(among(model.id, "ids")), model))


def _held(statement: Select[Row], model: type[Row]) -> Select[Row]:
    return statement.order_by(model.id).with_for_update()


def _check_all_found(model: type[Any], wanted: Iterable[UUID], found: dict[UUID, Any]) -> None:
    missing = [key for key in wanted if key not in found]
    if missing:
        raise NotFound(kind=singular(model.__tablename__), id=missing[0])


def insert_all(session: Session, rows: Sequence[_Identified]) -> None:
    """Write new rows of one table in one statement; ids, tenant, author and defaults are filled in on the objects."""
    if not rows:
        return
    table = _table(type(rows[0]))
    note_change(session, table)
    author = session.principal.user_id
    defaults = _defaults(table)
    groups: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        values = row.__dict__
        values.setdefault("id", None)
        values["id"] = values["id"] or new_id()
        values["tenant_id"] = session.tenant_id
        for name, value in defaults.items():
            if name not in values:
                values[name] = value
        if values.get("created_by") is None:
            values["created_by"] = author
        groups[tuple(values)].append(values)
    for given, group in groups.items():
        _insert(session, table, _sorted(given), group)


@cache
def _sorted(names: tuple[str, ...]) -> tuple[str, ...]:
    """The columns among a row's values, in one order whatever the order they were given in."""
    return tuple(sorted(name for name in names if name != "_sa_instance_state"))


def _forget_plans(session: Session, count: int) -> None:
    """Have statements planned again each time the rows written by this transaction have doubled."""
    written = session.info["rows_written"] = session.info.get("rows_written", 0) + count
    if written >= session.info.get("plans_hold_until", _MANY):
        session.ask("discard plans")
        session.info["plans_hold_until"] = 2 * written


def _insert(session: Session, table: Table, names: tuple[str, ...], rows: Sequence[dict[str, Any]]) -> None:
    _forget_plans(session, len(rows))
    is_few = len(rows) <= _FEW or _has_lists(table, names)
    session.write(Write(_insertion(table, names, is_few=is_few), _given(table, names, rows, is_few=is_few), len(rows)))


@cache
def _has_lists(table: Table, names: tuple[str, ...]) -> bool:
    return any(isinstance(table.c[name].type, ARRAY) for name in names)


@cache
def _insertion(table: Table, names: tuple[str, ...], *, is_few: bool) -> str:
    listed = ", ".join(f'"{name}"' for name in names)
    # Names come from the model.
    return f"insert into {table.fullname} ({listed}) select * from {_source(table, names, is_few=is_few)}"  # noqa: S608


def update_all(session: Session, rows: Sequence[Versioned], *columns: InstrumentedAttribute[Any]) -> None:
    """Write the given columns of rows that were read, in one statement, and raise their versions.

    Raises: StaleVersion, when it is sent, for a row that has changed since it was read; then the transaction ends.
    """
    if not rows:
        return
    table = _table(type(rows[0]))
    note_change(session, table)
    is_few = len(rows) <= _FEW
    sql, given = _change(table, tuple(column.key for column in columns), is_few=is_few)
    values = _given(table, given, [row.__dict__ for row in rows], is_few=is_few)
    told = {**values, "author": session.principal.user_id, "tenant": session.tenant_id}
    refusal = StaleVersion(kind=table.name, expected=rows[0].version)
    session.write(Write(sql, told, len(rows), refusal))
    for row in rows:
        row.__dict__["version"] += 1


@cache
def _change(table: Table, names: tuple[str, ...], *, is_few: bool) -> tuple[str, tuple[str, ...]]:
    """The statement that updates these columns, and the columns it is given."""
    given = ("id", "version", *names)
    assigned = ", ".join(f'"{name}" = given."{name}"' for name in names)
    listed = ", ".join(f'"{name}"' for name in given)
    sql = (
        f"update {table.fullname} as target set {assigned}, version = target.version + 1, updated_at = now(),"  # noqa: S608
        f" updated_by = %(author)s from (select * from {_source(table, given, is_few=is_few)}) as given ({listed})"
        " where target.tenant_id = %(tenant)s and target.id = given.id and target.version = given.version"
    )
    return sql, given


def delete_all(session: Session, rows: Sequence[TenantRow]) -> None:
    """Delete rows; each leaves its tombstone and its audit record."""
    if rows:
        table = _table(type(rows[0]))
        note_change(session, table)
        values = {"tenant": session.tenant_id, "ids": uuid_array(row.id for row in rows)}
        session.write(Write(_removal(table), values, len(rows)))


@cache
def _removal(table: Table) -> str:
    return f"delete from {table.fullname} where tenant_id = %(tenant)s and id = any(%(ids)s::uuid[])"  # noqa: S608


def _source(table: Table, names: tuple[str, ...], *, is_few: bool) -> str:
    """Rows as they are given to a statement."""
    columns = [table.c[name] for name in names]
    if not is_few:
        return "unnest(" + ", ".join(f"%({column.name})s::{_sql_type(column)}[]" for column in columns) + ")"
    listed = ", ".join(f'"{column.name}" {_sql_type(column)}' for column in columns)
    # A limit that is only known later lets the planner count on ten rows, where it would count on a hundred.
    return f"json_to_recordset(%(rows_given)s::json) as given ({listed}) limit %(rows_count)s"


def _given(
    table: Table, names: tuple[str, ...], rows: Sequence[dict[str, Any]], *, is_few: bool
) -> dict[str, str | int]:
    """The values of a statement for these rows."""
    if not is_few:
        return {**_arrays(table, names, rows)}
    return {"rows_given": as_json([{name: row[name] for name in names} for row in rows]), "rows_count": len(rows)}


def as_json(rows: Sequence[dict[str, Any]]) -> str:
    """Rows as a text of JSON that `json_to_recordset` reads.  Raises: UnicodeEncodeError for half a character."""
    try:
        return orjson.dumps(rows, default=_said).decode()
    except orjson.JSONEncodeError:
        _check_text(rows)
        raise


def _check_text(rows: Sequence[dict[str, Any]]) -> None:
    """Nothing where all texts can be written.  Raises: UnicodeEncodeError for half a character."""
    for row in rows:
        for value in row.values():
            if isinstance(value, str):
                value.encode()


def _said(value: Any) -> str:
    """What JSON has no form for, as the database reads it."""
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)


def _arrays(table: Table, names: tuple[str, ...], rows: Sequence[dict[str, Any]]) -> dict[str, str]:
    """The values of each column as the text of an array: the driver, element by element, takes five times as long."""
    return {name: _array([row[name] for row in rows], tell) for name, tell in _tellers(table, names)}


def _array(values: list[Any], tell: Callable[[Any], str]) -> str:
    """Values as the text of an array. A value that stands in many rows, as ids of others do, is told once."""
    places = list(map(id, values))
    different = dict(zip(places, values, strict=True))
    if len(different) > len(values) // 2:
        return "{" + ",".join(["NULL" if value is None else tell(value) for value in values]) + "}"
    told = {place: "NULL" if value is None else tell(value) for place, value in different.items()}
    return "{" + ",".join(map(told.__getitem__, places)) + "}"


@cache
def _tellers(table: Table, names: tuple[str, ...]) -> list[tuple[str, Callable[[Any], str]]]:
    return [(name, _teller(table.c[name])) for name in names]


def _teller(column: Column[Any]) -> Callable[[Any], str]:
    for known, tell in _TELLERS.items():
        if isinstance(column.type, known):
            return tell
    return str if isinstance(column.type, Numeric | Integer | Xid8) else _quoted


def _quoted(value: object) -> str:
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


_TELLERS: dict[type[Any], Callable[[Any], str]] = {
    Uuid: lambda value: f"{value.int:032x}" if isinstance(value, UUID) else _quoted(value),
    Boolean: lambda value: "t" if value else "f",
    JSONB: lambda value: _quoted(orjson.dumps(value).decode()),
    DateTime: lambda value: value.isoformat(),
    Date: lambda value: value.isoformat(),
    LargeBinary: lambda value: f'"\\\\x{value.hex()}"',
}


@cache
def _sql_type(column: Column[Any]) -> str:
    """The type a value is read as; a text is not cut to the column's length here, so that the column refuses it."""
    if isinstance(column.type, String):
        return "text"
    return "numeric" if isinstance(column.type, Numeric) else str(column.type.compile(_DIALECT))


def _table(model: type[Any]) -> Table:
    table = inspect(model).local_table
    if not isinstance(table, Table):
        raise BrokenInvariant(f"{model.__name__} is not a table")
    return table


@cache
def _defaults(table: Table) -> dict[str, Any]:
    """The constant defaults the database would fill in, so that a written object reads like a read one."""
    known = {column.name: _constant(column) for column in table.c if column.server_default is not None}
    return {name: value for name, value in known.items() if value is not None}


def _constant(column: Column[Any]) -> Any:
    raw = str(getattr(column.server_default, "arg", ""))
    if isinstance(column.type, Boolean):
        return raw == "true"
    if isinstance(column.type, Integer) and raw.isdigit():
        return int(raw)
    if isinstance(column.type, Numeric):
        return Decimal(raw)
    if isinstance(column.type, String):
        return raw
    return None
