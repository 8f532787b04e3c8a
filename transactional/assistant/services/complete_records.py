"""Values proposed for empty fields, told by the tenant's own records; saved by the user or from a set confidence on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Table, select

from transactional.assistant.errors import ProposalChanged
from transactional.assistant.likeness import Agreement, Experience, Likely, agreement
from transactional.assistant.models import CompletionRule
from transactional.kernel.audit import note
from transactional.kernel.errors import invalid
from transactional.kernel.listing import base_conditions, shown_columns
from transactional.kernel.principal import Principal
from transactional.kernel.records import change_record, get_record
from transactional.kernel.resource import AUDIT_COLUMNS, Field, Lines, Resource, fields_of, table_named
from transactional.kernel.session import Session

LEARNT_MAX = 5_000
"""Of the newest records: older ones say little about what people choose now."""
_TELLING = ("text", "reference", "boolean")
_CONFIDENCE_PLACES = Decimal("0.0001")
_Known = Sequence[tuple[Mapping[str, Any], Any]]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A value for an empty field, and what speaks for it."""

    field: str
    """Of a line `lines/<position>/<field>`."""
    value: Any
    label: str | None
    """Code and name of the record that the value points at."""
    confidence: Decimal
    sign_field: str
    """The field whose word or value speaks for it; empty where all records do."""
    sign: str
    agreeing: int
    seen: int

    def as_facts(self) -> dict[str, Any]:
        """As the audit log keeps it."""
        return {
            "value": self.value,
            "confidence": str(self.confidence),
            "source": f"{self.agreeing} of {self.seen} own records: {self.sign_field or 'all'} {self.sign}".strip(),
        }


@dataclass(frozen=True, slots=True)
class _Target:
    """A field to propose for: of the records themselves, or of their lines."""

    field: Field
    lines: Lines | None = None


def propose_for_record(session: Session, resource: Resource, record_id: UUID, *, by: Principal) -> list[Proposal]:
    """What the empty fields of a record may hold.  Raises: NotFound."""
    record = get_record(session, resource, record_id, by=by)
    return propose_for_draft(session, resource, record, {}, by=by)


def propose_for_draft(
    session: Session,
    resource: Resource,
    values: Mapping[str, Any],
    lines: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    by: Principal,
) -> list[Proposal]:
    """What the fields that are left out or empty may hold, lines included.  Nothing is written."""
    found: list[tuple[str, Field, Likely]] = []
    for target in _targets(resource, by):
        name = target.field.name
        drafts = [("", values)] if target.lines is None else _drafts(target.lines, values, lines)
        wanting = [(path, draft) for path, draft in drafts if draft.get(name) is None]
        if not wanting:
            continue
        experience = Experience(_known(session, resource, target, by=by))
        for path, draft in wanting:
            likely = experience.likely({key: value for key, value in draft.items() if key != name})
            if likely:
                found.append((path + name, target.field, likely))
    return _told(session, found)


