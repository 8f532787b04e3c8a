"""A14: no answer and no log line shows our inside, and nobody writes a line of his own into a log."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.context import Services
from runtime.log import configure_logging
from tests.api.conftest import PASSWORD, Login, problem
from tests.attacks.asking import operations, request_of
from tests.attacks.inside import signs_of_inside, told_of_inside
from transactional.kernel.ids import new_id

ASKED_MIN = 600
_SECRET = "blue-parrot-under-the-bridge"  # sent where nobody expects it


@pytest.fixture
def log(services: Services) -> Iterator[io.StringIO]:
    """What the API writes into its log, as it would be in a file."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    stream = io.StringIO()
    configure_logging("api", services.settings, stream=stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def _broken(request: dict[str, Any]) -> dict[str, Any]:
    """A request of an operation with a body that nobody can read, or a query that means nothing."""
    kept = {name: request[name] for name in ("method", "url", "headers") if name in request}
    if "json" in request or "data" in request or "files" in request:
        return {
            **kept,
            "content": b'{"a": "' + b"\xff\xfe'; select 1 --",
            "headers": {"Content-Type": "application/json"},
        }
    return {
        **kept,
        "params": {"limit": "'; select 1 --", "cursor": "AAAA", "sort": "x\x00", "at": "NaN", "q": "\ud800"[:0]},
    }


def test_no_refusal_and_no_log_line_shows_our_inside(
    app: FastAPI, admin: Login, services: Services, log: io.StringIO
) -> None:
    signs = signs_of_inside(services.settings)
    ends_it = {"post /api/auth/logout", "post /api/auth/password"}
    shown, failed, asked = [], [], 0
    for operation in operations(app.openapi()):
        if operation.name in ends_it:
            continue
        asked += 1
        answer = admin.http.request(**_broken(request_of(operation, new_id())))
        if told := told_of_inside(answer, signs):
            shown.append((operation.name, told))
        if answer.status_code in {500, 502}:
            failed.append((operation.name, answer.text[:200]))
    assert (shown, failed) == ([], [])
    assert asked >= ASKED_MIN
    written = log.getvalue()
    assert written.count("\n") >= asked
    assert PASSWORD not in written
    assert admin.tokens["access_token"] not in written
    assert not [sign for sign in signs.secrets if sign in written]


def test_a_defect_is_told_by_its_trace_only(
    http: TestClient, services: Services, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise RuntimeError(f"select * from kernel.secrets where password='{_SECRET}' in /srv/qooerp/api/calls.py")

    monkeypatch.setattr("api.calls.to_json", broken)
    body = {"code": "C9", "name": "Nine", "currency_code": "EUR"}
    answer = http.post("/api/scm/customers", json=body)
    told = problem(answer, 500, "internal")
    assert told_of_inside(answer, signs_of_inside(services.settings)) == []
    assert _SECRET not in answer.text
    [line] = [json.loads(each) for each in log.getvalue().splitlines() if told["trace_id"] in each and "error" in each]
    assert "RuntimeError" in line["error"]
    assert _SECRET not in log.getvalue(), "the log keeps the place and not the secret"


@pytest.mark.parametrize("sign", ["\r\n", "\n", "\r", "\x85", "\u2028", "\x00", "\x1b[2K"], ids=ascii)
def test_nobody_writes_a_line_of_his_own(http: TestClient, anonymous: TestClient, log: io.StringIO, sign: str) -> None:
    forged = f'x{sign}{{"level": "info", "message": "forged", "user_id": "root"}}'
    anonymous.post("/api/auth/token", data={"username": forged, "password": "x"})
    http.get("/api/scm/customers", params={"q": forged})
    http.post("/api/scm/customers", json={"code": forged, "name": forged, "currency_code": "EUR"})
    logging.getLogger("api").warning("told of %s", forged, extra={"name_of_it": forged})
    lines = log.getvalue().split("\n")
    assert lines.pop() == ""
    read = [json.loads(each) for each in lines]
    assert len(read) >= 4
    assert [each for each in read if each.get("message") == "forged"] == []
    assert not {"\r", "\x85", "\u2028", "\x00", "\x1b"} & {*log.getvalue()}
