"""`/api/report/boards`: the ready dashboards of roles."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from api.calls import Calling
from api.lists import envelope_of, list_body
from api.routers.metrics.door import asker_of, numbers_of, refusals
from api.routers.report.dashboards import shown_dashboard, shown_tiles
from api.routing import Router, needs
from api.schemas.report.dashboards import BoardOut, DashboardOut, ShowIn, ShownOut
from api.schemas.report.reports import CopyIn
from reports.dashboards import Board, boards, boards_for, visible_tiles
from transactional.kernel.errors import NotFound
from transactional.kernel.ids import new_id
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Session
from transactional.report.models import SavedDashboard

router = Router(prefix="/api/report/boards", tags=["report"])


@router.get(
    "",
    summary="List the ready dashboards",
    responses={200: {"model": envelope_of(BoardOut)}},
    openapi_extra=needs("report.read"),
)
def listed(request: Request) -> Response:
    """Those with a tile that the asker may see, and those tiles."""
    numbers, asker = numbers_of(request), asker_of(request)
    with refusals():
        found = [
            {"key": each.key, "name": each.titled(asker.locale), "tiles": visible_tiles(numbers, each, asker)}
            for each in boards_for(numbers, asker)
        ]
    return list_body(found)


@router.post(
    "/{key}/show",
    summary="Show a ready dashboard",
    responses={200: {"model": ShownOut}},
    openapi_extra=needs("report.read"),
)
def shown(key: str, given: ShowIn, request: Request) -> Response:
    """Its tiles from one load under one filter; those that the reader may not see are absent."""
    board = _board(key)
    with refusals():
        kept = {each["id"] for each in visible_tiles(numbers_of(request), board, asker_of(request))}
    return shown_tiles(request, [each for each in board.tiles if each.id in kept], given)


@router.post(
    "/{key}/copy",
    summary="Copy a ready dashboard to be changed",
    status_code=201,
    responses={201: {"model": DashboardOut}},
    openapi_extra=needs("report.create"),
)
def copied(key: str, given: CopyIn, request: Request, call: Calling) -> Response:
    """A dashboard of the asker's with the tiles that the asker may see; the original stays as it is."""
    board, asker = _board(key), asker_of(request)
    with refusals():
        tiles = visible_tiles(numbers_of(request), board, asker)
    if not tiles:
        raise NotFound(kind="dashboard", id=key)
    made = SavedDashboard(
        id=new_id(),
        name=given.name or board.titled(asker.locale),
        owner_id=call.principal.user_id,
        definition={"tiles": tiles},
    )

    def work(session: Session) -> dict[str, object]:
        insert_all(session, [made])
        return shown_dashboard(made)

    return call.write(work, status=201)


def _board(key: str) -> Board:
    found = boards().get(key)
    if found is None:
        raise NotFound(kind="dashboard", id=key)
    return found
