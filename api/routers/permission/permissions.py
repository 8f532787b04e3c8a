"""The rights there are."""

from fastapi import APIRouter
from starlette.responses import Response

from api.lists import envelope_of, list_body
from api.routing import Router, needs
from transactional.identity.rights import RIGHTS_ELSEWHERE
from transactional.kernel.schema import Shown
from transactional.resources import BY_THING, RIGHTS

_PLAIN = {
    "read": "See",
    "create": "Make",
    "update": "Change",
    "delete": "Delete",
    "export": "Export",
    "import": "Import",
}


class PermissionShown(Shown):
    """A right and what it allows."""

    code: str
    thing: str
    does: str


def router() -> APIRouter:
    """The routes under `/api/permission/permissions`."""
    routes = Router(prefix="/api/permission/permissions", tags=["permission"])

    @routes.get(
        "",
        summary="Every right a role may grant",
        responses={200: {"model": envelope_of(PermissionShown)}},
        openapi_extra=needs("permission.read"),
    )
    async def permissions() -> Response:
        return list_body([_shown(code) for code in sorted(RIGHTS)])

    return routes


def _shown(code: str) -> dict[str, str]:
    thing, _, act = code.partition(".")
    return {"code": code, "thing": thing, "does": RIGHTS_ELSEWHERE.get(code) or _does(thing, act)}


def _does(thing: str, act: str) -> str:
    resource = BY_THING[thing]
    told = next((verb.does for verb in resource.verbs if verb.name == act), None)
    return told or f"{_PLAIN[act]}: {resource.label.lower()}"
