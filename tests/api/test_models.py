"""The language model of an installation: off unless set, its calls logged, its tokens limited, its key kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from api.context import Services
from tests.api.conftest import Login
from tests.factories.model_server import model_server

ANSWER = json.dumps(
    {
        "answerable": True, "metrics": ["net_revenue"], "group_by": [], "where": [], "start": None, "end": None,
        "order_by": [], "limit": None, "meanings": {"takings": "net_revenue"},
    }
)  # fmt: skip


@pytest.fixture
def set_model(app: FastAPI, services: Services) -> Callable[..., None]:
    """Sets a model for the running application."""

    def set_it(**settings: Any) -> None:
        changed = services.settings.model_copy(update={"model_key": SecretStr("k-secret"), **settings})
        services.settings = changed

    return set_it


def test_calls_are_logged_with_tokens_and_cost_and_end_with_the_days_tokens(
    asked: Callable[..., dict[str, Any]],
    admin: Login,
    set_model: Callable[..., None],
    make_user: Callable[..., Login],
    make_role: Callable[..., dict[str, Any]],
) -> None:
    assert asked("takings")["status"] == "declined"
    with model_server(ANSWER) as server:
        set_model(model_url=server.url, model_name="small", model_tokens_daily=240, model_price=2)
        first = asked("takings")
        assert (first["status"], first["read_by"]) == ("answered", "model")
        assert first["result"]["rows"] == [{"net_revenue": "777.51"}]
        assert asked("takings")["status"] == "declined"
        assert len(server.requests) == 1
    shown = admin.http.get("/api/ai/model-calls")
    [call] = shown.json()["items"]
    assert (call["prompt_tokens"], call["completion_tokens"], call["cost"]) == (200, 40, "0.00048")
    assert (call["model"], call["outcome"]) == ("small", "accepted")
    assert "k-secret" not in shown.text
    make_role("asker", "ai.ask", "metric.read")
    assert make_user("clerk", "asker").http.get("/api/ai/model-calls").status_code == 403


@pytest.mark.feature("ARCH-30")
def test_a_model_out_of_reach_leaves_the_rules_answer(
    asked: Callable[..., dict[str, Any]], admin: Login, set_model: Callable[..., None]
) -> None:
    with model_server("{}") as server:
        server.status = 500
        set_model(model_url=server.url)
        reply = asked("takings")
        body = {"code": "C7", "name": "Seven", "currency_code": "EUR"}
        assert admin.http.post("/api/scm/customers", json=body).status_code == 201
    assert (reply["status"], reply["reason"]) == ("declined", "unknown_word")
    [call] = admin.http.get("/api/ai/model-calls").json()["items"]
    assert call["outcome"] == "the address answered 500"
