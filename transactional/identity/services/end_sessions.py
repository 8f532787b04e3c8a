"""Signing out: here, or on other devices."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import orm, update

from transactional.identity.models import LoginSession


def end_sessions(
    session: orm.Session, session_ids: Sequence[UUID], *, account_id: UUID | None = None, at: datetime
) -> int:
    """How many sign-ins ended now; those that had ended stay as they were.

    With `account_id`, only sign-ins of that account are ended.
    """
    statement = update(LoginSession).where(LoginSession.id.in_(session_ids), LoginSession.ended_at.is_(None))
    if account_id is not None:
        statement = statement.where(LoginSession.account_id == account_id)
    result = session.execute(statement.values(ended_at=at, end_reason="signed out"))
    return int(result.rowcount)  # type: ignore[attr-defined]


def end_other_sessions(session: orm.Session, account_id: UUID, *, keep: UUID | None, at: datetime) -> None:
    """End every sign-in of an account but the one to keep."""
    statement = update(LoginSession).where(LoginSession.account_id == account_id, LoginSession.ended_at.is_(None))
    if keep is not None:
        statement = statement.where(LoginSession.id != keep)
    session.execute(statement.values(ended_at=at, end_reason="password changed"))
