"""The right to be forgotten: a person's data becomes a pseudonym, and what was counted and booked stays.

Here the records go, in the request's own transaction. Whatever else holds the person's texts (audit log, marts, lake,
logs) is looked through by the worker, which is told what to look for.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from transactional.flows.personal_duties import check_free_of_duties
from transactional.flows.persons import PERSONS, PSEUDONYM, Leftover, Record
from transactional.identity.errors import LastAdmin
from transactional.identity.models import Account, Erasure, LoginSession, Membership, User
from transactional.identity.role_rules import check_may_be
from transactional.identity.user_rules import active_admins
from transactional.kernel.ids import new_id
from transactional.kernel.models import AuditRecord, IdempotencyRecord
from transactional.kernel.rows import delete_all, find_one, insert_all, lock_by_id, read, update_all
from transactional.kernel.session import Session
from transactional.report.models import Delivery, Notice, Recipient

DISTINCT_LENGTH_MIN = 6
_HISTORY_MAX = 10_000


def erase_person(
    session: Session, kind: str, subject_id: UUID, *, at: datetime, despite_duties: bool = False
) -> Erasure:
    """The erasure of a user, customer or supplier; one asked for before is returned as it is.

    Raises: NotFound, OpenDuties naming what waits for the person, RightsBeyond for a user who may do more than
    the asker, LastAdmin.
    """
    person = PERSONS[kind]
    lock_by_id(session, person.records[0].model, [subject_id])
    known = find_one(session, select(Erasure).where(Erasure.subject_id == subject_id))
    if known is not None:
        return known
    if kind == "user" and subject_id != session.principal.user_id:
        check_may_be(session, session.principal, [subject_id])
    if not despite_duties:
        check_free_of_duties(session, kind, subject_id)
    erasure = Erasure(
        id=new_id(), subject_kind=kind, subject_id=subject_id, pseudonym=f"erased-{subject_id.hex[-8:]}", state="asked"
    )
    everywhere, own, row_ids = _texts_of(session, person.records, subject_id)
    if kind == "user":
        username = _close_account(session, erasure, subject_id, at=at)
        (everywhere if is_distinct(username) else own).add(username)
        _forget_mails(session, subject_id, at=at)
    for leftover in person.leftovers:
        delete_all(session, _rows_of(session, leftover, subject_id))
    for record in person.records:
        _replace(session, record, subject_id, erasure.pseudonym)
    erasure.texts, erasure.own_texts, erasure.row_ids = sorted(everywhere), sorted(own - everywhere), row_ids
    insert_all(session, [erasure])
    return erasure


def is_distinct(text: str) -> bool:
    """Whether a text names one person: an address, a number, or a name of more than one word."""
    words = text.split()
    return len(text) >= DISTINCT_LENGTH_MIN and ("@" in text or len(words) > 1 or any(map(str.isdigit, text)))


def _texts_of(session: Session, records: Sequence[Record], subject_id: UUID) -> tuple[set[str], set[str], list[str]]:
    """What names the person alone, what others may be called too, and the ids of the person's own records."""
    everywhere: set[str] = set()
    own: set[str] = set()
    row_ids: list[str] = []
    for record in records:
        rows: list[Any] = read(session, select(record.model).where(record.of == subject_id))
        states: list[dict[str, Any]] = [dict(row.__dict__) for row in rows]
        ids = [row.id for row in rows]
        states += _earlier_states(session, record.model.__table__.fullname, ids)
        row_ids += map(str, ids)
        for name, text in _texts_in(states, record.replaced):
            (everywhere if name in record.telling and is_distinct(text) else own).add(text)
    return everywhere, own, row_ids


def _texts_in(states: Iterable[dict[str, Any]], names: Iterable[str]) -> Iterator[tuple[str, str]]:
    listed = tuple(names)
    for state in states:
        for name in listed:
            value = state.get(name)
            if isinstance(value, str) and len(value.strip()) > 1:
                yield name, value.strip()


def _earlier_states(session: Session, table: str, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """What the person's records held before: former names and addresses are the person's too."""
    statement = (
        select(AuditRecord.before, AuditRecord.after)
        .where(AuditRecord.table_name == table, AuditRecord.row_id.in_(ids))
        .limit(_HISTORY_MAX)
    )
    return [state for pair in session.execute(statement) for state in pair if state] if ids else []


def _replace(session: Session, record: Record, subject_id: UUID, pseudonym: str) -> None:
    rows: list[Any] = read(session, select(record.model).where(record.of == subject_id))
    locked = lock_by_id(session, record.model, [row.id for row in rows])
    for row in locked:
        for name, value in record.replaced.items():
            setattr(row, name, value.replace(PSEUDONYM, pseudonym) if isinstance(value, str) else value)
    update_all(session, locked, *[getattr(record.model, name) for name in record.replaced])


def _rows_of(session: Session, leftover: Leftover, subject_id: UUID) -> list[Any]:
    statement = select(leftover.model)
    if leftover.through is None:
        return read(session, statement.where(leftover.of == subject_id))
    identity, owner = leftover.through
    return read(session, statement.where(leftover.of.in_(select(identity).where(owner == subject_id))))


def _close_account(session: Session, erasure: Erasure, user_id: UUID, *, at: datetime) -> str:
    """The user name, after the way in is closed: wholly, or into this tenant where it leads into others too."""
    admins = active_admins(session)
    if admins == {user_id}:
        raise LastAdmin
    [user] = read(session, select(User).where(User.id == user_id))
    name = session.execute(select(Account.username).where(Account.id == user.account_id)).scalar_one()
    doors = session.scalars(select(Membership.tenant_of_user).where(Membership.account_id == user.account_id)).all()
    mine = (LoginSession.account_id == user.account_id, LoginSession.tenant_of_user == session.tenant_id)
    session.execute(update(LoginSession).where(*mine).values(agent=None, address=None))
    session.execute(
        update(LoginSession).where(*mine, LoginSession.ended_at.is_(None)).values(ended_at=at, end_reason="erased")
    )
    if set(doors) <= {session.tenant_id}:
        erasure.account_id = user.account_id
        session.execute(
            update(Account)
            .where(Account.id == user.account_id)
            .values(username=erasure.pseudonym, password_hash="erased", earlier_hashes=[], is_active=False)  # noqa: S106  # no hash is like it
        )
    return name


def _forget_mails(session: Session, user_id: UUID, *, at: datetime) -> None:
    """What was sent to the user keeps no address; what told others of the user's sign-ins goes."""
    session.execute(delete(IdempotencyRecord).where(IdempotencyRecord.user_id == user_id))
    told = read(session, select(Delivery).where(Delivery.key.like(f"login:{user_id}:%")))
    notices = read(session, select(Notice).where(Notice.delivery_id.in_([each.id for each in told])))
    delete_all(session, notices)
    for each in told:
        each.facts = {}
    update_all(session, told, Delivery.facts)
    sent = read(session, select(Delivery).where(Delivery.user_id == user_id))
    for each in sent:
        each.address = None
    update_all(session, sent, Delivery.address)
    recipients = read(
        session, select(Recipient).where(Recipient.user_id == user_id, Recipient.unsubscribed_at.is_(None))
    )
    for recipient in recipients:
        recipient.unsubscribed_at = at
    update_all(session, recipients, Recipient.unsubscribed_at)
