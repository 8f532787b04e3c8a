"""One client a person: tokens renewed once, refusals as values, a server that is away said plainly."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboards.browser_sessions import BrowserSessions
from dashboards.client import UNREACHABLE, Api, Problem, Tokens
from tests.dashboards.fake_api import PASSWORD, FakeApi, Refusal


def test_a_wrong_password_is_a_problem_with_a_trace(fake: FakeApi) -> None:
    with pytest.raises(Problem) as caught:
        Api(base_url=fake.url).sign_in("ada", "wrong")
    assert (caught.value.status, caught.value.code, caught.value.trace_id) == (401, "not_authenticated", "trace-7f3a")


def test_a_token_that_ran_out_is_renewed_once_for_all_threads(fake: FakeApi, client: Api) -> None:
    client.tokens = Tokens("expired", "refresh-1")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.get("/api/auth/me")["name"], range(8)))
    assert set(answers) == {"Ada Admin"}
    assert len(fake.bodies("/api/auth/refresh")) == 1


def test_a_session_that_ended_signs_out(fake: FakeApi, client: Api) -> None:
    client.tokens = Tokens("expired", "refresh-1")
    fake.refuses = {"/api/auth/refresh": Refusal(401, "not_authenticated", "Sign in again.")}
    with pytest.raises(Problem):
        client.get("/api/auth/me")
    assert client.tokens is None


def test_a_server_that_fails_to_renew_does_not_sign_out(fake: FakeApi, client: Api) -> None:
    client.tokens = Tokens("expired", "refresh-1")
    fake.refuses = {"/api/auth/refresh": Refusal(503, "busy", "Busy.")}
    with pytest.raises(Problem):
        client.get("/api/auth/me")
    assert client.tokens is not None


def test_a_server_that_is_away_changes_nothing() -> None:
    client = Api(base_url="http://127.0.0.1:9")
    with pytest.raises(Problem) as caught:
        client.sign_in("ada", PASSWORD)
    assert (caught.value.status, caught.value.code) == (503, UNREACHABLE)


def test_a_ticket_is_changed_for_a_cookie_once(client: Api) -> None:
    sessions = BrowserSessions()
    ticket = sessions.keep(client)
    key = sessions.redeem(ticket)
    assert sessions.find(key) is client
    assert sessions.redeem(ticket) is None
    assert sessions.redeem("made up") is None
    assert sessions.find(ticket) is None, "a ticket is no key"


def test_a_cookie_leads_nowhere_after_signing_out(client: Api) -> None:
    sessions = BrowserSessions()
    key = sessions.redeem(sessions.keep(client))
    sessions.forget(client)
    assert sessions.find(key) is None


def test_a_cookie_leads_nowhere_when_the_session_has_ended(client: Api) -> None:
    sessions = BrowserSessions()
    key = sessions.redeem(sessions.keep(client))
    client.tokens = None
    assert sessions.find(key) is None