def _drafts(
    lines: Lines, values: Mapping[str, Any], given: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for position, line in enumerate(given.get(lines.name) or ()):
        yield f"{lines.name}/{position}/", {**values, **line}


def _targets(resource: Resource, by: Principal) -> Iterator[_Target]:
    """The declared fields that this asker may read and set."""
    shown = shown_columns(resource, by)
    closed = resource.limits(by.field_access)
    for declared in resource.completed:
        part, _, name = declared.rpartition("/")
        lines = next((each for each in resource.lines if each.name == part), None)
        if lines is not None:
            if lines.guarded.get(name) not in by.hidden_fields:
                yield _Target(fields_of(table_named(lines.model.__table__.fullname))[name], lines)
        elif name in shown and name not in closed.masked and not closed.closed([name], None):
            yield _Target(resource.fields[name])


def _known(session: Session, resource: Resource, target: _Target, *, by: Principal) -> _Known:
    """The newest records that have the field, oldest first: what each says of itself, and its value."""
    shown = shown_columns(resource, by)
    columns = {name: shown[name] for name, field in resource.fields.items() if name in shown and _tells(field, target)}
    source: Any = resource.table
    if target.lines is not None:
        table = table_named(target.lines.model.__table__.fullname)
        source = source.join(table, table.c[target.lines.column] == resource.identity)
        columns |= {
            field.name: field.column
            for field in fields_of(table).values()
            if _tells(field, target) and target.lines.guarded.get(field.name) not in by.hidden_fields
        }
    wanted = target.field.column
    statement = (
        select(wanted.label("wanted"), *[column.label(f"s_{name}") for name, column in columns.items()])
        .select_from(source)
        .where(wanted.is_not(None), *base_conditions(resource, by))
        .order_by(wanted.table.c.id.desc())
        .limit(LEARNT_MAX)
    )
    rows = session.execute(statement).all()
    return [(dict(zip(columns, row[1:], strict=True)), row[0]) for row in reversed(rows)]


def _tells(field: Field, target: _Target) -> bool:
    own = field.column.table is target.field.column.table
    if own and field.name == target.field.name:
        return False
    return field.kind in _TELLING and field.name not in AUDIT_COLUMNS and field.name != "number"


def _told(session: Session, found: Sequence[tuple[str, Field, Likely]]) -> list[Proposal]:
    """The proposals with their labels; what points at a record that is not used any more is left out."""
    pointed: dict[str, set[UUID]] = {}
    for _, field, likely in found:
        if field.references:
            pointed.setdefault(field.references, set()).add(likely.value)
    labels = {name: _labels(session, table_named(name), ids) for name, ids in pointed.items()}
    signs = _sign_labels(session, found)
    return [
        Proposal(
            path,
            likely.value,
            labels[field.references][likely.value] if field.references else None,
            Decimal(likely.confidence).quantize(_CONFIDENCE_PLACES),
            likely.sign[0],
            signs.get(likely.sign, str(likely.sign[1])),
            likely.agreeing,
            likely.seen,
        )
        for path, field, likely in found
        if not field.references or likely.value in labels[field.references]
    ]


def _sign_labels(session: Session, found: Iterable[tuple[str, Field, Likely]]) -> dict[tuple[str, Any], str]:
    """What references that speak for a value are called."""
    told = {}
    for _, field, likely in found:
        name, value = likely.sign
        column: Column[Any] | None = field.column.table.c.get(name)
        target = column.info.get("references") if column is not None else None
        if target and isinstance(value, UUID):
            told[likely.sign] = _labels(session, table_named(target), {value}).get(value, "")
    return told


def _labels(session: Session, table: Table, ids: set[UUID]) -> dict[UUID, str]:
    """Code and name of the records among these that are in use."""
    words = [table.c[name] for name in ("code", "name") if name in table.c]
    conditions = [table.c.id.in_(ids), *[table.c[name] for name in ("is_active",) if name in table.c]]
    rows = session.execute(select(table.c.id, *words).where(*conditions))
    return {row[0]: " ".join(str(word) for word in row[1:] if word) for row in rows}


def accept_proposals(
    session: Session, resource: Resource, record_id: UUID, values: Mapping[str, Any], *, version: int, by: Principal
) -> None:
    """Nothing: the record has the proposed values, and the audit log says that they were proposed.

    Raises: NotFound, Invalid, StaleVersion, ProposalChanged, and whatever a change of the record raises.
    """
    if not values:
        raise invalid("values", "is empty: name at least one field", "missing")
    proposed = {each.field: each for each in propose_for_record(session, resource, record_id, by=by)}
    for name, value in values.items():
        if name not in resource.completed:
            raise invalid(f"values/{name}", f"nothing is proposed for it, only for {_names(resource)}", "unknown_field")
        if name not in proposed or str(proposed[name].value) != str(value):
            raise ProposalChanged(field=name)
    taken = {name: proposed[name].value for name in values}
    change_record(session, resource, record_id, taken, version=version, by=by)
    facts = {name: proposed[name].as_facts() for name in values}
    note(session, "complete", resource.table.fullname, record_id, facts | {"accepted_by": "user"})


def _names(resource: Resource) -> str:
    return ", ".join(name for name in resource.completed if "/" not in name)


@dataclass(frozen=True, slots=True)
class Completed:
    """A new record's values, with what was filled in and why."""

    values: Mapping[str, Any]
    facts: Mapping[str, Any]


def fill_in(session: Session, resource: Resource, values: Mapping[str, Any], *, by: Principal) -> Completed:
    """A new record's values, its empty fields filled in where the tenant has set from which confidence on."""
    rules = select(CompletionRule.field, CompletionRule.confidence_min).where(CompletionRule.thing == resource.thing)
    least: dict[str, Decimal] = {row[0]: row[1] for row in session.execute(rules)} if resource.completed else {}
    if not least:
        return Completed(values, {})
    proposed = propose_for_draft(session, resource, values, {}, by=by)
    taken = [each for each in proposed if each.field in least and each.confidence >= least[each.field]]
    filled = {**values, **{each.field: each.value for each in taken}}
    return Completed(filled, {each.field: each.as_facts() | {"from": str(least[each.field])} for each in taken})


def note_completed(session: Session, resource: Resource, record_id: UUID, completed: Completed) -> None:
    """Leave a mark in the audit log where something was filled in."""
    if completed.facts:
        facts = dict(completed.facts) | {"accepted_by": "threshold"}
        note(session, "complete", resource.table.fullname, record_id, facts)


def measured(session: Session, resource: Resource, *, by: Principal) -> dict[str, Agreement]:
    """How proposals would have stood to the newest fifth of the tenant's own records, field by field."""
    found = {}
    for target in _targets(resource, by):
        name = target.field.name if target.lines is None else f"{target.lines.name}/{target.field.name}"
        found[name] = agreement(_known(session, resource, target, by=by))
    return found
