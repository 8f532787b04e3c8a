"""Many documents at once from a table of cells: rows of one document become what its verb takes.

A column is a field of the document or of its lines, under the names the verb knows; where both have one, the line's is
`lines.<field>`. Rows with the same `document` are one document; where that is the id of one that is there, as exports
say it, the rows have to tell what is kept of it. All are checked first, every bad cell is named, and a document is
written whole or not at all.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from pydantic import BaseModel, ValidationError
from sqlalchemy import ARRAY, String, any_, bindparam, select

from transactional.kernel.cells import as_text
from transactional.kernel.errors import BrokenInvariant, DomainError, FieldProblem, Invalid, NotFound, Unavailable
from transactional.kernel.importing import FIRST_LINE, REFUSED_MAX
from transactional.kernel.importing_columns import fits_a_cell, model_in, named, parser
from transactional.kernel.importing_kept import Kept, differing, kept_documents, lines_named
from transactional.kernel.importing_references import Pointer, Things, find_ids
from transactional.kernel.importing_reports import BadCell, ImportReport
from transactional.kernel.principal import Principal
from transactional.kernel.records import written_unseen
from transactional.kernel.resource import Resource, fields_of
from transactional.kernel.session import Session

DOCUMENT = "document"
"""The column that says which rows belong together."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """When and for whom documents are made, and whether the verb that follows is carried out too."""

    by: Principal
    at: datetime
    today: date
    also: bool = False


class Make(Protocol):
    """The verb that makes documents of a declared shape, all or none."""

    def __call__(self, session: Session, given: Sequence[Any], when: Occasion, /) -> object:
        """Anything: the documents are there.  Raises: DomainError."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False)
