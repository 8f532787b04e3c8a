"""A client that does as little as may be: it shares the processors with what it measures."""

from __future__ import annotations

import re
import socket

_CHUNK = 65_536
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


class Connection:
    """One connection that stays open, for one token."""

    def __init__(self, port: int, token: str) -> None:
        """Connect to a server of this machine."""
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._headers = f"Host: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"

    def exchange(self, method: str, path: str, body: bytes = b"", *, headers: str = "") -> tuple[int, bytes]:
        """Status and body of an answer, whose length the server tells.  Raises: RuntimeError without one; OSError."""
        head = f"{method} {path} HTTP/1.1\r\n{self._headers}{headers}Content-Length: {len(body)}\r\n\r\n"
        self._socket.sendall(head.encode() + body)
        received = self._received()
        while b"\r\n\r\n" not in received:
            received += self._received()
        told, _, answer = received.partition(b"\r\n\r\n")
        length = _LENGTH.search(told)
        if length is None:
            raise RuntimeError(f"an answer without its length: {told[:500].decode()}")
        while len(answer) < int(length[1]):
            answer += self._received()
        return int(told[9:12]), answer

    def _received(self) -> bytes:
        received = self._socket.recv(_CHUNK)
        if not received:
            raise RuntimeError("the server hung up")
        return received

    def close(self) -> None:
        """Hang up."""
        self._socket.close()
