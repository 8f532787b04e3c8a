"""Talking to the API: one client a signed-in person, errors as values a page can show."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from runtime.settings import load_settings

TIMEOUT_SECONDS = 30.0
UNREACHABLE = "api_unreachable"


@dataclass(eq=False, slots=True)
class Problem(Exception):  # not frozen: context managers set an exception's traceback
    """The API said no, in its own words; `trace_id` finds the request in the logs."""

    status: int
    code: str
    detail: str
    trace_id: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    """What is wrong by its path: `lines/0/qty`."""
    body: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.detail


@dataclass(slots=True)
class Tokens:
    """What a sign-in gave; refreshed in place."""

    access: str
    refresh: str
    refresh_key: str = field(default_factory=lambda: uuid4().hex)
    """Of the one request that changes them for the next pair: it may be sent again when its answer was lost."""


class Api:
    """The HTTP interface as one person sees it; refreshes its token once when it has run out. Safe between threads."""

    def __init__(self, *, locale: str = "en", base_url: str | None = None) -> None:
        """Nobody is signed in yet."""
        self.tokens: Tokens | None = None
        self.tenants: Sequence[Mapping[str, Any]] = ()
        self.tenant: Mapping[str, Any] = {}
        self.locale = locale
        self.base_url = base_url or load_settings().api_url
        self._refreshing = threading.Lock()
        self._client = httpx.Client(
            base_url=self.base_url,
            timeout=TIMEOUT_SECONDS,
            # The API is a neighbour: an operator's web proxy has nothing to do with it.
            trust_env=False,
        )

    def sign_in(self, username: str, password: str, *, tenant: str | None = None) -> None:
        """Keep the tokens of a right name and password.  Raises: Problem."""
        form = {"username": username, "password": password} | ({"tenant": tenant} if tenant else {})
        self._enter(self._request("POST", "/api/auth/token", signed=False, data=form).json())

    def switched(self, tenant: str) -> Api:
        """A client signed in to another tenant of the same login; this one stays where it is.  Raises: Problem."""
        other = Api(locale=self.locale, base_url=self.base_url)
        other._enter(self.ask("/api/auth/switch", {"tenant": tenant}))
        return other

    def join(self, username: str, password: str) -> None:
        """Join another login of the same person to this one, which leads into its tenants then.  Raises: Problem."""
        given = {"username": username, "password": password}
        self.tenants = self.ask("/api/auth/join", given)["tenants"]

    def sign_out(self) -> None:
        """End the session on the server; the tokens are worth nothing afterwards.  Raises: Problem."""
        if self.tokens:
            self._request("POST", "/api/auth/logout")
            self.tokens = None

    def get(self, path: str, **parameters: Any) -> Any:
        """What a GET answers.  Raises: Problem."""
        given = {name: value for name, value in parameters.items() if value is not None}
        return self._json("GET", path, params=given)

    def post(self, path: str, body: Mapping[str, Any] | Sequence[Any], *, key: str | None = None) -> Any:
        """What a POST answers; `key` makes a repeated click harmless.  Raises: Problem."""
        return self._json("POST", path, json=body, headers={"Idempotency-Key": key or uuid4().hex})

    def act(self, path: str, body: Any, *, key: str) -> Any:
        """What a verb answers, with a body or without one; `key` makes a repeated click harmless.  Raises: Problem."""
        options = {} if body is None else {"json": body}
        return self._json("POST", path, headers={"Idempotency-Key": key}, **options)

    def ask(self, path: str, body: Mapping[str, Any]) -> Any:
        """What a question by POST answers; nothing changes by it.  Raises: Problem."""
        return self._json("POST", path, json=body)

    def patch(self, path: str, body: Mapping[str, Any], *, version: int) -> Any:
        """What a PATCH of a known version answers.  Raises: Problem."""
        return self._json("PATCH", path, json=body, headers={"If-Match": str(version)})

    def delete(self, path: str, *, version: int | None = None) -> None:
        """Nothing.  Raises: Problem."""
        self._signed("DELETE", path, headers={} if version is None else {"If-Match": str(version)})

    def download(self, path: str, **parameters: Any) -> bytes:
        """A file's bytes.  Raises: Problem."""
        return self._signed("GET", path, params=parameters).content

    def upload(self, path: str, name: str, content: bytes, fields: Mapping[str, str], *, key: str) -> Any:
        """What the POST of a file with the fields of a form answers.  Raises: Problem."""
        return self._json(
            "POST", path, files={"file": (name, content)}, data=dict(fields), headers={"Idempotency-Key": key}
        )

    def ask_file(self, path: str, body: Mapping[str, Any]) -> bytes:
        """The bytes of a file that is asked for by POST; nothing changes by it.  Raises: Problem."""
        return self._signed("POST", path, json=body).content

    def _json(self, method: str, path: str, **options: Any) -> Any:
        answer = self._signed(method, path, **options)
        return answer.json() if answer.content else None

    def _signed(self, method: str, path: str, **options: Any) -> httpx.Response:
        used = self.tokens
        try:
            return self._request(method, path, **options)
        except Problem as problem:
            if problem.status != httpx.codes.UNAUTHORIZED or not self._refresh(used):
                raise
        return self._request(method, path, **options)

    def _refresh(self, used: Tokens | None) -> bool:
        """Whether there are newer tokens than those just used; only one of several threads fetches them."""
        with self._refreshing:
            if self.tokens is not used:
                return self.tokens is not None
            if used is None:
                return False
            try:
                given = {"refresh_token": used.refresh}
                key = {"Idempotency-Key": used.refresh_key}
                self._keep(self._request("POST", "/api/auth/refresh", signed=False, json=given, headers=key).json())
            except Problem as problem:
                # Only a plain no ends the session: a server that is away for a moment does not.
                if problem.status == httpx.codes.UNAUTHORIZED:
                    self.tokens = None
                return False
            return True

    def _enter(self, answer: Mapping[str, Any]) -> None:
        self._keep(answer)
        self.tenant, self.tenants = answer.get("tenant") or {}, answer.get("tenants") or ()

    def _keep(self, answer: Mapping[str, Any]) -> None:
        self.tokens = Tokens(answer["access_token"], answer["refresh_token"])

    def _request(self, method: str, path: str, *, signed: bool = True, **options: Any) -> httpx.Response:
        headers = {"Accept-Language": self.locale, **(options.pop("headers", None) or {})}
        tokens = self.tokens
        if signed and tokens:
            headers["Authorization"] = f"Bearer {tokens.access}"
        try:
            answer = self._client.request(method, path, headers=headers, **options)
        except httpx.HTTPError as error:
            raise Problem(503, UNREACHABLE, "The server does not answer. Nothing was changed.") from error
        if answer.is_error:
            raise _problem(answer)
        return answer


def _problem(answer: httpx.Response) -> Problem:
    try:
        body = answer.json()
    except ValueError:
        body = {}
    if not isinstance(body, dict):
        body = {}
    return Problem(
        status=answer.status_code,
        code=str(body.get("code", "unknown")),
        detail=str(body.get("detail") or body.get("title") or f"The server answered {answer.status_code}."),
        trace_id=body.get("trace_id") or answer.headers.get("x-trace-id"),
        fields={str(error["path"]): str(error["reason"]) for error in body.get("errors") or []},
        body=body,
    )
