"""The API as far as the pages use it, over real HTTP on this machine, with recorded shapes and settable moods."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.dashboards import fake_boards as boards
from tests.dashboards import fake_numbers as numbers
from tests.dashboards import fake_records as records
from tests.dashboards import fake_reports as reports

Json = dict[str, Any]
PASSWORD = "right-password"
TENANT = {"id": "t1", "slug": "cycle", "name": "Cycle Works"}
OTHER_TENANT = {"id": "t2", "slug": "harbour", "name": "Harbour Supply"}
AREAS = ("sales", "purchase", "inventory", "finance")


class Refusal(Exception):
    """The fake says no."""

    def __init__(self, status: int, code: str, detail: str, errors: list[Json] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.body = {
            "type": f"urn:qooerp:problem:{code}",
            "title": code,
            "status": status,
            "code": code,
            "detail": detail,
            "errors": errors or [],
            "trace_id": "trace-7f3a",
        }


@dataclass
class FakeApi:
    """What the fake knows, how it feels, and what it was asked."""

    permissions: tuple[str, ...] = ("*",)
    areas: tuple[str, ...] = AREAS
    is_empty: bool = False
    data_scope: str = "all"
    refuses: dict[str, Refusal] = field(default_factory=dict)
    """Path pattern and how it is answered instead."""
    status: str = "fresh"
    provisional_items: int = 0
    has_assistant: bool = True
    is_joined: bool = False
    """Whether the login leads into a second tenant."""
    services: Json = field(default_factory=lambda: {"state": "ready", "checks": {}, "services": []})
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    records: records.Records = field(default_factory=records.Records)
    url: str = ""

    def bodies(self, path: str) -> list[Any]:
        """What was sent to a path."""
        return [body for _, asked, body in self.asked if asked == path]

    def answer(self, method: str, target: str, body: Any, language: str, signed: str | None) -> tuple[int, Any]:
        """Status and body of an answer."""
        parts = urlsplit(target)
        parameters = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        self.asked.append((method, parts.path, body if body is not None else parameters))
        for pattern, refusal in self.refuses.items():
            if re.search(pattern, parts.path):
                raise refusal
        if parts.path in {"/api/auth/token", "/api/auth/refresh", "/api/auth/logout"}:
            return self._auth(parts.path, body)
        if parts.path.startswith("/api/report/links/"):
            return reports.link(parts.path, language)
        if signed != "token-1":
            raise Refusal(401, "not_authenticated", "Sign in first.")
        return self._signed(method, parts.path, parameters, body, language)

    def _auth(self, path: str, body: Any) -> tuple[int, Any]:
        if path == "/api/auth/logout":
            return 204, None
        if path == "/api/auth/token" and body.get("password") != PASSWORD:
            raise Refusal(401, "not_authenticated", "User name or password is wrong.")
        return 200, self._entered("cycle")

    def _entered(self, slug: str) -> Json:
        tenants = [TENANT, OTHER_TENANT] if self.is_joined else [TENANT]
        pair = {"access_token": "token-1", "refresh_token": "refresh-1", "token_type": "bearer", "expires_in": 900}
        return {**pair, "tenant": next(each for each in tenants if each["slug"] == slug), "tenants": tenants}

    def _join(self, body: Any) -> Json:
        if body["password"] != PASSWORD:
            raise Refusal(422, "invalid", "password: user name or password is wrong")
        self.is_joined = True
        return {"tenants": [TENANT, OTHER_TENANT]}

    def _signed(self, method: str, path: str, parameters: Json, body: Any, language: str) -> tuple[int, Any]:
        plain: dict[str, Callable[[], Any]] = {
            "/api/auth/me": self._me,
            "/api/auth/switch": lambda: self._entered(body["tenant"]),
            "/api/auth/join": lambda: self._join(body),
            "/api/system/status": lambda: self.services,
            "/api/search/items": lambda: _listed([] if self.is_empty else [records.ALIKE]),
        }
        if path in plain:
            return 200, plain[path]()
        if path.startswith("/api/metrics"):
            if "metric.read" not in self.permissions and "*" not in self.permissions:
                raise Refusal(403, "not_allowed", "You need the right metric.read.")
            return 200, self._figures(path, parameters, body, language)
        if path.startswith(("/api/report/", "/api/notify/")):
            is_board = path.startswith(("/api/report/boards", "/api/report/dashboards"))
            answered: tuple[int, Any] = (boards if is_board else reports).answer(method, path, body, language)
            return answered
        if path.startswith(("/api/ai/conversations", "/api/ai/portal", "/api/ai/service-requests")):
            is_portal = "conversations" not in path
            return records.portal(path, body) if is_portal else records.conversations(method, path, language)
        if path == "/api/ai/ask" and self.has_assistant:
            if method != "POST":
                raise Refusal(405, "method_not_allowed", "Method Not Allowed")
            return 200, records.assistant(body, language)
        return self.records.answer(method, path, parameters, body, self)

    def _me(self) -> Json:
        return {
            "id": "u1",
            "name": "Ada Admin",
            "tenant_id": "t1",
            "tenant": "cycle",
            "locale": "en",
            "time_zone": "UTC",
            "permissions": sorted(self.permissions),
            "data_scope": self.data_scope,
            "hidden_fields": [],
        }

    def _figures(self, path: str, parameters: Json, body: Any, language: str) -> Any:
        tail = path.removeprefix("/api/metrics").lstrip("/")
        routes: dict[str, Callable[[], Any]] = {
            "": lambda: numbers.catalogue(language, self.areas),
            "query": lambda: self._emptied(numbers.answer(body, language)),
            "pivot": lambda: numbers.pivot(body, language),
            "pivot/export": lambda: b"a file",
            "pivot/step": lambda: numbers.step(body, language),
            "drill": lambda: numbers.documents(body, language),
            "dimension-values": lambda: _listed([each for each in numbers.MEMBERS[parameters["dimension"]] if each]),
            "health": self._health,
            "marts": lambda: _listed(
                [{"name": "fct_sales_invoice_lines", "columns": [{"name": "tenant_id", "type": "VARCHAR"}]}]
            ),
            "loads": lambda: _listed([numbers.LOAD]),
        }
        if tail.startswith("statements/"):
            return self._emptied(numbers.statement(tail.removeprefix("statements/"), language))
        return routes[tail]()

    def _emptied(self, found: Json) -> Json:
        if self.is_empty:
            return {**found, "rows": [], "totals": {}, "others": None}
        return found

    def _health(self) -> Json:
        failed = 1 if self.status == "failing" else 0
        return {
            "status": self.status,
            "data_version": numbers.VERSION,
            "loaded_at": numbers.WATERMARK,
            "watermark": numbers.WATERMARK,
            "age_seconds": 7_200 if self.status == "stale" else 3,
            "checks": [
                {"name": "unique key", "mart": "dim_customers", "passed": True, "rows": 12},
                {"name": "equals ledger", "mart": "fct_journal_lines", "passed": not failed, "difference": "0.00"},
            ],
            "marts": 24,
            "reason": None,
            "provisional_items": self.provisional_items,
            "provisional_from": "2026-03-05" if self.provisional_items else None,
        }


def _listed(items: list[Any]) -> Json:
    return {"items": items, "next_cursor": None, "total": None}


class _Handler(BaseHTTPRequestHandler):
    # One request a connection: none is left open when a test ends.
    protocol_version = "HTTP/1.0"
    fake: FakeApi

    def _handle(self) -> None:
        body = self._body()
        language = "zh" if self.headers.get("Accept-Language", "en").startswith("zh") else "en"
        bearer = (self.headers.get("Authorization") or "").removeprefix("Bearer ") or None
        try:
            status, answer = self.fake.answer(self.command, self.path, body, language, bearer)
        except Refusal as refusal:
            status, answer = refusal.status, refusal.body
        self._send(status, answer)

    def _body(self) -> Any:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not raw:
            return None
        if "multipart" in self.headers.get("Content-Type", ""):
            return _parts(raw, self.headers["Content-Type"])
        if "form" in self.headers.get("Content-Type", ""):
            return {name: values[-1] for name, values in parse_qs(raw.decode()).items()}
        return json.loads(raw)

    def _send(self, status: int, answer: Any) -> None:
        data = answer if isinstance(answer, bytes) else b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PATCH = do_DELETE = _handle  # noqa: N815  # names the base class looks for

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class names it so
        """Nothing: what was asked is kept in `asked`."""


def _parts(raw: bytes, content_type: str) -> Json:
    """The fields of a form that holds a file; of the file its name and its text."""
    told = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + raw)
    found: Json = {}
    for part in told.walk():
        name, file = part.get_param("name", header="content-disposition"), part.get_filename()
        if name:
            text = bytes(part.get_payload(decode=True) or b"").decode()
            found[str(name)] = [file, text] if file else text
    return found


def serve(fake: FakeApi) -> tuple[ThreadingHTTPServer, threading.Thread]:
    """A running server of the fake; `fake.url` says where."""
    handler = type("Handler", (_Handler,), {"fake": fake})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    return server, thread
