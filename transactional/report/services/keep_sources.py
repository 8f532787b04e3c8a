"""Keeping sources outside: what is known of each, and beside it, sealed, what opens it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from transactional.kernel.errors import NotFound, StaleVersion
from transactional.kernel.rows import delete_all, find_one, insert_all, lock_by_id, read, update_all
from transactional.kernel.session import Session
from transactional.report.errors import SourceInUse
from transactional.report.models import DataSource, ReportVersion, SavedReport, SourceSecret

Seal = Callable[[UUID], bytes]
"""Seals a secret for the source of an id."""


def add_source(session: Session, source: DataSource, seal: Seal | None) -> DataSource:
    """The source, kept with what opens it."""
    insert_all(session, [source])
    if seal is not None:
        insert_all(session, [SourceSecret(source_id=source.id, sealed=seal(source.id))])
    return source


def change_source(
    session: Session, source_id: UUID, values: Mapping[str, Any], seal: Seal | None, *, expected: int
) -> DataSource:
    """The source as changed; what opens it stays unless another is given.  Raises: NotFound, StaleVersion."""
    [found] = lock_by_id(session, DataSource, [source_id])
    if found.version != expected:
        raise StaleVersion(kind="source", expected=expected)
    for name, value in values.items():
        setattr(found, name, value)
    update_all(session, [found], DataSource.label, DataSource.description, DataSource.settings, DataSource.tested_at)
    if seal is not None:
        delete_all(session, read(session, select(SourceSecret).where(SourceSecret.source_id == source_id)))
        insert_all(session, [SourceSecret(source_id=source_id, sealed=seal(source_id))])
    return found


def mark_tested(session: Session, source_id: UUID, *, at: datetime) -> DataSource:
    """The source, found in order at an instant."""
    [found] = lock_by_id(session, DataSource, [source_id])
    found.tested_at = at
    update_all(session, [found], DataSource.tested_at)
    return found


def remove_source(session: Session, source_id: UUID) -> None:
    """Nothing; what opened it is gone too.  Raises: NotFound, SourceInUse."""
    [found] = lock_by_id(session, DataSource, [source_id])
    count = session.scalar(
        select(func.count())
        .select_from(SavedReport)
        .join(
            ReportVersion,
            (ReportVersion.tenant_id == SavedReport.tenant_id)
            & (ReportVersion.report_id == SavedReport.id)
            & (ReportVersion.number == SavedReport.definition_version),
        )
        .where(
            SavedReport.is_archived.is_(False),
            ReportVersion.definition["kind"].astext == "rows",
            ReportVersion.definition["question"]["source"].astext == found.name,
        )
    )
    if count:
        raise SourceInUse(source=found.name, count=count)
    delete_all(session, read(session, select(SourceSecret).where(SourceSecret.source_id == source_id)))
    delete_all(session, [found])


def get_source(session: Session, source_id: UUID) -> DataSource:
    """A source by its id.  Raises: NotFound."""
    found = find_one(session, select(DataSource).where(DataSource.id == source_id))
    if found is None:
        raise NotFound(kind="source", id=source_id)
    return found
