"""Whether the process lives, whether it can serve, and what it counted."""

import json
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from api.context import Services
from api.errors import problem_response
from api.rendering import json_response
from api.routing import Router, is_open
from runtime.settings import Settings

PATHS = ("/health/live", "/health/ready", "/metrics")


class Alive(BaseModel):
    """The process answers."""

    status: str


class Ready(BaseModel):
    """What serving needs, and whether it is there."""

    status: str
    checks: dict[str, bool]


def router() -> APIRouter:
    """The routes outside `/api`, open to monitors."""
    routes = Router(tags=["health"])

    @routes.get("/health/live", responses={200: {"model": Alive}}, openapi_extra=is_open("monitors have no token"))
    async def live() -> Response:
        return json_response({"status": "alive"})

    @routes.get("/health/ready", responses={200: {"model": Ready}}, openapi_extra=is_open("monitors have no token"))
    def ready(request: Request) -> Response:
        services: Services = request.app.state.services
        checks = {"database": _database_answers(services), "published_marts": _is_published(services.settings)}
        if all(checks.values()):
            return json_response({"status": "ready", "checks": checks})
        missing = ", ".join(name.replace("_", " ") for name, there in checks.items() if not there)
        return problem_response(request, 503, "not_ready", f"Not ready: {missing} missing.", more={"checks": checks})

    @routes.get(
        "/metrics",
        response_class=PlainTextResponse,
        openapi_extra=is_open("monitors have no token"),
    )
    async def metrics(request: Request) -> Response:
        services: Services = request.app.state.services
        return PlainTextResponse(services.telemetry.text(), media_type="text/plain; version=0.0.4")

    return routes


def _database_answers(services: Services) -> bool:
    try:
        with services.database.outside_tenants() as session:
            return bool(session.execute(text("select 1")).scalar_one())
    except SQLAlchemyError:
        return False


def _is_published(settings: Settings) -> bool:
    try:
        version: Any = json.loads((settings.lake_dir / "version.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(version, dict) and bool(version.get("marts"))
