"""`/api/report/reports`: reports that people keep."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from api.calls import Calling
from api.lists import envelope_of, list_body
from api.rendering import json_response
from api.resources import expected_version
from api.routers.report.door import asked_of, asked_once, definition_of, saved
from api.routers.report.running import FILES, exported, previewed, shown
from api.routing import Router, needs
from api.schemas.report.reports import (
    AskIn,
    ExportIn,
    ReportChange,
    ReportIn,
    ReportOut,
    RunIn,
    RunOut,
    SheetOut,
    VersionOut,
)
from transactional.kernel.rows import read
from transactional.kernel.session import Session
from transactional.report.models import ReportVersion, SavedReport
from transactional.report.queries import get_seen, may_change, page, seen_by, version_of
from transactional.report.services.save_reports import archive_report, change_report, create_report

router = Router(prefix="/api/report", tags=["report"])
_FIGURES: dict[int | str, dict[str, Any]] = {200: {"model": SheetOut}}
_FIGURES_OR_RUN: dict[int | str, dict[str, Any]] = {**_FIGURES, 202: {"model": RunOut}}


@router.post("/run", summary="Run a definition", responses=_FIGURES_OR_RUN, openapi_extra=needs("report.read"))
def run_once(given: AskIn, request: Request, call: Calling) -> Response:
    """The figures of a definition that is not saved."""
    return shown(request, asked_once(request, definition_of(request, given.definition), given), call)


@router.post("/preview", summary="Look at a definition", responses=_FIGURES, openapi_extra=needs("report.read"))
def preview_once(given: AskIn, request: Request) -> Response:
    """The first rows of a definition that is not saved, marked as such."""
    return previewed(request, asked_once(request, definition_of(request, given.definition), given))


@router.get(
    "/reports",
    summary="List reports",
    responses={200: {"model": envelope_of(ReportOut)}},
    openapi_extra=needs("report.read"),
)
def listed(
    call: Calling, limit: Annotated[int, Query(ge=1, le=500)] = 100, cursor: UUID | None = None, q: str | None = None
) -> Response:
    """Those the asker owns, manages, or was shown; newest first."""

    def work(session: Session) -> tuple[list[Any], UUID | None]:
        wanted = select(SavedReport).where(seen_by(SavedReport, call.principal), SavedReport.is_archived.is_(False))
        if q:
            wanted = wanted.where(SavedReport.name.icontains(q, autoescape=True))
        return page(session, wanted, SavedReport, limit=limit, cursor=cursor)

    rows, following = call.read(work)
    return list_body([shown_report(row) for row in rows], next_cursor=str(following) if following else None)


@router.post(
    "/reports",
    summary="Save a report",
    status_code=201,
    responses={201: {"model": ReportOut}},
    openapi_extra=needs("report.create"),
)
def create(given: ReportIn, request: Request, call: Calling) -> Response:
    """The report with its first version."""
    definition = definition_of(request, given.definition)
    return call.write(
        lambda session: shown_report(
            create_report(session, given.name, dict(definition.raw), by=call.principal, description=given.description)
        ),
        status=201,
    )


@router.get(
    "/reports/{id}", summary="A report", responses={200: {"model": ReportOut}}, openapi_extra=needs("report.read")
)
def one(id: UUID, call: Calling) -> Response:  # noqa: A002
    """The report with its present definition."""

    def work(session: Session) -> dict[str, Any]:
        report = get_seen(session, SavedReport, id, by=call.principal)
        definition = version_of(session, report).definition
        return shown_report(report) | {"definition": definition, "may_edit": _may_edit(session, id, call)}

    return json_response(call.read(work))


@router.patch(
    "/reports/{id}",
    summary="Change a report",
    responses={200: {"model": ReportOut}},
    openapi_extra=needs("report.create"),
)
def change(id: UUID, given: ReportChange, request: Request, call: Calling) -> Response:  # noqa: A002
    """The report as changed; another definition becomes its next version."""
    expected, _ = expected_version(request, given.version)
    values = given.model_dump(exclude_unset=True, exclude={"version", "definition"})
    if given.definition is not None:
        values["definition"] = dict(definition_of(request, given.definition).raw)
    return call.write(
        lambda session: shown_report(change_report(session, id, values, expected=expected, by=call.principal))
    )


@router.delete("/reports/{id}", summary="Put a report away", status_code=204, openapi_extra=needs("report.create"))
def remove(id: UUID, call: Calling) -> Response:  # noqa: A002
    """Nothing; its versions and what was sent of it stay."""
    return call.write(lambda session: archive_report(session, id, by=call.principal), status=204)


@router.get(
    "/reports/{id}/versions",
    summary="The versions of a report",
    responses={200: {"model": envelope_of(VersionOut)}},
    openapi_extra=needs("report.read"),
)
def versions(id: UUID, call: Calling) -> Response:  # noqa: A002
    """Every definition it has had, newest first."""

    def work(session: Session) -> list[ReportVersion]:
        get_seen(session, SavedReport, id, by=call.principal)
        wanted = select(ReportVersion).where(ReportVersion.report_id == id).order_by(ReportVersion.number.desc())
        return read(session, wanted)

    return list_body(
        [
            {
                "number": each.number,
                "created_at": each.created_at,
                "created_by": each.created_by,
                "definition": each.definition,
            }
            for each in call.read(work)
        ]
    )


@router.post("/reports/{id}/run", summary="Run a report", responses=_FIGURES_OR_RUN, openapi_extra=needs("report.read"))
def run_saved(id: UUID, given: RunIn, request: Request, call: Calling) -> Response:  # noqa: A002
    """Its figures with the asker's rights: all of them, or none."""
    return shown(request, asked_of(request, *saved(call, id, given.version), given), call, id)


@router.post(
    "/reports/{id}/preview", summary="Look at a report", responses=_FIGURES, openapi_extra=needs("report.read")
)
def preview_saved(id: UUID, given: RunIn, request: Request, call: Calling) -> Response:  # noqa: A002
    """Its first rows, marked as such."""
    return previewed(request, asked_of(request, *saved(call, id, given.version), given))


@router.post("/reports/{id}/export", summary="Export a report", responses=FILES, openapi_extra=needs("report.read"))
def export_saved(id: UUID, given: ExportIn, request: Request, call: Calling) -> Response:  # noqa: A002
    """Its figures as a file."""
    return exported(request, call, asked_of(request, *saved(call, id, given.version), given), given.format, id)


def shown_report(report: SavedReport) -> dict[str, Any]:
    """A report for JSON."""
    return {
        "id": report.id,
        "name": report.name,
        "description": report.description,
        "owner_id": report.owner_id,
        "definition_version": report.definition_version,
        "library_key": report.library_key,
        "version": report.version,
        "updated_at": getattr(report, "updated_at", None),
    }


def _may_edit(session: Session, report_id: UUID, call: Calling) -> bool:
    return call.principal.may("report.create") and may_change(session, SavedReport, report_id, by=call.principal)
