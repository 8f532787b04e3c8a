"""What every verb of a document does around its service: see the document, act, show what came of it."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from starlette.responses import Response

from api.calls import Call
from api.rendering import shown
from api.resources import version_header
from transactional.kernel.clock import day_of
from transactional.kernel.records import check_visible, get_record
from transactional.kernel.resource import Resource
from transactional.kernel.schema import shown_schema
from transactional.kernel.session import Session

Made = Callable[[Session], UUID]


def today(call: Call) -> date:
    """The day a document is dated by where none is given."""
    return day_of(call.services.now())


def make(
    call: Call, resource: Resource, made: Made, *, sees: Sequence[tuple[Resource, Sequence[UUID]]] = ()
) -> Response:
    """The answer to making a document: 201, with the document."""
    return _answer(call, resource, made, sees, status=201)


def act(call: Call, resource: Resource, document_id: UUID, verb: Callable[[Session], Any]) -> Response:
    """The answer to a transition: the document as it is afterwards."""

    def work(session: Session) -> UUID:
        verb(session)
        return document_id

    return _answer(call, resource, work, [(resource, [document_id])], status=200)


def _answer(
    call: Call, resource: Resource, made: Made, sees: Sequence[tuple[Resource, Sequence[UUID]]], *, status: int
) -> Response:
    def work(session: Session) -> dict[str, Any]:
        for seen, ids in sees:
            check_visible(session, seen, ids, by=call.principal)
        document_id = made(session)
        return shown(get_record(session, resource, document_id, by=call.principal))

    return call.write(work, status=status, headers=version_header)


def answers(resource: Resource, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """What an operation that shows a document says about its answer."""
    return {status: {"model": shown_schema(resource, with_lines=True)}}
