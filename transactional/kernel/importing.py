"""Many records at once from a table of cells: all checked first, all bad cells named, all or nothing.

A record that is known by its key is changed, others are made; what a file says already changes nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import (
    ARRAY,
    Table,
    UniqueConstraint,
    and_,
    exists,
    func,
    literal,
    select,
)

from transactional.kernel.arrays import values_among
from transactional.kernel.audit import note_all
from transactional.kernel.cells import cell_parser
from transactional.kernel.errors import FieldProblem, Invalid, Refused
from transactional.kernel.field_access import FieldClosed
from transactional.kernel.ids import new_id
from transactional.kernel.importing_reports import ALL_OR_NOTHING, BadCell, ImportReport, ImportWish
from transactional.kernel.listing import rows_seen
from transactional.kernel.principal import Principal
from transactional.kernel.records import fixed_records, problems_in, written_unseen
from transactional.kernel.resource import AUDIT_COLUMNS, Change, Resource, table_named, words_of
from transactional.kernel.rows import insert_all, read, update_all
from transactional.kernel.session import Session

ROWS_MAX = 500_000
FIRST_LINE = 2
"""Line 1 holds the names of the columns."""
REFUSED_MAX = 500
"""Rows refused for the state of things after which no more are tried: the file as a whole is of another kind."""
_CHUNK = 10_000


@dataclass(slots=True)
class _Row:
    line: int
    values: dict[str, Any]


_Planned = tuple[_Row, Change]
"""A row, and what it makes or changes."""


@dataclass(slots=True)
class _Batch:
    """Rows on their way; those with a bad cell fall out."""

    resource: Resource
    columns: list[str]
    rows: list[_Row]
    report: ImportReport

    def refuse(self, row: _Row, column: str, reason: str, code: str, values: Mapping[str, Any] | None = None) -> None:
        self.report.bad.append(BadCell(row.line, column, reason, code, values or {}))

    def refuse_by(self, row: _Row, column: str, refusal: Refused) -> None:
        self.refuse(row, column, refusal.sentence(), refusal.code, refusal.values)

    def drop_bad(self) -> None:
        lines = {cell.line for cell in self.report.bad}
        self.rows = [row for row in self.rows if row.line not in lines]


def import_records(
    session: Session,
    resource: Resource,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    by: Principal,
    wish: ImportWish = ALL_OR_NOTHING,
) -> ImportReport:
    """What was made, changed and left; nothing is written when cells are bad, unless only the good rows are wanted.

    A row that says what is kept already is held to no rule and touches nothing.
    Raises: Invalid for columns that are unknown or missing.
    """
    names = check_columns(resource, columns, by=by)
    batch = _Batch(resource, [name for name in names if name], [], ImportReport(rows=len(rows)))
    _parse(batch, names, rows)
    _find_references(session, batch)
    batch.drop_bad()
    before = _known_rows(session, batch)
    _check_keys_once(batch)
    _refuse_unseen(session, batch, before, by)
    batch.drop_bad()
    changes = _changes(batch, before)
    filled = wish.complete([change for _, change in changes if change.before is None]) if wish.complete else {}
    _refuse_closed(batch, changes, by)
    _check_unique(session, batch, changes)
    _refuse_ruled_out(session, batch, [(row, each) for row, each in changes if each.before is None or each.values])
    bad = {cell.line for cell in batch.report.bad}
    good = [change for row, change in changes if row.line not in bad]
    unseen = _unseen_after(session, batch, good, by)
    _refuse_drawn(batch, [(row, change) for row, change in changes if change.id in unseen])
    good = [change for change in good if change.id not in unseen]
    if _write(session, batch, good, before, write=not wish.dry_run and (wish.only_good or not batch.report.bad)):
        note_all(session, "complete", resource.table.fullname, {c.id: filled[c.id] for c in good if c.id in filled})
    batch.report.bad.sort(key=lambda cell: (cell.line, cell.column))
    return batch.report


def check_columns(resource: Resource, columns: Sequence[str], *, by: Principal) -> list[str | None]:
    """The field each column fills; nothing for columns of an export that nobody may set.

    Raises: Invalid, FieldClosed for a column that the asker does not meet in full.
    """
    never = resource.hidden(by.hidden_fields) | resource.limits(by.field_access).masked
    problems: list[FieldProblem] = []
    found: list[str | None] = []
    for column in columns:
        name = _field_of(resource, column.strip())
        if name is None:
            problems.append(FieldProblem(column[:80], "is no column of this collection", "unknown_column"))
        elif name in never:
            raise FieldClosed(field=name, thing=resource.thing)
        elif name in found:
            problems.append(FieldProblem(column[:80], "comes twice", "column_twice"))
        # A part of the key that nobody sets, such as a revision, tells which record is meant.
        found.append(name if name in {*resource.writable, *resource.key} else None)
    problems += [
        FieldProblem(name, "is missing: records are known by it", "missing_column")
        for name in resource.key
        if name in resource.writable and name not in found and not resource.fields[name].is_nullable
    ]
    if problems:
        raise Invalid(problems)
    return found


def _field_of(resource: Resource, column: str) -> str | None:
    """The field a column is about: by its name, or for a reference by `category` or `category_code`."""
    known = {*resource.fields, *AUDIT_COLUMNS}
    for name in (column, f"{column}_id", f"{column.removesuffix('_code')}_id", f"{column.removesuffix('_number')}_id"):
        if name in known:
            return name
    return None


def _parse(batch: _Batch, names: Sequence[str | None], rows: Sequence[Sequence[Any]]) -> None:
    parsers = [None if name is None else cell_parser(batch.resource.fields[name]) for name in names]
    required = {name for name in batch.resource.writable if batch.resource.fields[name].is_required}
    required |= set(batch.resource.required)
    for position, cells in enumerate(rows):
        row = _Row(position + FIRST_LINE, {})
        if len(cells) != len(names):
            batch.refuse(row, "", f"has {len(cells)} cells, the first line has {len(names)}", "cell_count")
        for name, parse, cell in zip(names, parsers, cells, strict=False):
            if name is not None and parse is not None:
                _take(batch, row, name, parse, cell)
        for name in required:
            if row.values.get(name) is None and not any(each.line == row.line for each in batch.report.bad[-20:]):
                batch.refuse(row, name, "is missing", "missing")
        batch.rows.append(row)


def _take(batch: _Batch, row: _Row, name: str, parse: Callable[[Any], Any], cell: Any) -> None:
    try:
        row.values[name] = parse(cell)
    except ValidationError as error:
        first = error.errors()[0]
        batch.refuse(row, name, str(first["msg"]), str(first["type"]), first.get("ctx"))
    except ValueError as error:
        batch.refuse(row, name, str(error), f"not_{batch.resource.fields[name].kind}")


def _find_references(session: Session, batch: _Batch) -> None:
    for name in batch.columns:
        target = batch.resource.fields[name].references
        if target is None:
            continue
        table = table_named(target)
        wanted = {row.values[name] for row in batch.rows if row.values.get(name) is not None}
        known = _ids_of(session, table, wanted)
        if target == batch.resource.table.fullname and "code" in batch.columns:
            _name_new_rows(batch, known)
        for row in batch.rows:
            value = row.values.get(name)
            if value is None:
                continue
            found = known.get(value)
            if found is None:
                kind = words_of(table)
                batch.refuse(row, name, f"there is no {kind} {value}", "unknown_reference", {"kind": kind})
            row.values[name] = found


def _ids_of(session: Session, table: Table, wanted: set[UUID | str]) -> dict[UUID | str, UUID]:
    """Ids by id and by code or number; a code that several rows have leads nowhere."""
    known: dict[UUID | str, UUID] = {}
    ids = [each for each in wanted if isinstance(each, UUID)]
    for chunk in _chunks(ids):
        there: list[UUID] = list(session.scalars(select(table.c.id).where(values_among(table.c.id, chunk))))
        known |= {each: each for each in there}
    codes = [each for each in wanted if isinstance(each, str)]
    names = [name for name in ("code", "number") if name in table.c]
    if not names:
        return known
    column = table.c[names[0]]
    for chunk in _chunks(codes):
        found: list[Any] = list(session.execute(select(column, table.c.id).where(values_among(column, chunk))))
        times = Counter(row[0] for row in found)
        known |= {row[0]: row[1] for row in found if times[row[0]] == 1}
    return known


def _name_new_rows(batch: _Batch, known: dict[UUID | str, UUID]) -> None:
    """Give rows that this file makes their ids now, so that other rows of it can stand below them."""
    for row in batch.rows:
        code = row.values.get("code")
        if code is not None:
            row.values["id"] = known.setdefault(code, new_id())


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


def _key_of(resource: Resource, values: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(values.get(name) for name in resource.key)


def _known_rows(session: Session, batch: _Batch) -> dict[tuple[Any, ...], Any]:
    """The rows there are already, by key."""
    resource = batch.resource
    columns = [resource.table.c[name] for name in resource.key]
    keys = [_key_of(resource, row.values) for row in batch.rows]
    found: dict[tuple[Any, ...], Any] = {}
    if len(columns) == 1:
        for chunk in _chunks([key[0] for key in keys]):
            rows: list[Any] = read(session, select(resource.model).where(values_among(columns[0], chunk)))
            found |= {_key_of(resource, row.__dict__): row for row in rows}
        return found
    # An empty part of a key equals nothing, so the first part alone narrows the search.
    places = [place for place, column in enumerate(columns) if not column.nullable]
    filled = [columns[place] for place in places]
    for chunk in _chunks([tuple(key[place] for place in places) for key in keys]):
        # One array a column: a list of thousands of tuples would exceed the server's stack.
        arrays = [
            literal([key[position] for key in chunk], ARRAY(column.type)) for position, column in enumerate(filled)
        ]
        wanted = func.unnest(*arrays).table_valued(*[column.name for column in filled], name="wanted").render_derived()
        match = and_(*[column == wanted.c[column.name] for column in filled])
        rows = read(session, select(resource.model).where(exists().where(match)))
        found |= {_key_of(resource, row.__dict__): row for row in rows}
    return found


def _check_keys_once(batch: _Batch) -> None:
    seen: dict[tuple[Any, ...], int] = {}
    for row in batch.rows:
        key = _key_of(batch.resource, row.values)
        first = seen.setdefault(key, row.line)
        if first != row.line:
            values = {"line": first}
            batch.refuse(row, batch.resource.key[-1], f"comes twice: line {first} has the same", "row_twice", values)


def _changes(batch: _Batch, before: Mapping[tuple[Any, ...], Any]) -> list[tuple[_Row, Change]]:
    resource = batch.resource
    changes = []
    for row in batch.rows:
        known = before.get(_key_of(resource, row.values))
        fresh_id = row.values.pop("id", None)
        if known is None:
            given = {name: value for name, value in row.values.items() if value is not None}
            values = {name: value for name, value in given.items() if name in resource.writable}
            values |= {name: each[0] for name, each in resource.where.items() if len(each) == 1}
            changes.append((row, Change(fresh_id or new_id(), values)))
            continue
        old = known.__dict__
        values = {
            name: value
            for name, value in row.values.items()
            if name in resource.changeable
            and old.get(name) != value
            and (value is not None or resource.fields[name].is_nullable)
        }
        changes.append((row, Change(known.id, values, old)))
    return changes


def _refuse_closed(batch: _Batch, changes: Sequence[tuple[_Row, Change]], by: Principal) -> None:
    """A field that the asker may not set stays as it is; a file that says so already is welcome."""
    limits = batch.resource.limits(by.field_access)
    for row, change in changes if limits.by_column else ():
        for name in limits.closed(change.values, change.before.get("state") if change.before else None):
            batch.refuse(row, name, "may not be set by you", "field_closed")


def _refuse_ruled_out(session: Session, batch: _Batch, changes: Sequence[_Planned]) -> None:
    """Rows that a rule of the declaration is against: about a field, about the state of the record or of others."""
    resource, left = batch.resource, list(changes)
    try:
        problems = list(problems_in(session, resource, [change for _, change in left]))
    except Refused:
        for row, refusal in _refused_one_by_one(session, resource, left):
            batch.refuse_by(row, "", refusal)
        bad = {cell.line for cell in batch.report.bad}
        left = [(row, change) for row, change in left if row.line not in bad]
        problems = list(problems_in(session, resource, [change for _, change in left]))
    for position, problem in problems:
        batch.refuse(left[position][0], problem.path, problem.reason, problem.code)
    rows = {change.id: row for row, change in left}
    for name, change, refusal in fixed_records(session, resource, [change for _, change in left]):
        batch.refuse_by(rows[change.id], name, refusal)


def _refused_one_by_one(
    session: Session, resource: Resource, changes: Sequence[_Planned]
) -> Iterator[tuple[_Row, Refused]]:
    """The rows that a rule about states says no to, found by halving the set: it names none of them."""
    parts, count = [changes], 0
    while parts and count < REFUSED_MAX:
        part = parts.pop()
        try:
            list(problems_in(session, resource, [change for _, change in part]))
        except Refused as refusal:
            half = len(part) // 2
            if half:
                parts += [part[half:], part[:half]]
                continue
            count += 1
            yield part[0][0], refusal


def _check_unique(session: Session, batch: _Batch, changes: Sequence[tuple[_Row, Change]]) -> None:
    """Other unique columns than the key: a tax number two customers share."""
    for name in _unique_columns(batch.resource):
        if name in batch.columns:
            _check_column_unique(session, batch, name, changes)


def _unique_columns(resource: Resource) -> list[str]:
    found = []
    for constraint in resource.table.constraints:
        if isinstance(constraint, UniqueConstraint):
            names = [column.name for column in constraint.columns if column.name != "tenant_id"]
            if len(names) == 1 and tuple(names) != resource.key:
                found.append(names[0])
    return found


def _check_column_unique(session: Session, batch: _Batch, name: str, changes: Sequence[tuple[_Row, Change]]) -> None:
    column, table = batch.resource.table.c[name], batch.resource.table
    given = [(row, change) for row, change in changes if change.values.get(name) is not None]
    owners: dict[Any, UUID] = {}
    for chunk in _chunks([change.values[name] for _, change in given]):
        owners |= {
            row[0]: row[1] for row in session.execute(select(column, table.c.id).where(values_among(column, chunk)))
        }
    for row, change in given:
        owner = owners.setdefault(change.values[name], change.id)
        if owner != change.id:
            batch.refuse(row, name, "belongs to another record", "already_used")


def _refuse_unseen(session: Session, batch: _Batch, before: Mapping[tuple[Any, ...], Any], by: Principal) -> None:
    """A record that the asker may not see is not changed; that its key is taken is all that is told, as elsewhere."""
    resource = batch.resource
    seen = rows_seen(resource, by)
    if not seen or not before:
        return
    known: set[UUID] = set()
    for chunk in _chunks([row.id for row in before.values()]):
        known |= set(session.scalars(select(resource.identity).where(values_among(resource.identity, chunk), *seen)))
    for row in batch.rows:
        found = before.get(_key_of(resource, row.values))
        if found is not None and found.id not in known:
            batch.refuse(row, resource.key[-1], "belongs to another record", "already_used")


def _unseen_after(session: Session, batch: _Batch, changes: Sequence[Change], by: Principal) -> set[UUID]:
    """The records that the asker would not see as the file says them: they are written on trial, and taken back."""
    if not changes or not rows_seen(batch.resource, by):
        return set()
    before = _known_rows(session, batch)
    trial = session.begin_nested()
    try:
        _write(session, batch, changes, before, write=True)
        return set(written_unseen(session, batch.resource, by=by))
    finally:
        if trial.is_active:
            trial.rollback()


def _refuse_drawn(batch: _Batch, changes: Sequence[tuple[_Row, Change]]) -> None:
    for row, _ in changes:
        batch.refuse(row, "", "would be a record that you may not see", "not_to_be_seen")


def _write(
    session: Session,
    batch: _Batch,
    good: Sequence[Change],
    before: Mapping[tuple[Any, ...], Any],
    *,
    write: bool,
) -> bool:
    """Whether anything may have been written; the report counts either way."""
    resource, report = batch.resource, batch.report
    fresh = [change for change in good if change.before is None]
    changed = [change for change in good if change.before is not None and change.values]
    report.created, report.updated = len(fresh), len(changed)
    report.unchanged = len(good) - len(fresh) - len(changed)
    if not write:
        return False
    insert_all(session, [resource.model(id=change.id, **change.values) for change in fresh])
    rows = {row.id: row for row in before.values()}
    names = sorted({name for change in changed for name in change.values})
    touched = []
    for change in changed:
        for name, value in change.values.items():
            setattr(rows[change.id], name, value)
        touched.append(rows[change.id])
    if touched:
        update_all(session, touched, *[getattr(resource.model, name) for name in names])
    if resource.written:
        resource.written(session, [*fresh, *changed])
    return True
