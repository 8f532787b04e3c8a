"""Reports written to files in the background: claimed, written part by part, with progress, until cancelled."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Any

from sqlalchemy import delete, or_, select

from olap.asker import Asker
from olap.errors import MetricsError
from olap.query import MetricQuery
from olap.streaming import Stream, streamed
from reports.definition import Definition
from reports.files import file_bytes
from reports.renderers.csv import csv_parts
from reports.run import Request, left_out_of, run
from reports.sending.office import Office
from reports.sheet import Line, Sheet
from reports.sources.outside import find_outside
from transactional.kernel.audit import note
from transactional.kernel.errors import DomainError
from transactional.kernel.ids import new_id
from transactional.kernel.policy import as_data
from transactional.kernel.principal import Principal
from transactional.kernel.rows import insert_all, lock_by_id, read, update_all
from transactional.kernel.session import Session
from transactional.principals import find_principal
from transactional.report.models import ReportRun, RunPart

log = logging.getLogger("reports.jobs")

CLAIM_SECONDS = 120
PART_ROWS = 50_000
PART_BYTES = 4_000_000
_COLUMNS = (
    ReportRun.state,
    ReportRun.rows_done,
    ReportRun.rows_total,
    ReportRun.claimed_until,
    ReportRun.started_at,
    ReportRun.finished_at,
    ReportRun.data_version,
    ReportRun.error,
)


class Cancelled(Exception):
    """Somebody has asked to stop."""


class Lost(Exception):
    """Another worker has taken the run over: what this one has written since is its own."""


def run_next(office: Office, principal: Principal) -> bool:
    """Whether there was a run to do in a tenant. One whose worker died is done again from its beginning."""
    job = _claim(office, principal)
    if job is None:
        return False
    try:
        state, error = _outcome(office, principal, job)
        _save(office, principal, job, state=state, error=error, claimed_until=None, finished_at=office.now())
    except Lost:
        log.warning("run taken over", extra={"run_id": str(job.id)})
    return True


def _outcome(office: Office, principal: Principal, job: ReportRun) -> tuple[str, str | None]:
    try:
        return _done(office, principal, job), None
    except Cancelled:
        return "cancelled", None
    except (MetricsError, DomainError) as refusal:
        return "failed", str(refusal)[:1000]


def _claim(office: Office, principal: Principal) -> ReportRun | None:
    now = office.now()
    free = or_(ReportRun.state == "waiting", (ReportRun.state == "running") & (ReportRun.claimed_until < now))
    with office.database.transaction(principal) as session:
        wanted = select(ReportRun).where(free).order_by(ReportRun.id).limit(1).with_for_update(skip_locked=True)
        found = read(session, wanted)
        for job in found:
            session.execute(delete(RunPart).where(RunPart.run_id == job.id))
            job.state, job.started_at, job.rows_done = "running", now, 0
            job.claimed_until = now + timedelta(seconds=CLAIM_SECONDS)
            update_all(session, [job], *_COLUMNS)
    return found[0] if found else None


def _done(office: Office, principal: Principal, job: ReportRun) -> str:
    with office.database.transaction(principal) as session:
        found = find_principal(session, job.user_id)
    if found is None or not found[0].may("metric.export"):
        raise Cancelled
    asker = replace(Asker.from_data(as_data(found[0])), locale=job.locale)
    definition = Definition.from_data(job.definition["definition"])
    said = job.definition
    asked = Request(definition, job.name, said.get("parameters"), said.get("period"), job.definition_version)
    if definition.rows is not None:
        with office.database.transaction(principal) as session:
            outside = find_outside(session, office.settings, definition.rows.source)
        _write_whole(office, principal, job, replace(asked, outside=outside), asker)
        return "done"
    question = asked.question(office.numbers.today())
    if job.format == "csv" and isinstance(question, MetricQuery) and not (question.compare or question.others):
        _write_stream(office, principal, job, replace(question, totals=False), asker)
    else:
        _write_whole(office, principal, job, asked, asker)
    return "done"


def _write_stream(office: Office, principal: Principal, job: ReportRun, question: MetricQuery, asker: Asker) -> None:
    with streamed(office.numbers, question, asker) as stream:
        sheet = _sheet_of(stream, job, asker)
        sheet = replace(sheet, left_out=left_out_of(question, sheet, asker))
        _save(office, principal, job, rows_total=stream.count, data_version=stream.evidence.data_version)
        counted = _Counted(stream.rows)
        for position, part in enumerate(_joined(csv_parts(sheet, counted.lines()))):
            _add_part(office, principal, job, position, part, counted.count)
        _note_export(office, principal, job, sheet, stream.count)


def _joined(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Small parts as fewer large ones."""
    while chunk := b"".join(islice(parts, 10)):
        yield chunk


class _Counted:
    """Rows as lines, and how many have passed."""

    def __init__(self, rows: Iterator[tuple[Any, ...]]) -> None:
        """Nothing has passed yet."""
        self._rows = rows
        self.count = 0

    def lines(self) -> Iterator[Line]:
        """The rows."""
        for row in self._rows:
            self.count += 1
            yield Line(row)


def _sheet_of(stream: Stream, job: ReportRun, asker: Asker) -> Sheet:
    return Sheet(
        job.name,
        stream.columns,
        (),
        None,
        stream.evidence,
        definition_version=job.definition_version,
        locale=asker.locale,
    )


def _write_whole(office: Office, principal: Principal, job: ReportRun, asked: Request, asker: Asker) -> None:
    sheet = run(office.numbers, asked, asker)
    count = len(sheet.lines)
    _save(office, principal, job, rows_total=count, data_version=sheet.evidence.data_version)
    content = file_bytes(sheet, job.format, asked.definition.chart)  # type: ignore[arg-type]  # the table's check knows them
    for position, start in enumerate(range(0, len(content), PART_BYTES)):
        _add_part(office, principal, job, position, content[start : start + PART_BYTES], count)
    _note_export(office, principal, job, sheet, count)


def _add_part(
    office: Office, principal: Principal, job: ReportRun, position: int, content: bytes, rows_done: int
) -> None:
    """Nothing: the part is kept and the progress told.  Raises: Cancelled, Lost."""
    with office.database.transaction(principal) as session:
        if _held(session, job).is_cancel_asked:
            raise Cancelled
        insert_all(session, [RunPart(id=new_id(), run_id=job.id, position=position, content=content)])
        job.rows_done = rows_done
        job.claimed_until = office.now() + timedelta(seconds=CLAIM_SECONDS)
        update_all(session, [job], *_COLUMNS)


def _save(office: Office, principal: Principal, job: ReportRun, **values: Any) -> None:
    with office.database.transaction(principal) as session:
        _held(session, job)
        for name, value in values.items():
            setattr(job, name, value)
        update_all(session, [job], *_COLUMNS)


def _held(session: Session, job: ReportRun) -> ReportRun:
    """The run as it is now, still this worker's: a request to stop has changed it without taking it away.

    Raises: Lost.
    """
    [now] = lock_by_id(session, ReportRun, [job.id])
    if now.started_at != job.started_at or now.state != "running":
        raise Lost
    job.version = now.version
    return now


def _note_export(office: Office, principal: Principal, job: ReportRun, sheet: Sheet, rows: int) -> None:
    facts = {
        "format": job.format,
        "title": job.name,
        "filters": list(sheet.evidence.filters),
        "data_version": sheet.evidence.data_version,
        "run_id": str(job.id),
        "rows": rows,
        "for": str(job.user_id),
    }
    with office.database.transaction(replace(principal, user_id=job.user_id)) as session:
        note(session, "export", "report.reports", job.report_id or job.id, facts)