class DocumentImport:
    """How rows of a file become documents of a resource."""

    resource: Resource
    schema: type[BaseModel]
    """What the verb takes over HTTP: a file is held to the same."""
    make: Make
    shape: Callable[[Mapping[str, Any]], type[BaseModel]] | None = None
    """Which of several shapes a document has, by what its head says; `schema` has the fields of all of them."""
    lines: str | None = "lines"
    """The list of the schema that the rows fill."""
    known_by: str | None = None
    """The field that tells a document which is there already: it is left as it is."""
    pointers: Mapping[str, Pointer] = field(default_factory=dict)
    """What fields point at where the table's columns do not say."""
    path: str | None = None
    """How the verb names a document of a set that it refuses: `orders` for `orders/3/lines/0/qty`."""
    also: str | None = None
    """The verb of the resource that may follow at once."""


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the file: a field of the document or of its lines, and what it points at."""

    title: str
    name: str
    is_line: bool
    parse: Callable[[Any], Any]
    pointer: Pointer | None


@dataclass(slots=True)
class Document:
    """Rows that belong together."""

    lines: list[int]
    """Of the file, one a row."""
    label: str | None = None
    """What the file calls it: of an export its id."""
    head: dict[str, Any] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    given: BaseModel | None = None
    row_lines: list[int] = field(default_factory=list)
    """Of the file, one for each row that says something about a line."""
    row_ids: list[str | None] = field(default_factory=list)
    """The ids of those lines, where the file is an export."""


@dataclass(slots=True)
class _Batch:
    declared: DocumentImport
    columns: list[_Column]
    documents: list[Document]
    report: ImportReport

    def refuse(self, line: int, column: str, reason: str, code: str, values: Mapping[str, Any] | None = None) -> None:
        self.report.bad.append(BadCell(line, column, reason, code, values or {}))

    def drop_bad(self) -> None:
        bad = {cell.line for cell in self.report.bad}
        self.documents = [each for each in self.documents if not bad & set(each.lines)]

    def title_of(self, name: str, *, is_line: bool) -> str:
        found = (each.title for each in self.columns if each.name == name and each.is_line == is_line)
        return next(found, name)


def import_documents(
    session: Session,
    declared: DocumentImport,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    when: Occasion,
    things: Things,
    dry_run: bool = False,
) -> ImportReport:
    """What was made and what was there already; the caller undoes all of it where bad cells shall stop everything.

    A dry run carries the verbs out and takes them back, so that it says what the services would say.
    Raises: Invalid for columns that are unknown.
    """
    batch = _Batch(declared, _columns(declared, columns, when.by), [], ImportReport(rows=len(rows)))
    _group(batch, columns, rows)
    _leave_kept(session, batch, when.by)
    find_ids(session, _cells(batch), when.by, things)
    batch.drop_bad()
    _validate(batch)
    batch.drop_bad()
    _leave_known(session, batch)
    trial = session.begin_nested()
    try:
        _make(session, batch, when)
    finally:
        if dry_run and trial.is_active:
            trial.rollback()
    if not dry_run:
        trial.commit()
    batch.report.bad.sort(key=lambda cell: (cell.line, cell.column))
    return batch.report


def line_schema_of(declared: DocumentImport) -> type[BaseModel] | None:
    """The shape of one line of the documents."""
    return model_in(declared.schema.model_fields[declared.lines].annotation) if declared.lines else None


def column_names(declared: DocumentImport) -> list[str]:
    """Every column a file may have."""
    head = [name for name in declared.schema.model_fields if fits_a_cell(declared.schema, name)]
    line = line_schema_of(declared)
    names = [name for name in line.model_fields if fits_a_cell(line, name)] if line else []
    return [DOCUMENT, *head, *[f"{declared.lines}.{name}" if name in head else name for name in names]]


def _columns(declared: DocumentImport, titles: Sequence[str], by: Principal) -> list[_Column]:
    """The field each column fills.  Raises: Invalid."""
    problems: list[FieldProblem] = []
    found: list[_Column] = []
    for title in titles:
        if title == DOCUMENT or _is_read_only(declared, title):
            continue
        column = _column(declared, title, by)
        if column is None:
            problems.append(FieldProblem(title[:80], "is no column of this collection", "unknown_column"))
        elif any((each.name, each.is_line) == (column.name, column.is_line) for each in found):
            problems.append(FieldProblem(title[:80], "comes twice", "column_twice"))
        else:
            found.append(column)
    if problems:
        raise Invalid(problems)
    return found


def _is_read_only(declared: DocumentImport, title: str) -> bool:
    """Whether an export tells a column that no verb takes: what a file brings back of it is left aside."""
    prefix, _, rest = title.rpartition(".")
    own, line = lines_named(declared.resource, prefix), line_schema_of(declared)
    if own is not None:
        is_taken = prefix == declared.lines and line is not None and named(line, rest) is not None
        return rest in fields_of(own.model.__table__) and not is_taken
    return not prefix and title in declared.resource.fields and named(declared.schema, title) is None


def _column(declared: DocumentImport, title: str, by: Principal) -> _Column | None:
    prefix, _, rest = title.rpartition(".")
    resource, line = declared.resource, line_schema_of(declared)
    own = lines_named(resource, declared.lines)
    places = [] if prefix else [(declared.schema, resource.table, False, resource.hidden(by.hidden_fields))]
    if line and prefix in {"", declared.lines}:
        guarded = own.guarded if own else {}
        hidden = frozenset(name for name, code in guarded.items() if code in by.hidden_fields)
        places.append((line, own.model.__table__ if own else resource.table, True, hidden))
    for schema, table, is_line, hidden in places:
        name = named(schema, rest)
        if name is None or name in hidden or not fits_a_cell(schema, name):
            continue
        known = fields_of(table).get(name)
        pointer = declared.pointers.get(name) or (Pointer(known.references) if known and known.references else None)
        return _Column(title, name, is_line, parser(schema, name), pointer)
    return None


def _group(batch: _Batch, titles: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Rows as documents, in the order in which they begin."""
    places = {title: place for place, title in enumerate(titles)}
    declared = batch.declared
    names = (DOCUMENT, declared.resource.identity.name, declared.known_by)
    key = next((places[name] for name in names if name in places), None)
    line_id = places.get(f"{declared.lines}.id")
    documents: dict[Any, Document] = {}
    for line, cells in enumerate(rows, start=FIRST_LINE):
        if len(cells) != len(titles):
            batch.refuse(line, "", f"has {len(cells)} cells, the first line has {len(titles)}", "cell_count")
            continue
        of = as_text(cells[key]) if key is not None else None
        document = documents.setdefault(of or line, Document([], of))
        document.lines.append(line)
        _take(batch, document, line, [(column, column.parse(cells[places[column.title]])) for column in batch.columns])
        if len(document.row_ids) < len(document.rows):
            document.row_ids.append(as_text(cells[line_id]) if line_id is not None else None)
    batch.documents = list(documents.values())


