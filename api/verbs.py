"""What every verb of a document does around its service: see the document, act, show what came of it.

A verb that is nothing but its service is a declaration:

    add_transition(router, PURCHASE_ORDERS, "close", close_orders, "Wait no longer", "The order, closed.")
    add_follow_up(
        router, ORDERS, "deliver", deliver_orders, "Hand over", "The delivery.", made=DELIVERIES, takes=DeliveryIn
    )
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import Response

from api.calls import Call, Calling
from api.rendering import shown
from api.resources import version_header
from api.routing import needs
from api.schemas.sales.documents import DatedIn
from transactional.kernel.clock import day_of
from transactional.kernel.records import check_visible, get_record
from transactional.kernel.resource import Resource
from transactional.kernel.schema import shown_schema
from transactional.kernel.session import Session

Made = Callable[[Session], UUID]


class Asking(Protocol):
    """What a client says about a document to be made of another one."""

    def spec(self, document_id: UUID, today: date, /) -> object:
        """The same for the service."""
        ...


Service = Callable[..., Sequence[Any]]
"""`service(session, asked, *, at, ...)`: a verb over a set."""


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


def add_transition(
    router: APIRouter,
    resource: Resource,
    verb: str,
    service: Service,
    summary: str,
    shows: str,
    takes: type[BaseModel] | None = None,
) -> None:
    """Give a resource `POST /{id}/<verb>`: the service over a list of one id and what is said, the document shown."""
    options = _options(resource, verb, summary, shows)

    if takes is None:

        @router.post(f"/{{id}}/{verb}", responses=answers(resource), **options)
        def act_on(id: UUID, call: Calling) -> Response:  # noqa: A002
            return act(call, resource, id, lambda session: service(session, [id], at=call.services.now()))

    else:

        @router.post(f"/{{id}}/{verb}", responses=answers(resource), **options)
        def act_as_told(id: UUID, given: takes, call: Calling) -> Response:  # type: ignore[valid-type]  # noqa: A002
            said, at = given.model_dump(), call.services.now()  # type: ignore[attr-defined]
            return act(call, resource, id, lambda session: service(session, [id], at=at, **said))


def add_cancel(router: APIRouter, resource: Resource, service: Service, shows: str) -> None:
    """Give a resource `POST /{id}/cancel`: taken back on a day, today where none is given, and shown as it then is."""
    options = _options(resource, "cancel", "Take a posted document back", shows)

    @router.post("/{id}/cancel", responses=answers(resource), **options)
    def cancel(id: UUID, call: Calling, given: DatedIn | None = None) -> Response:  # noqa: A002
        on, at = (given.on if given else None) or today(call), call.services.now()
        return act(call, resource, id, lambda session: service(session, [id], on=on, at=at))


def add_follow_up(  # noqa: PLR0913 a route has that many sides
    router: APIRouter,
    resource: Resource,
    verb: str,
    service: Service,
    summary: str,
    shows: str,
    *,
    made: Resource,
    takes: type[Asking],
    is_optional: bool = True,
    names: Mapping[str, Resource] | None = None,
) -> None:
    """Give a resource `POST /{id}/<verb>`: another document made of this one, by what `takes.spec(id, today)` says.

    `names` are fields of the body that hold a record's id, which the asker has to see too.
    """
    options = _options(resource, verb, summary, shows) | {"status_code": 201, "responses": answers(made, 201)}
    body: Any = takes | None if is_optional else takes

    def follow(id: UUID, call: Calling, given: body = None) -> Response:  # noqa: A002
        asked, at = given or takes(), call.services.now()
        new = asked.spec(id, today(call))
        named = {seen: getattr(asked, name) for name, seen in (names or {}).items()}
        sees = [(resource, [id]), *((seen, [key]) for seen, key in named.items() if key is not None)]
        return make(call, made, lambda session: service(session, [new], at=at)[0].id, sees=sees)

    if not is_optional:
        follow.__defaults__ = None
    router.post(f"/{{id}}/{verb}", **options)(follow)


def _options(resource: Resource, verb: str, summary: str, shows: str) -> dict[str, Any]:
    right = needs(f"{resource.thing}.{verb}")
    return {"name": f"{verb}_{resource.thing}", "summary": summary, "description": shows, "openapi_extra": right}
