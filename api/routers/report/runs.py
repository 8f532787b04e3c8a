"""`/api/report/runs`: files written in the background."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from api.calls import Call, Calling
from api.lists import envelope_of, list_body
from api.rendering import json_response
from api.routers.metrics.door import asker_of, numbers_of, refusals
from api.routers.report.door import definition_of, outside_for, saved
from api.routers.report.running import FILES, as_file, queued, shown_run
from api.routing import Router, needs
from api.schemas.report.reports import RunJobIn, RunOut
from reports.run import Request as Asked
from reports.run import check_definition
from transactional.kernel.errors import FieldProblem, Invalid, NotFound
from transactional.kernel.rows import find_one, lock_by_id, update_all
from transactional.kernel.session import Session
from transactional.report.errors import RunFinished, RunNotDone
from transactional.report.models import ReportRun, RunPart
from transactional.report.queries import page

router = Router(prefix="/api/report/runs", tags=["report"])
_OPEN = ("waiting", "running")


@router.post(
    "",
    summary="Have a report written to a file",
    status_code=202,
    responses={202: {"model": RunOut}},
    openapi_extra=needs("metric.export"),
)
def create(given: RunJobIn, request: Request, call: Calling) -> Response:
    """The run; a worker writes it with the rights that the asker has then."""
    if (given.report_id is None) == (given.definition is None):
        raise Invalid([FieldProblem("report_id", "a report_id or a definition is expected, not both", "one_of_both")])
    name, number = "", None
    if given.report_id is not None:
        report, definition, number = saved(call, given.report_id, given.version)
        name = report.name
        with refusals():
            check_definition(numbers_of(request), definition, asker_of(request), outside_for(request, definition))
    else:
        definition = definition_of(request, given.definition)  # type: ignore[arg-type]  # one of both is there
    with refusals():
        definition.rows_with(given.parameters)
        definition.question_at(numbers_of(request).today(), values=given.parameters, period=given.period)
    asked = Asked(definition, name, given.parameters, given.period, number)
    return queued(request, call, asked, given.format, given.report_id)


@router.get(
    "",
    summary="List one's runs",
    responses={200: {"model": envelope_of(RunOut)}},
    openapi_extra=needs("report.read"),
)
def listed(call: Calling, limit: Annotated[int, Query(ge=1, le=500)] = 50, cursor: UUID | None = None) -> Response:
    """One's own, newest first."""
    wanted = select(ReportRun).where(ReportRun.user_id == call.principal.user_id)
    rows, following = call.read(lambda session: page(session, wanted, ReportRun, limit=limit, cursor=cursor))
    return list_body([shown_run(each) for each in rows], next_cursor=str(following) if following else None)


@router.get("/{id}", summary="A run", responses={200: {"model": RunOut}}, openapi_extra=needs("report.read"))
def one(id: UUID, call: Calling) -> Response:  # noqa: A002
    """The run with its progress."""
    return json_response(call.read(lambda session: shown_run(_own(session, id, call))))


@router.post(
    "/{id}/cancel", summary="Stop a run", responses={200: {"model": RunOut}}, openapi_extra=needs("report.read")
)
def cancel(id: UUID, call: Calling) -> Response:  # noqa: A002
    """The run; one that is being written stops after the part at hand."""

    def work(session: Session) -> dict[str, Any]:
        _own(session, id, call)
        [run] = lock_by_id(session, ReportRun, [id])
        if run.state not in _OPEN:
            raise RunFinished(state=run.state)
        run.is_cancel_asked = True
        if run.state == "waiting":
            run.state, run.finished_at = "cancelled", call.services.now()
        update_all(session, [run], ReportRun.is_cancel_asked, ReportRun.state, ReportRun.finished_at)
        return shown_run(run)

    return call.write(work)


@router.get("/{id}/file", summary="The file of a run", responses=FILES, openapi_extra=needs("metric.export"))
def file(id: UUID, call: Calling) -> Response:  # noqa: A002
    """The file, part by part."""
    run = call.read(lambda session: _own(session, id, call))
    if run.state != "done":
        raise RunNotDone(state=run.state)
    return as_file(_parts(call, id), run.name, run.format)


def _parts(call: Call, run_id: UUID) -> Iterator[bytes]:
    position = 0
    while True:
        part = call.read(partial(_part, run_id=run_id, position=position))
        if part is None:
            return
        yield part
        position += 1


def _part(session: Session, *, run_id: UUID, position: int) -> bytes | None:
    wanted = select(RunPart.content).where(RunPart.run_id == run_id, RunPart.position == position)
    found: bytes | None = session.execute(wanted).scalar_one_or_none()
    return found


def _own(session: Session, run_id: UUID, call: Call) -> ReportRun:
    wanted = select(ReportRun).where(ReportRun.id == run_id, ReportRun.user_id == call.principal.user_id)
    found = find_one(session, wanted)
    if found is None:
        raise NotFound(kind="run", id=run_id)
    return found