def _take(batch: _Batch, document: Document, line: int, cells: Iterable[tuple[_Column, Any]]) -> None:
    row: dict[str, Any] = {}
    for column, value in cells:
        if value is None:
            continue
        if column.is_line:
            row[column.name] = value
            continue
        first = document.head.setdefault(column.name, value)
        if first != value:
            values = {"line": document.lines[0]}
            reason = f"differs from line {document.lines[0]}, which is of the same document"
            batch.refuse(line, column.title, reason, "document_differs", values)
    if row:
        document.rows.append(row)
        document.row_lines.append(line)


class Cell:
    """A cell that points at a record, to be replaced by its id."""

    def __init__(self, batch: _Batch, document: Document, column: _Column, holder: dict[str, Any], line: int) -> None:
        """Remember where it stands."""
        self._batch, self._document, self._column, self._holder, self._line = batch, document, column, holder, line
        if column.pointer is None:
            raise BrokenInvariant("a cell that points nowhere")
        self.pointer = column.pointer

    @property
    def value(self) -> Any:
        """What it says."""
        return self._holder[self._column.name]

    def of_document(self, name: str) -> Any:
        """What the document says elsewhere."""
        return self._document.head.get(name)

    def take(self, found: UUID | None, kind: str) -> None:
        """Put the id there, or refuse the cell."""
        if found is None:
            self._batch.refuse(
                self._line, self._column.title, f"there is no {kind} {self.value}", "unknown_reference", {"kind": kind}
            )
        self._holder[self._column.name] = found


def _cells(batch: _Batch) -> list[Cell]:
    found = []
    for column in batch.columns:
        if column.pointer is None:
            continue
        for document in batch.documents:
            holders = (
                zip(document.rows, document.row_lines, strict=True)
                if column.is_line
                else [(document.head, document.lines[0])]
            )
            found += [Cell(batch, document, column, holder, line) for holder, line in holders if column.name in holder]
    return found


def _validate(batch: _Batch) -> None:
    """Every document in the shape its verb takes."""
    lines = batch.declared.lines
    for document in batch.documents:
        values = dict(document.head)
        if lines and document.rows:
            values[lines] = document.rows
        declared = batch.declared
        schema = declared.shape(document.head) if declared.shape else declared.schema
        try:
            document.given = schema.model_validate(values)
        except ValidationError as error:
            for problem in error.errors():
                line, title = _place(batch, document, [str(part) for part in problem["loc"]])
                batch.refuse(line, title, str(problem["msg"]), str(problem["type"]), problem.get("ctx"))


def _place(batch: _Batch, document: Document, path: Sequence[str]) -> tuple[int, str]:
    """The line and column of the file that a path inside a document came from."""
    first, *rest = path or [""]
    if first == batch.declared.lines and rest and rest[0].isdecimal() and int(rest[0]) < len(document.row_lines):
        return document.row_lines[int(rest[0])], batch.title_of("/".join(rest[1:]), is_line=True)
    return document.lines[0], batch.title_of("/".join(path), is_line=False)


def _leave_kept(session: Session, batch: _Batch, by: Principal) -> None:
    """Documents that the file names by their ids count as unchanged, or are refused where it says otherwise of them."""
    declared = batch.declared
    named = [(_id_in(each.label), each) for each in batch.documents]
    ids = [document_id for document_id, _ in named if document_id is not None]
    kept = kept_documents(session, declared.resource, declared.lines, ids, by)
    batch.documents = []
    for document_id, document in named:
        there = kept.get(document_id) if document_id is not None else None
        if there is None:
            batch.documents.append(document)
        elif not _refuse_other(batch, document, there, by):
            batch.report.unchanged += 1


def _id_in(label: str | None) -> UUID | None:
    try:
        return UUID(label) if label else None
    except ValueError:
        return None


def _refuse_other(batch: _Batch, document: Document, kept: Kept, by: Principal) -> bool:
    """Whether the file says anything else of a document than is kept: each such cell is noted."""
    resource = batch.declared.resource
    names = [each.name for each in batch.columns if not each.is_line]
    names = [name for name in names if name not in resource.limits(by.field_access).masked]
    wrong = [
        (document.lines[0], batch.title_of(name, is_line=False))
        for name in differing(resource.fields, names, document.head, kept.head)
    ]
    wrong += _other_lines(batch, document, kept)
    for line, title in wrong:
        batch.refuse(line, title, "is not what is kept of this document: a file does not change it", "document_kept")
    return bool(wrong)


