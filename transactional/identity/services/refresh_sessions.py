"""Refresh tokens rotate; one that comes back after its turn ends the whole family."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import orm, select, update

from transactional.identity.errors import NotAuthenticated
from transactional.identity.models import Account, LoginSession, Membership, Tenant, User
from transactional.identity.services.open_sessions import OpenedSession
from transactional.identity.services.sign_in import enter_tenant
from transactional.identity.tokens import KeyRing, hash_refresh_secret, issue_access_token
from transactional.kernel.audit import note
from transactional.kernel.errors import DomainError

REPEAT = timedelta(minutes=1)
"""How long a request whose answer was lost may be sent again."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for the next pair."""

    arrived_at: datetime
    key: str | None = None
    """What its sender names it by, the same when it is sent again."""


def refresh_session(
    session: orm.Session, refresh_token: str, asked: Asked, *, keys: KeyRing, now: Callable[[], datetime]
) -> OpenedSession | DomainError:
    """The next pair of tokens, or why not; returned rather than raised, so that the end of a family is committed.

    Two requests at once, as of two tabs, get the same pair: when the second came nobody had been given it yet. So does
    the same request again, known by its key, as long as the pair is not used. A retired token in any other request
    ends the family.
    """
    parsed = _parse(refresh_token)
    if parsed is None:
        return NotAuthenticated()
    session_id, secret = parsed
    given, successor = hash_refresh_secret(secret), keys.successor(session_id, secret)
    # Read before waiting for whoever changes it just now: then the token was the newest one until a moment ago.
    before = session.execute(select(LoginSession.refresh_hash).where(LoginSession.id == session_id)).scalar()
    family = session.execute(select(LoginSession).where(LoginSession.id == session_id).with_for_update()).scalar()
    at = now()
    if before is None or family is None or family.ended_at is not None or family.expires_at <= at:
        return NotAuthenticated()
    user_id = _active_user(session, family)
    if user_id is None:
        return NotAuthenticated()
    if hmac.compare_digest(given, family.refresh_hash):
        _rotate(session, family, hash_refresh_secret(successor), _request_hash(session_id, asked.key), at)
    elif not (
        _is_unused(family, given, successor)
        and (hmac.compare_digest(given, before) or _came_at_once(family, asked) or _is_repeated(family, asked, at))
    ):
        _end_stolen(session, family, user_id, at)
        return NotAuthenticated()
    token = issue_access_token(keys, user_id=user_id, tenant_id=family.tenant_of_user, session_id=session_id, now=at)
    return OpenedSession(session_id, token, f"{session_id.hex}.{successor}")


def _parse(refresh_token: str) -> tuple[UUID, str] | None:
    head, dot, secret = refresh_token.partition(".")
    if not dot or not secret or len(refresh_token) > 200:  # noqa: PLR2004  # ours have 97 characters
        return None
    try:
        return UUID(hex=head), secret
    except ValueError:
        return None


def _active_user(session: orm.Session, family: LoginSession) -> UUID | None:
    statement = (
        select(Membership.user_id)
        .join(Account, Account.id == Membership.account_id)
        .join(Tenant, Tenant.id == Membership.tenant_of_user)
        .where(Membership.account_id == family.account_id, Membership.tenant_of_user == family.tenant_of_user)
        .where(Account.is_active, Tenant.is_active)
    )
    user_id = session.execute(statement).scalar_one_or_none()
    if user_id is None:
        return None
    enter_tenant(session, family.tenant_of_user, user_id)
    return session.execute(select(User.id).where(User.id == user_id, User.is_active)).scalar_one_or_none()


def _request_hash(session_id: UUID, request_key: str | None) -> str | None:
    return hash_refresh_secret(f"{session_id.hex}.{request_key}") if request_key else None


def _rotate(
    session: orm.Session, family: LoginSession, fresh_hash: str, request_hash: str | None, at: datetime
) -> None:
    session.execute(
        update(LoginSession)
        .where(LoginSession.id == family.id)
        .values(
            refresh_hash=fresh_hash,
            previous_hash=family.refresh_hash,
            rotation_hash=request_hash,
            rotated_at=at,
            last_used_at=at,
        )
    )


def _is_unused(family: LoginSession, given: str, successor: str) -> bool:
    """Whether the token was the last one to be retired, and what followed it has not been used yet."""
    return (
        family.previous_hash is not None
        and hmac.compare_digest(given, family.previous_hash)
        and hmac.compare_digest(hash_refresh_secret(successor), family.refresh_hash)
    )


def _came_at_once(family: LoginSession, asked: Asked) -> bool:
    """Whether the request was here before another one had retired the token."""
    return family.rotated_at is not None and asked.arrived_at <= family.rotated_at


def _is_repeated(family: LoginSession, asked: Asked, at: datetime) -> bool:
    """Whether this is the request that retired the token, moments ago."""
    request_hash = _request_hash(family.id, asked.key)
    return (
        request_hash is not None
        and family.rotation_hash is not None
        and family.rotated_at is not None
        and hmac.compare_digest(request_hash, family.rotation_hash)
        and at - family.rotated_at <= REPEAT
    )


def _end_stolen(session: orm.Session, family: LoginSession, user_id: UUID, at: datetime) -> None:
    session.execute(
        update(LoginSession).where(LoginSession.id == family.id).values(ended_at=at, end_reason="refresh token reused")
    )
    note(session, "reuse", "identity.sessions", family.id, {"user_id": user_id, "address": family.address})
