"""What happened to a record, read from the audit log."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from transactional.kernel.errors import NotFound
from transactional.kernel.models import AuditRecord
from transactional.kernel.resource import AUDIT_COLUMNS, Lines, Resource
from transactional.kernel.session import Session

CHANGES_MAX = 500
_UNTOLD = frozenset({*AUDIT_COLUMNS, "tenant_id", "row_xid"})


def history_of(
    session: Session, resource: Resource, record_id: UUID, *, hidden: frozenset[str]
) -> list[dict[str, Any]]:
    """Each write of a record and its lines, oldest first, with the fields it changed."""
    names = {resource.table.fullname: resource.thing}
    ids = [record_id]
    for lines in resource.lines:
        names[lines.model.__table__.fullname] = lines.name
        ids += _line_ids(session, lines, record_id)
    statement = (
        select(AuditRecord)
        .where(AuditRecord.table_name.in_(names), AuditRecord.row_id.in_(ids))
        .order_by(AuditRecord.id)
        .limit(CHANGES_MAX)
    )
    records = list(session.scalars(statement))
    session.expunge_all()
    return [_told(record, names[record.table_name], hidden) for record in records]


def _line_ids(session: Session, lines: Lines, record_id: UUID) -> list[UUID]:
    table = lines.model.__table__
    return list(session.scalars(select(table.c.id).where(table.c[lines.column] == record_id)))


def _told(record: AuditRecord, part: str, hidden: frozenset[str]) -> dict[str, Any]:
    return {
        "at": record.at,
        "user_id": record.user_id,
        "channel": record.channel,
        "trace_id": record.trace_id,
        "action": record.action,
        "part": part,
        "row_id": record.row_id,
        "changes": changes_between(record.before, record.after, hidden),
    }


def changes_between(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, hidden: frozenset[str] = frozenset()
) -> list[dict[str, Any]]:
    """The fields that differ, with old and new value."""
    old, new = before or {}, after or {}
    names = [name for name in (new or old) if name not in _UNTOLD and name not in hidden]
    return [
        {"field": name, "old": old.get(name), "new": new.get(name)} for name in names if old.get(name) != new.get(name)
    ]


def record_as_of(
    session: Session, resource: Resource, record_id: UUID, at: datetime, *, hidden: frozenset[str]
) -> dict[str, Any]:
    """The record and its lines as they were.  Raises: NotFound for a time before it existed or after it was deleted."""
    found = _last_states(session, resource.table.fullname, [record_id], at)
    if not found or found[0] is None:
        raise NotFound(kind=resource.thing, id=record_id)
    record = _cleaned(found[0], hidden)
    for lines in resource.lines:
        name = lines.model.__table__.fullname
        states = _last_states(session, name, _line_ids(session, lines, record_id), at)
        record[lines.name] = [_cleaned(state, frozenset()) for state in states if state is not None]
    return record


def _last_states(session: Session, table: str, ids: Sequence[UUID], at: datetime) -> list[dict[str, Any] | None]:
    statement = (
        select(AuditRecord.after)
        .ext(distinct_on(AuditRecord.row_id))
        .where(AuditRecord.table_name == table, AuditRecord.row_id.in_(ids), AuditRecord.at <= at)
        .order_by(AuditRecord.row_id, AuditRecord.id.desc())
    )
    return list(session.scalars(statement))


def _cleaned(state: Mapping[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in state.items() if name not in {"tenant_id", "row_xid"} and name not in hidden}
