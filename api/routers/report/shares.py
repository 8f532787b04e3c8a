"""To whom reports and dashboards are shown, and what whoever holds a link sees."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Path
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.calls import Call, Calling
from api.context import Services
from api.errors import MEDIA_TYPE, Gone
from api.lists import envelope_of, list_body
from api.rendering import json_response
from api.routers.metrics.door import numbers_of, refusals
from api.routers.report.door import outside_for, shown_sheet
from api.routing import Router, is_open, needs
from api.schemas.report.reports import ShareIn, ShareOut, SheetOut
from api.translations import language_of
from olap.asker import Asker
from reports.definition import Definition
from reports.run import Request as Asked
from reports.run import run
from transactional.kernel.errors import FieldProblem, Invalid, NotFound
from transactional.kernel.ids import new_id
from transactional.kernel.policy import as_data
from transactional.kernel.principal import Principal, system_principal
from transactional.kernel.rows import read, read_by_id
from transactional.kernel.session import Session
from transactional.principals import find_scope
from transactional.report.models import ReportShare, SavedDashboard, SavedReport
from transactional.report.queries import get_changeable, version_of
from transactional.report.services.share_reports import find_link, revoke_share, share, tenant_of

router = Router(prefix="/api/report", tags=["report"])
LINK_DAYS_MAX = 366
GONE: dict[str, Any] = {
    "description": "The link was revoked or has expired",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def _owned(session: Session, plural: str, id_: UUID, call: Call) -> dict[str, UUID]:
    """The column that a share of this thing points with.  Raises: NotFound, ReportNotYours."""
    if plural == "reports":
        get_changeable(session, SavedReport, id_, by=call.principal)
        return {"report_id": id_}
    get_changeable(session, SavedDashboard, id_, by=call.principal)
    return {"dashboard_id": id_}


def _problems(given: ShareIn, call: Call, plural: str) -> list[FieldProblem]:
    wanted = {"user": "user_id", "role": "role_id", "link": "role_id"}[given.kind]
    found = [] if getattr(given, wanted) else [FieldProblem(wanted, "is missing", "missing")]
    if given.kind != "link":
        return found
    now = call.services.now()
    if given.expires_at is None or not now < given.expires_at <= now + timedelta(days=LINK_DAYS_MAX):
        found.append(FieldProblem("expires_at", f"is no instant in the next {LINK_DAYS_MAX} days", "bad_expiry"))
    if given.access == "edit":
        found.append(FieldProblem("access", "a link shows and changes nothing", "unknown_choice"))
    if plural != "reports":
        found.append(FieldProblem("kind", "links are for reports", "unknown_choice"))
    return found


def _add(plural: str) -> None:
    word = plural.removesuffix("s")

    @router.get(
        f"/{plural}/{{id}}/shares",
        name=f"shares_of_{word}",
        summary=f"To whom a {word} is shown",
        responses={200: {"model": envelope_of(ShareOut)}},
        openapi_extra=needs("report.read"),
    )
    def listed(id: UUID, call: Calling) -> Response:  # noqa: A002
        def work(session: Session) -> list[ReportShare]:
            [(name, value)] = _owned(session, plural, id, call).items()
            return read(
                session, select(ReportShare).where(getattr(ReportShare, name) == value).order_by(ReportShare.id)
            )

        return list_body([_shown(each) for each in call.read(work)])

    @router.post(
        f"/{plural}/{{id}}/shares",
        name=f"share_{word}",
        summary=f"Show a {word} to somebody",
        status_code=201,
        responses={201: {"model": ShareOut}},
        openapi_extra=needs("report.share"),
    )
    def create(id: UUID, given: ShareIn, call: Calling) -> Response:  # noqa: A002
        problems = _problems(given, call, plural)
        if problems:
            raise Invalid(problems)

        def work(session: Session) -> dict[str, Any]:
            pointed = _owned(session, plural, id, call)
            new = ReportShare(id=new_id(), **given.model_dump(), **pointed)
            made, token = share(session, new, by=call.principal)
            url = f"{call.services.settings.links_url}/api/report/links/{token}" if token else None
            return _shown(made) | {"url": url}

        return call.write(work, status=201)

    @router.post(
        f"/{plural}/{{id}}/shares/{{share_id}}/revoke",
        name=f"revoke_share_of_{word}",
        summary=f"Stop showing a {word} to somebody",
        responses={200: {"model": ShareOut}},
        openapi_extra=needs("report.share"),
    )
    def revoke(id: UUID, share_id: UUID, call: Calling) -> Response:  # noqa: A002
        def work(session: Session) -> dict[str, Any]:
            _owned(session, plural, id, call)
            return _shown(revoke_share(session, share_id, of=id, at=call.services.now()))

        return call.write(work)


_add("reports")
_add("dashboards")


@router.get(
    "/links/{token}",
    summary="What a shared link shows",
    responses={200: {"model": SheetOut}, 303: {"description": "The page of the link, for a browser."}, 410: GONE},
    openapi_extra=is_open("whoever holds the link sees what its one named role shows, until it expires"),
)
def opened(request: Request, token: str = Path(max_length=200)) -> Response:
    """The report as the role that the link names sees it; a browser is led to its page.  Revoked or expired: 410."""
    services: Services = request.app.state.services
    if _wants_page(request):
        return RedirectResponse(f"{services.settings.pages_url}/shared?link={quote(token)}", status_code=303)
    scope, name, definition, number = _behind(services, token, language_of(request))
    with refusals():
        wanted = Definition.from_data(definition)
        asked = Asked(wanted, name, version=number, outside=outside_for(request, wanted, scope))
        sheet = run(numbers_of(request), asked, Asker.from_data(as_data(scope)))
    return json_response(shown_sheet(sheet, asked.definition.chart) | {"scope": scope.name})


def _wants_page(request: Request) -> bool:
    """Whether somebody reads with a browser, which names pages before anything else."""
    return request.headers.get("accept", "")[:200].lower().startswith("text/html")


def _behind(services: Services, token: str, language: str) -> tuple[Principal, str, dict[str, Any], int]:
    tenant = tenant_of(token)
    if tenant is None:
        raise NotFound(kind="link", id="")
    with services.database.transaction(system_principal(tenant, channel="link")) as session:
        found = find_link(session, token)
        if found is None or found.report_id is None or found.role_id is None or found.expires_at is None:
            raise NotFound(kind="link", id="")
        if found.revoked_at is not None or found.expires_at <= services.now():
            raise Gone
        report = read_by_id(session, SavedReport, [found.report_id])[found.report_id]
        scope = find_scope(session, found.role_id, locale=language)
        if scope is None or report.is_archived:
            raise Gone
        kept = version_of(session, report)
        return scope, report.name, kept.definition, kept.number


def _shown(found: ReportShare) -> dict[str, Any]:
    return {
        "id": found.id,
        "kind": found.kind,
        "access": found.access,
        "user_id": found.__dict__.get("user_id"),
        "role_id": found.__dict__.get("role_id"),
        "expires_at": found.__dict__.get("expires_at"),
        "revoked_at": found.__dict__.get("revoked_at"),
        "url": None,
    }
