"""From a path to its routers: looked up, where a list of all of them was gone through for every request.

Every path is `/api/<module>/<plural>/...`, or shorter: what a request is for is found among the few routers that have
paths below the same three words, in the order in which they were included.
"""

from collections import defaultdict
from collections.abc import Sequence

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Router
from starlette.types import ASGIApp, Receive, Scope, Send

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
        if scope["type"] == "http":
            await self._routers.get(_key(scope["path"]), self._nowhere)(scope, receive, send)
        else:
            await self._otherwise(scope, receive, send)


def _key(path: str) -> str:
    return "/".join(path.split("/", _WORDS + 1)[: _WORDS + 1])
