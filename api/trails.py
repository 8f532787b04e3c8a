"""What happened to a record, and what it posted."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import Table, or_, select
from starlette.responses import Response

from api.calls import Calling
from api.lists import envelope_of, list_body
from api.rendering import json_response, shown
from api.routing import Router, needs
from transactional.finance.models import Invoice
from transactional.identity.models import User
from transactional.kernel.history import history_of, record_as_of
from transactional.kernel.listing import lines_seen, rows_seen
from transactional.kernel.principal import Principal
from transactional.kernel.records import check_exists
from transactional.kernel.resource import Resource
from transactional.kernel.schema import shown_schema
from transactional.kernel.session import Session
from transactional.ledger.models import Account, JournalEntry, JournalLine
from transactional.ledger.resources import JOURNAL_ENTRIES


class FieldChange(BaseModel):
    """One field of one write."""

    model_config = ConfigDict(extra="forbid")

    field: str
    old: Any
    new: Any


class HistoryEntry(BaseModel):
    """One write of a record or of one of its lines."""

    model_config = ConfigDict(extra="forbid")

    at: datetime
    user_id: UUID | None
    user_name: str | None
    channel: str | None
    trace_id: str | None
    action: str
    part: str
    row_id: UUID
    changes: list[FieldChange]


class PostedLine(BaseModel):
    """One line of a journal entry."""

    model_config = ConfigDict(extra="forbid")

    account_id: UUID
    account_code: str
    account_name: str
    amount: str
    currency_code: str
    currency_amount: str
    description: str | None


class Posting(BaseModel):
    """One journal entry that a document made."""

    model_config = ConfigDict(extra="forbid")

    entry_id: UUID
    journal: str
    fiscal_year: int
    number: int
    posted_on: date
    description: str | None
    origin_type: str
    origin_id: UUID
    reverses_id: UUID | None
    lines: list[PostedLine]


def add_trails(router: Router, resource: Resource) -> None:
    """Give a resource its history, its past and its postings."""
    if resource.is_versioned:
        _add_history(router, resource)
        _add_as_of(router, resource)
    if resource.has_postings:
        _add_postings(router, resource)


def _name(resource: Resource, verb: str) -> str:
    return f"{verb}_{resource.module}_{resource.plural}".replace("-", "_")


def _add_history(router: Router, resource: Resource) -> None:
    @router.get(
        "/{id}/history",
        name=_name(resource, "history_of"),
        summary=f"History: {resource.label.lower()}",
        responses={200: {"model": envelope_of(HistoryEntry)}},
        openapi_extra=needs(f"{resource.thing}.read"),
    )
    def history(id: UUID, call: Calling) -> Response:  # noqa: A002
        def work(session: Session) -> list[dict[str, Any]]:
            check_exists(session, resource, id, by=call.principal)
            return _with_names(session, history_of(session, resource, id, by=call.principal))

        return list_body(call.read(work))


def _with_names(session: Session, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    ids = {entry["user_id"] for entry in entries if entry["user_id"]}
    found = session.execute(select(User.id, User.name).where(User.id.in_(ids))) if ids else ()
    names: dict[UUID, str] = {row[0]: row[1] for row in found}
    return [entry | {"user_name": names.get(entry["user_id"])} for entry in entries]


def _add_as_of(router: Router, resource: Resource) -> None:
    @router.get(
        "/{id}/as-of",
        name=_name(resource, "as_of"),
        summary=f"As it was: {resource.label.lower()}",
        responses={200: {"model": shown_schema(resource, with_lines=True)}},
        openapi_extra=needs(f"{resource.thing}.read"),
    )
    def as_of(id: UUID, at: Annotated[AwareDatetime, Query()], call: Calling) -> Response:  # noqa: A002
        def work(session: Session) -> dict[str, Any]:
            check_exists(session, resource, id, by=call.principal)
            return record_as_of(session, resource, id, at, by=call.principal)

        return json_response(shown(call.read(work)))


def _add_postings(router: Router, resource: Resource) -> None:
    @router.get(
        "/{id}/postings",
        name=_name(resource, "postings_of"),
        summary=f"Journal entries: {resource.label.lower()}",
        responses={200: {"model": envelope_of(Posting)}},
        openapi_extra=needs("journal_entry.read"),
    )
    def postings(id: UUID, call: Calling) -> Response:  # noqa: A002
        def work(session: Session) -> list[dict[str, Any]]:
            check_exists(session, resource, id, by=call.principal)
            return postings_of(session, resource, id, by=call.principal)

        return list_body(call.read(work))


def postings_of(session: Session, resource: Resource, record_id: UUID, *, by: Principal) -> list[dict[str, Any]]:
    """The journal entries a document and the documents that follow from it made, oldest first: those the asker sees."""
    origins = [record_id, *_following(session, resource.table, record_id)]
    entries = list(
        session.scalars(
            select(JournalEntry)
            .where(
                or_(JournalEntry.origin_id.in_(origins), JournalEntry.id == _own_entry(session, resource, record_id)),
                *rows_seen(JOURNAL_ENTRIES, by),
            )
            .order_by(JournalEntry.chain_position)
        )
    )
    session.expunge_all()
    lines = _lines_of(session, [entry.id for entry in entries], by)
    return [
        {
            "entry_id": entry.id,
            "journal": entry.journal,
            "fiscal_year": entry.fiscal_year,
            "number": entry.number,
            "posted_on": entry.posted_on,
            "description": entry.description,
            "origin_type": entry.origin_type,
            "origin_id": entry.origin_id,
            "reverses_id": entry.reverses_id,
            "lines": lines.get(entry.id, []),
        }
        for entry in entries
    ]


def _own_entry(session: Session, resource: Resource, record_id: UUID) -> UUID | None:
    column = resource.table.c.get("journal_entry_id")
    if column is None:
        return None
    return session.execute(select(column).where(resource.table.c.id == record_id)).scalar_one_or_none()


def _following(session: Session, table: Table, record_id: UUID) -> list[UUID]:
    """Deliveries, receipts and invoices of an order."""
    found: list[UUID] = list(session.scalars(select(Invoice.id).where(Invoice.origin_id == record_id)))
    for other in table.metadata.sorted_tables:
        if "journal_entry_id" in other.c and "number" in other.c:
            for column in other.c:
                if column.info.get("references") == table.fullname:
                    found += session.scalars(select(other.c.id).where(column == record_id))
    return found


def _lines_of(session: Session, entry_ids: list[UUID], by: Principal) -> dict[UUID, list[dict[str, Any]]]:
    own = JOURNAL_ENTRIES.lines
    statement = (
        select(
            JournalLine.entry_id,
            JournalLine.account_id,
            Account.code.label("account_code"),
            Account.name.label("account_name"),
            JournalLine.amount,
            JournalLine.currency_code,
            JournalLine.currency_amount,
            JournalLine.description,
        )
        .join(Account, Account.id == JournalLine.account_id)
        .where(JournalLine.entry_id.in_(entry_ids), *[each for lines in own for each in lines_seen(lines, by)])
        .order_by(JournalLine.line_number)
    )
    lines: dict[UUID, list[dict[str, Any]]] = {}
    for row in session.execute(statement).mappings() if entry_ids else ():
        line = dict(row)
        lines.setdefault(line.pop("entry_id"), []).append(shown(line))
    return lines
