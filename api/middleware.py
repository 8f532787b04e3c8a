"""Around every request: a trace id, limits, security headers, one log line, and no answer that shows our inside."""

import asyncio
import logging
import re
import time
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Any

from fastapi import HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.admission import HOLD_SECONDS_MAX, Place, Priority, priority_of
from api.callers import buckets_of
from api.context import Services
from api.errors import Busy, TooLarge, domain_response, problem_response, unexpected_response
from api.headers import SECURITY_HEADERS, header, trace_id_of
from api.rate_limits import RateLimited
from runtime.log import trace_id as logged_trace_id
from runtime.trace_store import Kept
from runtime.tracing import Trace, draw
from runtime.tracing import current as current_trace
from transactional.identity.tokens import Claims
from transactional.kernel.errors import DomainError

_SECURITY_NAMES = frozenset(name for name, _ in SECURITY_HEADERS)
IN_FLIGHT_MAX = 1_024
"""Also those that wait for a place or are still sending their body; anybody beyond is refused unseen."""
_SERVER_ERROR, _UNAVAILABLE = 500, 503
_NO_ROUTE = "unknown"
_ODD_PATH = re.compile(rb"%2f|%5c|%00|\\|//|(^|/)(\.|%2e){1,2}(/|$)|[\x00-\x20\x7f]", re.IGNORECASE)
_CONTROL = re.compile(rb"[\r\n\x00]")
_ONCE = frozenset(
    {
        b"host",
        b"content-length",
        b"transfer-encoding",
        b"authorization",
        b"content-type",
        b"x-tenant",
        b"idempotency-key",
    }
)
_access = logging.getLogger("api.access")
_log = logging.getLogger("api")


class Edge:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, *, body_bytes_max: int, file_bytes_max: int) -> None:
        """Wrap the application."""
        self._app = app
        self._body_max, self._file_max = body_bytes_max, file_bytes_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        services: Services = scope["app"].state.services
        priority, claims = priority_of(scope["method"], scope["path"]), None
        if priority is not None:
            claims = services.callers.find(header(scope, b"authorization"))
            try:
                services.limiter.take(buckets_of(scope, claims, services.limiter.limits))
            except RateLimited as refusal:
                await services.refusals.answer(scope, send, refusal, claims)
                return
        await _Exchange(self, scope, receive, send, priority, claims).run(self._app)

    def limit_of(self, content_type: str) -> int:
        """How many bytes a body of this type may have."""
        return self._file_max if content_type.startswith("multipart/form-data") else self._body_max


