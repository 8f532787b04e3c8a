"""`/api/report/sources`: the named sources that reports read, and those outside that an administrator adds."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from api.calls import Call, Calling
from api.lists import envelope_of, list_body
from api.rendering import json_response
from api.resources import expected_version
from api.routers.metrics.door import asker_of, numbers_of, refusals
from api.routers.report.door import shown_sheet
from api.routing import Router, needs
from api.schemas.report.reports import SheetOut
from api.schemas.report.sources import (
    SourceChange,
    SourceFields,
    SourceIn,
    SourceOut,
    SourceTestOut,
    StatementIn,
    TableOut,
)
from reports.sources.marts import MartPlace, is_mart, mart_sources
from reports.sources.outside import Outside, find_outside, outside_of, sealed_for, tested
from reports.sources.places import Kind
from reports.sources.rows_query import RowsQuery
from reports.sources.sheets import READ_RIGHT, rows_sheet
from transactional.identity.models import User
from transactional.kernel.errors import FieldProblem, Invalid, NotFound
from transactional.kernel.ids import new_id
from transactional.kernel.rows import read
from transactional.kernel.session import Session
from transactional.report.models import DataSource
from transactional.report.services.keep_sources import (
    add_source,
    change_source,
    get_source,
    mark_tested,
    remove_source,
)

router = Router(prefix="/api/report/sources", tags=["report"])
_PLACED = {"postgres": ("host", "port", "database", "username", "ssl"), "csv": ("url", "username")}
_DEFAULTS: dict[str, dict[str, Any]] = {"postgres": {"port": 5432, "ssl": "prefer"}, "csv": {}}


@router.get(
    "",
    summary="List the sources that reports read",
    responses={200: {"model": envelope_of(SourceOut)}},
    openapi_extra=needs("report.read"),
)
def listed(request: Request, call: Calling) -> Response:
    """The marts that the asker may read, with load and owner; then those outside, for who may read them."""
    with refusals():
        marts, version = mart_sources(numbers_of(request), asker_of(request))
    shown: list[dict[str, Any]] = [
        {
            "name": each.name,
            "label": each.name,
            "kind": "mart",
            "owner": each.owner,
            "loaded_at": version.loaded_at,
            "data_version": version.id,
        }
        for each in marts
    ]
    if call.principal.may(READ_RIGHT):
        shown += call.read(_all_outside)
    return list_body(shown)


@router.post(
    "",
    summary="Add a source outside",
    status_code=201,
    responses={201: {"model": SourceOut}},
    openapi_extra=needs("source.manage"),
)
def add(given: SourceIn, request: Request, call: Calling) -> Response:
    """The source, tested; one that does not answer is not kept."""
    with refusals():
        if is_mart(numbers_of(request), given.name, asker_of(request)):
            raise Invalid([FieldProblem("name", "is the name of a mart", "taken")])
    _check_fits(given, given.kind)
    placed = _placed(given, given.kind, _DEFAULTS[given.kind])
    told = tested(_described(call, given.name, given.kind, placed, _secret_of(given)))
    made = DataSource(
        id=new_id(),
        name=given.name,
        label=given.label or given.name,
        kind=given.kind,
        description=given.description,
        owner_id=call.principal.user_id,
        settings=placed,
        tested_at=call.services.now(),
    )
    secret = _secret_of(given)

    def work(session: Session) -> dict[str, Any]:
        add_source(session, made, None if secret is None else lambda id_: _sealed(call, session, id_, secret))
        return {**_shown(session, made), "may_write": told.may_write}

    return call.write(work, status=201)


@router.get(
    "/{name}/tables",
    summary="The tables of a source",
    openapi_extra=needs("report.read"),
    responses={200: {"model": envelope_of(TableOut)}},
)
def tables(name: str, request: Request, call: Calling) -> Response:
    """Its tables and their columns, as they are now."""
    numbers, asker = numbers_of(request), asker_of(request)
    with refusals():
        if is_mart(numbers, name, asker):
            place = MartPlace(numbers, name, asker)
            place.close()
            return _listed_tables(place.tables())
    call.principal.check_may(READ_RIGHT)
    return _listed_tables(_named(call, name).open().tables())


@router.post(
    "/{name}/query",
    summary="Ask a source outside by a statement",
    responses={200: {"model": SheetOut}},
    openapi_extra=needs(READ_RIGHT),
)
def query(name: str, given: StatementIn, request: Request, call: Calling) -> Response:
    """The rows of one reading statement; one that would write is refused with 403."""
    with refusals():
        asked = RowsQuery.from_data({"source": name, "statement": given.statement, "limit": given.limit})
        sheet = rows_sheet(numbers_of(request), asked, _named(call, name), asker_of(request), name)
    return json_response(shown_sheet(sheet, None))


@router.get("/{id}", summary="A source outside", responses={200: {"model": SourceOut}}, openapi_extra=needs(READ_RIGHT))
def one(id: UUID, call: Calling) -> Response:  # noqa: A002
    """What is known of it; never what opens it."""
    return json_response(call.read(lambda session: _shown(session, get_source(session, id))))


@router.patch(
    "/{id}",
    summary="Change a source outside",
    responses={200: {"model": SourceOut}},
    openapi_extra=needs("source.manage"),
)
def change(id: UUID, given: SourceChange, request: Request, call: Calling) -> Response:  # noqa: A002
    """The source as changed, tested anew."""
    expected, _ = expected_version(request, given.version)
    before, kept = call.read(lambda session: _with_secret(session, call, id))
    _check_fits(given, before.kind, holds="url" if "url" in before.settings else "content")
    placed, secret = _placed(given, before.kind, before.settings), _secret_of(given)
    if secret is None and placed != before.settings and kept.secret is not None:
        raise Invalid([FieldProblem("password", "is wanted again for another address or user", "missing")])
    told = tested(_described(call, before.name, before.kind, placed, kept.secret if secret is None else secret))
    values: dict[str, Any] = {"settings": placed, "tested_at": call.services.now()}
    values |= {name: getattr(given, name) for name in ("label", "description") if name in given.model_fields_set}
    values["label"] = values.get("label") or before.label

    def work(session: Session) -> dict[str, Any]:
        seal = None if secret is None else lambda id_: _sealed(call, session, id_, secret)
        changed = change_source(session, id, values, seal, expected=expected)
        return {**_shown(session, changed), "may_write": told.may_write}

    return call.write(work)


@router.post(
    "/{id}/test",
    summary="Test a source outside",
    responses={200: {"model": SourceTestOut}},
    openapi_extra=needs("source.manage"),
)
def test(id: UUID, call: Calling) -> Response:  # noqa: A002
    """How many tables can be read now."""
    _, kept = call.read(lambda session: _with_secret(session, call, id))
    told = tested(kept)

    def work(session: Session) -> dict[str, Any]:
        found = mark_tested(session, id, at=call.services.now())
        return {"tables": told.tables, "may_write": told.may_write, "tested_at": found.tested_at}

    return call.write(work)


@router.delete("/{id}", summary="Remove a source outside", status_code=204, openapi_extra=needs("source.manage"))
def remove(id: UUID, call: Calling) -> Response:  # noqa: A002
    """Nothing; a source that reports read stays."""
    return call.write(lambda session: remove_source(session, id), status=204)


def _all_outside(session: Session) -> list[dict[str, Any]]:
    return [_shown(session, each) for each in read(session, select(DataSource).order_by(DataSource.name))]


def _shown(session: Session, found: DataSource) -> dict[str, Any]:
    owner = session.scalar(select(User.name).where(User.id == found.owner_id))
    return {
        "id": found.id,
        "name": found.name,
        "label": found.label,
        "kind": found.kind,
        "description": found.description,
        "owner": owner or "",
        "settings": found.settings,
        "tested_at": found.tested_at,
        "version": found.version,
    }


def _named(call: Call, name: str) -> Outside:
    found = call.read(lambda session: find_outside(session, call.services.settings, name))
    if found is None:
        raise NotFound(kind="source", id=name)
    return found


def _with_secret(session: Session, call: Call, source_id: UUID) -> tuple[DataSource, Outside]:
    found = get_source(session, source_id)
    return found, outside_of(session, call.services.settings, found)


def _described(call: Call, name: str, kind: str, placed: dict[str, Any], secret: bytes | None) -> Outside:
    return Outside(name, name, kind, None, "", placed, secret, call.services.settings.opened_source_networks)


def _placed(given: SourceFields, kind: str, before: dict[str, Any]) -> dict[str, Any]:
    """Where the source is, after what is said now."""
    said = {name: getattr(given, name) for name in _PLACED[kind] if name in given.model_fields_set}
    return {name: value for name, value in {**before, **said}.items() if value is not None}


def _check_fits(given: SourceFields, kind: str, *, holds: str | None = None) -> None:
    """Nothing where all that is said belongs to a kind, and to a file that is here or elsewhere.  Raises: Invalid."""
    about = {*_PLACED[kind], "label", "description", "password", "version", "name", "kind"}
    about |= {"content"} if kind == "csv" else set()
    about -= {"url", "username", "password"} if kind == "csv" and holds == "content" else set()
    about -= {"content"} if holds == "url" else set()
    strange = sorted(given.model_fields_set - about)
    if strange:
        raise Invalid([FieldProblem(name, "this source has none", "none_required") for name in strange])


def _secret_of(given: SourceFields) -> bytes | None:
    secret = given.password or given.content
    return secret.get_secret_value().encode() if secret else None


def _sealed(call: Call, session: Session, source_id: UUID, secret: bytes) -> bytes:
    return sealed_for(session, call.services.settings, source_id, secret)


def _listed_tables(found: Any) -> Response:
    return list_body([{"name": name, "columns": _columns(columns)} for name, columns in found.items()])


def _columns(columns: dict[str, Kind]) -> list[dict[str, str]]:
    return [{"name": name, "type": kind} for name, kind in columns.items()]
