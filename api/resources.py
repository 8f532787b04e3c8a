"""The endpoints of every declared resource, made from its declaration."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from api.calls import Call, Calling
from api.database_errors import PointedAt
from api.documents import DOCUMENT_IMPORTS
from api.errors import PreconditionFailed, VersionMissing
from api.exports import add_export
from api.imports import FORGETTERS, add_document_import, add_import
from api.lists import envelope_of, list_parameters, page_body, query_of
from api.paper_forms import PAPERS
from api.papers import add_paper
from api.rendering import json_response, shown
from api.routing import Router, needs
from api.trails import add_trails
from transactional.assistant.services.complete_records import fill_in
from transactional.kernel.audit import note
from transactional.kernel.duplicates import refuse_likely
from transactional.kernel.errors import StaleVersion, invalid
from transactional.kernel.listing import list_page
from transactional.kernel.records import change_record, count_users, create_records, delete_record, get_record
from transactional.kernel.resource import Resource
from transactional.kernel.schema import change_schema, create_schema, shown_schema
from transactional.kernel.session import Session
from transactional.resources import resource_of_table

RefuseLikely = Annotated[
    bool, Query(description="Refuse (409 `likely_duplicate`, naming them in `likely`) where alike ones are there.")
]
OWN_CREATE = frozenset({"user", "fiscal_year", "company", "item_cost"})
"""Things with a create endpoint of their own, because a rule is behind it."""


def router_for(resource: Resource) -> Router:
    """The router of one resource."""
    router = Router(prefix=resource.path, tags=[resource.module])
    _add_list(router, resource)
    if "create" in resource.actions and resource.thing not in OWN_CREATE:
        _add_create(router, resource)
    add_export(router, resource)
    if "import" in resource.actions:
        declared = DOCUMENT_IMPORTS.get(resource.thing)
        if declared:
            add_document_import(router, declared)
        else:
            add_import(router, resource)
    _add_get(router, resource)
    if "update" in resource.actions:
        _add_change(router, resource)
    if "delete" in resource.actions:
        _add_delete(router, resource)
    add_trails(router, resource)
    if resource.thing in PAPERS:
        add_paper(router, PAPERS[resource.thing])
    return router


def id_type(resource: Resource) -> Any:
    """The type of a resource's ids in a path."""
    kind = resource.identity.type.python_type
    return Annotated[kind, Path(description=f"The id of the {resource.label.lower()}.", **_bounds(kind))]


def _bounds(kind: type[Any]) -> dict[str, Any]:
    if kind is int:
        return {"ge": 1, "le": 2**63 - 1}
    return {} if kind is UUID else {"max_length": 40, "pattern": "^[A-Za-z0-9_-]+$"}


def _name(resource: Resource, verb: str) -> str:
    return f"{verb}_{resource.module}_{resource.plural}".replace("-", "_")


def _add_list(router: Router, resource: Resource) -> None:
    @router.get(
        "",
        name=_name(resource, "list"),
        summary=f"List: {resource.label.lower()}",
        responses={200: {"model": envelope_of(shown_schema(resource, with_lines=False))}},
        openapi_extra=needs(f"{resource.thing}.read") | {"parameters": list_parameters(resource)},
    )
    def list_records(request: Request, call: Calling) -> Response:
        query = query_of(request)
        page = call.read(lambda session: list_page(session, resource, query, by=call.principal))
        return page_body(page)


def _add_get(router: Router, resource: Resource) -> None:
    key = id_type(resource)

    @router.get(
        "/{id}",
        name=_name(resource, "get"),
        summary=f"Get: {resource.label.lower()}",
        responses={200: {"model": shown_schema(resource, with_lines=True)}},
        openapi_extra=needs(f"{resource.thing}.read"),
    )
    def get_one(id: key, call: Calling) -> Response:  # type: ignore[valid-type]  # noqa: A002
        record = call.read(lambda session: get_record(session, resource, id, by=call.principal))
        return json_response(shown(record), headers=version_header(record))


def version_header(record: Mapping[str, Any]) -> dict[str, str]:
    """The header that carries a record's version."""
    return {"ETag": f'"{record["version"]}"'} if "version" in record else {}


