"""Connections of one port are shared fairly among the processes that serve it."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest

from runtime.fair_loop import FairLoop


class _Held(asyncio.Protocol):
    """A connection that tells how many there are."""

    def __init__(self, held: list[Any]) -> None:
        self._held = held

    def connection_made(self, transport: Any) -> None:
        self._held.append(transport)

    def data_received(self, data: bytes) -> None:
        self._held[0].write(data)


def _protocol_of(held: list[Any]) -> Callable[[], _Held]:
    return lambda: _Held(held)


def _listening() -> socket.socket:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    return listening


async def _come(stack: ExitStack, port: int, together: int) -> None:
    """So many clients at once, and time for all of them to be let in."""
    for _ in range(together):
        stack.enter_context(socket.create_connection(("127.0.0.1", port)))
    await asyncio.sleep(0.2)


async def _hang_up(held: list[Any]) -> None:
    for transport in held:
        transport.close()
    await asyncio.sleep(0.05)


def test_clients_that_come_together_are_shared() -> None:
    """Two that listen on one socket take three of six each, and again three of the next six."""

    async def scenario() -> list[tuple[int, int]]:
        loop, shared = asyncio.get_running_loop(), _listening()
        first: list[Any] = []
        second: list[Any] = []
        doors = [
            await loop.create_server(_protocol_of(held), sock=sock)
            for held, sock in ((first, shared), (second, shared.dup()))
        ]
        seen = []
        with ExitStack() as stack:
            for _ in range(2):
                await _come(stack, shared.getsockname()[1], 6)
                seen.append((len(first), len(second)))
            for door in doors:
                door.close()
                await door.wait_closed()
        await _hang_up([*first, *second])
        return seen

    with asyncio.Runner(loop_factory=FairLoop) as runner:
        assert runner.run(scenario()) == [(3, 3), (6, 6)]


def test_one_process_alone_takes_everybody_and_none_after_it_closed() -> None:
    """Whoever hesitates opens in the end; what was said is heard; a closed door stays closed."""

    async def scenario() -> tuple[int, bytes]:
        loop, listening = asyncio.get_running_loop(), _listening()
        held: list[Any] = []
        door = await loop.create_server(_protocol_of(held), sock=listening)
        port = listening.getsockname()[1]
        with ExitStack() as stack:
            first = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            first.setblocking(False)
            await _come(stack, port, 30)
            await loop.sock_sendall(first, b"hello")
            heard = await asyncio.wait_for(loop.sock_recv(first, 5), 5)
            before = len(held)
            door.close()
            door.close()
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port))
        await _hang_up(held)
        return before, heard

    with asyncio.Runner(loop_factory=FairLoop) as runner:
        assert runner.run(scenario()) == (31, b"hello")
