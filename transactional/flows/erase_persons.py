"""The right to be forgotten: a person's data becomes a pseudonym, and what was counted and booked stays.

Here the records go, in the request's own transaction. Whatever else holds the person's texts (audit log, marts, lake,
logs) is looked through by the worker, which is told what to look for.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from transactional.flows.personal_duties import check_free_of_duties
from transactional.flows.persons import USER, Owned, Person, Record, of_person, whole_person
from transactional.identity.errors import LastAdmin
from transactional.identity.models import Account, Erasure, LoginSession, Membership, User
from transactional.identity.role_rules import check_may_be
from transactional.identity.user_rules import active_admins
from transactional.kernel.ids import new_id
from transactional.kernel.model import Base
from transactional.kernel.models import AuditRecord, IdempotencyRecord
from transactional.kernel.personal import named, replacements
from transactional.kernel.rows import delete_all, find_one, insert_all, lock_by_id, read, update_all
from transactional.kernel.session import Session
from transactional.report.models import Delivery, Notice, Recipient

DISTINCT_LENGTH_MIN = 6
_HISTORY_MAX = 10_000


def erase_person(
    session: Session, kind: str, subject_id: UUID, *, at: datetime, despite_duties: bool = False
) -> Erasure:
    """The erasure of a user, employee, customer or supplier; one asked for before is returned as it is.

    An employee who signs in is erased as the user.

    Raises: NotFound, OpenDuties naming what waits for the person, RightsBeyond for a user who may do more than
    the asker, LastAdmin.
    """
    person, subject_id = whole_person(session, kind, subject_id)
    lock_by_id(session, person.records[0].model, [subject_id])
    known = find_one(session, select(Erasure).where(Erasure.subject_id == subject_id))
    if known is not None:
        return known
    if person is USER and subject_id != session.principal.user_id:
        check_may_be(session, session.principal, [subject_id])
    if not despite_duties:
        check_free_of_duties(session, person.kind, subject_id)
    erasure = Erasure(
        id=new_id(),
        subject_kind=person.kind,
        subject_id=subject_id,
        pseudonym=f"erased-{subject_id.hex[-8:]}",
        state="asked",
    )
    rows = _past_rows(session, person, subject_id)
    everywhere, own = _texts_of(session, person.records, rows)
    if person is USER:
        username = _close_account(session, erasure, subject_id, at=at)
        (everywhere if is_distinct(username) else own).add(username)
        _forget_mails(session, subject_id, at=at)
    for owned in person.leftovers:
        delete_all(session, read(session, select(owned.model).where(of_person(owned, subject_id))))
    for record in person.records:
        _replace(session, record, subject_id, erasure.pseudonym)
    erasure.texts, erasure.own_texts = sorted(everywhere), sorted(own - everywhere)
    erasure.past = {table: _past(table, ids, erasure.pseudonym) for table, ids in rows.items() if ids}
    insert_all(session, [erasure])
    return erasure


def is_distinct(text: str) -> bool:
    """Whether a text names one person: an address, a number, or a name of more than one word."""
    words = text.split()
    return len(text) >= DISTINCT_LENGTH_MIN and ("@" in text or len(words) > 1 or any(map(str.isdigit, text)))


def _past_rows(session: Session, person: Person, subject_id: UUID) -> dict[str, set[UUID]]:
    """The ids of the person's rows by table, deleted ones too, as far as the audit log holds a past of them."""
    found: dict[str, set[UUID]] = {}
    owned = (*(Owned(record.model, record.of) for record in person.records), *person.leftovers)
    for each in owned:
        table = each.model.__table__
        if table.info.get("audited", True):
            found[table.fullname] = set(session.scalars(select(each.model.id).where(of_person(each, subject_id))))
            owners = [str(subject_id)]
            if each.through is not None:
                # Whoever is named by a row that is gone was named by it to the end.
                owners = [str(row_id) for row_id in found[each.through[0].class_.__table__.fullname]]
            found[table.fullname] |= _deleted(session, table.fullname, each.of.key, owners)
    return found


def _past(table: str, ids: AbstractSet[UUID], pseudonym: str) -> dict[str, Any]:
    values = replacements(Base.metadata.tables[table])
    return {
        "rows": sorted(map(str, ids)),
        "facts": {name: named(value, pseudonym) for name, value in values.items()},
    }


def _deleted(session: Session, table: str, column: str, owners: Sequence[str]) -> set[UUID]:
    statement = select(AuditRecord.row_id).where(
        AuditRecord.table_name == table, AuditRecord.action == "delete", AuditRecord.before[column].astext.in_(owners)
    )
    return set(session.scalars(statement)) if owners else set()


def _texts_of(
    session: Session, records: Sequence[Record], past_rows: Mapping[str, AbstractSet[UUID]]
) -> tuple[set[str], set[str]]:
    """What names the person alone, and what others may be called too."""
    everywhere: set[str] = set()
    own: set[str] = set()
    for record in records:
        table = record.model.__table__
        ids = sorted(past_rows[table.fullname])
        rows: list[Any] = read(session, select(record.model).where(record.model.id.in_(ids)))
        states = [dict(row.__dict__) for row in rows] + _earlier_states(session, table.fullname, ids)
        for name, text in _texts_in(states, replacements(table)):
            is_telling = name in table.info["personal"].telling and is_distinct(text)
            (everywhere if is_telling else own).add(text)
    return everywhere, own


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
    values = replacements(record.model.__table__) | dict(record.ended)
    for row in locked:
        for name, value in values.items():
            setattr(row, name, named(value, pseudonym))
    update_all(session, locked, *[getattr(record.model, name) for name in values])


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
