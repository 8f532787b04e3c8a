"""Which reports and dashboards an asker may see, and which change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true

from transactional.identity.models import UserRole
from transactional.kernel.errors import NotFound
from transactional.kernel.models import AuditRecord
from transactional.kernel.principal import Principal
from transactional.kernel.rows import find_one, read
from transactional.kernel.session import Session
from transactional.report.errors import ReportNotYours
from transactional.report.models import ReportShare, ReportVersion, SavedDashboard, SavedReport

Owned = TypeVar("Owned", SavedReport, SavedDashboard)
_PAGE_MAX = 500


def page(
    session: Session, statement: Select[Any], model: Any, *, limit: int, cursor: UUID | None
) -> tuple[list[Any], UUID | None]:
    """Rows newest first, and where the next page begins."""
    ordered = statement.order_by(model.id.desc()).limit(min(limit, _PAGE_MAX) + 1)
    rows = read(session, ordered.where(model.id < cursor) if cursor else ordered)
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def seen_by(model: type[Owned], by: Principal, *, to_edit: bool = False) -> ColumnElement[bool]:
    """The condition under which an asker sees a report or dashboard: owner, shared with, or manager."""
    if by.may("report.manage"):
        return true()
    column = ReportShare.report_id if model is SavedReport else ReportShare.dashboard_id
    roles = select(UserRole.role_id).where(UserRole.user_id == by.user_id)
    shared = select(column).where(
        column.is_not(None),
        ReportShare.revoked_at.is_(None),
        ReportShare.access == "edit" if to_edit else true(),
        or_(
            and_(ReportShare.kind == "user", ReportShare.user_id == by.user_id),
            and_(ReportShare.kind == "role", ReportShare.role_id.in_(roles)),
        ),
    )
    return or_(model.owner_id == by.user_id if by.user_id else false(), model.id.in_(shared))


def get_seen(session: Session, model: type[Owned], id_: UUID, *, by: Principal) -> Owned:
    """A report or dashboard that the asker may see.  Raises: NotFound."""
    found = find_one(session, select(model).where(model.id == id_, seen_by(model, by)))
    if found is None:
        raise NotFound(kind=_word(model), id=id_)
    return found


def may_change(session: Session, model: type[Owned], id_: UUID, *, by: Principal) -> bool:
    """Whether the asker may change a report or dashboard."""
    wanted = select(model).where(model.id == id_, seen_by(model, by, to_edit=True))
    return find_one(session, wanted) is not None


@dataclass(frozen=True)
class DashboardVersion:
    """A dashboard as it was saved once: by whom, when, and with which tiles."""

    number: int
    name: str
    at: datetime
    by: UUID | None
    tiles: Sequence[Any]


def versions_of(session: Session, dashboard: SavedDashboard) -> list[DashboardVersion]:
    """What a dashboard was each time it was saved, newest first; the audit log holds them all."""
    wanted = (
        select(AuditRecord)
        .where(AuditRecord.table_name == "report.dashboards", AuditRecord.row_id == dashboard.id)
        .order_by(AuditRecord.id.desc())
    )
    found = [(each, each.after) for each in session.scalars(wanted)]
    return [
        DashboardVersion(int(after["version"]), after["name"], each.at, each.user_id, after["definition"]["tiles"])
        for each, after in found
        if after is not None
    ]


def get_changeable(session: Session, model: type[Owned], id_: UUID, *, by: Principal) -> Owned:
    """A report or dashboard that the asker may change.  Raises: NotFound, ReportNotYours."""
    found = get_seen(session, model, id_, by=by)
    if not may_change(session, model, id_, by=by):
        raise ReportNotYours(kind=_word(model))
    return found


def _word(model: type[Any]) -> str:
    return "report" if model is SavedReport else "dashboard"


def version_of(session: Session, report: SavedReport, number: int | None = None) -> ReportVersion:
    """A report's definition, the present one unless another is named.  Raises: NotFound."""
    wanted = number or report.definition_version
    found = find_one(
        session, select(ReportVersion).where(ReportVersion.report_id == report.id, ReportVersion.number == wanted)
    )
    if found is None:
        raise NotFound(kind="report version", id=wanted)
    return found


def roles_of(session: Session, user_id: UUID | None) -> Sequence[UUID]:
    """The roles a user holds."""
    return list(session.scalars(select(UserRole.role_id).where(UserRole.user_id == user_id)))
