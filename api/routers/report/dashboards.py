"""`/api/report/dashboards`: pages of questions that people make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from api.calls import Calling
from api.lists import envelope_of, list_body
from api.rendering import JSON, json_response, to_json
from api.resources import expected_version
from api.routers.metrics.door import asker_of, numbers_of, refusals
from api.routers.report.door import shown_sheet
from api.routing import Router, needs
from api.schemas.report.dashboards import (
    DashboardChange,
    DashboardIn,
    DashboardOut,
    ShowIn,
    ShownOut,
    VersionOut,
)
from reports.dashboards import Scope, Shown, Tile, check_dashboard, read_dashboard, read_filters, show
from transactional.kernel.errors import StaleVersion
from transactional.kernel.ids import new_id
from transactional.kernel.rows import delete_all, insert_all, lock_by_id, read, update_all
from transactional.kernel.session import Session
from transactional.report.models import ReportShare, SavedDashboard
from transactional.report.queries import (
    DashboardVersion,
    get_changeable,
    get_seen,
    may_change,
    page,
    seen_by,
    versions_of,
)

router = Router(prefix="/api/report/dashboards", tags=["report"])
BYTES_KEPT_MAX = 250_000
_ONE: dict[int | str, dict[str, Any]] = {200: {"model": DashboardOut}}


def _checked(request: Request, given: DashboardIn) -> dict[str, Any]:
    data = given.as_data()
    with refusals():
        check_dashboard(numbers_of(request), read_dashboard(data), asker_of(request))
    return data


@router.post(
    "",
    summary="Make a dashboard",
    status_code=201,
    responses={201: {"model": DashboardOut}},
    openapi_extra=needs("report.create"),
)
def create(given: DashboardIn, request: Request, call: Calling) -> Response:
    """The dashboard, the asker's own."""
    made = SavedDashboard(
        id=new_id(), name=given.name, owner_id=call.principal.user_id, definition=_checked(request, given)
    )

    def work(session: Session) -> dict[str, Any]:
        insert_all(session, [made])
        return shown_dashboard(made)

    return call.write(work, status=201)


@router.get(
    "",
    summary="List dashboards",
    responses={200: {"model": envelope_of(DashboardOut)}},
    openapi_extra=needs("report.read"),
)
def listed(call: Calling, limit: Annotated[int, Query(ge=1, le=500)] = 100, cursor: UUID | None = None) -> Response:
    """Those the asker owns, manages, or was shown; newest first."""
    wanted = select(SavedDashboard).where(seen_by(SavedDashboard, call.principal))
    rows, following = call.read(lambda session: page(session, wanted, SavedDashboard, limit=limit, cursor=cursor))
    return list_body([shown_dashboard(each) for each in rows], next_cursor=str(following) if following else None)


@router.get("/{id}", summary="A dashboard", responses=_ONE, openapi_extra=needs("report.read"))
def one(id: UUID, call: Calling) -> Response:  # noqa: A002
    """The dashboard without its figures."""

    def work(session: Session) -> dict[str, Any]:
        found = get_seen(session, SavedDashboard, id, by=call.principal)
        may = call.principal.may("report.create") and may_change(session, SavedDashboard, id, by=call.principal)
        return shown_dashboard(found) | {"may_edit": may}

    return json_response(call.read(work))


@router.patch("/{id}", summary="Change a dashboard", responses=_ONE, openapi_extra=needs("report.create"))
def change(id: UUID, given: DashboardChange, request: Request, call: Calling) -> Response:  # noqa: A002
    """The dashboard as it is to be."""
    expected, _ = expected_version(request, given.version)
    data = _checked(request, given)

    def work(session: Session) -> dict[str, Any]:
        get_changeable(session, SavedDashboard, id, by=call.principal)
        [found] = lock_by_id(session, SavedDashboard, [id])
        if found.version != expected:
            raise StaleVersion(kind="dashboard", expected=expected)
        found.name, found.definition = given.name, data
        update_all(session, [found], SavedDashboard.name, SavedDashboard.definition)
        return shown_dashboard(found)

    return call.write(work)


@router.delete("/{id}", summary="Delete a dashboard", status_code=204, openapi_extra=needs("report.create"))
def remove(id: UUID, call: Calling) -> Response:  # noqa: A002
    """Nothing; its shares go with it."""

    def work(session: Session) -> None:
        found = get_changeable(session, SavedDashboard, id, by=call.principal)
        delete_all(session, read(session, select(ReportShare).where(ReportShare.dashboard_id == id)))
        delete_all(session, [found])

    return call.write(work, status=204)


@router.get(
    "/{id}/versions",
    summary="The versions of a dashboard",
    responses={200: {"model": envelope_of(VersionOut)}},
    openapi_extra=needs("report.read"),
)
def versions(id: UUID, call: Calling) -> Response:  # noqa: A002
    """What it was each time it was saved, newest first."""

    def work(session: Session) -> list[DashboardVersion]:
        return versions_of(session, get_seen(session, SavedDashboard, id, by=call.principal))

    return list_body(
        [
            {"number": each.number, "name": each.name, "at": each.at, "by": each.by, "tiles": each.tiles}
            for each in call.read(work)
        ]
    )


@router.post(
    "/{id}/show", summary="Show a dashboard", responses={200: {"model": ShownOut}}, openapi_extra=needs("report.read")
)
def shown(id: UUID, given: ShowIn, request: Request, call: Calling) -> Response:  # noqa: A002
    """Its tiles from one load under one filter; those that the reader may not see are absent."""
    found = call.read(lambda session: get_seen(session, SavedDashboard, id, by=call.principal))
    with refusals():
        tiles = read_dashboard(found.definition)
    return shown_tiles(request, tiles, given)


def shown_tiles(request: Request, tiles: Sequence[Tile], given: ShowIn) -> Response:
    """The tiles that the reader may see, with their figures; written once for all who would read the same."""
    numbers, reader = numbers_of(request), asker_of(request)
    asked = to_json([given.model_dump(), [(each.id, each.title, each.width, each.definition.raw) for each in tiles]])
    with refusals():
        body = numbers.remembered(
            ("dashboard", asked),
            reader,
            lambda _: to_json(_page(show(numbers, tiles, reader, scope=_scope(given)))),
            lambda made: len(made) <= BYTES_KEPT_MAX,
        )
    return Response(body, media_type=JSON)


def _scope(given: ShowIn) -> Scope:
    return Scope(read_filters([each.as_data() for each in given.where]), given.period, given.compare)


def _page(found: Sequence[Shown]) -> dict[str, Any]:
    """The tiles of a page for JSON."""
    evidence = found[0].sheet.evidence if found else None
    return {
        "data_version": evidence.data_version if evidence else None,
        "loaded_at": evidence.loaded_at if evidence else None,
        "tiles": [
            shown_sheet(each.sheet, each.tile.definition.chart)
            | {
                "id": each.tile.id,
                "width": each.tile.width,
                "unfiltered": list(each.unfiltered),
                "where": list(each.tile.definition.raw["question"].get("where") or []),
            }
            for each in found
        ],
    }


def shown_dashboard(found: SavedDashboard) -> dict[str, Any]:
    """A dashboard for JSON."""
    return {
        "id": found.id,
        "name": found.name,
        "owner_id": found.owner_id,
        "version": found.version,
        "tiles": found.definition["tiles"],
    }
