"""Running a report for an answer or a file, and the traces that leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.calls import Call
from api.rendering import json_response
from api.routers.metrics.door import asker_of, numbers_of, refusals
from api.routers.report.door import shown_sheet
from api.schemas.report.reports import Format, RunOut
from reports.files import MEDIA, file_name, parts_of
from reports.run import Request as Asked
from reports.run import preview, run
from reports.sheet import Sheet
from transactional.kernel.audit import note
from transactional.kernel.ids import new_id
from transactional.kernel.rows import insert_all, lock_by_id
from transactional.kernel.session import Session
from transactional.report.models import ReportRun

RUN_SECONDS = 2.0
_POOL = ThreadPoolExecutor(max_workers=8, thread_name_prefix="report")
_WAIT = re.compile(r"wait=(\d{1,2})\b")
FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {media: {"schema": {"type": "string", "format": "binary"}} for media in MEDIA.values()}}
}
"""What an operation says that answers with a file."""


def shown(request: Request, asked: Asked, call: Call | None = None, report_id: UUID | None = None) -> Response:
    """The figures as an answer; with `Prefer: respond-async, wait=2`, a run in the background where that takes longer.

    Source: RFC 7240.  The background writes a file, so it wants the right to export.
    """
    numbers, asker, wait = numbers_of(request), asker_of(request), _wait_of(request)
    with refusals():
        if wait is None or call is None or not call.principal.may("metric.export"):
            sheet = run(numbers, asked, asker)
        else:
            try:
                sheet = _POOL.submit(run, numbers, asked, asker).result(timeout=wait)
            except TimeoutError:
                return queued(request, call, asked, "xlsx", report_id)
    return json_response(shown_sheet(sheet, asked.definition.chart))


def _wait_of(request: Request) -> float | None:
    """How many seconds an asker waits before a run goes on in the background; none for one who waits."""
    preferred = request.headers.get("prefer", "")[:200].lower()
    if "respond-async" not in preferred:
        return None
    found = _WAIT.search(preferred)
    return float(found[1]) if found else RUN_SECONDS


def queued(request: Request, call: Call, asked: Asked, kind: Format, report_id: UUID | None) -> Response:
    """A run in the background, which a worker does with the rights that the asker has then."""
    locale = asker_of(request).locale
    made = ReportRun(
        id=new_id(),
        report_id=report_id,
        user_id=call.principal.user_id,
        name=asked.definition.titled(locale, asked.name) or "report",
        definition={
            "definition": dict(asked.definition.raw),
            "parameters": dict(asked.values or {}),
            "period": asked.period,
        },
        definition_version=asked.version,
        format=kind,
        locale=locale,
    )

    def work(session: Session) -> dict[str, Any]:
        insert_all(session, [made])
        [found] = lock_by_id(session, ReportRun, [made.id])
        return shown_run(found)

    return call.write(work, status=202)


def shown_run(run: ReportRun) -> dict[str, Any]:
    """A run for JSON."""
    return {name: getattr(run, name) for name in RunOut.model_fields}


def previewed(request: Request, asked: Asked) -> Response:
    """The first rows as an answer, marked."""
    with refusals():
        sheet = preview(numbers_of(request), asked, asker_of(request))
    return json_response(shown_sheet(sheet, asked.definition.chart))


def exported(request: Request, call: Call, asked: Asked, kind: Format, report_id: UUID | None) -> Response:
    """The figures as a file; who took what is in the audit log before the first byte leaves."""
    call.principal.check_may("metric.export")
    with refusals():
        sheet = run(numbers_of(request), asked, asker_of(request))
        parts = parts_of(sheet, kind, asked.definition.chart)
    call.read(lambda session: note_export(session, sheet, kind, report_id))
    return as_file(parts, sheet.title or "report", kind)


def note_export(session: Session, sheet: Sheet, kind: str, report_id: UUID | None) -> None:
    """Leave a trace of who took which figures, as of which data."""
    facts = {
        "format": kind,
        "title": sheet.title,
        "filters": list(sheet.evidence.filters),
        "data_version": sheet.evidence.data_version,
        "definition_version": sheet.definition_version,
        "metrics": [each["name"] for each in sheet.evidence.definitions],
        "rows": len(sheet.lines),
    }
    note(session, "export", "report.reports", report_id or new_id(), facts)


def as_file(parts: Iterator[bytes], name: str, kind: str) -> Response:
    """Parts of a file as an answer to be saved."""
    # RFC 6266: an old browser takes the plain name, others the one with all its letters.
    called = quote(file_name(name, kind))
    headers = {"Content-Disposition": f"attachment; filename=\"report.{kind}\"; filename*=UTF-8''{called}"}
    return StreamingResponse(parts, 200, headers, MEDIA[kind])
