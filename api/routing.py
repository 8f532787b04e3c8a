"""Routes that let nobody in without the right they name.

    router = Router(prefix="/api/metrics", tags=["metrics"])

    @router.post("/query", openapi_extra=needs("metric.read"))
    def query(asked: QueryBody, call: Calling) -> Response: ...

An endpoint without `needs(...)` or `is_open(...)` does not start: the program refuses to be assembled.
"""

import json
from collections.abc import Callable, Coroutine, Iterator
from decimal import Decimal
from typing import Any

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from api.security import authenticate
from transactional.kernel.errors import BrokenInvariant, FieldProblem, Invalid
from transactional.kernel.principal import Principal

PERMISSION = "x-permission"
OPEN = "open"
SIGNED_IN = "signed-in"


def needs(permission: str) -> dict[str, Any]:
    """What an operation says about the right it asks for; `signed-in` asks for none but a token."""
    return {PERMISSION: permission}


def is_open(reason: str) -> dict[str, Any]:
    """What an operation says that anybody may call, and why."""
    return {PERMISSION: OPEN, "x-open-because": reason, "security": []}


class ExactRequest(Request):
    """A request whose JSON keeps its decimals exactly as they were written."""

    async def json(self) -> Any:
        """The body.  Raises: JSONDecodeError."""
        if not hasattr(self, "_json"):
            self._json = parse_json(await self.body())
        return self._json


def parse_json(body: bytes) -> Any:
    """JSON with exact decimals.  Raises: JSONDecodeError, also for what is no JSON number and for endless nesting."""
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_refuse_constant)
    except json.JSONDecodeError:
        raise
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise json.JSONDecodeError(str(error)[:80], "", 0) from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


class Route(APIRoute):
    """A route that finds out who asks, and whether they may, before anything is read."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler behind the door."""
        handle = super().get_route_handler()
        permission = (self.openapi_extra or {}).get(PERMISSION)
        if permission is None:
            raise BrokenInvariant(f"{sorted(self.methods or ())} {self.path} names no permission")
        known = self._parameters()

        async def guarded(request: Request) -> Response:
            request = ExactRequest(request.scope, request.receive)
            if permission != OPEN:
                principal = await authenticate(request)
                request.scope["state"]["principal"] = principal
                if permission != SIGNED_IN:
                    principal.check_may(permission)
            if known is not None:
                _check_parameters(request, known)
            return await handle(request)

        return guarded

    def _parameters(self) -> frozenset[str] | None:
        """What may stand behind the question mark; nothing where the endpoint reads the address itself."""
        if "parameters" in (self.openapi_extra or {}):
            return None
        return frozenset(_names(self.dependant))


def _names(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        shape = field.field_info.annotation
        # A shape stands for the parameters it has.
        yield from shape.model_fields if isinstance(shape, type) and issubclass(shape, BaseModel) else [field.alias]
    for inner in dependant.dependencies:
        yield from _names(inner)


def _check_parameters(request: Request, known: frozenset[str]) -> None:
    """Nothing where each parameter is known: a misspelt filter would answer another question.  Raises: Invalid."""
    unknown = sorted({name for name in request.query_params if name not in known})
    if unknown:
        reason = "is no parameter of this address"
        raise Invalid([FieldProblem(name[:80], reason, "unknown_parameter") for name in unknown])


class Router(APIRouter):
    """A router of guarded routes."""

    def __init__(self, **options: Any) -> None:
        """Take what APIRouter takes."""
        super().__init__(route_class=Route, **options)


def asker(request: Request) -> Principal:
    """Who asks, in an endpoint that opens no transaction."""
    principal: Principal = request.scope["state"]["principal"]
    return principal
