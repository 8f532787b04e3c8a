"""The application, assembled: `create_app()` for a server, with services of their own for tests."""

import importlib
import pkgutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import cache

import anyio.to_thread
from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

import api.routers
from api.completions import completions_router
from api.context import Services, open_services
from api.database_errors import install_database_handlers
from api.dispatch import Dispatcher
from api.duplicates import duplicates_router
from api.errors import install_handlers
from api.middleware import Edge
from api.openapi import document_of
from api.rendering import json_response
from api.resources import router_for
from api.routing import Router, is_open
from api.warming import warm_up
from runtime.settings import Settings, load_settings
from runtime.version import VERSION
from transactional.resources import RESOURCES

THREADS = 16
"""Requests worked on at once in one process, each with a connection of its own."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; its services open when it starts, unless somebody has put them there."""
    settings = settings or load_settings()
    app = FastAPI(
        title="qooerp",
        version=VERSION,
        summary="An analytics-first ERP",
        description="Conventions, errors and rights are the same everywhere: see docs.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_lifespan(settings),
        middleware=[*_cors(settings), Middleware(Edge, **_limits(settings))],
        redirect_slashes=False,
        # We trace and measure ourselves, and nobody's environment makes the library report anywhere.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    install_handlers(app)
    install_database_handlers(app)
    # Including a router would build each of its routes again, and look each request's up twice.
    app.router.routes.extend(_routes())
    app.router.middleware_stack = Dispatcher(app.router.routes, app.router.app)
    app.openapi = lambda: document_of(app)  # type: ignore[method-assign]
    return app


def _limits(settings: Settings) -> dict[str, int]:
    return {"body_bytes_max": settings.body_bytes_max, "file_bytes_max": settings.file_bytes_max}


def _cors(settings: Settings) -> list[Middleware]:
    """Closed unless an operator names the pages that may ask."""
    origins = [origin for origin in settings.cors_origins.split(",") if origin]
    if not origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST", "PATCH", "DELETE"],
            allow_headers=["authorization", "content-type", "idempotency-key", "if-match", "x-correlation-id"],
            expose_headers=["etag", "x-correlation-id"],
        )
    ]


def _lifespan(settings: Settings):  # type: ignore[no-untyped-def]  # noqa: ANN202  # FastAPI's own type is generic
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        given: Services | None = getattr(app.state, "services", None)
        if given is None:
            app.state.services = open_services(settings, connections=THREADS)
            warm_up(app.state)
        yield
        if given is None:
            app.state.services.close()

    return lifespan


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """What every application of a process serves: no setting changes a route."""
    return tuple(route for router in _routers() for route in router.routes)


def _routers() -> Iterator[APIRouter]:
    """Hand-written routers first: `/orders/open` must not be taken for an order's id."""
    yield _document_router()
    yield from _written_routers()
    for resource in RESOURCES:
        if resource.completed:
            yield completions_router(resource)
        if resource.alike:
            yield duplicates_router(resource)
        yield router_for(resource)


def _written_routers() -> Iterator[APIRouter]:
    """The `router` of every module below `api/routers`: a router itself, or a function that makes one."""
    for found in sorted(pkgutil.walk_packages(api.routers.__path__, "api.routers."), key=lambda each: each.name):
        if found.ispkg:
            continue
        made = getattr(importlib.import_module(found.name), "router", None)
        if isinstance(made, APIRouter):
            yield made
        elif callable(made):
            yield made()


def _document_router() -> APIRouter:
    routes = Router(tags=["system"])

    @routes.get("/openapi.json", summary="This document", openapi_extra=is_open("it holds no data"))
    async def document(request: Request) -> Response:
        return json_response(document_of(request.app))

    return routes
