"""A8: no webhook reaches inside, however the address is written, and none by a name that changes its mind."""

import socket
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from reports.webhook import WebhookRefused, check_address, post_webhook
from runtime.settings import Settings

INSIDE = (
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "0.0.0.0",  # noqa: S104  # asked for, not listened on
    "localhost",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:a00:1]",
    "[2002:7f00:1::]",
    "[2002:a9fe:a9fe::]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::a9fe:a9fe]",
    "[fe80::1]",
    "[fd00::1]",
    "169.254.169.254",
    "169.254.170.2",
    "100.100.100.200",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "user:pass@127.0.0.1",
)
OTHER_SCHEMES = ("file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/", "dict://127.0.0.1:11211/", "http://")


@pytest.mark.feature("5.2.9")
@pytest.mark.parametrize("host", INSIDE)
@pytest.mark.parametrize("form", ["http://{}/", "https://{}/", "http://{}:5432/latest/meta-data/"])
def test_an_address_inside_is_refused_in_every_spelling(host: str, form: str) -> None:
    with pytest.raises(WebhookRefused):
        check_address(Settings(), form.format(host))


@pytest.mark.parametrize("url", OTHER_SCHEMES)
def test_other_schemes_are_refused(url: str) -> None:
    with pytest.raises(WebhookRefused):
        check_address(Settings(), url)


class _Inside(BaseHTTPRequestHandler):
    """What must never be reached."""

    port = 0
    reached: list[str] = []  # noqa: RUF012  # the library makes a handler a request

    def do_POST(self) -> None:
        """Remember that somebody came, and with which name."""
        self.reached.append(self.headers["Host"])
        self.send_response(302 if self.path == "/away" else 200)
        self.send_header("Location", f"http://127.0.0.1:{self.port}/inside")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def inside() -> Any:
    _Inside.reached.clear()
    server = HTTPServer(("127.0.0.1", 0), _Inside)
    _Inside.port = server.server_port
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def _post(settings: Settings, url: str) -> None:
    post_webhook(settings, url, {}, key="k", delivery_id="1", at=datetime(2026, 3, 16, tzinfo=UTC))


def test_a_name_that_leads_elsewhere_the_second_time_reaches_nothing(
    inside: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the name is outside while it is checked and inside when it is called."""
    real, asked = socket.getaddrinfo, list[str]()

    def rebound(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        if host == "rebound.test":
            asked.append(host)
            # First an address that is opened below and where nobody listens; then the one inside.
            return real("::1" if len(asked) == 1 else "127.0.0.1", port, *rest, **more)
        return real(host, port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", rebound)
    opened = Settings(webhook_networks="::1/128")
    with pytest.raises(WebhookRefused):
        _post(opened, f"http://rebound.test:{inside}/")
    assert _Inside.reached == []
    assert asked == ["rebound.test"]


def test_the_name_goes_with_the_request_and_redirects_are_not_followed(
    inside: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *rest, **more: real(host.replace("hook.test", "127.0.0.1"), *rest, **more)
    )
    opened = Settings(webhook_networks="127.0.0.0/8")
    _post(opened, f"http://hook.test:{inside}/told")
    with pytest.raises(WebhookRefused):
        _post(opened, f"http://hook.test:{inside}/away")
    assert _Inside.reached == [f"hook.test:{inside}"] * 2