class _Exchange:
    def __init__(  # what a server hands over, and what was found out about it
        self,
        edge: Edge,
        scope: Scope,
        receive: Receive,
        send: Send,
        priority: Priority | None,
        claims: Claims | None,
    ) -> None:
        self._priority, self._claims = priority, claims
        self.scope, self._receive, self._send = scope, receive, send
        self.state: dict[str, Any] = {"trace_id": "", "host": ""}
        scope["state"] = self.state
        self.request = Request(scope, receive)
        self.services: Services = scope["app"].state.services
        self.status = 500
        self.started = False
        self._bytes = 0
        self._limit = edge.limit_of(self.request.headers.get("content-type", ""))
        self.state["trace_id"] = trace_id_of(scope)
        self.state["host"] = _host(self.request)
        self._read: list[Message] = []
        self._place: Place | None = None

    async def run(self, app: ASGIApp) -> None:
        began_ns = self.state["began_ns"] = time.perf_counter_ns()
        trace = self._trace()
        tracing = current_trace.set(trace) if trace else None
        telemetry = self.services.telemetry
        telemetry.in_flight += 1
        token = logged_trace_id.set(self.state["trace_id"])
        try:
            await self._serve(app)
        except Exception:  # noqa: BLE001  # whatever it was, the client gets a trace id and nothing of our inside
            _log.exception("unexpected", extra={"trace_id": self.state["trace_id"]})
            if not self.started:
                await unexpected_response(self.request)(self.scope, self.receive, self.send)
        finally:
            self._leave()
            telemetry.in_flight -= 1
            self._log((time.perf_counter_ns() - began_ns) / 1e9)
            if trace is not None and tracing is not None:
                current_trace.reset(tracing)
                self._keep(trace, began_ns)
            logged_trace_id.reset(token)

    def _trace(self) -> Trace | None:
        """The trace of this request; nothing for monitors, and while tracing is off."""
        tracer = self.services.tracer
        if not tracer.is_on or not self.scope["path"].startswith("/api/"):
            return None
        asked = self.request.headers.get("traceparent", "").endswith("-01")
        return Trace(self.state["trace_id"], is_drawn=asked or draw(tracer.share))

    def _keep(self, trace: Trace, began_ns: int) -> None:
        principal = self.state.get("principal")
        if principal is not None:
            for span in trace.spans:
                if span.name == "sql":
                    told = span.attributes["sql"]
                    self.services.latencies.note(principal.tenant_id, "sql", told, span.took_ns / 1e6)
        # A refusal because of overload is no error of the request: there may be thousands of them.
        is_error = self.status >= _SERVER_ERROR and not (self.status == _UNAVAILABLE and self._place is None)
        spans = trace.finish(
            f"{self.scope['method']} {self._path}",
            began_ns,
            is_error=is_error,
            attributes={"http.status": self.status, "http.route": self._path},
        )
        if spans:
            tenant_id, user_id = (str(principal.tenant_id), str(principal.user_id)) if principal else (None, None)
            self.services.tracer.keep(Kept(trace.trace_id, tenant_id, user_id, spans))

    @property
    def _path(self) -> str:
        route = self.scope.get("route")
        return getattr(route, "path_format", None) or getattr(route, "path", None) or _NO_ROUTE

    @property
    def _collection(self) -> str:
        """What an address without a route began with: enough to tell what was turned away, and no id in it."""
        return "/".join(str(self.scope["path"])[:200].split("/")[:4])

    async def _serve(self, app: ASGIApp) -> None:
        if odd := _smuggled(self.scope):
            await problem_response(self.request, 400, "bad_request", odd)(self.scope, self.receive, self.send)
        elif self.services.telemetry.in_flight > IN_FLIGHT_MAX:
            self.services.telemetry.refuse("any")
            await domain_response(self.request, Busy())(self.scope, self.receive, self.send)
        elif _declared_length(self.request) > self._limit:
            answer = domain_response(self.request, TooLarge(limit=self._limit))
            await answer(self.scope, self.receive, self.send)
        elif await self._is_foreign_host():
            await problem_response(self.request, 404, "not_found", "Not Found")(self.scope, self.receive, self.send)
        else:
            await self._admit(app)

    async def _admit(self, app: ASGIApp) -> None:
        """Let the request in when it is its turn."""
        priority = self._priority
        if priority is None:
            await app(self.scope, self.receive, self.send)
            return
        try:
            await self._read_ahead()
            tenant = str(self._claims.tenant_id) if self._claims else ""
            self._place = await self.services.gate.enter(priority, tenant)
        except DomainError as refusal:
            self._count(refusal, priority)
            await domain_response(self.request, refusal)(self.scope, self.receive, self.send)
            return
        if not priority.is_low:
            await app(self.scope, self.receive, self.send)
            return
        # What streams is still at work while it is sent, but a slow reader does not hold its place for ever.
        timer = asyncio.get_running_loop().call_later(HOLD_SECONDS_MAX, self._leave)
        try:
            await app(self.scope, self.receive, self.send)
        finally:
            timer.cancel()

    async def _read_ahead(self) -> None:
        """Have the body here before a place is taken: who sends slowly must not keep others out.

        Files are not read ahead, for they go to disk; they have few places anyway.
        """
        headers = self.request.headers
        if "content-length" not in headers and "transfer-encoding" not in headers:
            return
        if headers.get("content-type", "").startswith("multipart/"):
            return
        try:
            while not self._read or self._read[-1].get("more_body"):
                self._read.append(await self.receive_next())
        except _BodyTooLarge:
            raise TooLarge(limit=self._limit) from None

    def _count(self, refusal: DomainError, priority: Priority) -> None:
        if isinstance(refusal, Busy):
            self.services.telemetry.refuse(priority.name.lower())

    def _leave(self) -> None:
        if self._place is not None:
            self._place.leave()

    async def _is_foreign_host(self) -> bool:
        hosts = self.services.hosts
        if not self.scope["path"].startswith("/api"):
            return False
        if not hosts.is_fresh:
            try:
                await run_in_threadpool(hosts.refresh)
            except Exception:  # noqa: BLE001  # the request itself will say that the database is down
                return False
        return hosts.is_unknown(self.state["host"])

    async def receive(self) -> Message:
        return self._read.pop(0) if self._read else await self.receive_next()

    async def receive_next(self) -> Message:
        """The next part of the body from the wire."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._bytes += len(message.get("body", b""))
            if self._bytes > self._limit:
                raise _BodyTooLarge
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            self.status = message["status"]
            given = list(message["headers"])
            names = {name.lower() for name, _ in given}
            given += SECURITY_HEADERS if names.isdisjoint(_SECURITY_NAMES) else _missing(names)
            given.append((b"x-correlation-id", self.state["trace_id"].encode()))
            message = {**message, "headers": given}
            if self._place is not None and not self._place.priority.is_low:
                self._place.leave()
        await self._send(message)

    def _log(self, seconds: float) -> None:
        path = self._path
        principal = self.state.get("principal")
        self.services.telemetry.count(self.scope["method"], path, self.status, seconds)
        if principal is not None:
            named = f"{self.scope['method']} {path}"
            self.services.latencies.note(principal.tenant_id, "route", named, seconds * 1000)
        _access.info(
            "request",
            extra={
                "method": self.scope["method"],
                "route": path if path != _NO_ROUTE else f"{_NO_ROUTE}: {self._collection}",
                "status": self.status,
                "duration_ms": round(seconds * 1000, 2),
                "user_id": str(principal.user_id) if principal else None,
                "tenant_id": str(principal.tenant_id) if principal else None,
                "trace_id": self.state["trace_id"],
            },
        )


class _BodyTooLarge(HTTPException):
    """More bytes came than were allowed; of the one family that FastAPI lets pass while it reads a body."""

    def __init__(self) -> None:
        super().__init__(status_code=413)


def _missing(names: AbstractSet[bytes]) -> Iterator[tuple[bytes, bytes]]:
    return ((name, value) for name, value in SECURITY_HEADERS if name not in names)


def _host(request: Request) -> str:
    host = request.headers.get("host", "").casefold()
    return host if host.startswith("[") and host.endswith("]") else host.rsplit(":", 1)[0] if ":" in host else host


def _declared_length(request: Request) -> int:
    declared = request.headers.get("content-length", "0")
    return int(declared) if declared.isdigit() else 0


def _smuggled(scope: Scope) -> str | None:
    """What makes a request ambiguous, so that two servers might read it differently; nothing for a plain one."""
    headers: dict[bytes, bytes] = {}
    for given, value in scope["headers"]:
        name = given.lower()
        if name in headers and name in _ONCE:
            return f"The header {name.decode()} came twice."
        headers[name] = value
    if b"transfer-encoding" in headers:
        if b"content-length" in headers:
            return "Both Content-Length and Transfer-Encoding were given."
        if headers[b"transfer-encoding"].strip().lower() != b"chunked":
            return "This Transfer-Encoding is not supported."
    if not headers.get(b"content-length", b"0").isdigit():
        return "Content-Length is no number."
    if any(_CONTROL.search(value) for _, value in scope["headers"]):
        return "A header holds control characters."
    raw = (scope.get("raw_path") or scope["path"].encode()).partition(b"?")[0]
    return "The path is written in an ambiguous way." if _ODD_PATH.search(raw) else None
