"""Everything the books know about a person, by table: what the right to one's data asks for."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select

from transactional.flows.persons import USER, of_person, whole_person
from transactional.identity.models import (
    Account,
    Login,
    LoginSession,
    Membership,
    Role,
    SignInAttempt,
    User,
    UserRole,
)
from transactional.kernel.errors import NotFound
from transactional.kernel.model import Base, tenant_tables
from transactional.kernel.models import AuditRecord
from transactional.kernel.session import Session
from transactional.report.models import ReportRun, RunPart

_SECRET = frozenset({"password_hash", "earlier_hashes", "refresh_hash", "previous_hash", "token_hash", "row_xid"})
"""Columns that open doors and say nothing of a person, and the database's own."""
_OF_USERS = "identity.users"


def personal_tables(session: Session, kind: str, subject_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """The rows about a user, employee, customer or supplier, by table; secrets are left out.

    Raises: NotFound.
    """
    person, subject_id = whole_person(session, kind, subject_id)
    found: dict[str, list[dict[str, Any]]] = {}
    for record in person.records:
        table = record.model.__table__
        found[table.fullname] = _rows(session, table, record.of == subject_id)
    if not found[person.records[0].model.__table__.fullname]:
        raise NotFound(kind=kind, id=subject_id)
    for owned in (*person.leftovers, *person.told):
        if owned.model is not RunPart:
            found[owned.model.__table__.fullname] = _rows(session, owned.model.__table__, of_person(owned, subject_id))
    if person is USER:
        for name, rows in _of_user(session, subject_id):
            found.setdefault(name, rows)
    ids = [row["id"] for record in person.records for row in found[record.model.__table__.fullname]]
    audit = Base.metadata.tables["kernel.audit_log"]
    found["kernel.audit_log"] = _rows(session, audit, AuditRecord.row_id.in_(ids) | (AuditRecord.user_id == subject_id))
    return {name: rows for name, rows in found.items() if rows}


def personal_files(session: Session, kind: str, subject_id: UUID) -> Iterator[tuple[str, bytes]]:
    """The files made for a user, each with a name of its own."""
    person, subject_id = whole_person(session, kind, subject_id)
    if person is not USER:
        return
    for run in session.scalars(select(ReportRun).where(ReportRun.user_id == subject_id).order_by(ReportRun.id)).all():
        parts = session.scalars(select(RunPart.content).where(RunPart.run_id == run.id).order_by(RunPart.position))
        content = b"".join(parts)
        if content:
            yield f"files/{run.id}.{run.format}", content


def _of_user(session: Session, user_id: UUID) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The account, the sign-ins, and every row that names the user."""
    account_id = select(User.account_id).where(User.id == user_id).scalar_subquery()
    # Where else the person works is none of this tenant's business; its own tries are among its sign-ins anyway.
    elsewhere = select(Membership.user_id).where(
        Membership.account_id == account_id, Membership.tenant_of_user != session.tenant_id
    )
    for model, condition in (
        (Account, Account.id == account_id),
        (SignInAttempt, (SignInAttempt.account_id == account_id) & ~elsewhere.exists()),
        (
            LoginSession,
            (LoginSession.account_id == account_id) & (LoginSession.tenant_of_user == session.tenant_id),
        ),
        (Login, Login.user_id == user_id),
        (Role, Role.id.in_(select(UserRole.role_id).where(UserRole.user_id == user_id))),
    ):
        table = Base.metadata.tables[f"identity.{model.__tablename__}"]
        yield table.fullname, _rows(session, table, condition)
    for table in tenant_tables():
        for column in table.c:
            if column.info.get("references") == _OF_USERS:
                yield table.fullname, _rows(session, table, column == user_id)


def _rows(session: Session, table: Table, condition: Any) -> list[dict[str, Any]]:
    columns = [column for column in table.c if column.name not in _SECRET]
    statement = select(*columns).where(condition).order_by(*table.primary_key.columns)
    return [dict(row) for row in session.execute(statement).mappings()]
