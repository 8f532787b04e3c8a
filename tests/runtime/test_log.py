from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from runtime.log import HIDDEN, Redactor, configure_logging, trace_id
from runtime.settings import Settings


@pytest.fixture
def restored_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def line_of(
    settings: Settings,
    message: str,
    *arguments: object,
    extra: dict[str, object] | None = None,
    error: BaseException | None = None,
) -> dict[str, Any]:
    stream = io.StringIO()
    configure_logging("test", settings, stream=stream)
    logging.getLogger("qooerp.test").info(message, *arguments, extra=extra, exc_info=error)
    line: dict[str, Any] = json.loads(stream.getvalue())
    return line


@pytest.mark.usefixtures("restored_logging")
def test_a_line_carries_service_trace_and_extras(settings: Settings) -> None:
    token = trace_id.set("4bf92f35")
    try:
        line = line_of(settings, "posted %d entries", 3, extra={"tenant": "demo", "seconds": 0.5})
    finally:
        trace_id.reset(token)
    assert line["message"] == "posted 3 entries"
    assert (line["service"], line["level"], line["trace_id"]) == ("test", "info", "4bf92f35")
    assert (line["tenant"], line["seconds"]) == ("demo", 0.5)


@pytest.mark.usefixtures("restored_logging")
def test_secrets_of_the_installation_are_hidden_everywhere(settings: Settings) -> None:
    password = settings.secrets.password("database.qooerp_app")
    line = line_of(settings, "connecting with %s", password, extra={"tried": [{"secretly": f"x{password}y"}]})
    assert password not in json.dumps(line)
    assert HIDDEN in line["message"]


@pytest.mark.usefixtures("restored_logging")
def test_a_key_that_was_replaced_is_hidden_too(settings: Settings) -> None:
    former = "kept until its tokens are over"
    rotated = settings.model_copy(update={"given_previous_secret_key": SecretStr(former)})
    assert former not in json.dumps(line_of(rotated, "still valid: %s", former))


@pytest.mark.usefixtures("restored_logging")
def test_a_secret_that_json_writes_otherwise_is_hidden_too(settings: Settings) -> None:
    changed = settings.model_copy(update={"given_secret_key": SecretStr('say "friend"\\and enter')})
    assert line_of(changed, 'it is say "friend"\\and enter')["message"] == f"it is {HIDDEN}"


@pytest.mark.usefixtures("restored_logging")
def test_an_error_is_logged_without_the_password_in_its_text(settings: Settings) -> None:
    line = line_of(settings, "failed", error=ConnectionError("postgresql://me:hunter22@db/books is away"))
    assert "hunter22" not in line["error"]
    assert "ConnectionError" in line["error"]


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://me:hunter22@db/books",
        "Authorization: Bearer hunter22.abc",
        '{"password": "hunter22"}',
        "password=hunter22&next=/",
        "api_key = hunter22",
    ],
)
def test_what_looks_like_a_secret_is_hidden(text: str) -> None:
    assert "hunter22" not in Redactor()(text)


@pytest.mark.parametrize(
    "text", ["12 tokens were used", "the secret of good books", "http://127.0.0.1:8000/docs", "mail me@example.com"]
)
def test_innocent_words_stay(text: str) -> None:
    assert Redactor(["short"])(text) == text
