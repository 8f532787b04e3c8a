"""A signed-in client of the running API, for the commands that ask it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from runtime.demo_logins import read_logins
from runtime.settings import Settings

TIMEOUT_SECONDS = 60.0


class ApiRefused(RuntimeError):
    """The API said no or is not there; the message is what it said."""


class ApiClient:
    """Calls the API of this installation as one person, so that answers carry that person's rights."""

    def __init__(self, settings: Settings, *, tenant: str, username: str | None, password: str | None) -> None:
        self._http = httpx.Client(base_url=settings.api_url, timeout=TIMEOUT_SECONDS, trust_env=False)
        name, secret = (username, password) if username and password else _demo_login(settings, tenant, username)
        self.token: str = self._post("/api/auth/token", form={"username": name, "password": secret})["access_token"]
        self._http.headers["Authorization"] = f"Bearer {self.token}"

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a POST. Raises: ApiRefused."""
        return self._post(path, body=body)

    def _post(
        self, path: str, *, body: Mapping[str, Any] | None = None, form: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        try:
            response = self._http.post(path, json=body, data=form)
        except httpx.TransportError as error:
            raise ApiRefused(f"No API answers at {self._http.base_url}: start it with `qooerp up` ({error}).") from None
        if response.is_error:
            raise ApiRefused(_reason(response))
        answer: dict[str, Any] = response.json()
        return answer


def _demo_login(settings: Settings, tenant: str, username: str | None) -> tuple[str, str]:
    """The named demo login of the tenant, or its admin."""
    logins = [login for login in read_logins(settings.home) if login.tenant == tenant]
    for login in logins:
        if login.username == username or (username is None and login.role == "admin"):
            return login.username, login.password
    whose = f"tenant {tenant!r}" if username is None else f"{username!r} in tenant {tenant!r}"
    raise ApiRefused(f"No demo login of {whose}: give --username and --password, or see `qooerp credentials`.")


def _reason(response: httpx.Response) -> str:
    """The problem the API described, as one line."""
    try:
        problem = response.json()
    except ValueError:
        return f"The API answered {response.status_code}."
    fields = "; ".join(f"{field['path']}: {field['reason']}" for field in problem.get("errors") or [])
    return " ".join(filter(None, [f"{response.status_code}", problem.get("detail") or problem.get("title"), fields]))
