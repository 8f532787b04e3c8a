"""Headers that keep browsers from doing with our pages what we never ask for, on each of them and on every file."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = (
    # Charts are drawn by code that the page's own scripts make, so what may run is not limited further; who may frame
    # the pages is: a click in a frame could be meant for something else.
    (b"content-security-policy", b"frame-ancestors 'self'; object-src 'none'; base-uri 'self'; form-action 'self'"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)


class Guarded:
    """Adds the headers to every answer that does not bring them."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message["headers"])
                names = {name.lower() for name, _ in given}
                message = {**message, "headers": [*given, *(each for each in HEADERS if each[0] not in names)]}
            await send(message)

        await self._app(scope, receive, guarded if scope["type"] == "http" else send)
