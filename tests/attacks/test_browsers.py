"""A15: a page of somebody else's gets nothing done in our user's name, and reads nothing of ours."""

import subprocess
import sys
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from api.app import create_app
from api.context import Services
from cli.services import child_environment, pages
from tests.api.conftest import Login, created, problem
from tests.attacks.asking import operations, request_of
from tests.rounds import rounds
from transactional.kernel.ids import new_id

_EVIL = {"Origin": "https://evil.test", "Referer": "https://evil.test/", "Sec-Fetch-Site": "cross-site"}
_SIMPLE = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")
"""What a page may send to another site without asking it first."""
WRITES_MIN = 120
EVERY = rounds(4, 1)


def test_no_answer_sets_a_cookie_or_lets_a_foreign_page_read(app: FastAPI, admin: Login) -> None:
    opened = []
    for operation in list(operations(app.openapi()))[::EVERY]:
        if operation.name in {"post /api/auth/logout", "post /api/auth/password"}:
            continue
        request = request_of(operation, new_id())
        answer = admin.http.request(**{**request, "headers": {**request.get("headers", {}), **_EVIL}})
        names = {name.lower() for name in answer.headers}
        if "set-cookie" in names or any(name.startswith("access-control") for name in names):
            opened.append(operation.name)
        assert answer.headers["x-content-type-options"] == "nosniff", operation.name
        assert answer.headers["x-frame-options"] == "DENY", operation.name
    assert opened == []


def test_what_a_page_may_send_without_asking_changes_nothing(app: FastAPI, admin: Login, http: TestClient) -> None:
    """No cookie counts, and a body that is no JSON by its type is not read as JSON, with a token either."""
    anonymous = TestClient(app, raise_server_exceptions=False)
    anonymous.cookies.set("access_token", admin.tokens["access_token"])
    anonymous.cookies.set("Authorization", f"Bearer {admin.tokens['access_token']}")
    writes = [
        each
        for each in operations(app.openapi())
        if each.method == "post" and (each.content() or ("",))[0].endswith("json")
    ]
    assert len(writes) >= WRITES_MIN
    customer = {"code": "CSRF", "name": "Crane", "currency_code": "EUR"}
    for media in _SIMPLE:
        headers = {**_EVIL, "Content-Type": media}
        assert anonymous.post("/api/scm/customers", json=customer, headers=headers).status_code == 401
        answer = http.post("/api/scm/customers", json=customer, headers=headers)
        assert answer.status_code in {415, 422}, (media, answer.text)
    taken = []
    for operation in writes:
        request = request_of(operation, new_id())
        answer = http.request(**{**request, "headers": {**_EVIL, "Content-Type": "text/plain"}})
        if answer.status_code < 400:
            taken.append(operation.name)
    assert taken == []
    assert http.get("/api/scm/customers", params={"code": "CSRF"}).json()["items"] == []
    created(http.post("/api/scm/customers", json=customer, headers=_EVIL))


def test_a_foreign_page_that_asks_first_is_told_no(http: TestClient, services: Services) -> None:
    ask = {**_EVIL, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    answer = http.options("/api/sales/orders", headers=ask)
    assert answer.status_code >= 400
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    named = create_app(services.settings.model_copy(update={"cors_origins": "https://pages.example"}))
    named.state.services = services
    with TestClient(named, raise_server_exceptions=False) as client:
        for origin in ("https://evil.test", "https://pages.example.evil.test", "http://pages.example", "null", "*"):
            told = client.options("/api/sales/orders", headers={**ask, "Origin": origin})
            assert "access-control-allow-origin" not in told.headers, origin
        let = client.options("/api/sales/orders", headers={**ask, "Origin": "https://pages.example"})
        assert let.headers["access-control-allow-origin"] == "https://pages.example"
        assert "access-control-allow-credentials" not in let.headers, "no cookie travels with it"


def test_the_api_speaks_no_websocket(http: TestClient) -> None:
    opened = []
    for path in ("/", "/api/ai/ask", "/api/ai/mcp", "/ws", "/_stcore/stream"):
        with pytest.raises(WebSocketDisconnect), http.websocket_connect(path, headers=_EVIL):
            opened.append(path)
    assert opened == []


def test_pages_keep_their_guards_against_foreign_pages(services: Services) -> None:
    """The settings that the dashboards' server has in the end: its cookie needs a token, its websocket our origin."""
    [dashboards] = [each for each in pages(services.settings) if each.name == "Dashboards"]
    asked = (
        "from streamlit import config; print([config.get_option(f'server.{name}') for name in"
        " ('enableXsrfProtection', 'enableCORS')], list(config.get_option('server.corsAllowedOrigins') or []))"
    )
    environment: dict[str, Any] = {**child_environment(services.settings), **dashboards.environment}
    done = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[True, True] []"


def test_a_document_of_the_api_is_no_page_of_its_own(http: TestClient) -> None:
    told = problem(http.get("/api/nowhere/<script>alert(7331)</script>"), 404)
    assert "<script>" not in str(told["detail"])
    answer = http.get("/openapi.json")
    assert answer.headers["content-type"].startswith("application/json")
