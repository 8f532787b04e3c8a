"""`GET /api/system/status`: each service and instance, its release, how long it runs and whether it can serve."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from api.context import look_around
from api.rendering import json_response
from api.routing import Router, needs
from api.security import services_of
from runtime.instances import Instance, instances

_WORST = ("down", "not ready", "ready")


class InstanceShown(BaseModel):
    """One process of a service."""

    model_config = ConfigDict(extra="forbid")

    host: str
    process: int
    version: str
    state: Literal["ready", "not ready", "down"] = Field(description="`down` when it has been silent for 7 seconds.")
    started_at: datetime
    seen_at: datetime
    uptime_seconds: int
    missing: list[str] = Field(description="What it needs and does not have.")


class ServiceShown(BaseModel):
    """One service with its instances."""

    model_config = ConfigDict(extra="forbid")

    service: str
    state: Literal["ready", "not ready", "down"] = Field(description="The worst of its instances'.")
    instances: list[InstanceShown]


class StatusShown(BaseModel):
    """Everything that runs."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["ready", "not ready", "down"]
    services: list[ServiceShown]
    checks: dict[str, bool] = Field(description="What the answering process needs, and whether it is there.")


def router() -> APIRouter:
    """The route `/api/system/status`."""
    routes = Router(prefix="/api/system/status", tags=["system"])

    @routes.get(
        "",
        summary="Which services and instances run",
        responses={200: {"model": StatusShown}},
        openapi_extra=needs("status.read"),
    )
    def status(request: Request) -> Response:
        services = services_of(request)
        now = datetime.now(UTC)
        by_service: dict[str, list[dict[str, Any]]] = {}
        for each in instances(services.settings.home, now=now):
            by_service.setdefault(each.service, []).append(_shown(each, now))
        listed = [
            {"service": name, "state": _worst(found), "instances": found} for name, found in sorted(by_service.items())
        ]
        checks = look_around(services)
        own = {"state": "ready" if all(checks.values()) else "not ready"}
        return json_response({"state": _worst([*listed, own]), "services": listed, "checks": checks})

    return routes


def _shown(each: Instance, now: datetime) -> dict[str, Any]:
    return {
        "host": each.host,
        "process": each.process,
        "version": each.version,
        "state": each.state(now),
        "started_at": each.started_at,
        "seen_at": each.seen_at,
        "uptime_seconds": max(0, int((each.seen_at - each.started_at).total_seconds())),
        "missing": [name for name, is_there in each.checks.items() if not is_there],
    }


def _worst(found: list[dict[str, Any]]) -> str:
    states = {each["state"] for each in found}
    return next(state for state in _WORST if state in states)
