"""The door for jobs outside the core: what tenants there are, how they are watched, and where a look is handed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from transactional.identity.models import Tenant
from transactional.kernel.principal import system_principal
from transactional.kernel.session import Database
from transactional.watch.services.find_policy import find_policy
from transactional.watch.services.keep_look import keep_look
from transactional.watch.specs import Kept, Look


@dataclass(frozen=True, slots=True)
class Watched:
    """What detectors have to know of a tenant."""

    approval_limit: Decimal
    day_starts_hour: int
    day_ends_hour: int


class WatchDesk:
    """One transaction a call, under the application's role and the tenant's row security."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def tenants(self) -> list[UUID]:
        """Every tenant there is."""
        with self._database.outside_tenants() as session:
            return list(session.scalars(select(Tenant.id).order_by(Tenant.id)))

    def policy(self, tenant_id: UUID) -> Watched:
        """How a tenant is watched."""
        with self._database.transaction(system_principal(tenant_id, channel="watch")) as session:
            found = find_policy(session)
            return Watched(found.approval_limit_amount, found.day_starts_hour, found.day_ends_hour)

    def keep(self, tenant_id: UUID, look: Look, *, at: datetime) -> Kept:
        """What became of a look; all of it is kept, or nothing."""
        with self._database.transaction(system_principal(tenant_id, channel="watch")) as session:
            return keep_look(session, look, at=at)


@contextmanager
def open_desk(url: str) -> Iterator[WatchDesk]:
    """A desk on the database that the application's URL names."""
    database = Database(url, pool_size=1)
    try:
        yield WatchDesk(database)
    finally:
        database.close()
