"""Who asks too often is turned away early, late when insisting, and without holding anything."""

import asyncio
import json
import logging
import time
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.types import Message

from api.context import Services
from api.rate_limits import PATIENCE, Limits, RateLimited
from api.refusals import DELAY_SECONDS, DELAYED_MAX, Refusals
from api.telemetry import Telemetry
from runtime.request_limits import Limit
from tests.api.conftest import Login, problem

SCOPE: dict[str, Any] = {
    "type": "http",
    "method": "GET",
    "path": "/api/scm/customers",
    "headers": [(b"x-correlation-id", b"known-by-its-sender")],
    "client": ("203.0.113.9", 1),
}


def _refusal(*, insists: bool) -> RateLimited:
    refusal = RateLimited(scope="tenant", retry_after=3)
    refusal.insists = insists
    return refusal


async def _answered(refusals: Refusals, count: int, *, insists: bool) -> tuple[list[float], int, list[Message]]:
    """After how many seconds each of so many at once was answered, how many waited, and what was sent."""
    sent: list[Message] = []
    began = time.monotonic()

    async def send(message: Message) -> None:
        sent.append(message)

    async def one() -> float:
        await refusals.answer(SCOPE, send, _refusal(insists=insists), None)
        return time.monotonic() - began

    waiting = [asyncio.create_task(one()) for _ in range(count)]
    await asyncio.sleep(0)
    delayed = refusals.delayed
    return [await each for each in waiting], delayed, sent


@pytest.mark.feature("ARCH-28")
def test_who_insists_is_answered_late_and_only_so_many_wait() -> None:
    refusals, more = Refusals(Telemetry()), 40
    took, delayed, _ = asyncio.run(_answered(refusals, DELAYED_MAX + more, insists=True))
    assert delayed == DELAYED_MAX
    assert refusals.delayed == 0
    assert sum(each >= DELAY_SECONDS * 0.9 for each in took) == DELAYED_MAX
    _, delayed, _ = asyncio.run(_answered(refusals, more, insists=False))
    assert delayed == 0


@pytest.mark.feature("ARCH-28")
def test_insisting_is_to_go_on_before_the_next_settling(services: Services) -> None:
    limiter, limit = services.limiter, Limit(0.01, 1)
    limiter.is_active = True
    insisted = []
    for turn in range(PATIENCE + 3):
        if turn == PATIENCE + 2:
            limiter.settle()
            limiter._buckets["tenant:t"].held = -5.0
        try:
            limiter.take([("tenant", "t", limit)])
        except RateLimited as refusal:
            insisted.append(refusal.insists)
    assert insisted == [False] * PATIENCE + [True, False]


def test_a_refusal_has_the_shape_of_every_problem_and_the_id_its_sender_gave() -> None:
    _, _, sent = asyncio.run(_answered(Refusals(Telemetry()), 1, insists=False))
    headers, body = dict(sent[0]["headers"]), json.loads(sent[1]["body"])
    assert sent[0]["status"] == 429
    assert (headers[b"retry-after"], headers[b"content-type"]) == (b"3", b"application/problem+json")
    assert headers[b"content-length"] == str(len(sent[1]["body"])).encode()
    assert headers[b"x-correlation-id"] == body["trace_id"].encode() == b"known-by-its-sender"
    assert headers[b"content-security-policy"] == b"default-src 'none'; frame-ancestors 'none'"
    assert (body["code"], body["status"]) == ("rate_limited", 429)
    assert "3 seconds" in body["detail"]


@pytest.mark.feature("GW-06")
def test_refusals_read_no_body_and_are_logged_once_a_second_with_their_number(
    services: Services, admin: Login, anonymous: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    services.limiter.limits = Limits(f"tenant={admin.tenant_id}:0.01/1")
    services.limiter.is_active = True
    assert admin.http.get("/api/auth/me").status_code == 200
    caplog.set_level(logging.INFO, "api.access")
    # The body that is announced never comes: whoever waited for it would wait for ever.
    scope = SCOPE | {
        "app": anonymous.app,
        "method": "POST",
        "headers": [
            (b"authorization", f"Bearer {admin.tokens['access_token']}".encode()),
            (b"content-length", b"900000"),
            (b"accept-language", b"zh-CN"),
        ],
    }
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        raise AssertionError("a body was asked for")

    async def ask() -> None:
        await anonymous.app(scope, receive, send)

    for _ in range(PATIENCE):
        asyncio.run(ask())
    assert [message["status"] for message in sent[::2]] == [429] * PATIENCE
    assert "请求" in json.loads(sent[1]["body"])["detail"]
    told = [vars(record) for record in caplog.records if vars(record).get("status") == 429]
    assert [(each["tenant_id"], each["refused_since"]) for each in told] == [(str(admin.tenant_id), 0)]
    services.refusals._logged = {who: (at - 2, count) for who, (at, count) in services.refusals._logged.items()}
    problem(admin.http.get("/api/auth/me"), 429, "rate_limited")
    told = [vars(record) for record in caplog.records if vars(record).get("status") == 429]
    assert [each["refused_since"] for each in told] == [0, PATIENCE - 1]
