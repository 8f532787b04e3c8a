"""Showing a report or dashboard to others: users, roles, or whoever holds a link until it expires."""

import hashlib
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from transactional.identity.models import Role
from transactional.kernel.errors import NotFound
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.rows import find_one, insert_all, lock_by_id, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.report.errors import ScopeNotHeld
from transactional.report.models import ReportShare
from transactional.report.queries import roles_of

_SECRET_BYTES = 24


def share(session: Session, new: ReportShare, *, by: Principal) -> tuple[ReportShare, str | None]:
    """The share, and for a link the token that nobody can read again later.

    Raises: NotFound for an unknown user or role, ScopeNotHeld for a link with a role the asker has not got.
    """
    token = None
    if new.role_id is not None:
        [role] = read_by_id(session, Role, [new.role_id]).values()
        if new.kind == "link":
            _check_scope(session, role, by)
    if new.kind == "link":
        token = _new_token(session.tenant_id)
        new.token_hash = hash_of(token)
    new.__dict__.setdefault("id", new_id())
    insert_all(session, [new])
    return new, token


def _check_scope(session: Session, role: Role, by: Principal) -> None:
    if not by.may("report.manage") and role.id not in roles_of(session, by.user_id):
        raise ScopeNotHeld(role=role.code)


def revoke_share(session: Session, share_id: UUID, *, of: UUID, at: datetime) -> ReportShare:
    """The share, which shows nothing any more.  Raises: NotFound where it is no share of that report or dashboard."""
    [found] = lock_by_id(session, ReportShare, [share_id])
    if of not in {found.report_id, found.dashboard_id}:
        raise NotFound(kind="share", id=share_id)
    if found.revoked_at is None:
        found.revoked_at = at
        update_all(session, [found], ReportShare.revoked_at)
    return found


def find_link(session: Session, token: str) -> ReportShare | None:
    """The share behind a link's token, also a revoked or expired one."""
    return find_one(session, select(ReportShare).where(ReportShare.token_hash == hash_of(token)))


def _new_token(tenant_id: UUID) -> str:
    """A token that names its tenant, so that its row can be looked for under row security."""
    return urlsafe_b64encode(tenant_id.bytes + secrets.token_bytes(_SECRET_BYTES)).decode().rstrip("=")


def tenant_of(token: str) -> UUID | None:
    """The tenant that a token names; nothing where it is none of ours."""
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (NotBase64, ValueError):
        return None
    return UUID(bytes=raw[:16]) if len(raw) == 16 + _SECRET_BYTES else None


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
