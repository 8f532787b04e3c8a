"""The assistant over HTTP: conversations of one user, streamed answers, judgement, a company's own words."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Login


@pytest.mark.feature("5.8.3")
def test_a_follow_up_changes_the_question_before_and_is_kept(
    asked: Callable[..., dict[str, Any]], admin: Login, make_user: Callable[..., Login]
) -> None:
    first = asked("net revenue by customer in 2026")
    conversation = first["conversation_id"]
    second = asked("and in 2025?", conversation_id=conversation)
    assert second["metric_query"]["time"] == {"start": "2025-01-01", "end": "2025-12-31"}
    assert second["result"]["rows"] == [{"customer": "Alpha GmbH", "net_revenue": "100.00"}]
    kept = admin.http.get(f"/api/ai/conversations/{conversation}/turns").json()["items"]
    assert [each["question"] for each in kept] == ["net revenue by customer in 2026", "and in 2025?"]
    assert kept[1]["reply"]["text"] == second["text"]
    stranger = make_user("stranger", "admin")
    assert stranger.http.get(f"/api/ai/conversations/{conversation}/turns").status_code == 404
    asked("and in 2024?", 404, stranger.http, conversation_id=conversation)
    assert stranger.http.get("/api/ai/conversations").json()["items"] == []


@pytest.mark.feature("ARCH-08")
def test_a_conversation_obeys_the_rights_of_now(
    asked: Callable[..., dict[str, Any]],
    admin: Login,
    make_user: Callable[..., Login],
    make_role: Callable[..., dict[str, Any]],
) -> None:
    sales = ("ai.ask", "metric.read", "metric.sales.read")
    role = make_role("asker", *sales, "metric.finance.read")
    clerk = make_user("clerk", "asker").http
    owed = asked("open receivables by customer", by=clerk)
    assert owed["status"] == "answered"
    conversation = owed["conversation_id"]
    sold = asked("net revenue in 2026", by=clerk, conversation_id=conversation)
    asked("open receivables by customer", by=clerk, conversation_id=conversation)

    def turns() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = clerk.get(f"/api/ai/conversations/{conversation}/turns").json()["items"]
        return [each["reply"] for each in found]

    assert [each["status"] for each in turns()] == ["answered"] * 3
    path = f"/api/permission/roles/{role['id']}"
    narrowed = admin.http.patch(path, json={"permissions": list(sales)}, headers={"If-Match": str(role["version"])})
    assert narrowed.status_code == 200, narrowed.text
    first, second, third = turns()
    assert (second["status"], second["text"]) == ("answered", sold["text"])
    for withheld in (first, third):
        assert (withheld["status"], withheld["reason"], withheld["result"]) == ("declined", "forbidden", None)
        assert owed["result"]["rows"][0]["customer"] not in json.dumps(withheld)
    refused = asked("and in 2025?", 403, clerk, conversation_id=conversation)
    assert refused["code"] == "metric_forbidden"
    assert asked("net revenue in 2026", by=clerk, conversation_id=conversation)["text"] == sold["text"]


def test_an_answer_is_judged(asked: Callable[..., dict[str, Any]], admin: Login) -> None:
    reply = asked("net revenue in 2026")
    path = f"/api/ai/conversations/{reply['conversation_id']}/turns"
    body = {"is_helpful": False, "remark": "I meant orders"}
    assert admin.http.post(f"{path}/1/judge", json=body).status_code == 204
    [turn] = admin.http.get(path).json()["items"]
    assert (turn["is_helpful"], turn["remark"]) == (False, "I meant orders")
    assert admin.http.post(f"{path}/9/judge", json=body).status_code == 404


def test_a_streamed_answer_is_the_same(asked: Callable[..., dict[str, Any]], admin: Login) -> None:
    whole = asked("net revenue by region in 2026")
    streamed = admin.http.post("/api/ai/ask/stream", json={"question": "net revenue by region in 2026"})
    assert streamed.headers["content-type"].startswith("text/event-stream")
    events = [part.split("\n", 1) for part in streamed.text.strip().split("\n\n")]
    pieces = [json.loads(data.removeprefix("data: ")) for name, data in events if name == "event: text"]
    [last] = [json.loads(data.removeprefix("data: ")) for name, data in events if name == "event: answer"]
    assert [name for name, _ in events[:3]] == ["event: understood", "event: querying", "event: text"]
    understood = json.loads(events[0][1].removeprefix("data: "))
    assert understood["metric_query"] == last["metric_query"]
    assert understood["text"] == "Net revenue, Region"
    assert len(pieces) > 3
    assert "".join(pieces) == whole["text"] == last["text"]
    assert last["result"]["rows"] == whole["result"]["rows"]
    assert events[-1][0] == "event: done"


@pytest.mark.feature("5.8.3")
def test_a_company_teaches_its_words(asked: Callable[..., dict[str, Any]], admin: Login) -> None:
    assert asked("turnover in 2026")["status"] == "declined"
    taught = admin.http.post("/api/ai/terms", json={"phrase": "turnover", "metric_name": "net_revenue"})
    assert taught.status_code == 201, taught.text
    reply = asked("turnover in 2026")
    assert reply["result"]["rows"] == [{"net_revenue": "677.51"}]


@pytest.mark.feature("5.8.3")
def test_a_figure_without_the_right_is_refused(
    asked: Callable[..., dict[str, Any]], make_user: Callable[..., Login], make_role: Callable[..., dict[str, Any]]
) -> None:
    make_role("asker", "ai.ask", "metric.read", "metric.sales.read")
    clerk = make_user("clerk", "asker")
    refused = asked("open receivables by customer", 403, clerk.http)
    assert refused["code"] == "metric_forbidden"
    assert "200" not in refused["detail"]


@pytest.mark.parametrize("question", ["", "\x07\x1b[2J", "x" * 10_000, "🙂🙂🙂", "'; drop table users; --", "Umsatz?"])
def test_strange_questions_get_a_clear_reply(asked: Callable[..., dict[str, Any]], question: str) -> None:
    reply = asked(question)
    assert (reply["status"], reply["result"]) == ("declined", None)
    assert reply["text"]
