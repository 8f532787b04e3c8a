"""Who receives a delivery: address, language and rights as they are at sending time."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from olap.asker import Asker
from runtime.settings import Settings
from transactional.identity.models import Tenant, User
from transactional.kernel.policy import as_data
from transactional.kernel.session import Session
from transactional.principals import find_principal, find_scope
from transactional.report.models import NotifySettings

_SIGNATURE_BYTES = 16


@dataclass(frozen=True)
class Receiver:
    """One who is told something."""

    asker: Asker
    name: str
    address: str | None
    time_zone: str = "UTC"
    user_id: UUID | None = None


@dataclass(frozen=True)
class NotSent:
    """Why somebody is not told."""

    reason: str


def receiver_of(
    session: Session, *, user_id: UUID | None, address: str | None, scope_role_id: UUID | None
) -> Receiver | NotSent:
    """The receiver with the rights held now, or why there is none."""
    if user_id is not None:
        found = find_principal(session, user_id)
        if found is None:
            return NotSent("the user is disabled")
        principal, user = found
        return Receiver(Asker.from_data(as_data(principal)), user.name, user.email, user.time_zone, user_id)
    if scope_role_id is None:
        return NotSent("an address outside needs the subscription's scope")
    locale = session.execute(select(Tenant.default_locale).where(Tenant.id == session.tenant_id)).scalar_one()
    scope = find_scope(session, scope_role_id, locale=locale)
    if scope is None:
        return NotSent("the role that the subscription reads with is gone")
    if address is not None and not is_allowed(session, address):
        return NotSent("the domain is not on the list of allowed ones")
    return Receiver(Asker.from_data(as_data(scope)), address or scope.name, address)


def allowed_domains(session: Session) -> frozenset[str]:
    """The domains outside that mail may go to."""
    found: Iterable[list[str]] = session.scalars(select(NotifySettings.allowed_domains))
    return frozenset(domain for listed in found for domain in listed)


def is_allowed(session: Session, address: str) -> bool:
    """Whether mail may go to an address: a user's, or one of an allowed domain."""
    domain = address.rpartition("@")[2].lower()
    if domain in allowed_domains(session):
        return True
    known = session.execute(select(User.id).where(User.email == address.casefold(), User.is_active.is_(True))).first()
    return known is not None


def unsubscribe_token(settings: Settings, tenant_id: UUID, recipient_id: UUID) -> str:
    """A token that ends one subscription of one receiver and can do nothing else."""
    raw = tenant_id.bytes + recipient_id.bytes
    return urlsafe_b64encode(raw + _signed(settings, raw)).decode().rstrip("=")


def read_unsubscribe(settings: Settings, token: str) -> tuple[UUID, UUID] | None:
    """The tenant and recipient that a token names; nothing where it is none of ours."""
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (NotBase64, ValueError):
        return None
    named, given = raw[:32], raw[32:]
    if len(raw) != 32 + _SIGNATURE_BYTES or not hmac.compare_digest(given, _signed(settings, named)):
        return None
    return UUID(bytes=named[:16]), UUID(bytes=named[16:])


def _signed(settings: Settings, raw: bytes) -> bytes:
    return hmac.new(settings.secret_key.encode(), b"unsubscribe:" + raw, hashlib.sha256).digest()[:_SIGNATURE_BYTES]
