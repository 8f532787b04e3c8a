"""Sources outside as they are kept: where each is, how to get in, and the place that it opens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from reports.sources.csv_text import CsvPlace
from reports.sources.fetching import NotFetched, fetch
from reports.sources.places import Place, Tested
from reports.sources.postgres import Login, PostgresPlace
from runtime.sealing import SealBroken, seal, unseal
from runtime.settings import Settings
from transactional.identity.models import User
from transactional.kernel.errors import Invalid
from transactional.kernel.rows import find_one
from transactional.kernel.session import Session
from transactional.report.errors import SourceLocked, SourceUnavailable
from transactional.report.models import DataSource, SourceSecret


@dataclass(frozen=True)
class Outside:
    """A source outside, ready to be opened by who may read it."""

    name: str
    label: str
    kind: str
    description: str | None
    owner: str
    settings: dict[str, Any]
    secret: bytes | None
    networks: str

    def open(self) -> Place:
        """Its tables.  Raises: SourceUnavailable."""
        try:
            return self.tried()
        except NotFetched as error:
            raise SourceUnavailable(source=self.name, reason=error.reason) from error
        except Invalid as error:
            raise SourceUnavailable(source=self.name, reason=error.problems[0].reason) from error

    def tried(self) -> Place:
        """Its tables.  Raises: NotFetched, and Invalid for a file that is no table."""
        password = (self.secret or b"").decode() if self.kind == "postgres" or "url" in self.settings else ""
        if self.kind == "postgres":
            return PostgresPlace(self.name, Login(**self.settings), password, networks=self.networks)
        if "url" in self.settings:
            content = fetch(self.settings["url"], self.settings.get("username"), password, networks=self.networks)
            return CsvPlace(self.name, content)
        return CsvPlace(self.name, self.secret or b"")


def tested(source: Outside) -> Tested:
    """What testing a source finds.  Raises: Invalid naming the field that is wrong."""
    try:
        place = source.tried()
    except NotFetched as error:
        raise error.as_invalid() from error
    return place.test() if isinstance(place, PostgresPlace) else Tested(len(place.tables()))


def find_outside(session: Session, settings: Settings, name: str) -> Outside | None:
    """The source of a name with what opens it.  Raises: SourceLocked."""
    found = find_one(session, select(DataSource).where(DataSource.name == name))
    return None if found is None else outside_of(session, settings, found)


def outside_of(session: Session, settings: Settings, found: DataSource) -> Outside:
    """A source with what opens it.  Raises: SourceLocked."""
    kept = find_one(session, select(SourceSecret).where(SourceSecret.source_id == found.id))
    owner = find_one(session, select(User).where(User.id == found.owner_id))
    try:
        secret = None if kept is None else unseal(settings.secrets, kept.sealed, bound_to=_bound(session, found.id))
    except SealBroken as error:
        raise SourceLocked(source=found.name) from error
    return Outside(
        found.name,
        found.label,
        found.kind,
        found.description,
        owner.name if owner else "",
        dict(found.settings),
        secret,
        settings.opened_source_networks,
    )


def sealed_for(session: Session, settings: Settings, source_id: UUID, secret: bytes) -> bytes:
    """A secret sealed for one source of one tenant."""
    return seal(settings.secrets, secret, bound_to=_bound(session, source_id))


def _bound(session: Session, source_id: UUID) -> str:
    return f"{session.tenant_id}/{source_id}"
