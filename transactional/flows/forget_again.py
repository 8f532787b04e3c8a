"""Persons that were erased before their books came back from a backup are erased once more."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select

from runtime.erased import Erased, read_erased
from runtime.settings import DatabaseRole, Settings
from transactional.flows.erase_persons import erase_person
from transactional.identity.errors import LastAdmin
from transactional.identity.models import Erasure
from transactional.kernel.errors import NotFound
from transactional.kernel.principal import system_principal
from transactional.kernel.session import Database, Session


@dataclass(slots=True)
class Forgotten:
    """What came of a list of erased persons."""

    again: int = 0
    """Persons that the books held again."""
    left: list[UUID] = field(default_factory=list)
    """Users that a tenant has as its only administrator: another one is named first, then they are erased."""


def forget_again(settings: Settings) -> Forgotten:
    """How many persons of the state folder's list were erased again, each tenant in a transaction of its own.

    What waits for a person was settled when the erasure was asked for, so that nothing here holds it up. The worker
    looks through what else holds the person's texts, as after any erasure.
    """
    found = Forgotten()
    by_tenant: defaultdict[UUID, list[Erased]] = defaultdict(list)
    for each in read_erased(settings.home):
        by_tenant[each.tenant_id].append(each)
    if not by_tenant:
        return found
    database, at = Database(settings.database_url(DatabaseRole.APP), pool_size=1), datetime.now(UTC)
    try:
        for tenant_id, persons in sorted(by_tenant.items()):
            with database.transaction(system_principal(tenant_id, channel="restore")) as session:
                _forget(session, persons, found, at)
    finally:
        database.close()
    return found


def _forget(session: Session, persons: Sequence[Erased], found: Forgotten, at: datetime) -> None:
    known = set(session.scalars(select(Erasure.subject_id)))
    for person in persons:
        if person.subject_id in known:
            continue
        try:
            with session.begin_nested():
                erase_person(session, person.subject_kind, person.subject_id, at=at, despite_duties=True)
        except NotFound:
            # Whoever was entered after the backup has not come back with it.
            continue
        except LastAdmin:
            found.left.append(person.subject_id)
        else:
            found.again += 1
