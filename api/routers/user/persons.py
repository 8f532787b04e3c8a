"""What is known about a person: told as one archive, and replaced by a pseudonym."""

import io
import zipfile
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy import select
from starlette.responses import Response

from api.calls import Call, Calling
from api.lists import envelope_of, list_body
from api.rendering import json_response, to_json
from api.routing import SIGNED_IN, Router, needs
from transactional.flows.erase_persons import erase_person
from transactional.flows.export_persons import personal_files, personal_tables
from transactional.identity.models import Erasure
from transactional.identity.resources import USERS
from transactional.kernel.audit import note
from transactional.kernel.errors import BrokenInvariant
from transactional.kernel.rows import read, read_by_id
from transactional.kernel.schema import Shown
from transactional.kernel.session import Session
from transactional.organization.resources import EMPLOYEES
from transactional.scm.resources import CONTACTS, CUSTOMERS, SUPPLIERS

_LISTED_MAX = 500
_ARCHIVE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A ZIP archive: a JSON file a table, the files made for the person, and a list of both.",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class ErasureShown(Shown):
    """A person whose data was replaced, and how far that has come."""

    id: UUID
    subject_kind: str
    subject_id: UUID
    pseudonym: str
    state: str = Field(description="asked, replaced in tables and files, or done: no older reader has it open.")
    places: dict[str, int] = Field(description="How many rows or places were changed, by table and file.")
    created_at: datetime
    replaced_at: datetime | None
    done_at: datetime | None


def router() -> APIRouter:
    """The routes about persons."""
    routes = Router(tags=["user"])
    _add_own(routes)
    for resource in (USERS, EMPLOYEES, CUSTOMERS, SUPPLIERS, CONTACTS):
        _add_export(routes, resource.path, resource.thing)
        _add_erase(routes, resource.path, resource.thing)
    _add_erasures(routes)
    return routes


def _add_own(routes: Router) -> None:
    @routes.get(
        "/api/auth/me/personal-data",
        name="export_own_data",
        summary="Everything that is known about oneself, as one archive",
        responses=_ARCHIVE,
        response_class=Response,
        openapi_extra=needs(SIGNED_IN),
    )
    def own(call: Calling) -> Response:
        if call.principal.user_id is None:
            raise BrokenInvariant("nobody is signed in")
        return _archive(call, "user", call.principal.user_id)


def _add_export(routes: Router, path: str, kind: str) -> None:
    @routes.get(
        f"{path}/{{id}}/personal-data",
        name=f"export_data_of_{kind}",
        summary=f"Everything that is known about a {kind}, as one archive",
        responses=_ARCHIVE,
        response_class=Response,
        openapi_extra=needs("person.export"),
    )
    def export(id: UUID, call: Calling) -> Response:  # noqa: A002
        return _archive(call, kind, id)


def _archive(call: Call, kind: str, subject_id: UUID) -> Response:
    def work(session: Session) -> bytes:
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            contents: dict[str, int] = {}
            for table, rows in personal_tables(session, kind, subject_id).items():
                archive.writestr(f"{table}.json", to_json(rows))
                contents[f"{table}.json"] = len(rows)
            for name, file in personal_files(session, kind, subject_id):
                archive.writestr(name, file)
                contents[name] = 1
            archive.writestr("contents.json", to_json({"kind": kind, "id": subject_id, "contents": contents}))
        note(session, "export", f"person.{kind}", subject_id, {"contents": contents})
        return content.getvalue()

    headers = {"Content-Disposition": f'attachment; filename="personal-data-{subject_id}.zip"'}
    return Response(call.read(work), 200, headers, "application/zip")


def _add_erase(routes: Router, path: str, kind: str) -> None:
    @routes.post(
        f"{path}/{{id}}/erase",
        name=f"erase_{kind}",
        summary=f"Replace all that names a {kind} by a pseudonym, for ever",
        responses={200: {"model": ErasureShown}},
        openapi_extra=needs("person.erase"),
    )
    def erase(id: UUID, call: Calling) -> Response:  # noqa: A002
        def work(session: Session) -> dict[str, Any]:
            erasure = erase_person(session, kind, id, at=call.services.now())
            return _shown(read_by_id(session, Erasure, [erasure.id])[erasure.id])

        response = call.write(work)
        call.services.rights.forget()
        return response


def _add_erasures(routes: Router) -> None:
    @routes.get(
        "/api/user/erasures",
        name="list_erasures",
        summary="The persons whose data was replaced, newest first",
        responses={200: {"model": envelope_of(ErasureShown)}},
        openapi_extra=needs("person.erase"),
    )
    def erasures(call: Calling) -> Response:
        newest = select(Erasure).order_by(Erasure.id.desc()).limit(_LISTED_MAX)
        return list_body([_shown(each) for each in call.read(lambda session: read(session, newest))])

    @routes.get(
        "/api/user/erasures/{id}",
        name="get_erasure",
        summary="How far the replacing of a person's data has come",
        responses={200: {"model": ErasureShown}},
        openapi_extra=needs("person.erase"),
    )
    def erasure(id: UUID, call: Calling) -> Response:  # noqa: A002
        return json_response(_shown(call.read(lambda session: read_by_id(session, Erasure, [id])[id])))


def _shown(erasure: Erasure) -> dict[str, Any]:
    return {name: getattr(erasure, name, None) for name in ErasureShown.model_fields}
