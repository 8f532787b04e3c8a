"""Whether the process lives, whether it can serve, and what it counted."""

from fastapi import APIRouter
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from api.context import Services, look_around
from api.errors import problem_response
from api.rendering import json_response
from api.routing import Router, is_open
from runtime.exposition import may_read_metrics

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
        checks = look_around(services)
        if all(checks.values()):
            return json_response({"status": "ready", "checks": checks})
        missing = ", ".join(name.replace("_", " ") for name, there in checks.items() if not there)
        return problem_response(request, 503, "not_ready", f"Not ready: {missing} missing.", more={"checks": checks})

    @routes.get(
        "/metrics",
        response_class=PlainTextResponse,
        openapi_extra=is_open("monitors are known by their network or their own token"),
    )
    async def metrics(request: Request) -> Response:
        services: Services = request.app.state.services
        address = request.client.host if request.client else None
        if not may_read_metrics(services.settings, address, request.headers.get("authorization", "")):
            detail = "Ask from the monitoring network or with the monitoring token."
            return problem_response(request, 403, "not_monitoring", detail)
        services.telemetry.look(services)
        return PlainTextResponse(services.telemetry.text(), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return routes
