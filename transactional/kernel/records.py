"""Reading, creating, changing and deleting declared records: one way for all of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, and_, bindparam, delete, exists, func, select, true, update

from transactional.kernel.arrays import any_of
from transactional.kernel.companies import foreign_to_company, wrong_lines
from transactional.kernel.errors import FieldProblem, Invalid, NotFound, Refused, StaleVersion
from transactional.kernel.field_access import FieldClosed
from transactional.kernel.ids import new_id
from transactional.kernel.listing import base_conditions, fixed_conditions, lines_seen, rows_seen, shown_columns
from transactional.kernel.pointers import lost_pointers, unknown_words
from transactional.kernel.principal import Principal
from transactional.kernel.reference import note_change
from transactional.kernel.resource import Change, Guard, Lines, Resource, fields_of, table_named
from transactional.kernel.rows import delete_all, insert_all, lock_by_id, read, update_all
from transactional.kernel.session import Session
from transactional.kernel.statements import Lookup


class InUse(Refused):
    """Something else points at the record."""

    code = "in_use"
    message = "This {thing} is used by {count} {user}: disable it instead."


class StillNeeded(Refused):
    """Something else points at a record that cannot be disabled."""

    code = "still_needed"
    message = "This {thing} is needed by {count} {user}: it stays."


class FieldFixed(Refused):
    """A field that history depends on."""

    code = "field_fixed"
    message = "{field} cannot change any more: there are {user} for this {thing}."


class TreeCycle(Refused):
    """A record would stand below itself."""

    code = "tree_cycle"
    message = "This {thing} would stand below itself: choose another {field}."


class NotEditable(Refused):
    """The state of a document forbids changing it."""

    code = "not_editable"
    message = "This {thing} is {state}: only {states} may be changed or deleted."


def get_record(session: Session, resource: Resource, record_id: Any, *, by: Principal) -> dict[str, Any]:
    """One record with its lines, as far as the asker may see it.  Raises: NotFound."""
    shown = shown_columns(resource, by)
    limits = rows_seen(resource, by) or resource.limits(by.field_access).masked
    asked = None if limits else _record_statement(resource, tuple(shown)).ask(session, id=record_id)
    asked_lines = []
    for lines in resource.lines:
        names, statement_of_lines = _lines_statement(lines, by.hidden_fields)
        asked_lines.append((lines.name, names, statement_of_lines.ask(session, id=record_id)))
    if asked is None:
        statement = select(*shown.values()).where(resource.identity == record_id, *base_conditions(resource, by))
        rows = [tuple(row) for row in session.execute(statement)]
    else:
        rows = asked.rows()
    if not rows:
        raise NotFound(kind=resource.thing, id=record_id)
    record: dict[str, Any] = dict(zip(shown, rows[0], strict=True))
    for name, names, found in asked_lines:
        record[name] = [dict(zip(names, row, strict=True)) for row in found.rows()]
    for lines in resource.lines:
        limits = lines_seen(lines, by)
        if limits:
            table = lines.model.__table__
            seen: set[UUID] = set(
                session.scalars(select(table.c.id).where(table.c[lines.column] == record_id, *limits))
            )
            record[lines.name] = [line for line in record[lines.name] if line["id"] in seen]
    return record


@cache
def _record_statement(resource: Resource, names: tuple[str, ...]) -> Lookup[*tuple[Any, ...]]:
    columns = [resource.fields[name].column for name in names]
    return Lookup(select(*columns).where(resource.identity == bindparam("id"), *fixed_conditions(resource)))


@cache
def _lines_statement(lines: Lines, hidden: frozenset[str]) -> tuple[list[str], Lookup[*tuple[Any, ...]]]:
    table = table_named(lines.model.__table__.fullname)
    shown = {name: field.column for name, field in fields_of(table).items() if lines.guarded.get(name) not in hidden}
    columns: dict[str, ColumnElement[Any]] = {**shown}
    for name, told in (lines.told() if lines.told else {}).items():
        columns[name] = told.label(name)
    order = [table.c[lines.order_by]] if lines.order_by in table.c else []
    statement = select(*columns.values()).where(table.c[lines.column] == bindparam("id"))
    return list(columns), Lookup(statement.order_by(*order, table.c.id))


def find_by_key(session: Session, resource: Resource, key: Mapping[str, Any], *, by: Principal) -> dict[str, Any]:
    """The record that people know by a key, as far as the asker may see it.  Raises: NotFound."""
    named = [resource.table.c[name] == value for name, value in key.items()]
    found: UUID | None = session.scalars(select(resource.identity).where(*named)).first()
    return get_record(session, resource, found, by=by)


def check_visible(session: Session, resource: Resource, record_ids: Sequence[UUID], *, by: Principal) -> None:
    """Nothing when the asker may see all these records.  Raises: NotFound."""
    conditions = base_conditions(resource, by)
    if not conditions:
        return
    wanted = set(record_ids)
    found: set[Any] = set(session.scalars(select(resource.identity).where(resource.identity.in_(wanted), *conditions)))
    if found != wanted:
        raise NotFound(kind=resource.thing, id=next(iter(wanted - found)))


def written_unseen(session: Session, resource: Resource, *, by: Principal) -> list[Any]:
    """The ids of records that this transaction has written and the asker may not see, as they are now."""
    seen = rows_seen(resource, by)
    if not seen:
        return []
    written = resource.table.c.row_xid == func.pg_current_xact_id()
    hidden = and_(*seen).is_not(true())
    return list(session.scalars(select(resource.identity).where(written, *fixed_conditions(resource), hidden)))


def create_records(session: Session, resource: Resource, given: Sequence[Mapping[str, Any]]) -> list[UUID]:
    """The ids of new records, written in a few statements however many they are.

    Raises: FieldClosed, Invalid naming every wrong field, as `<position>/<field>` when there are several records.
    """
    names = {lines.name for lines in resource.lines}
    for values in given:
        check_may_set(resource, values, by=session.principal)
    changes = [
        Change(
            new_id(),
            {key: value for key, value in values.items() if key not in names and _is_given(resource, key, value)},
        )
        for values in given
    ]
    for change in changes:
        change.values.update({name: values[0] for name, values in resource.where.items() if len(values) == 1})
    check_changes(session, resource, changes)
    _check_lines(session, resource, [(each.value("company_id"), row) for each, row in zip(changes, given, strict=True)])
    insert_all(session, [resource.model(id=change.id, **change.values) for change in changes])
    for values, change in zip(given, changes, strict=True):
        _insert_lines(session, resource, change.id, values)
    if resource.written:
        resource.written(session, changes)
    return [change.id for change in changes]


def _is_given(resource: Resource, name: str, value: Any) -> bool:
    """Whether a value was given; an empty one leaves the column to its default."""
    return value is not None or resource.fields[name].column.server_default is None


def _insert_lines(session: Session, resource: Resource, record_id: UUID, values: Mapping[str, Any]) -> None:
    for lines in resource.lines if resource.lines_are_written else ():
        rows = [
            lines.model(
                **{lines.column: record_id, lines.order_by: position},
                **{key: value for key, value in line.items() if value is not None},
            )
            for position, line in enumerate(values.get(lines.name) or [], start=1)
        ]
        insert_all(session, rows)


def change_record(
    session: Session, resource: Resource, record_id: UUID, given: Mapping[str, Any], *, version: int, by: Principal
) -> None:
    """Nothing: the record has its new values.

    Raises: NotFound, FieldClosed, StaleVersion, NotEditable, FieldFixed, TreeCycle, Invalid.
    """
    [row] = lock_by_id(session, resource.model, [record_id], *base_conditions(resource, by))
    check_may_set(resource, given, by=by, state=getattr(row, "state", None))
    if row.version != version:
        raise StaleVersion(kind=resource.thing, expected=version)
    _check_editable(resource, row)
    names = {lines.name for lines in resource.lines}
    change = Change(row.id, {key: value for key, value in given.items() if key not in names}, dict(row.__dict__))
    check_changes(session, resource, [change])
    _check_lines(session, resource, [(change.value("company_id"), given)])
    _check_not_frozen(session, resource, [change])
    _update(session, resource, row, change)
    for lines in resource.lines if resource.lines_are_written else ():
        if lines.name in given:
            table = lines.model.__table__
            note_change(session, table)
            session.execute(delete(table).where(table.c[lines.column] == record_id))
            _insert_lines(session, resource, record_id, {lines.name: given[lines.name]})
    if resource.written:
        resource.written(session, [change])


def check_may_set(resource: Resource, names: Iterable[str], *, by: Principal, state: str | None = None) -> None:
    """Nothing when the asker may set all these fields of a record in this state.  Raises: FieldClosed."""
    named = set(names)
    closed = sorted(resource.hidden(by.hidden_fields) & named)
    closed += resource.limits(by.field_access).closed(named, state)
    if closed:
        raise FieldClosed(field=closed[0], thing=resource.thing)


def _update(session: Session, resource: Resource, row: Any, change: Change) -> None:
    has_list = any(resource.fields[name].kind == "list" for name in change.values if name in resource.fields)
    if has_list or not change.values:
        # Lists cannot travel in a list of rows; and where only lines change, the version rises all the same.
        table = resource.table
        note_change(session, table)
        author = {"updated_by": session.principal.user_id, "updated_at": func.now(), "version": table.c.version + 1}
        session.execute(update(table).where(table.c.id == row.id).values(**change.values, **author))
        return
    for name, value in change.values.items():
        setattr(row, name, value)
    update_all(session, [row], *[getattr(resource.model, name) for name in change.values])


def delete_record(session: Session, resource: Resource, record_id: UUID, *, version: int | None, by: Principal) -> None:
    """Nothing: the record is gone.

    Raises: NotFound, StaleVersion, NotEditable, InUse, StillNeeded; a foreign key the declaration does not know is
    refused by the database.
    """
    [row] = lock_by_id(session, resource.model, [record_id], *base_conditions(resource, by))
    if version is not None and row.version != version:
        raise StaleVersion(kind=resource.thing, expected=version)
    _check_editable(resource, row)
    if resource.deleting:
        resource.deleting(session, row)
    for guard in resource.kept_by:
        count = _count(session, resource, guard, record_id)
        if count:
            raise _used(resource, count, guard[0].partition(".")[2])
    for lines in resource.lines if resource.lines_are_written else ():
        table = lines.model.__table__
        note_change(session, table)
        session.execute(delete(table).where(table.c[lines.column] == record_id))
    delete_all(session, [row])


def count_users(session: Session, resource: Resource, record_id: UUID, user_table: str) -> Refused:
    """The refusal to delete a record that rows of a table point at, with their number."""
    guards: list[Guard] = [
        (table.fullname, column.name)
        for table in resource.table.metadata.sorted_tables
        if table.name == user_table
        for column in table.c
        if column.info.get("references") == resource.table.fullname
    ]
    count = sum(_count(session, resource, guard, record_id) for guard in guards)
    return _used(resource, count, user_table)


def _used(resource: Resource, count: int, user_table: str) -> Refused:
    refusal = InUse if "is_active" in resource.fields else StillNeeded
    return refusal(thing=resource.thing, count=count, user=user_table)


def _count(session: Session, resource: Resource, guard: Guard, record_id: UUID) -> int:
    statement = select(func.count()).select_from(_pointing(resource, guard, [record_id]).subquery())
    return int(session.execute(statement).scalar_one())


def _pointing(resource: Resource, guard: Guard, record_ids: Sequence[UUID]) -> Select[*tuple[Any, ...]]:
    """The rows of a guard that point at any of these records."""
    table, names = table_named(guard[0]), guard[1]
    if isinstance(names, str):
        return select(table.c[names]).where(table.c[names].in_(record_ids))
    joined = table.join(resource.table, _means(resource, guard, table))
    return select(table.c[names[0]]).select_from(joined).where(resource.identity.in_(record_ids))


def _is_pointed_at(resource: Resource, guard: Guard) -> ColumnElement[bool]:
    """Whether any row of a guard means a record: one of its own table, too."""
    table = table_named(guard[0]).alias("pointing")
    return exists(select(1).select_from(table).where(_means(resource, guard, table)).correlate(resource.table))


def _means(resource: Resource, guard: Guard, table: FromClause) -> ColumnElement[bool]:
    """Whether a row of a guard means a record."""
    names = guard[1]
    if isinstance(names, str):
        return table.c[names] == resource.identity
    return and_(*(table.c[name] == resource.table.c[name] for name in ("tenant_id", *names)))


def check_changes(session: Session, resource: Resource, changes: Sequence[Change]) -> None:
    """Nothing when every rule of the declaration holds.  Raises: Invalid naming all that is wrong, TreeCycle."""
    _refuse(problems_in(session, resource, changes), len(changes))
    check_tree(session, resource, changes)


def _check_lines(
    session: Session, resource: Resource, documents: Sequence[tuple[UUID | None, Mapping[str, Any]]]
) -> None:
    _refuse(wrong_lines(session, resource, documents), len(documents))
    if resource.prepare_lines:
        _refuse(resource.prepare_lines(session, [values for _, values in documents]), len(documents))


def _refuse(problems: Iterable[tuple[int, FieldProblem]], count: int) -> None:
    found = [
        FieldProblem(each.path if count == 1 else f"{position}/{each.path}", each.reason, each.code)
        for position, each in problems
    ]
    if found:
        raise Invalid(found)


def problems_in(session: Session, resource: Resource, changes: Sequence[Change]) -> Iterable[tuple[int, FieldProblem]]:
    """Everything wrong with records about to be written, with the position of each."""
    for position, change in enumerate(changes):
        for problem in resource.validate(change) if resource.validate else ():
            yield position, problem
    yield from foreign_to_company(session, resource, changes)
    yield from lost_pointers(session, resource, changes)
    yield from unknown_words(session, resource, changes)
    for prepare in resource.prepare:
        yield from prepare(session, changes)


def check_tree(session: Session, resource: Resource, changes: Sequence[Change]) -> None:
    """Nothing when no record would stand below itself.  Raises: TreeCycle."""
    if _below_themselves(session, resource, changes):
        raise TreeCycle(thing=resource.thing, field=resource.parent)


def fixed_records(
    session: Session, resource: Resource, changes: Iterable[Change]
) -> Iterator[tuple[str, Change, Refused]]:
    """What of a set the state of things forbids: the field it is about (empty for the record), the change, the refusal.

    What `change_record` refuses of one is named for many here.
    """
    made = list(changes)
    known = [change for change in made if change.before is not None]
    for change in known:
        state = change.value("state") if resource.editable_states else None
        if resource.editable_states and state not in resource.editable_states:
            yield "", change, _not_editable(resource, state)
    for name, change, user in _frozen(session, resource, known):
        yield name, change, FieldFixed(field=name, thing=resource.thing, user=user)
    for change in _below_themselves(session, resource, made):
        yield str(resource.parent), change, TreeCycle(thing=resource.thing, field=resource.parent)


def _below_themselves(session: Session, resource: Resource, changes: Sequence[Change]) -> list[Change]:
    if resource.parent is None:
        return []
    moved = {change.id: change.value(resource.parent) for change in changes if change.changes(resource.parent)}
    if not any(moved.values()):
        return []
    table = resource.table
    parents = {row[0]: row[1] for row in session.execute(select(table.c.id, table.c[resource.parent]))} | moved
    return [change for change in changes if change.id in moved and _comes_back(change.id, parents)]


def _comes_back(start: UUID, parents: Mapping[UUID, UUID | None]) -> bool:
    """Whether the way up from a record never ends."""
    seen, current = {start}, parents.get(start)
    while current is not None and current not in seen:
        seen.add(current)
        current = parents.get(current)
    return current is not None


def _check_editable(resource: Resource, row: Any) -> None:
    if resource.editable_states and row.state not in resource.editable_states:
        raise _not_editable(resource, row.state)


def _not_editable(resource: Resource, state: Any) -> NotEditable:
    return NotEditable(thing=resource.thing, state=state, states=", ".join(resource.editable_states))


def _check_not_frozen(session: Session, resource: Resource, changes: Sequence[Change]) -> None:
    """Nothing when no change touches what history depends on.  Raises: FieldFixed."""
    for name, _, user in _frozen(session, resource, changes):
        raise FieldFixed(field=name, thing=resource.thing, user=user)


def _frozen(session: Session, resource: Resource, changes: Sequence[Change]) -> Iterator[tuple[str, Change, str]]:
    """The fields that history depends on and a change touches, with the tables whose rows say so."""
    for name, guards in resource.frozen_by.items():
        changed = {change.id: change for change in changes if change.changes(name)}
        for guard in guards if changed else ():
            is_used = _is_pointed_at(resource, guard)
            used: Iterable[UUID] = session.scalars(
                select(resource.identity).where(any_of(resource.identity, changed), is_used)
            )
            yield from ((name, changed[each], table_named(guard[0]).name) for each in used)


def rows_by_id(session: Session, resource: Resource, ids: Iterable[UUID]) -> list[Any]:
    """Rows as objects that update_all takes."""
    return read(session, select(resource.model).where(resource.model.id.in_(list(ids))))


def check_exists(session: Session, resource: Resource, record_id: Any, *, by: Principal) -> None:
    """Nothing when the asker may see this record.  Raises: NotFound."""
    statement = select(resource.identity).where(resource.identity == record_id, *base_conditions(resource, by))
    if session.execute(statement).first() is None:
        raise NotFound(kind=resource.thing, id=record_id)


def get_records(session: Session, resource: Resource, ids: Sequence[UUID], *, by: Principal) -> list[dict[str, Any]]:
    """Several records without their lines, in the order asked; those the asker may not see are left out."""
    shown = shown_columns(resource, by)
    statement = select(*shown.values()).where(resource.identity.in_(ids), *base_conditions(resource, by))
    found = {row[resource.identity.name]: dict(row) for row in session.execute(statement).mappings()}
    return [found[each] for each in ids if each in found]


def check_version(session: Session, resource: Resource, record_id: UUID, version: int) -> None:
    """Nothing when the record, held from now on, has this version.  Raises: NotFound, StaleVersion."""
    [row] = lock_by_id(session, resource.model, [record_id])
    if row.version != version:
        raise StaleVersion(kind=resource.thing, expected=version)
