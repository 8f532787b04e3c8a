"""Values proposed for empty fields, told by the tenant's own records; saved by the user or from a set confidence on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Column, select

from transactional.assistant.errors import ProposalChanged
from transactional.assistant.labels import Declared, labels_in_use
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


Draft = tuple[Mapping[str, Any], Mapping[str, Sequence[Mapping[str, Any]]]]
"""A record's values, and its lines by what they are called."""


def propose_for_record(
    session: Session, resource: Resource, record_id: UUID, *, by: Principal, declared: Declared
) -> list[Proposal]:
    """What the empty fields of a record may hold.  Raises: NotFound."""
    record = get_record(session, resource, record_id, by=by)
    [proposed] = propose_for_drafts(session, resource, [(record, {})], by=by, declared=declared)
    return proposed


def propose_for_drafts(
    session: Session, resource: Resource, drafts: Sequence[Draft], *, by: Principal, declared: Declared
) -> list[list[Proposal]]:
    """For each draft, what the fields that are left out or empty may hold, lines included.  Nothing is written."""
    found: list[_Found] = []
    for target in _targets(resource, by):
        name = target.field.name
        wanting = [
            (number, path, values)
            for number, draft in enumerate(drafts)
            for path, values in _parts(target, draft)
            if values.get(name) is None
        ]
        if not wanting:
            continue
        experience = Experience(_known(session, resource, target, by=by))
        for number, path, values in wanting:
            likely = experience.likely({key: value for key, value in values.items() if key != name})
            if likely:
                found.append(_Found(number, path + name, target.field, likely))
    proposed: list[list[Proposal]] = [[] for _ in drafts]
    for each, proposal in _told(session, found, by, declared):
        proposed[each.number].append(proposal)
    return proposed


@dataclass(frozen=True, slots=True)
class _Found:
    """What is likely in a field of one of several drafts."""

    number: int
    path: str
    field: Field
    likely: Likely


def _parts(target: _Target, draft: Draft) -> Iterable[tuple[str, Mapping[str, Any]]]:
    values, lines = draft
    return [("", values)] if target.lines is None else _drafts(target.lines, values, lines)


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


def _told(
    session: Session, found: Sequence[_Found], by: Principal, declared: Declared
) -> Iterator[tuple[_Found, Proposal]]:
    """The proposals with their labels; what points at a record that is not used any more is left out."""
    pointed: dict[str, set[UUID]] = {}
    for each in found:
        if each.field.references:
            pointed.setdefault(each.field.references, set()).add(each.likely.value)
        sign = _sign_target(each)
        if sign:
            pointed.setdefault(sign, set()).add(cast("UUID", each.likely.sign[1]))
    labels = {
        name: labels_in_use(session, name, ids, by=by, declared=declared) for name, ids in sorted(pointed.items())
    }
    for each in found:
        likely, target, sign = each.likely, each.field.references, _sign_target(each)
        if target and likely.value not in labels[target]:
            continue
        yield (
            each,
            Proposal(
                each.path,
                likely.value,
                labels[target][likely.value] if target else None,
                Decimal(likely.confidence).quantize(_CONFIDENCE_PLACES),
                likely.sign[0],
                (labels[sign].get(cast("UUID", likely.sign[1])) if sign else None) or str(likely.sign[1]),
                likely.agreeing,
                likely.seen,
            ),
        )


def _sign_target(found: _Found) -> str | None:
    """The table that the sign which speaks for a value points at."""
    name, value = found.likely.sign
    column: Column[Any] | None = found.field.column.table.c.get(name)
    return column.info.get("references") if column is not None and isinstance(value, UUID) else None


def accept_proposals(
    session: Session,
    resource: Resource,
    record_id: UUID,
    values: Mapping[str, Any],
    *,
    version: int,
    by: Principal,
    declared: Declared,
) -> None:
    """Nothing: the record has the proposed values, and the audit log says that they were proposed.

    Raises: NotFound, Invalid, StaleVersion, ProposalChanged, and whatever a change of the record raises.
    """
    if not values:
        raise invalid("values", "is empty: name at least one field", "missing")
    proposed = {each.field: each for each in propose_for_record(session, resource, record_id, by=by, declared=declared)}
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
    """A new record's values, with what was filled in and why, for the audit log; no facts where nothing was."""

    values: Mapping[str, Any]
    facts: Mapping[str, Any]


def fill_in(
    session: Session, resource: Resource, records: Sequence[Mapping[str, Any]], *, by: Principal, declared: Declared
) -> list[Completed]:
    """New records' values, their empty fields filled in where the tenant has set from which confidence on."""
    rules = select(CompletionRule.field, CompletionRule.confidence_min).where(CompletionRule.thing == resource.thing)
    least: dict[str, Decimal] = {row[0]: row[1] for row in session.execute(rules)} if resource.completed else {}
    if not least or not records:
        return [Completed(values, {}) for values in records]
    proposed = propose_for_drafts(session, resource, [(values, {}) for values in records], by=by, declared=declared)
    return [_completed(values, found, least) for values, found in zip(records, proposed, strict=True)]


def _completed(values: Mapping[str, Any], proposed: Sequence[Proposal], least: Mapping[str, Decimal]) -> Completed:
    taken = [each for each in proposed if each.field in least and each.confidence >= least[each.field]]
    facts = {each.field: each.as_facts() | {"from": str(least[each.field])} for each in taken}
    marked = {**facts, "accepted_by": "threshold"} if facts else {}
    return Completed({**values, **{each.field: each.value for each in taken}}, marked)


def measured(session: Session, resource: Resource, *, by: Principal) -> dict[str, Agreement]:
    """How proposals would have stood to the newest fifth of the tenant's own records, field by field."""
    found = {}
    for target in _targets(resource, by):
        name = target.field.name if target.lines is None else f"{target.lines.name}/{target.field.name}"
        found[name] = agreement(_known(session, resource, target, by=by))
    return found
