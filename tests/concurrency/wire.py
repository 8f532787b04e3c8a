"""A TCP proxy before PostgreSQL that cuts connections where it is told to."""

import socket
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

_CHUNK = 65_536
_COMMITTED = b"COMMIT\x00"


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a connection ends: before its n-th message reaches the server, or before a commit's answer the client."""

    before_message: int | None = None
    after_commit: bool = False


@dataclass
class Proxy:
    """Passes on what both sides say, until the next cut of the plan; a connection without a plan is left alone."""

    target: tuple[str, int]
    plan: deque[Cut] = field(default_factory=deque)
    cut_before: int = 0
    cut_after_commit: int = 0
    port: int = 0

    @contextmanager
    def running(self) -> Iterator["Proxy"]:
        """Takes connections for the length of the block."""
        with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
            self.port = listening.getsockname()[1]
            threading.Thread(target=self._take, args=(listening,), daemon=True).start()
            yield self

    def _take(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listening.accept()
                server = socket.create_connection(self.target)
                for side in (client, server):
                    side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._up, args=(client, server), daemon=True).start()
                threading.Thread(target=self._down, args=(client, server), daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        """From the client to the server."""
        messages = 0
        cut = self._next(after_commit=False)
        with suppress(OSError):
            while said := client.recv(_CHUNK):
                messages += 1
                if cut is not None and messages == cut.before_message:
                    self.cut_before += 1
                    break
                server.sendall(said)
        _hang_up(client, server)

    def _down(self, client: socket.socket, server: socket.socket) -> None:
        """From the server to the client."""
        with suppress(OSError):
            while said := server.recv(_CHUNK):
                if _COMMITTED in said and self._next(after_commit=True):
                    self.cut_after_commit += 1
                    break
                client.sendall(said)
        _hang_up(client, server)

    def _next(self, *, after_commit: bool) -> Cut | None:
        """The next cut of the plan, if it is of this kind."""
        with _LOCK:
            if self.plan and self.plan[0].after_commit == after_commit:
                return self.plan.popleft()
        return None


_LOCK = threading.Lock()


def _hang_up(*sides: socket.socket) -> None:
    for side in sides:
        with suppress(OSError):
            side.shutdown(socket.SHUT_RDWR)
        side.close()
