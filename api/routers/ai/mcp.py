"""`POST /api/ai/mcp`: the Model Context Protocol over streamable HTTP, one request at a time."""

from __future__ import annotations

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from api.errors import problem_response
from api.routing import SIGNED_IN, Router, needs

router = Router(prefix="/api/ai", tags=["ai"])
_CARRIED = ("authorization", "x-tenant", "accept-language", "x-correlation-id")
"""What a call inside takes over from the request outside: who asks, and in which language."""


@router.post("/mcp", summary="Talk the Model Context Protocol", openapi_extra=needs(SIGNED_IN))
async def talk(request: Request) -> Response:
    """Verbs of the metrics layer and of the assistant for a client program; each asks with the caller's token."""
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager  # noqa: PLC0415  # heavy, seldom

    from ai.mcp.server import make_server  # noqa: PLC0415  # heavy, seldom

    body = await request.body()
    headers = {name: request.headers[name] for name in _CARRIED if name in request.headers}
    inside = httpx.ASGITransport(app=request.app, raise_app_exceptions=False)
    base = f"http://{request.headers.get('host', '127.0.0.1')}"
    async with httpx.AsyncClient(transport=inside, base_url=base, headers=headers) as client:
        manager = StreamableHTTPSessionManager(make_server(client), json_response=True, stateless=True)
        answer = _Captured(body)
        async with manager.run():
            await manager.handle_request(request.scope, answer.receive, answer.send)
    return answer.response(request)


class _Captured:
    """The other end of an ASGI conversation whose request is already read and whose answer is short."""

    def __init__(self, body: bytes) -> None:
        """Hold the request."""
        self._body = body
        self._status = 500
        self._headers: list[tuple[bytes, bytes]] = []
        self._answer = bytearray()

    async def receive(self) -> Message:
        """The request, whole."""
        return {"type": "http.request", "body": self._body, "more_body": False}

    async def send(self, message: Message) -> None:
        """Take a part of the answer."""
        if message["type"] == "http.response.start":
            self._status, self._headers = message["status"], list(message["headers"])
        else:
            self._answer += message.get("body", b"")

    def response(self, request: Request) -> Response:
        """The answer; what the protocol's library refuses by a bare word is told as any other refusal."""
        if not any(name.lower() == b"content-type" for name, _ in self._headers) and self._answer:
            return problem_response(request, self._status, "mcp_refused", self._answer.decode(errors="replace"))
        made = Response(bytes(self._answer), self._status)
        made.raw_headers = self._headers
        return made
