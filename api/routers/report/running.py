"""Running a report for an answer or a file, and the traces that leaves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.calls import Call
from api.rendering import json_response
from api.routers.metrics.door import asker_of, numbers_of, refusals
from api.routers.report.door import shown_sheet
from api.schemas.report.reports import Format
from reports.files import MEDIA, parts_of
from reports.run import Request as Asked
from reports.run import preview, run
from reports.sheet import Sheet
from transactional.kernel.audit import note
from transactional.kernel.ids import new_id
from transactional.kernel.session import Session

FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {media: {"schema": {"type": "string", "format": "binary"}} for media in MEDIA.values()}}
}
"""What an operation says that answers with a file."""


def shown(request: Request, asked: Asked) -> Response:
    """The figures as an answer."""
    with refusals():
        sheet = run(numbers_of(request), asked, asker_of(request))
    return json_response(shown_sheet(sheet, asked.definition.chart))


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
    headers = {
        "Content-Disposition": f"attachment; filename=\"report.{kind}\"; filename*=UTF-8''{quote(f'{name}.{kind}')}"
    }
    return StreamingResponse(parts, 200, headers, MEDIA[kind])
