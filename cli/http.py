"""Whether a server of this machine answers, without proxies and without a client library's start-up time."""

from __future__ import annotations

import http.client
import socket
from urllib.parse import urlsplit

PROBE_SECONDS_MAX = 2.0


def answers(url: str) -> bool:
    """Whether a GET of this address gives 200 now."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PROBE_SECONDS_MAX)
    try:
        connection.request("GET", parts.path or "/")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def listens(host: str, port: int) -> bool:
    """Whether somebody accepts connections there."""
    try:
        socket.create_connection((host, port), timeout=PROBE_SECONDS_MAX).close()
    except OSError:
        return False
    return True
