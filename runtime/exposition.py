"""Measurements for Prometheus: who may read them, and a small server for processes that have none."""

from __future__ import annotations

import hmac
import ipaddress
import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from runtime.networks import networks_of
from runtime.settings import Settings


def may_read_metrics(settings: Settings, address: str | None, authorization: str) -> bool:
    """Whether measurements are shown: inside the monitoring networks, or to whoever has the monitoring token."""
    scheme, _, token = authorization.partition(" ")
    expected = settings.metrics_token
    if expected is not None and scheme.lower() == "bearer":
        return hmac.compare_digest(token.strip().encode(), expected.get_secret_value().encode())
    try:
        asked = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    return any(asked in network for network in networks_of(settings.metrics_networks))


_log = logging.getLogger("runtime.exposition")


class MetricsServer:
    """`/metrics` of one process, on its own thread."""

    def __init__(self, settings: Settings, registry: CollectorRegistry, *, port: int) -> None:
        """Listen; port 0 takes a free one."""
        self._server = ThreadingHTTPServer((settings.host, port), _handler_for(settings, registry))
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="metrics", daemon=True)

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def serve_metrics(settings: Settings, registry: CollectorRegistry, *, port: int) -> MetricsServer | None:
    """A server that answers; none, and a line in the log, where the port is taken: measuring stops nobody's work."""
    try:
        server = MetricsServer(settings, registry, port=port)
    except OSError as error:
        _log.error("no measurements on port %s", port, extra={"reason": str(error)})
        return None
    server.start()
    return server


def _handler_for(settings: Settings, registry: CollectorRegistry) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """One request."""

        def do_GET(self) -> None:
            """Measurements at `/metrics`, nothing elsewhere."""
            allowed = may_read_metrics(settings, self.client_address[0], self.headers.get("Authorization", ""))
            if self.path != "/metrics":
                self._answer(404, b"Not Found\n", "text/plain")
            elif not allowed:
                self._answer(403, b"Ask from the monitoring network or with the monitoring token.\n", "text/plain")
            else:
                self._answer(200, generate_latest(registry), CONTENT_TYPE_PLAIN_0_0_4)

        def _answer(self, status: int, body: bytes, content_type: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's own name
            """Nothing: who scrapes every few seconds is no news."""

    return Handler
