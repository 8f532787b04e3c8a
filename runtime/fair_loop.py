"""New connections go to the process that holds the fewest, where several serve one port.

The library lets whichever process wakes first take every connection that waits: of six clients that come together, five
often meet one process and share its interpreter, while another waits for work.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any
from weakref import WeakSet

import uvloop

HESITATION_SECONDS = 0.001
"""How long a process leaves a connection to the others, for each one it holds."""
HESITATION_SECONDS_MAX = 0.010
TOGETHER_SHARE = 4
"""A process that holds so many takes one more at once, each time: a crowd is not let in one by one."""


class FairLoop(uvloop.Loop):
    """An event loop whose listening sockets may be shared with other processes."""

    async def create_server(self, protocol_factory: Callable[[], Any], *args: Any, **options: Any) -> Any:
        """A server; one of a socket that is given hesitates the longer to take a connection the more it holds."""
        sock = options.get("sock")
        if sock is None or options.get("ssl") is not None:
            return await super().create_server(protocol_factory, *args, **options)
        return _Door(self, protocol_factory, sock, options.get("backlog", 100))


class _Door:
    """A listening socket that takes one connection at a time; what uvicorn needs of `asyncio.Server`."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, protocol_factory: Callable[[], Any], sock: socket.socket, backlog: int
    ) -> None:
        self.sockets = (sock,)
        self._loop, self._factory, self._socket = loop, protocol_factory, sock
        self._held: WeakSet[asyncio.BaseTransport] = WeakSet()
        self._waiting: asyncio.TimerHandle | None = None
        self._welcoming: set[asyncio.Task[None]] = set()
        self._is_closed = False
        sock.setblocking(False)
        sock.listen(backlog)
        loop.add_reader(sock, self._hear)

    def close(self) -> None:
        """Take no more connections; those held go on."""
        if self._is_closed:
            return
        self._is_closed = True
        self._loop.remove_reader(self._socket)
        self._socket.close()
        if self._waiting is not None:
            self._waiting.cancel()

    async def wait_closed(self) -> None:
        """Nothing to wait for: connections end with their protocols."""

    def _hear(self) -> None:
        """Somebody knocks: open, or let a process with fewer connections open first."""
        held = self._count()
        if not held:
            self._open()
            return
        self._loop.remove_reader(self._socket)
        seconds = min(held * HESITATION_SECONDS, HESITATION_SECONDS_MAX)
        self._waiting = self._loop.call_later(seconds, self._open_later)

    def _open_later(self) -> None:
        self._waiting = None
        for _ in range(1 + self._count() // TOGETHER_SHARE):
            if not self._open():
                break
        self._loop.add_reader(self._socket, self._hear)

    def _count(self) -> int:
        """Connections held."""
        return sum(not each.is_closing() for each in self._held) + len(self._welcoming)

    def _open(self) -> bool:
        """Whether somebody came in; another process may have been faster, or the client has gone."""
        try:
            connection, _ = self._socket.accept()
        except OSError:
            return False
        connection.setblocking(False)
        if connection.family != socket.AF_UNIX:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        task = self._loop.create_task(self._welcome(connection))
        self._welcoming.add(task)
        task.add_done_callback(self._welcoming.discard)
        return True

    async def _welcome(self, connection: socket.socket) -> None:
        try:
            transport, _ = await self._loop.connect_accepted_socket(self._factory, connection)
        except OSError:  # it has gone already
            connection.close()
            return
        self._held.add(transport)
