"""Talking to the API: one client a signed-in person, errors as values a page can show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from runtime.settings import load_settings

TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Problem(Exception):
    """The API said no, in its own words; `trace_id` finds the request in the logs."""

    status: int
    code: str
    detail: str
    trace_id: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.detail


@dataclass(slots=True)
class Tokens:
    """What a sign-in gave; refreshed in place."""

    access: str
    refresh: str


class Api:
    """The HTTP interface as one person sees it; refreshes its token once when it has run out."""

    def __init__(self, tokens: Tokens | None = None, *, locale: str = "en", base_url: str | None = None) -> None:
        self.tokens = tokens
        self.locale = locale
        self._client = httpx.Client(base_url=base_url or load_settings().api_url, timeout=TIMEOUT_SECONDS)

    def sign_in(self, username: str, password: str) -> None:
        """Keep the tokens of a right name and password.  Raises: Problem."""
        answer = self._send("POST", "/api/auth/token", data={"username": username, "password": password})
        self._keep(answer)

    def sign_out(self) -> None:
        """End the session on the server; the tokens are worth nothing afterwards."""
        if self.tokens:
            self.post("/api/auth/logout", {})
            self.tokens = None

    def get(self, path: str, **parameters: Any) -> Any:
        """What a GET answers.  Raises: Problem."""
        given = {name: value for name, value in parameters.items() if value is not None}
        return self._with_token("GET", path, params=given)

    def post(self, path: str, body: Mapping[str, Any] | Sequence[Any], *, key: str | None = None) -> Any:
        """What a POST answers; `key` makes a repeated click harmless.  Raises: Problem."""
        return self._with_token("POST", path, json=body, headers={"Idempotency-Key": key or uuid4().hex})

    def patch(self, path: str, body: Mapping[str, Any], *, version: int) -> Any:
        """What a PATCH of a known version answers.  Raises: Problem."""
        return self._with_token("PATCH", path, json=body, headers={"If-Match": str(version)})

    def delete(self, path: str) -> None:
        """Nothing.  Raises: Problem."""
        self._with_token("DELETE", path)

    def download(self, path: str, **parameters: Any) -> bytes:
        """A file's bytes.  Raises: Problem."""
        return self._raw("GET", path, params=parameters).content

    def _with_token(self, method: str, path: str, **options: Any) -> Any:
        answer = self._raw(method, path, **options)
        return answer.json() if answer.content else None

    def _raw(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            return self._request(method, path, **options)
        except Problem as problem:
            if problem.status != httpx.codes.UNAUTHORIZED or not self._refresh():
                raise
            return self._request(method, path, **options)

    def _refresh(self) -> bool:
        if not self.tokens:
            return False
        try:
            self._keep(self._send("POST", "/api/auth/refresh", json={"refresh_token": self.tokens.refresh}))
        except Problem:
            self.tokens = None
            return False
        return True

    def _keep(self, answer: Mapping[str, Any]) -> None:
        self.tokens = Tokens(answer["access_token"], answer["refresh_token"])

    def _send(self, method: str, path: str, **options: Any) -> Any:
        return self._request(method, path, signed=False, **options).json()

    def _request(self, method: str, path: str, *, signed: bool = True, **options: Any) -> httpx.Response:
        headers = {"Accept-Language": self.locale, **options.pop("headers", {})}
        if signed and self.tokens:
            headers["Authorization"] = f"Bearer {self.tokens.access}"
        try:
            answer = self._client.request(method, path, headers=headers, **options)
        except httpx.HTTPError as error:
            raise Problem(503, "api_unreachable", "The server does not answer. Nothing was changed.") from error
        if answer.is_error:
            raise _problem(answer)
        return answer


def _problem(answer: httpx.Response) -> Problem:
    try:
        body = answer.json()
    except ValueError:
        body = {}
    return Problem(
        status=answer.status_code,
        code=str(body.get("code", "unknown")),
        detail=str(body.get("detail") or body.get("title") or f"The server answered {answer.status_code}."),
        trace_id=body.get("trace_id"),
        fields={str(error["path"]): str(error["reason"]) for error in body.get("errors", [])},
    )
