"""The wire to a mail server, a webhook, a language model and from the pages to the API is cut at every message."""

import json
import smtplib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from pydantic import SecretStr

from ai.models.endpoint import Endpoint, ModelFailed
from dashboards.client import UNREACHABLE, Api, Problem
from reports.mail import MailUnanswered, send_mail
from reports.sending.letters import letter_of_words, mail_of
from reports.webhook import WebhookRefused, post_webhook
from runtime.settings import Settings
from tests.concurrency.wire import Cut, Proxy
from tests.factories.model_server import model_server
from tests.reports.post_office import opened

AT = datetime(2026, 3, 16, 9, 30, tzinfo=UTC)
MAIL = mail_of(
    letter_of_words("Weekly", [("a", "b")], "en"), sender="a@b.test", to="c@d.test", message_id="<1@x>", at=AT
)
_MAIL, _MESSAGES = 5, 6
"""EHLO, MAIL, RCPT, DATA, the mail without its last line, the last line."""


@pytest.mark.feature("5.2.9")
@pytest.mark.parametrize("cut_at", range(1, _MESSAGES + 2))
def test_a_cut_mail_was_sent_or_not_and_the_sender_knows_which(cut_at: int) -> None:
    office, controller = opened()
    marks: list[bool] = []
    try:
        with Proxy(("127.0.0.1", controller.port)).running() as proxy:
            proxy.plan = deque([Cut(before_message=cut_at)])
            settings = Settings(smtp_url=SecretStr(f"smtp://127.0.0.1:{proxy.port}"))
            try:
                send_mail(settings, MAIL, "c@d.test", mark=lambda: marks.append(True))
                outcome = "sent"
            except MailUnanswered:
                outcome = "unknown"
            except (OSError, smtplib.SMTPException):
                outcome = "not sent"
            sent_again = []
            send_mail(settings, MAIL, "c@d.test", mark=lambda: sent_again.append(True))
    finally:
        controller.stop()
    taken = len(office.taken) - 1
    expected = {"sent": (1, [True]), "not sent": (0, []), "unknown": (0, [True])}[outcome]
    # Before the mark nothing was taken; after it an end that nobody answered is told as such.
    assert (taken, marks) == expected
    assert outcome == ("not sent" if cut_at < _MAIL else "unknown" if cut_at <= _MESSAGES else "sent")
    assert sent_again == [True], "the next one goes out"


@contextmanager
def _listening(reply: Callable[[str, bytes], tuple[int, bytes]]) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, body = reply(
                self.headers.get("Idempotency-Key") or self.headers["Qooerp-Delivery"],
                self.rfile.read(int(self.headers["Content-Length"])),
            )
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_cut_webhook_is_tried_again_under_the_same_id() -> None:
    came: list[str] = []
    settings = Settings(webhook_networks="127.0.0.0/8")

    def take(delivery: str, _: bytes) -> tuple[int, bytes]:
        came.append(delivery)
        return 200, b"{}"

    with _listening(take) as port, Proxy(("127.0.0.1", port)).running() as proxy:
        url = f"http://127.0.0.1:{proxy.port}/"

        def post() -> None:
            post_webhook(settings, url, {"figure": "1.00"}, key="k", delivery_id="7", at=AT)

        proxy.plan = deque([Cut(before_message=1)])
        with pytest.raises(WebhookRefused) as refused:
            post()
        assert refused.value.is_permanent is False
        assert proxy.cut_before == 1
        post()
    assert came == ["7"]


def test_a_cut_model_is_no_answer_and_the_next_one_is() -> None:
    with model_server('{"answerable": false}') as server, Proxy(_address(server.url)).running() as proxy:
        endpoint = Endpoint(f"http://127.0.0.1:{proxy.port}/v1", "k", "small", seconds_max=5)
        proxy.plan = deque([Cut(before_message=1)])
        with pytest.raises(ModelFailed, match="cannot be reached"):
            endpoint.complete([], {}, purpose="test")
        assert proxy.cut_before == 1
        assert json.loads(endpoint.complete([], {}, purpose="test").text) == {"answerable": False}


def test_pages_say_that_the_api_is_away_and_a_second_click_has_one_effect() -> None:
    effects: dict[str, int] = {}

    def take(key: str, _: bytes) -> tuple[int, bytes]:
        effects[key] = effects.get(key, 0) + 1
        return 201, b'{"id": "1"}'

    with _listening(take) as port, Proxy(("127.0.0.1", port)).running() as proxy:
        api = Api(base_url=f"http://127.0.0.1:{proxy.port}")
        proxy.plan = deque([Cut(before_message=1)])
        with pytest.raises(Problem) as cut:
            api.post("/api/sales/orders", {}, key="click")
        assert cut.value.code == UNREACHABLE
        assert api.post("/api/sales/orders", {}, key="click") == {"id": "1"}
    assert list(effects) == ["click"]


def _address(url: str) -> tuple[str, int]:
    host, port = url.removeprefix("http://").partition("/")[0].split(":")
    return host, int(port)
