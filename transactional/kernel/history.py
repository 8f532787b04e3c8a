"""What happened to a record, read from the audit log."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Numeric, Table, Text, case, cast, select
from sqlalchemy.dialects.postgresql import distinct_on

from transactional.kernel.errors import NotFound
from transactional.kernel.field_access import masked_text
from transactional.kernel.model import Base
from transactional.kernel.models import AuditRecord
from transactional.kernel.principal import Principal
from transactional.kernel.resource import AUDIT_COLUMNS, Lines, Resource
from transactional.kernel.session import Session

CHANGES_MAX = 500
_WRITES = ("insert", "update")
"""What leaves a record behind; a deleted one is told as it was last."""
_UNTOLD = frozenset({*AUDIT_COLUMNS, "tenant_id", "row_xid"})


@dataclass(frozen=True)
class _Veil:
    """What an asker does not meet, or by its end only, of one table's rows."""

    hidden: frozenset[str]
    masked: frozenset[str] = frozenset()

    def told(self, name: str, value: Any) -> Any:
        """A value as the asker may meet it."""
        return masked_text(value) if name in self.masked else value


def _veils(resource: Resource, by: Principal) -> dict[str, _Veil]:
    """For each table of a record what its asker does not meet."""
    own = _Veil(resource.hidden(by.hidden_fields), resource.limits(by.field_access).masked)
    veils = {resource.table.fullname: own}
    for lines in resource.lines:
        hidden = frozenset(name for name, code in lines.guarded.items() if code in by.hidden_fields)
        veils[lines.model.__table__.fullname] = _Veil(hidden)
    return veils


def history_of(session: Session, resource: Resource, record_id: UUID, *, by: Principal) -> list[dict[str, Any]]:
    """Each write of a record and its lines, oldest first, with the fields it changed, as far as the asker meets them.

    What is masked in some state is masked in all of the history.
    """
    veils = _veils(resource, by)
    names = {resource.table.fullname: resource.thing}
    ids = [record_id]
    for lines in resource.lines:
        names[lines.model.__table__.fullname] = lines.name
        ids += _line_ids(session, lines, record_id)
    statement = (
        select(
            AuditRecord,
            cast(AuditRecord.before, Text).label("before_text"),
            cast(AuditRecord.after, Text).label("after_text"),
        )
        .where(AuditRecord.table_name.in_(names), AuditRecord.row_id.in_(ids))
        .order_by(AuditRecord.id)
        .limit(CHANGES_MAX)
    )
    rows = session.execute(statement).all()
    session.expunge_all()
    tables = {table.fullname: table for table in _tables_of(resource)}
    return [
        _told(
            record,
            _exact(before, tables[record.table_name]),
            _exact(after, tables[record.table_name]),
            names[record.table_name],
            veils[record.table_name],
        )
        for record, before, after in rows
    ]


def _tables_of(resource: Resource) -> list[Table]:
    return [resource.table, *[Base.metadata.tables[lines.model.__table__.fullname] for lines in resource.lines]]


def _exact(state: str | None, table: Table) -> dict[str, Any] | None:
    """A row as the audit log tells it, its decimals exactly as they were stored."""
    if state is None:
        return None
    read: dict[str, Any] = json.loads(state, parse_float=Decimal)
    decimals = {column.name for column in table.c if isinstance(column.type, Numeric)}
    return {
        name: Decimal(value) if name in decimals and value is not None else _plain(value)
        for name, value in read.items()
    }


def _plain(value: Any) -> Any:
    """What stands in a JSON column, as JSON has it."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def _line_ids(session: Session, lines: Lines, record_id: UUID) -> list[UUID]:
    table = lines.model.__table__
    return list(session.scalars(select(table.c.id).where(table.c[lines.column] == record_id)))


def _told(
    record: AuditRecord, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, part: str, veil: _Veil
) -> dict[str, Any]:
    return {
        "at": record.at,
        "user_id": record.user_id,
        "channel": record.channel,
        "trace_id": record.trace_id,
        "action": record.action,
        "part": part,
        "row_id": record.row_id,
        "changes": [
            each | {name: veil.told(each["field"], each[name]) for name in ("old", "new")}
            for each in changes_between(before, after, veil.hidden)
        ],
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
    session: Session, resource: Resource, record_id: UUID, at: datetime, *, by: Principal
) -> dict[str, Any]:
    """The record and its lines as they were.  Raises: NotFound for a time before it existed or after it was deleted."""
    veils = _veils(resource, by)
    found = _last_states(session, resource.table, [record_id], at)
    if not found or found[0] is None:
        raise NotFound(kind=resource.thing, id=record_id)
    record = _cleaned(found[0], veils[resource.table.fullname])
    for lines in resource.lines:
        table = Base.metadata.tables[lines.model.__table__.fullname]
        states = _last_states(session, table, _line_ids(session, lines, record_id), at)
        record[lines.name] = [_cleaned(state, veils[table.fullname]) for state in states if state is not None]
    return record


def _last_states(session: Session, table: Table, ids: Sequence[UUID], at: datetime) -> list[dict[str, Any] | None]:
    statement = (
        select(cast(AuditRecord.after, Text))
        .ext(distinct_on(AuditRecord.row_id))
        .where(AuditRecord.table_name == table.fullname, AuditRecord.row_id.in_(ids), AuditRecord.at <= at)
        .order_by(AuditRecord.row_id, AuditRecord.id.desc())
    )
    return [_exact(state, table) for state in session.scalars(statement)]


def states_on(
    session: Session, resource: Resource, ids: Sequence[UUID], on: date, *, by: Principal
) -> dict[UUID, dict[str, Any]]:
    """Records without their lines as they stood when a day ended (UTC), as far as the asker meets their fields.

    What was not known yet is told as it was known first: a former system's documents are older than our records.
    Days and instants are texts, as the audit log has them.
    """
    ended = datetime.combine(on, time.max, UTC)
    in_time = AuditRecord.at <= ended
    statement = (
        select(AuditRecord.row_id, cast(AuditRecord.after, Text))
        .ext(distinct_on(AuditRecord.row_id))
        .where(
            AuditRecord.table_name == resource.table.fullname,
            AuditRecord.row_id.in_(ids),
            AuditRecord.action.in_(_WRITES),
        )
        .order_by(AuditRecord.row_id, in_time.desc(), case((in_time, -AuditRecord.id), else_=AuditRecord.id))
    )
    veil, table = _veils(resource, by)[resource.table.fullname], resource.table
    found = session.execute(statement).all() if ids else []
    states = {key: _exact(state, table) for key, state in found}
    return {key: _cleaned(state, veil) for key, state in states.items() if state is not None}


def _cleaned(state: Mapping[str, Any], veil: _Veil) -> dict[str, Any]:
    unsaid = {"tenant_id", "row_xid", *veil.hidden}
    return {name: veil.told(name, value) for name, value in state.items() if name not in unsaid}