def _other_lines(batch: _Batch, document: Document, kept: Kept) -> list[tuple[int, str]]:
    own = lines_named(batch.declared.resource, batch.declared.lines)
    names = [each.name for each in batch.columns if each.is_line]
    if own is None or not names:
        return []
    known = {str(line["id"]): line for line in kept.lines}
    in_order = [known.get(each) if each else None for each in document.row_ids]
    if not any(document.row_ids):
        in_order = [*kept.lines[: len(document.rows)], *[None] * (len(document.rows) - len(kept.lines))]
    fields, wrong = fields_of(own.model.__table__), []
    for line, row, there in zip(document.row_lines, document.rows, in_order, strict=True):
        if there is None:
            wrong.append((line, own.name))
            continue
        wrong += [(line, batch.title_of(name, is_line=True)) for name in differing(fields, names, row, there)]
    if len(document.rows) < len(kept.lines):
        wrong.append((document.lines[0], own.name))
    return wrong


def _leave_known(session: Session, batch: _Batch) -> None:
    """Documents that are there already count as unchanged and are not made again."""
    name = batch.declared.known_by
    if name is None:
        return
    table = batch.declared.resource.table
    wanted = {value for each in batch.documents if (value := getattr(each.given, name, None)) is not None}
    owner = "company_id" if "company_id" in table.c else name
    is_wanted = table.c[name] == any_(bindparam(None, list(wanted), type_=ARRAY(String())))
    statement = select(table.c[owner], table.c[name]).where(is_wanted)
    there = {tuple(row) for row in session.execute(statement)} if wanted else set()
    fresh: list[Document] = []
    seen: dict[tuple[Any, Any], int] = {}
    for document in batch.documents:
        key = (getattr(document.given, owner, None), getattr(document.given, name, None))
        if key in there:
            batch.report.unchanged += 1
        elif key[1] is not None and key in seen:
            values = {"line": seen[key]}
            reason = f"comes twice: line {seen[key]} has the same"
            batch.refuse(document.lines[0], batch.title_of(name, is_line=False), reason, "row_twice", values)
        else:
            seen[key] = document.lines[0]
            fresh.append(document)
    batch.documents = fresh


def _make(session: Session, batch: _Batch, when: Occasion) -> None:
    """All in one go; where the verb refuses, those it names fall out, or the set is halved until they are found."""
    parts, refused = [batch.documents] if batch.documents else [], 0
    while parts and refused < REFUSED_MAX:
        part = parts.pop()
        try:
            with session.begin_nested():
                batch.declared.make(session, [document.given for document in part], when)
                _check_seen(session, batch.declared.resource, when.by)
        except Unavailable:
            raise
        except DomainError as refusal:
            wrong = _refused(batch, part, refusal)
            refused += len(wrong)
            rest = [document for document in part if id(document) not in wrong]
            halves = [rest] if wrong else [rest[: len(rest) // 2], rest[len(rest) // 2 :]]
            parts += [half for half in reversed(halves) if half]
        else:
            batch.report.created += len(part)
    for document in [document for part in parts for document in part]:
        reason = f"was not tried: {refused} documents before it were refused"
        batch.refuse(document.lines[0], "", reason, "not_tried", {"count": refused})


def _check_seen(session: Session, resource: Resource, by: Principal) -> None:
    """Nothing when the asker sees all that was made, as whoever makes a document does.  Raises: NotFound."""
    unseen = written_unseen(session, resource, by=by)
    if unseen:
        raise NotFound(kind=resource.thing, id=unseen[0])


def _refused(batch: _Batch, part: Sequence[Document], refusal: DomainError) -> set[int]:
    """The documents a refusal is about, their cells noted; none where it does not say."""
    problems = refusal.problems if isinstance(refusal, Invalid) else []
    if len(part) > 1 and (not problems or not all(_position(batch, each) is not None for each in problems)):
        return set()
    if not problems:
        batch.refuse(part[0].lines[0], "", refusal.sentence(), refusal.code, refusal.values)
    wrong = set() if problems else {id(part[0])}
    for problem in problems:
        document = part[_position(batch, problem) or 0]
        line, title = _place(batch, document, _inside(batch, problem))
        batch.refuse(line, title, problem.reason, problem.code)
        wrong.add(id(document))
    return wrong


def _position(batch: _Batch, problem: FieldProblem) -> int | None:
    parts = problem.path.split("/")
    named = batch.declared.path is not None and parts[0] == batch.declared.path and len(parts) > 1
    return int(parts[1]) if named and parts[1].isdecimal() else None


def _inside(batch: _Batch, problem: FieldProblem) -> list[str]:
    parts = problem.path.split("/")
    return parts[2:] if _position(batch, problem) is not None else parts
