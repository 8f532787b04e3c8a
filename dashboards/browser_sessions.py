"""Staying signed in over a reload: a cookie that no script can read, and the clients it leads to, kept here.

Streamlit forgets everything when a page is loaded anew. The cookie holds nothing but a random key; tokens never leave
this process. Another process does not know the key: there one signs in again.
"""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboards.client import Api

COOKIE = "qooerp_session"
PATH = "/browser-session"
KEPT_SECONDS = 12 * 3600.0
_TICKET_SECONDS = 60.0
_SESSIONS_MAX = 10_000


@dataclass(slots=True)
class _Kept:
    client: Api
    until: float


@dataclass(slots=True)
class BrowserSessions:
    """The signed-in clients by the key in the browser's cookie."""

    _kept: dict[str, _Kept] = field(default_factory=dict)
    _tickets: dict[str, tuple[str, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, client: Api) -> str:
        """A ticket that a browser can change once, within a minute, for the cookie of this client."""
        key, ticket, now = secrets.token_urlsafe(32), secrets.token_urlsafe(32), time.monotonic()
        with self._lock:
            self._sweep(now)
            self._kept[key] = _Kept(client, now + KEPT_SECONDS)
            self._tickets[ticket] = (key, now + _TICKET_SECONDS)
        return ticket

    def redeem(self, ticket: str) -> str | None:
        """The cookie's key for a ticket; nothing for one that was used, is too old or was never given."""
        with self._lock:
            key, until = self._tickets.pop(ticket, (None, 0.0))
        return key if until > time.monotonic() else None

    def find(self, key: str | None) -> Api | None:
        """The client a cookie leads to, while somebody is signed in with it."""
        if not key:
            return None
        with self._lock:
            found = self._kept.get(key)
            if found is None or found.until < time.monotonic() or found.client.tokens is None:
                self._kept.pop(key, None)
                return None
            return found.client

    def forget(self, client: Api) -> None:
        """Nothing leads to this client any more."""
        with self._lock:
            self._kept = {key: kept for key, kept in self._kept.items() if kept.client is not client}

    def _sweep(self, now: float) -> None:
        self._tickets = {ticket: kept for ticket, kept in self._tickets.items() if kept[1] > now}
        self._kept = {key: kept for key, kept in self._kept.items() if kept.until > now and kept.client.tokens}
        while len(self._kept) >= _SESSIONS_MAX:
            self._kept.pop(next(iter(self._kept)))


SESSIONS = BrowserSessions()
"""Those of this process."""


async def _redeem(request: Request) -> Response:
    """The cookie for a ticket."""
    key = SESSIONS.redeem((await request.body()).decode("ascii", "replace"))
    if key is None:
        return Response(status_code=410)
    answer = Response(status_code=204)
    is_https = request.headers.get("x-forwarded-proto", request.url.scheme) == "https"
    answer.set_cookie(
        COOKIE, key, max_age=int(KEPT_SECONDS), path="/", httponly=True, samesite="strict", secure=is_https
    )
    return answer


async def _end(request: Request) -> Response:  # noqa: ARG001  # the shape of an endpoint
    """The cookie taken away."""
    answer = Response(status_code=204)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return answer


ROUTES = [Route(PATH, _redeem, methods=["POST"]), Route(PATH, _end, methods=["DELETE"])]
"""What the web server answers besides the pages."""
