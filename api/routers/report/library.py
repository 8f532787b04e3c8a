"""`/api/report/library`: the ready reports."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from api.calls import Calling
from api.lists import envelope_of, list_body
from api.routers.metrics.door import asker_of, numbers_of, refusals
from api.routers.report.reports import shown_report
from api.routers.report.running import FILES, exported, previewed, shown
from api.routing import Router, needs
from api.schemas.report.reports import CopyIn, ExportIn, ReportOut, RunIn, SheetOut, TemplateOut
from reports.run import Request as Asked
from reports.run import check_definition
from reports.templates import Template, templates, templates_for
from transactional.kernel.errors import NotFound
from transactional.report.services.save_reports import create_report

router = Router(prefix="/api/report/library", tags=["report"])


@router.get(
    "",
    summary="List the ready reports",
    responses={200: {"model": envelope_of(TemplateOut)}},
    openapi_extra=needs("report.read"),
)
def listed(request: Request) -> Response:
    """Those all of whose figures the asker may see."""
    asker = asker_of(request)
    with refusals():
        found = templates_for(numbers_of(request), asker)
    return list_body(
        [
            {
                "key": each.key,
                "area": each.area,
                "name": each.definition.titled(asker.locale, each.key),
                "definition": dict(each.definition.raw),
            }
            for each in found
        ]
    )


@router.post(
    "/{key}/run", summary="Run a ready report", responses={200: {"model": SheetOut}}, openapi_extra=needs("report.read")
)
def run_template(key: str, given: RunIn, request: Request) -> Response:
    """Its figures with the asker's rights."""
    return shown(request, _asked(request, key, given))


@router.post(
    "/{key}/preview",
    summary="Look at the first rows of a ready report",
    responses={200: {"model": SheetOut}},
    openapi_extra=needs("report.read"),
)
def preview_template(key: str, given: RunIn, request: Request) -> Response:
    """Its first rows, marked as such."""
    return previewed(request, _asked(request, key, given))


@router.post("/{key}/export", summary="Export a ready report", responses=FILES, openapi_extra=needs("report.read"))
def export_template(key: str, given: ExportIn, request: Request, call: Calling) -> Response:
    """Its figures as a file."""
    return exported(request, call, _asked(request, key, given), given.format, None)


@router.post(
    "/{key}/copy",
    summary="Copy a ready report to be changed",
    status_code=201,
    responses={201: {"model": ReportOut}},
    openapi_extra=needs("report.create"),
)
def copy_template(key: str, given: CopyIn, request: Request, call: Calling) -> Response:
    """A report of the asker's; the original stays as it is."""
    template, asker = _template(key), asker_of(request)
    with refusals():
        check_definition(numbers_of(request), template.definition, asker)
    name = given.name or template.definition.titled(asker.locale, key)
    raw = {part: value for part, value in template.definition.raw.items() if part != "title"}
    title = template.title if given.name is None else {}
    return call.write(
        lambda session: shown_report(
            create_report(session, name, {**raw, "title": dict(title)}, by=call.principal, library_key=key)
        ),
        status=201,
    )


def _template(key: str) -> Template:
    found = templates().get(key)
    if found is None:
        raise NotFound(kind="report", id=key)
    return found


def _asked(request: Request, key: str, given: RunIn) -> Asked:
    link = f"{request.app.state.services.settings.pages_url}/reports?library={key}"
    return Asked(_template(key).definition, key, given.parameters, given.period, None, link)