def _add_create(router: Router, resource: Resource) -> None:
    schema = create_schema(resource)

    def answer(given: BaseModel, call: Call, *, is_refused: bool) -> Response:
        def work(session: Session) -> dict[str, Any]:
            if is_refused:
                refuse_likely(session, resource, _values(given), by=call.principal)
            [completed] = fill_in(session, resource, [_values(given)], by=call.principal, declared=resource_of_table)
            [made] = create_records(session, resource, [completed.values])
            if completed.facts:
                note(session, "complete", resource.table.fullname, made, completed.facts)
            return shown(get_record(session, resource, made, by=call.principal))

        return _forgetting(call, resource, lambda: call.write(work, status=201, headers=version_header))

    post = router.post(
        "",
        name=_name(resource, "create"),
        summary=f"Create: {resource.label.lower()}",
        status_code=201,
        responses={201: {"model": shown_schema(resource, with_lines=True)}},
        openapi_extra=needs(f"{resource.thing}.create"),
    )
    if resource.alike is None:

        @post
        def create(given: schema, call: Calling) -> Response:  # type: ignore[valid-type]
            return answer(given, call, is_refused=False)

    else:

        @post
        def create_unless_likely(given: schema, call: Calling, refuse_likely: RefuseLikely = False) -> Response:  # type: ignore[valid-type]  # noqa: FBT002  # a query parameter, given by name
            return answer(given, call, is_refused=refuse_likely)


def _values(given: BaseModel) -> dict[str, Any]:
    return given.model_dump(exclude_unset=True)


def _add_change(router: Router, resource: Resource) -> None:
    schema, key = change_schema(resource), id_type(resource)

    @router.patch(
        "/{id}",
        name=_name(resource, "change"),
        summary=f"Change: {resource.label.lower()}",
        responses={200: {"model": shown_schema(resource, with_lines=True)}},
        openapi_extra=needs(f"{resource.thing}.update") | {"parameters": [IF_MATCH]},
    )
    def change(id: key, given: schema, request: Request, call: Calling) -> Response:  # type: ignore[valid-type]  # noqa: A002
        values = _values(given)
        version, in_header = expected_version(request, values.pop("version", None))

        def work(session: Session) -> dict[str, Any]:
            change_record(session, resource, id, values, version=version, by=call.principal)
            return shown(get_record(session, resource, id, by=call.principal))

        return _forgetting(
            call, resource, lambda: stale_as_asked(lambda: call.write(work, headers=version_header), in_header)
        )


IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The version that was read, as its ETag said; or send `version` in the body.",
}


def expected_version(request: Request, in_body: int | None) -> tuple[int, bool]:
    """The version a change is about, and whether it came in the header.  Raises: VersionMissing, Invalid."""
    header = request.headers.get("if-match")
    if header is not None:
        digits = header.strip().removeprefix("W/").strip('"')
        if not digits.isdecimal() or len(digits) > 9:  # noqa: PLR2004  # versions are 32-bit numbers
            raise invalid("If-Match", "is no version", "not_version")
        return int(digits), True
    if in_body is None:
        raise VersionMissing
    return in_body, False


def stale_as_asked(answer: Callable[[], Response], in_header: bool) -> Response:  # noqa: FBT001
    """A stale If-Match fails a precondition (412, RFC 9110 13.1.1); a stale `version` is a conflict (409)."""
    try:
        return answer()
    except StaleVersion as error:
        if in_header:
            raise PreconditionFailed(**error.values) from error
        raise


def _add_delete(router: Router, resource: Resource) -> None:
    key = id_type(resource)

    @router.delete(
        "/{id}",
        name=_name(resource, "delete"),
        summary=f"Delete: {resource.label.lower()}",
        status_code=204,
        openapi_extra=needs(f"{resource.thing}.delete") | {"parameters": [IF_MATCH]},
    )
    def delete_one(id: key, request: Request, call: Calling) -> Response:  # type: ignore[valid-type]  # noqa: A002
        version = expected_version(request, None)[0] if "if-match" in request.headers else None

        def work(session: Session) -> None:
            delete_record(session, resource, id, version=version, by=call.principal)

        try:
            return _forgetting(
                call, resource, lambda: stale_as_asked(lambda: call.write(work, status=204), in_header=True)
            )
        except PointedAt as error:
            table = str(error.values["table"])
            raise call.read(lambda session: count_users(session, resource, id, table)) from error


def _forgetting(call: Call, resource: Resource, answer: Callable[[], Response]) -> Response:
    response = answer()
    if resource.thing in FORGETTERS:
        call.services.rights.forget()
    return response
