"""A sign-in on a device: an access token, and a refresh token that is good for one use."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import insert, orm

from transactional.identity.models import LoginSession
from transactional.identity.tokens import ACCESS_LIFE, KeyRing, hash_refresh_secret, issue_access_token
from transactional.kernel.ids import new_id

SESSION_LIFE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Device:
    """Where somebody signs in from."""

    address: str | None = None
    agent: str | None = None
    country: str | None = None
    """Two letters, where the operator has said how countries are told."""


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """The two tokens of a sign-in."""

    session_id: UUID
    access_token: str
    refresh_token: str
    expires_in: int = int(ACCESS_LIFE.total_seconds())
    """Seconds."""


def open_session(
    session: orm.Session,
    *,
    account_id: UUID,
    tenant_id: UUID,
    user_id: UUID,
    device: Device,
    keys: KeyRing,
    at: datetime,
) -> OpenedSession:
    """A new family of refresh tokens with its first pair."""
    session_id, secret = new_id(), secrets.token_hex(32)
    session.execute(
        insert(LoginSession).values(
            id=session_id,
            account_id=account_id,
            tenant_of_user=tenant_id,
            refresh_hash=hash_refresh_secret(secret),
            agent=(device.agent or "")[:300],
            address=device.address,
            created_at=at,
            last_used_at=at,
            expires_at=at + SESSION_LIFE,
        )
    )
    token = issue_access_token(keys, user_id=user_id, tenant_id=tenant_id, session_id=session_id, now=at)
    return OpenedSession(session_id, token, f"{session_id.hex}.{secret}")
