"""Keeping reports: every change of what one shows is a further version."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from transactional.kernel.errors import StaleVersion
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.rows import insert_all, lock_by_id, update_all
from transactional.kernel.session import Session
from transactional.report.errors import ReportInUse
from transactional.report.models import ReportVersion, SavedReport, Subscription
from transactional.report.queries import get_changeable


def create_report(
    session: Session,
    name: str,
    definition: dict[str, Any],
    *,
    by: Principal,
    description: str | None = None,
    library_key: str | None = None,
) -> SavedReport:
    """A report of the asker's, with its first version."""
    report = SavedReport(
        id=new_id(),
        name=name,
        description=description,
        owner_id=by.user_id,
        library_key=library_key,
    )
    insert_all(session, [report])
    insert_all(session, [ReportVersion(report_id=report.id, number=1, definition=definition)])
    return report


def change_report(
    session: Session, report_id: UUID, values: dict[str, Any], *, expected: int, by: Principal
) -> SavedReport:
    """The report as changed; another definition becomes its next version.

    Raises: NotFound, ReportNotYours, StaleVersion.
    """
    get_changeable(session, SavedReport, report_id, by=by)
    [report] = lock_by_id(session, SavedReport, [report_id])
    if report.version != expected:
        raise StaleVersion(kind="report", expected=expected)
    definition = values.pop("definition", None)
    if definition is not None:
        report.definition_version += 1
        number = report.definition_version
        insert_all(session, [ReportVersion(report_id=report.id, number=number, definition=definition)])
    for name, value in values.items():
        setattr(report, name, value)
    update_all(session, [report], SavedReport.name, SavedReport.description, SavedReport.definition_version)
    return report


def archive_report(session: Session, report_id: UUID, *, by: Principal) -> None:
    """Nothing: the report is no longer listed; its versions and what was sent of it stay.

    Raises: NotFound, ReportNotYours, ReportInUse.
    """
    get_changeable(session, SavedReport, report_id, by=by)
    [report] = lock_by_id(session, SavedReport, [report_id])
    active = select(func.count()).where(Subscription.report_id == report_id, Subscription.is_active.is_(True))
    count = session.execute(active).scalar_one()
    if count:
        raise ReportInUse(count=count)
    report.is_archived = True
    update_all(session, [report], SavedReport.is_archived)
