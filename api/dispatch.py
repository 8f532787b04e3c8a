"""From a path to its routers: looked up, where a list of all of them was gone through for every request.

Every path is `/api/<module>/<plural>/...`, or shorter: what a request is for is found among the few routers that have
paths below the same three words, in the order in which they were included.
"""

from collections import defaultdict
from collections.abc import Sequence

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_WORDS = 3


class Dispatcher:
    """Serves HTTP from the routers of a path; anything else goes on to where it went before."""

    def __init__(self, routes: Sequence[BaseRoute], otherwise: ASGIApp) -> None:
        """Note what begins how."""
        self._otherwise = otherwise
        groups: defaultdict[str, list[BaseRoute]] = defaultdict(list)
        for route in routes:
            for key in dict.fromkeys(_key(context.path or "") for context in iter_route_contexts([route])):
                groups[key].append(route)
        open_ones = [key for key in groups if "{" in key]
        if open_ones:
            raise ValueError(f"a path's first {_WORDS} words are no parameters: {open_ones}")
        self._routers = {key: Router(found, redirect_slashes=False) for key, found in groups.items()}
        self._nowhere = Router(redirect_slashes=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._otherwise(scope, receive, send)
            return
        router = self._routers.get(_key(scope["path"]), self._nowhere)
        if scope["method"] == "HEAD":
            await _answer_without_body(router, scope, receive, send)
        else:
            await router(scope, receive, send)


async def _answer_without_body(router: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """What GET would be answered, all but the body (RFC 9110, 9.3.2)."""
    asked = {**scope, "method": "GET"}

    async def send_head(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    try:
        await router(asked, receive, send_head)
    finally:
        if "route" in asked:
            scope["route"] = asked["route"]


def _key(path: str) -> str:
    return "/".join(path.split("/", _WORDS + 1)[: _WORDS + 1])
